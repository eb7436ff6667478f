#!/usr/bin/env python3
"""One installation on several hosts: process trees with data folders of their own, one PostgreSQL.

    hosts.py          skips (77) without PostgreSQL
    KITH_KILLS=32     one more: so many processes of three working hosts are killed at random

Two hosts answer people (A, B), two work (1, 2).  What is said on one is seen on the other; an upload through B is worked on by whoever is
there; a host that is killed loses nothing and doubles nothing; hosts come and go while work is done."""
import http.client
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

import postgres
from kithtest import BINARY, Client, Kith, main, wait_for

LEASE_S = 5


class Host(Kith):
    def __init__(self, url, role, *flags):
        super().__init__("--role", role, "--agent-lease", str(LEASE_S), *flags, env={"KITH_DB": url, "KITH_WORKERS_MAX": "16"})

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


def cards(n, tag):
    return "".join(f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{tag}-{i}\r\nFN:{tag.title()} Number{i}\r\nN:Number{i};{tag.title()};;;\r\n"
                   f"EMAIL:{tag}{i}@example.com\r\nEND:VCARD\r\n" for i in range(n)).encode()


def upload(client, n, tag):
    """Uploads and commits; the import's id."""
    status, it, _ = client.post(f"/api/v1/imports?filename={tag}.vcf", cards(n, tag))
    assert status == 202, (status, it)
    it = client.wait_import(it["id"], ("ready", "failed"), 60)
    assert it["state"] == "ready", it
    status, it, _ = client.post(f"/api/v1/imports/{it['id']}/commit", {"mode": "both"})
    assert status == 202, (status, it)
    return it["id"]


def done(client, import_id, n, seconds=120):
    it = client.wait_import(import_id, ("done", "failed"), seconds)
    assert it["state"] == "done" and it["created"] == n and it["failed"] == 0, it
    client.wait_idle(seconds)


def all_once(client, n, tag):
    """Every card is there, once."""
    seen, after = [], ""
    while True:
        status, page, _ = client.get(f"/api/v1/cards?limit=500{after}")
        assert status == 200, page
        seen += [card["name"] for card in page["items"]]
        if not page["next"]:
            break
        after = "&cursor=" + page["next"]
    assert len(seen) == n and len(set(seen)) == n, (len(seen), len(set(seen)), n)
    assert set(seen) == {f"{tag.title()} Number{i}" for i in range(n)}, seen[:3]


def lines_of(host, path="/metrics"):
    return Client(host.port).get(path)[1].decode().splitlines()


def figure(host, name):
    return sum(float(line.rpartition(" ")[2]) for line in lines_of(host) if line.startswith(name))


def one_house_to_people():
    with Hosts(SERVER) as (a, b, one, two):
        ann = a.sign_up("ann@example.com")
        at_b = also_at(ann, b)
        assert at_b.get("/api/v1/session")[0] == 200
        stream = http.client.HTTPConnection("127.0.0.1", a.port, timeout=30)
        stream.request("GET", "/api/v1/events", headers={"Cookie": ann.cookie})
        events = stream.getresponse()
        time.sleep(0.5)
        began = time.monotonic()
        status, card, _ = at_b.post("/api/v1/cards", {"card": {"name": {"full": "Said At B"}}})
        assert status == 201, (status, card)
        while b"event: changed" not in events.readline():
            pass
        heard_ms = (time.monotonic() - began) * 1000
        key = {"Idempotency-Key": "one-and-the-same"}
        first = ann.request("POST", "/api/v1/cards", {"card": {"name": {"full": "Only Once"}}}, key)
        again = at_b.request("POST", "/api/v1/cards", {"card": {"name": {"full": "Only Once"}}}, key)
        assert first[0] == again[0] == 201 and first[1]["id"] == again[1]["id"], (first, again)
        began = time.monotonic()
        wait_for(lambda: ann.get("/api/v1/search?q=only")[1]["items"], 10)
        print(f"        an event of host B is heard at A after {heard_ms:.0f} ms; found at A {time.monotonic() - began:.1f} s after B was told")
        stream.close()


def work_is_shared():
    """Eight accounts through B: both agents work, each card is there once, at A too; nothing is left of the uploads when they are deleted."""
    with Hosts(SERVER) as (a, b, one, two):
        people = [also_at(a.sign_up(f"p{i}@example.com"), b) for i in range(8)]
        began = time.monotonic()
        imports = [upload(person, 500, f"person{i}") for i, person in enumerate(people)]
        for i, person in enumerate(people):
            done(person, imports[i], 500)
            all_once(also_at(person, a), 500, f"person{i}")
        took = time.monotonic() - began
        shares = [figure(host, "kith_jobs_done_total") for host in (one, two)]
        assert min(shares) > 0.1 * sum(shares), shares
        assert figure(a, "kith_jobs_done_total") == 0
        status, body, headers = people[0].get(f"/api/v1/imports/{imports[0]}/file")
        assert status == 200 and body == cards(500, "person0")
        print(f"        8 x 500 cards in {took:.1f} s; agents did {shares[0]:.0f} and {shares[1]:.0f} jobs")


