#!/usr/bin/env python3
"""PostgreSQL is paused, out of reach or locked: what needs no database is answered meanwhile, who changes something waits, nothing that was
acknowledged is lost, nothing is done twice.  On a server of its own; what is asked is the order of things, never how long they took."""
import contextlib
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time

import postgres
from kithtest import SLOW, Kith, main, wait_for

WAIT_MS = 200 * SLOW


class Writers:
    """People who add cards, each its own, one after the other, until stop(); each card under its own Idempotency-Key."""

    def __init__(self, kith, ann, n=4):
        self.acknowledged, self.begun, self.refused, self.going = [], 0, [], True
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.write, args=(kith, ann, k), daemon=True) for k in range(n)]
        for t in self.threads:
            t.start()

    def write(self, kith, ann, k):
        me = kith.client()
        me.cookie, me.csrf, n = ann.cookie, ann.csrf, 0
        while self.going:
            with self.lock:
                self.begun += 1
            status, body, _ = me.post("/api/v1/cards", {"card": {"name": {"full": f"W{k} number {n}"}}},
                                      headers={"Idempotency-Key": f"w{k}-{n}"})
            with self.lock:
                if status == 201:
                    self.acknowledged.append(body["id"])
                    n += 1
                else:
                    self.refused.append((status, body))

    def all_wait(self):
        """Everybody has asked, and nobody gets an answer any more."""
        before = len(self.acknowledged)
        time.sleep(0.1)
        return len(self.acknowledged) == before and self.begun == before + len(self.refused) + len(self.threads)

    def stop(self):
        self.going = False
        for t in self.threads:
            t.join(60 * SLOW)
            assert not t.is_alive()

    def check(self, server, url, may_be_refused=False):
        names = server.psql("select name from cards where name like 'W%number%'", url)
        assert len(names) == len(set(names)), "a card was made twice"
        assert len(names) == len(self.acknowledged), (len(names), len(self.acknowledged))
        assert may_be_refused or not self.refused, self.refused[:3]


def needs_no_database(kith, times=20):
    client = kith.client()
    for path in ("/healthz", "/", "/api/v1/openapi.json") * times:
        assert client.get(path)[0] in (200, 503 if path == "/" else 200), path


def not_ready(kith):
    status, body, headers = kith.client().get("/readyz")
    assert status == 200 or (body["code"] == "DATABASE" and headers["Retry-After"]), (status, body)
    return status == 503


def database_of(url):
    return url.partition("kith@/")[2].partition("?")[0]


@contextlib.contextmanager
def house(server, url):
    env = {"KITH_DB": url, "KITH_DB_WAIT": str(WAIT_MS)}
    with Kith("--http-processes", "1", "--requests-per-minute", "1000000", env=env) as kith:
        yield kith, kith.sign_up("ann@example.com")


def everyone(server):
    """The server's processes, the postmaster last: nobody takes in a connection while the others still run."""
    pid = str(server.process.pid)
    kids = subprocess.run(["pgrep", "-P", pid], capture_output=True, text=True, check=False).stdout.split()
    return [int(p) for p in (pid, *kids)]


def paused():
    with postgres.Postgres() as server:
        url = server.database()
        with house(server, url) as (kith, ann):
            writers = Writers(kith, ann)
            for _ in range(3):
                before = len(writers.acknowledged)
                wait_for(lambda: len(writers.acknowledged) > before + 20)
                stopped = everyone(server)
                for pid in stopped:
                    os.kill(pid, signal.SIGSTOP)
                try:
                    wait_for(writers.all_wait)
                    needs_no_database(kith)
                    wait_for(lambda: not_ready(kith))
                    needs_no_database(kith)
                    assert writers.all_wait()
                finally:
                    for pid in stopped:
                        os.kill(pid, signal.SIGCONT)
                wait_for(lambda: kith.client().get("/readyz")[0] == 200)
            writers.stop()
            writers.check(server, database_of(url))


class Wire(threading.Thread):
    """A proxy before the server that can be cut: bytes get lost on the way, and nobody is told."""

    def __init__(self, to):
        super().__init__(daemon=True)
        self.to, self.cut, self.all, self.going = to, False, selectors.DefaultSelector(), True
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        self.all.register(self.door, selectors.EVENT_READ)
        self.start()

    def run(self):
        while self.going:
            for key, _ in self.all.select(0.05):
                if key.fileobj is self.door:
                    self.take_in()
                else:
                    self.pass_on(key.fileobj, key.data)

    def take_in(self):
        near, _ = self.door.accept()
        if self.cut:
            self.all.register(near, selectors.EVENT_READ, None)
            return
        far = socket.create_connection(self.to)
        self.all.register(near, selectors.EVENT_READ, far)
        self.all.register(far, selectors.EVENT_READ, near)

    def pass_on(self, one, other):
        try:
            got = one.recv(65536)
        except OSError:
            got = b""
        if not got:
            for s in (one, other):
                if s and s.fileno() >= 0 and not (self.cut and s is other):
                    self.all.unregister(s)
                    s.close()
        elif other and not self.cut:
            with contextlib.suppress(OSError):
                other.sendall(got)

    def end(self):
        self.going = False
        self.join()


