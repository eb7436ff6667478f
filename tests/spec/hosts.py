#!/usr/bin/env python3
"""One installation on several hosts: process trees with data folders of their own, one PostgreSQL.

    hosts.py          skips (77) without PostgreSQL

Two hosts answer people (A, B), two work (1, 2).  What is said on one is seen on the other; an upload through B is worked on by whoever is
there; a host that is killed loses nothing and doubles nothing; hosts come and go while work is done."""
import os
import signal
import subprocess
import sys
import tempfile
import time

import postgres
from kithtest import BINARY, SLOW, Client, Kith, main, wait_for

LEASE_S = 15


class Host(Kith):
    def __init__(self, url, role, *flags):
        super().__init__("--role", role, *flags, env={"KITH_DB": url, "KITH_WORKERS_MAX": "16"})

    def kill(self):
        """The whole tree, as when the power fails: nobody says goodbye."""
        pids = list(self.processes())
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()


class Hosts:
    """with Hosts(server, http=2, agent=2) as (a, b, one, two)"""

    def __init__(self, server, http=2, agent=2, flags=()):
        self.url = server.database()
        self.all = [Host(self.url, "http", *flags) for _ in range(http)] + [Host(self.url, "agent", *flags) for _ in range(agent)]

    def more(self, role):
        self.all.append(Host(self.url, role))
        return self.all[-1].start()

    def __enter__(self):
        try:
            for host in self.all:
                host.start()
            return self.all
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise

    def __exit__(self, *why):
        for host in reversed(self.all):
            host.__exit__(*why)


def also_at(client, host):
    """The same browser, led to another host by the proxy."""
    other = Client(host.port)
    other.cookie, other.csrf = client.cookie, client.csrf
    return other


def roles_are_kept_apart():
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([BINARY, "up", "--data", folder, "--role", "http"], capture_output=True, text=True, timeout=20)
    assert done.returncode == 1 and "--role all" in done.stderr, done
    with Hosts(SERVER, 1, 1) as (a, one):
        titles = " ".join(one.processes().values())
        assert titles.count("http") == 1 and "password" not in titles, titles
        nobody = Client(one.port)
        assert nobody.get("/metrics")[0] == 200
        for path in ("/", "/api/v1/session", "/api/v1/openapi.json"):
            assert nobody.get(path)[0] == 404, path
        assert nobody.post("/api/v1/signup", {"email": "a@example.com", "password": "x" * 12})[0] == 404
        titles = " ".join(a.processes().values())
        assert "password" in titles and titles.count("worker") == titles.count("worker password"), titles


def an_agent_host_needs_no_address():
    url = SERVER.database()
    host = Host(url, "agent")
    with open(host.data / "log.txt", "ab") as log:
        host.log = log
        host.process = subprocess.Popen([BINARY, "up", "--role", "agent", "--data", str(host.data)], stdin=subprocess.DEVNULL,
                                        stdout=log, stderr=log, env=host.env)
        try:
            wait_for(lambda: "agent.ready" in host.log_text())
            titles = " ".join(host.processes().values())
            assert "http" not in titles, titles
            assert subprocess.run(["ss", "-Hltnp"], capture_output=True, text=True).stdout.count(f"pid={host.process.pid},") == 0
        finally:
            host.__exit__(*sys.exc_info())


def scale(host, *words):
    return subprocess.run([BINARY, "scale", *words, "--data", str(host.data)], env=host.env, check=True, capture_output=True,
                          text=True, timeout=60).stdout


def limits_are_divided():
    with Hosts(SERVER, 1, 2) as (a, one, two):
        def enrichers():
            return [sum(title == "kith: worker enrich" for title in host.processes().values()) for host in (a, one, two)]
        scale(a, "set", "enrich", "min=7", "max=9", "down=0s")
        wait_for(lambda: sum(enrichers()) == 7 and sorted(enrichers()) == [0, 3, 4], 15)   # two of equal size, and none that answers
        assert "2 agents" in scale(two, "show")
        two.kill()
        wait_for(lambda: enrichers()[1] == 7, LEASE_S + 10)                                # the other is alone now


if __name__ == "__main__":
    if not postgres.programs():
        print("PostgreSQL is not installed")
        sys.exit(77)
    with postgres.server() as SERVER:
        main([roles_are_kept_apart, an_agent_host_needs_no_address, limits_are_divided])