def half_an_upload_is_never_seen():
    """A host is killed while it takes a file: no import, no file; what is left of it is in no one's way."""
    with Hosts(SERVER, 2, 0) as (a, b):
        ann = a.sign_up("ann@example.com")
        name = re.search(r"/(kith_\w+)\?", a.env["KITH_DB"]).group(1)
        body = cards(4000, "half")
        with socket.create_connection(("127.0.0.1", a.port)) as s:
            s.sendall((f"POST /api/v1/imports?filename=half.vcf HTTP/1.1\r\nHost: kith\r\nCookie: {ann.cookie}\r\nX-CSRF-Token: {ann.csrf}\r\n"
                       f"Content-Length: {len(body)}\r\n\r\n").encode() + body[:len(body) * 3 // 4])
            wait_for(lambda: SERVER.psql("select count(*) from file_chunks", name) != ["0"])
            a.kill()
        at_b = also_at(ann, b)
        assert at_b.get("/api/v1/imports")[1]["items"] == []
        assert SERVER.psql("select bytes from files", name) == ["-1"]
        status, it, _ = at_b.post("/api/v1/imports?filename=whole.vcf", body)
        assert status == 202, it
        assert SERVER.psql("select bytes from files order by id", name) == ["-1", str(len(body))]
        status, back, _ = at_b.get(f"/api/v1/imports/{it['id']}/file")
        assert status == 200 and back == body
        assert at_b.delete(f"/api/v1/imports/{it['id']}")[0] == 204
        assert SERVER.psql("select count(*) from files where bytes >= 0", name) == ["0"]


def a_limit_holds_for_all_processes_of_a_host():
    with Hosts(SERVER, 1, 0, ["--http-processes", "4", "--requests-per-minute", "2"]) as (a,):
        ann = a.sign_up("ann@example.com")
        said = []
        for _ in range(40):                              # a connection each: they meet all four processes
            other = also_at(ann, a)
            said.append(other.get("/api/v1/session")[0])
            other.close()
        # four memories would let eight through; one refills by two a minute
        assert 1 <= said.count(200) <= 5 and set(said) == {200, 429}, (said.count(200), set(said))


def a_host_dies_in_the_middle():
    with Hosts(SERVER) as (a, b, one, two):
        people = [a.sign_up(f"p{i}@example.com") for i in range(2)]
        imports = [upload(person, 3000, f"person{i}") for i, person in enumerate(people)]
        time.sleep(1)
        one.kill()
        began = time.monotonic()
        for i, person in enumerate(people):
            done(person, imports[i], 3000)
            all_once(person, 3000, f"person{i}")
        took = time.monotonic() - began
        back = [line for line in two.log_text().splitlines() if "agent.took_back" in line]
        print(f"        2 x 3,000 cards, one of two agent hosts killed: all there once, {took:.1f} s after the kill; {len(back)} claims taken over")


def agents_nurseries_and_workers_are_killed():
    """KITH_KILLS of them, at random, on three hosts that work."""
    kills = int(os.environ.get("KITH_KILLS", 0))
    with Hosts(SERVER, 1, 3) as (a, *working):
        people = [a.sign_up(f"p{i}@example.com") for i in range(4)]
        imports = [upload(person, 2500, f"person{i}") for i, person in enumerate(people)]
        for _ in range(kills):
            pids = [pid for pid, title in random.choice(working).processes().items() if "master" not in title and "http" not in title]
            try:
                os.kill(random.choice(pids), signal.SIGKILL)
            except (ProcessLookupError, IndexError):
                pass
            time.sleep(0.35)
        for i, person in enumerate(people):
            done(person, imports[i], 2500, 240)
            all_once(person, 2500, f"person{i}")
        print(f"        4 x 2,500 cards, {kills} processes of three hosts killed: all there once")


def hosts_come_and_go():
    hosts = Hosts(SERVER, http=1, agent=1)
    with hosts as (a, one):
        ann = a.sign_up("ann@example.com")
        import_id = upload(ann, 4000, "ann")
        joined = hosts.more("agent")
        b = hosts.more("http")
        began = time.monotonic()
        wait_for(lambda: figure(joined, "kith_jobs_done_total") > 0, 20)
        helped_s = time.monotonic() - began
        one.stop()                                      # goes in order: hands back what it holds
        at_b = also_at(ann, b)
        a.stop()
        done(at_b, import_id, 4000)
        all_once(at_b, 4000, "ann")
        assert "took_back" not in joined.log_text()
        assert hosts.all[1].process.returncode == 0 and hosts.all[0].process.returncode == 0
        print(f"        a new agent host had done its first job {helped_s:.2f} s after it was ready; the first of each role left: nothing waited for a lease")


if __name__ == "__main__":
    if not postgres.programs():
        print("PostgreSQL is not installed")
        sys.exit(77)
    with postgres.server() as SERVER:
        main([roles_are_kept_apart, an_agent_host_needs_no_address, limits_are_divided, one_house_to_people, work_is_shared,
              half_an_upload_is_never_seen, a_limit_holds_for_all_processes_of_a_host, a_host_dies_in_the_middle, hosts_come_and_go]
             + [agents_nurseries_and_workers_are_killed] * ("KITH_KILLS" in os.environ))