def out_of_reach():
    """The way to the server swallows what is sent: no refusal, no reset, also for new connections."""
    with postgres.Postgres() as server:
        wire = Wire(("127.0.0.1", server.port))
        url = server.database()
        over_wire = f"postgresql://kith@127.0.0.1:{wire.port}/{database_of(url)}"
        with house(server, over_wire) as (kith, ann):
            writers = Writers(kith, ann)
            wait_for(lambda: len(writers.acknowledged) > 20)
            wire.cut = True
            wait_for(writers.all_wait)
            needs_no_database(kith)
            wait_for(lambda: not_ready(kith))
            needs_no_database(kith)
            wire.cut = False
            wait_for(lambda: kith.client().get("/readyz")[0] == 200, 30)
            before = len(writers.acknowledged)
            # the server's side of what was cut off, the agent's too, holds its rows until the server has found it idle for ten seconds
            wait_for(lambda: len(writers.acknowledged) > before + 20, 60)
            writers.stop()
            writers.check(server, database_of(url), may_be_refused=True)
        wire.end()


def given_up_in_the_end():
    """After ten seconds: 503 with the reason, and a time to come again.  The same request made again is done once."""
    with postgres.Postgres() as server:
        url = server.database()
        with house(server, url) as (kith, ann):
            card, key = {"card": {"name": {"full": "W0 number 0"}}}, {"Idempotency-Key": "once"}
            stopped = everyone(server)
            for pid in stopped:
                os.kill(pid, signal.SIGSTOP)
            try:
                status, body, headers = ann.post("/api/v1/cards", card, headers=key)
                assert status == 503 and "database does not answer" in body["detail"], (status, body)
                assert int(headers["Retry-After"]) > 0
            finally:
                for pid in stopped:
                    os.kill(pid, signal.SIGCONT)
            for _ in range(2):
                status, body, _ = ann.post("/api/v1/cards", card, headers=key)
                assert status == 201, (status, body)
            assert server.psql("select count(*) from cards where name like 'W%'", database_of(url)) == ["1"]


def locked():
    """Somebody holds a whole table: what needs another one is done meanwhile."""
    with postgres.Postgres() as server:
        url = server.database()
        with house(server, url) as (kith, ann):
            writers = Writers(kith, ann)
            wait_for(lambda: len(writers.acknowledged) > 20)
            holder = subprocess.Popen(["psql", "-X", "-q", server.url(database_of(url))], stdin=subprocess.PIPE, text=True)
            holder.stdin.write("begin; lock table cards in access exclusive mode;\n")
            holder.stdin.flush()
            wait_for(writers.all_wait)
            needs_no_database(kith, 3)
            for _ in range(5):
                status, body, _ = ann.get("/api/v1/tokens")
                assert status == 200, (status, body)
            assert writers.all_wait()
            holder.communicate("commit;\n")
            before = len(writers.acknowledged)
            wait_for(lambda: len(writers.acknowledged) > before + 20)
            writers.stop()
            writers.check(server, database_of(url))


def one_that_is_started_meanwhile():
    """An http process that is killed while the server is away comes up again, without it."""
    with postgres.Postgres() as server:
        with house(server, server.database()) as (kith, ann):
            server.stop()
            pid = next(p for p, title in kith.processes().items() if title == "kith: http")
            os.kill(pid, signal.SIGKILL)
            wait_for(lambda: pid not in kith.processes() and "kith: http" in kith.processes().values())
            needs_no_database(kith, 1)
            assert not_ready(kith)
            server.launch()
            wait_for(lambda: kith.client().get("/readyz")[0] == 200)
            assert ann.get("/api/v1/session")[0] == 200


TESTS = [paused, out_of_reach, given_up_in_the_end, locked, one_that_is_started_meanwhile]

if __name__ == "__main__":
    if not postgres.programs():
        print("PostgreSQL is not installed")
        sys.exit(77)
    main([t for t in TESTS if t.__name__ in sys.argv[1:] or not sys.argv[1:]])
