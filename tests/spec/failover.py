#!/usr/bin/env python3
"""PostgreSQL goes away under load, and comes back or another takes its place: no request fails, nothing that was acknowledged is
lost, nothing is there twice.  Clients never repeat anything; what they see is a pause, and the longest is printed.

KITH_SECONDS makes each part longer."""
import http.client
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
from collections import Counter

import postgres
from kithtest import SLOW, Kith, main, wait_for

SECONDS = float(os.environ.get("KITH_SECONDS", 1.0))


class Load:
    def __init__(self, kith, ann, writers=3, readers=2):
        self.kith, self.ann, self.over = kith, ann, False
        self.acknowledged, self.failed, self.reads, self.longest = [], [], 0, 0.0
        self.threads = [threading.Thread(target=self.loop, args=(self.write, i)) for i in range(writers)]
        self.threads += [threading.Thread(target=self.loop, args=(self.read, i)) for i in range(readers)]
        for t in self.threads:
            t.start()

    def loop(self, step, number):
        connection, count = http.client.HTTPConnection("127.0.0.1", self.kith.port, timeout=60 * SLOW), 0
        while not self.over:
            count += 1
            began = time.monotonic()
            try:
                step(connection, f"{number}-{count}")
            except Exception as e:
                self.failed.append(f"{step.__name__}: {e!r}")
                connection.close()
                connection = http.client.HTTPConnection("127.0.0.1", self.kith.port, timeout=60 * SLOW)
            self.longest = max(self.longest, time.monotonic() - began)

    def ask(self, connection, method, path, body, want):
        connection.request(method, path, body, {"Cookie": self.ann.cookie, "X-CSRF-Token": self.ann.csrf,
                                                "Content-Type": "application/json"})
        response = connection.getresponse()
        data = response.read()
        assert response.status == want, (response.status, data[:200])

    def write(self, connection, name):
        card = {"@type": "Card", "version": "1.0", "uid": f"urn:test:{name}", "name": {"full": f"Written {name}"}}
        self.ask(connection, "POST", "/api/v1/cards", json.dumps({"card": card}), 201)
        self.acknowledged.append(f"urn:test:{name}")
        time.sleep(0.005)

    def read(self, connection, name):
        self.ask(connection, "GET", "/api/v1/cards?limit=20", None, 200)
        self.reads += 1
        time.sleep(0.005)

    def end(self):
        """Not before it has said something, however busy the machine is."""
        wait_for(lambda: self.failed or len(self.acknowledged) > 20 and self.reads > 20, 60)
        self.over = True
        for t in self.threads:
            t.join()


def uids(ann):
    status, body, _ = ann.get("/api/v1/export?format=jscontact")
    assert status == 200, status
    cards = body if isinstance(body, list) else json.loads(body)
    return Counter(card["uid"] for card in cards)


def judge(what, load, ann, away_s=0):
    """away_s: how long the server was away at most.  Requests are promised to wait 10 s for it, not longer."""
    if away_s > 8:
        load.failed = [why for why in load.failed if '"code":"UNAVAILABLE"' not in why]
    there = uids(ann)
    lost = [uid for uid in load.acknowledged if uid not in there]
    doubled = [uid for uid, n in there.items() if n > 1]
    print(f"        {what}: {len(load.acknowledged)} writes, {load.reads} reads, {len(load.failed)} failed, {len(lost)} lost, "
          f"{len(doubled)} doubled, longest pause {load.longest:.2f} s")
    assert not load.failed, load.failed[:5]
    assert not lost and not doubled, (lost[:5], doubled[:5])
    assert len(load.acknowledged) > 20 and load.reads > 20
    assert sum(there.values()) == len(load.acknowledged), (sum(there.values()), len(load.acknowledged))


def a_house(url):
    return Kith("--http-processes", "2", "--requests-per-minute", "1000000", env={"KITH_DB": url})


