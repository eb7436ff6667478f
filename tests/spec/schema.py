#!/usr/bin/env python3
"""The schema changes while people work: kith-next (the same program with a later schema, tests/data/schema) expands the database of a
running house; the old one goes on without an error and starts again on it; the backfill comes through the queue; the contract waits
until it is asked for, and then the old program says clearly that it is too old."""
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

import kithtest
import postgres
from kithtest import BINARY, Client, Kith, wait_for

NEXT = sys.argv.pop(1)
CARD = {"card": {"@type": "Card", "version": "1.0", "name": {"full": "Ann Example"}}}


class House(Kith):
    """A Kith of either program on a database that is shared."""

    def __init__(self, url, program=BINARY, **more):
        super().__init__("--http-processes", "1", env={"KITH_DB": url}, **more)
        self.program = program

    def start(self):
        was, kithtest.BINARY = kithtest.BINARY, self.program
        try:
            return super().start()
        finally:
            kithtest.BINARY = was


class Busy(threading.Thread):
    """Writes and reads until told to stop; everything must succeed."""

    def __init__(self, ann):
        super().__init__(daemon=True)
        self.client = Client(ann.port)
        self.client.cookie, self.client.csrf = ann.cookie, ann.csrf
        self.done, self.bad, self.over = 0, [], threading.Event()

    def run(self):
        while not self.over.is_set():
            for method, path, body in (("POST", "/api/v1/cards", CARD), ("GET", "/api/v1/cards?limit=10", None)):
                status, answer, _ = self.client.request(method, path, body)
                self.done += 1
                if status >= 400:
                    self.bad.append((status, answer))
            time.sleep(0.002)

    def end(self):
        self.over.set()
        self.join(20)
        assert not self.bad, self.bad[:3]
        assert self.done > 20, self.done


def run(program, *words, url, data, code=0):
    """Its words; code None: whatever it is."""
    done = subprocess.run([program, *words, "--db", url, "--data", str(data)], capture_output=True, text=True, timeout=120)
    assert code is None or (done.returncode != 0) == (code != 0), (done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr


def filled(ask):
    return lambda: ask("select count(*) from cards where name_length = -1") == 0


def the_story(url, ask, both_at_once):
    with House(url) as old:
        ann = old.sign_up("ann@example.com")
        for _ in range(250):
            assert ann.post("/api/v1/cards", CARD)[0] == 201
        ann.wait_idle()
        busy = Busy(ann)
        busy.start()
        with tempfile.TemporaryDirectory(prefix="kith-next-") as other:
            if both_at_once:  # two houses on one database, two masters of the new program at once
                with House(url, NEXT, data=other) as one, tempfile.TemporaryDirectory(prefix="kith-next-") as third, \
                        House(url, NEXT, data=third):
                    assert ask("select count(*) from schema_version where version = 90") == 1
                    assert one.client().get("/readyz")[0] == old.client().get("/readyz")[0] == 200
                    time.sleep(0.5)
                    busy.end()
            else:
                subprocess.run([NEXT, "account", "add", "eve@example.com", "--db", url, "--data", other], input="correct horse battery\n",
                               text=True, check=True, capture_output=True)
                time.sleep(0.5)
                busy.end()
        assert ask("select count(*) from schema_version where version = 91") == 0, "the contract came unasked"
        assert "database: schema 90" not in old.log_text()
    with House(url) as again:  # the old program starts on the newer schema
        assert again.client().get("/readyz")[0] == 200

    with House(url, NEXT) as house:
        told = run(NEXT, "doctor", "--listen", f"127.0.0.1:{house.port}", url=url, data=house.data, code=None)
        assert "kith migrate --contract" in told, told
        assert "Nothing waits" not in run(NEXT, "migrate", "--contract", url=url, data=house.data)
        assert "Nothing waits" in run(NEXT, "migrate", "--contract", url=url, data=house.data)
        assert filled(ask)() and ask("select count(*) from schema_version where version = 91") == 1
        assert house.client().get("/readyz")[0] == 200
    with tempfile.TemporaryDirectory(prefix="kith-old-") as data:
        refused = run(BINARY, "up", "--listen", "127.0.0.1:0", url=url, data=data, code=1)
        assert "newer than this program" in refused and "taken away" in refused, refused


def on_postgresql():
    with postgres.server() as server:
        url = server.database()
        name = url.split("/")[3].split("?")[0]
        the_story(url, lambda q: int(server.psql(q, name)[0]), True)
        assert server.psql("select indisvalid from pg_index where indexrelid = 'cards_by_length'::regclass", name) == ["t"]


def on_sqlite():
    with tempfile.TemporaryDirectory(prefix="kith-schema-") as folder:
        path = pathlib.Path(folder) / "kith.db"
        the_story(f"sqlite:{path}", lambda q: sqlite3.connect(path).execute(q).fetchone()[0], False)


def the_backfill_comes_through_the_queue():
    with tempfile.TemporaryDirectory(prefix="kith-schema-") as folder:
        path = pathlib.Path(folder) / "kith.db"
        with House(f"sqlite:{path}") as old:
            ann = old.sign_up("ann@example.com")
            for _ in range(250):
                assert ann.post("/api/v1/cards", CARD)[0] == 201
        with House(f"sqlite:{path}", NEXT):
            wait_for(filled(lambda q: sqlite3.connect(path).execute(q).fetchone()[0]), 20, 0.1)


def a_lock_is_not_queued_for():
    """Somebody holds cards: the change waits in short attempts, and readers pass between them."""
    with postgres.server() as server:
        url = server.database()
        name = url.split("/")[3].split("?")[0]
        with House(url) as old:
            ann = old.sign_up("ann@example.com")
            holder = subprocess.Popen(["psql", "-X", "-q", url], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
            holder.stdin.write("begin; select count(*) from cards;\n")
            holder.stdin.flush()
            wait_for(lambda: server.psql("select 1 from pg_stat_activity where state = 'idle in transaction'", name), 10)
            with tempfile.TemporaryDirectory(prefix="kith-next-") as data:
                env = {**os.environ, "KITH_DB": url}
                new = subprocess.Popen([NEXT, "up", "--listen", "127.0.0.1:0", "--data", data], env=env, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
                reads, end = 0, time.monotonic() + 4
                while time.monotonic() < end:
                    assert ann.get("/api/v1/cards")[0] == 200
                    reads += 1
                # a change that queued for its lock would let nobody read until the holder is gone
                assert reads >= 2 and new.poll() is None, reads
                holder.communicate("rollback;\n", timeout=10)
                wait_for(lambda: server.psql("select 1 from schema_version where version = 90", name), 20)
                new.terminate()
                new.wait(30)


if __name__ == "__main__":
    os.environ.pop("KITH_TEST_DB", None)
    kithtest.main([on_sqlite, the_backfill_comes_through_the_queue] + ([on_postgresql, a_lock_is_not_queued_for] if postgres.programs() else []))