def restarts():
    """fast: everybody is sent away; immediate: as after a crash, the log is replayed."""
    with postgres.Postgres(durable=True) as server, a_house(server.database()) as kith:
        ann = kith.sign_up("ann@example.com")
        load, away_s = Load(kith, ann), 0
        try:
            for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGINT):
                time.sleep(SECONDS / 2)
                began = time.monotonic()
                server.stop(how)
                time.sleep(0.3)
                server.launch()
                away_s = max(away_s, time.monotonic() - began)
            time.sleep(SECONDS / 2)
        finally:
            load.end()
        judge("3 restarts", load, ann, away_s)
        ann.wait_idle(60)


def connections_are_cut():
    """The server sends single clients away again and again, also in the middle of a commit."""
    with postgres.Postgres(durable=True) as server, a_house(server.database()) as kith:
        ann = kith.sign_up("ann@example.com")
        load, cuts = Load(kith, ann), 0
        try:
            end = time.monotonic() + SECONDS * 2
            while time.monotonic() < end:
                cuts += len(server.psql("select pg_terminate_backend(pid) from pg_stat_activity where datname like 'kith_%' "
                                        "and pid <> pg_backend_pid()"))
                time.sleep(0.05)
        finally:
            load.end()
        judge(f"{cuts} connections cut", load, ann)


class Standby(postgres.Postgres):
    """A copy that follows `primary` by streaming, and acknowledges its commits."""

    def start(self):
        return self

    def follow(self, primary):
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        os.chmod(self.folder, 0o755)
        self.run(self.bin / "pg_basebackup", "-D", self.data, "-h", primary.folder, "-p", str(primary.port), "-U", "kith", "-X", "stream",
                 "-c", "fast")
        (self.data / "standby.signal").touch()
        if self.user:
            os.chown(self.data / "standby.signal", self.user.pw_uid, self.user.pw_gid)
        self.launch(primary_conninfo=f"host={primary.folder} port={primary.port} user=kith application_name=second")
        return self

    def promote(self):
        self.run(self.bin / "pg_ctl", "promote", "-D", self.data, "-w")


def a_primary_dies():
    """kill -9 of the primary with everything it started; the synchronous standby becomes the primary."""
    sync = {"synchronous_standby_names": "'second'", "synchronous_commit": "on", "wal_level": "replica", "max_wal_senders": "4"}
    with postgres.Postgres(durable=True, settings={"wal_level": "replica", "max_wal_senders": "4"}) as first, Standby(durable=True) as second:
        first.database()
        second.follow(first)
        first.settings.update(sync)
        first.psql("alter system set synchronous_standby_names = 'second'")
        first.psql("select pg_reload_conf()")
        # trusting the configuration is how acknowledged rows get lost: what counts is what the primary sees
        wait_for(lambda: first.psql("select sync_state from pg_stat_replication") == ["sync"], 30)
        name = first.psql("select datname from pg_database where datname like 'kith_%'")[0]
        url = f"postgresql://kith@/{name}?host={first.folder},{second.folder}&port={first.port},{second.port}"
        with a_house(url) as kith:
            ann = kith.sign_up("ann@example.com")
            load = Load(kith, ann)
            try:
                time.sleep(SECONDS)
                assert first.psql("select sync_state from pg_stat_replication") == ["sync"]
                children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(first.process.pid)], capture_output=True, text=True).stdout.split()
                for pid in [first.process.pid, *map(int, children)]:
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
                first.process.wait(10)
                first.process = None
                second.promote()
                time.sleep(SECONDS)
            finally:
                load.end()
            judge("fail-over to the synchronous standby", load, ann)


def nobody_comes_back():
    """Without a database requests wait a while and are then told to come again; the house stays."""
    with postgres.Postgres() as server, a_house(server.database()) as kith:
        ann = kith.sign_up("ann@example.com")
        server.stop()
        status, _, headers = ann.get("/api/v1/cards")
        assert status == 503 and int(headers["Retry-After"]) >= 1, (status, headers)
        assert ann.get("/healthz")[0] == 200 and ann.get("/readyz")[0] == 503
        server.launch()
        wait_for(lambda: ann.get("/api/v1/cards")[0] == 200, 20)


if __name__ == "__main__":
    if not postgres.programs():
        print("PostgreSQL is not installed")
        sys.exit(77)
    main([restarts, connections_are_cut, a_primary_dies, nobody_comes_back])
