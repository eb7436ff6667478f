#!/usr/bin/env python3
"""An installation is moved from SQLite to PostgreSQL and back while people read: nothing is lost, no read fails, writes are refused
with the time to wait; a move that is killed or does not agree leaves the old one as it was."""
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

import kithtest
import postgres
from kithtest import BINARY, Client, Kith, wait_for

TABLES = ["accounts", "users", "logins", "books", "cards", "records", "keys", "journal", "imports", "facts", "tags"]


def fresh(ann):
    """The same person on a new connection: an idle one is closed when its process makes room."""
    client = Client(ann.port)
    client.cookie, client.csrf = ann.cookie, ann.csrf
    return client


class Reader(threading.Thread):
    """Reads all the time; counts what was no 200."""

    def __init__(self, ann):
        super().__init__(daemon=True)
        self.ann = ann
        self.count, self.bad, self.slowest, self.over = 0, [], 0, threading.Event()

    def run(self):
        paths = ["/api/v1/cards?limit=20", "/api/v1/search?q=an", "/api/v1/stats"]
        while not self.over.is_set():
            began = time.monotonic()
            try:
                status = fresh(self.ann).get(paths[self.count % 3])[0]
            except OSError as error:
                status = str(error)
            self.slowest = max(self.slowest, time.monotonic() - began)
            self.count += 1
            if status != 200:
                self.bad.append(status)
            time.sleep(0.005)

    def end(self):
        self.over.set()
        self.join(10)
        assert not self.bad, self.bad[:5]
        return self.count


def migrate(kith, url, **more):
    return subprocess.Popen([BINARY, "migrate", "--to", url, "--data", str(kith.data)], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=kith.env, **more)


def done(process, code=0):
    out, err = process.communicate(timeout=120)
    assert process.returncode == code, (process.returncode, out, err)
    return out + err


def on_sqlite():
    return Kith("--http-processes", "2")


def fill(kith, cards=1500):
    folder = tempfile.mkdtemp(prefix="kith-cards-", dir=kith.data)
    subprocess.run([BINARY, "generate", "--out", folder, "--cards", str(cards), "--sources", "1", "--seed", "5"], check=True,
                   stdout=subprocess.DEVNULL)
    ann = kith.sign_up("ann@example.com")
    ann.import_file(next(p for p in sorted(pathlib.Path(folder).iterdir()) if p.suffix == ".vcf"))
    ann.wait_idle()
    return ann


def all_cards(ann):
    cards, path = {}, "/api/v1/cards?limit=500"
    while path:
        status, page, _ = fresh(ann).get(path)
        assert status == 200, (status, page)
        cards.update({c["id"]: json.dumps(c, sort_keys=True) for c in page["items"]})
        path = page.get("next") and f"/api/v1/cards?limit=500&cursor={page['next']}"
    return cards


def counts_sqlite(kith):
    db = sqlite3.connect(kith.data / "kith.db")
    return [db.execute(f"select count(*) from {t}").fetchone()[0] for t in TABLES]


def counts_postgres(server, url):
    name = url.split("/")[3].split("?")[0]
    return [int(server.psql(f"select count(*) from {t}", name)[0]) for t in TABLES]


def refused(ann, name="Too Late"):
    status, body, headers = fresh(ann).post("/api/v1/cards", {"card": {"@type": "Card", "version": "1.0", "name": {"full": name}}})
    if status == 201:
        return None
    assert status == 503 and body["code"] == "MOVING" and int(headers["Retry-After"]) >= 2, (status, body)
    assert "% done" in body["detail"] or " % " in body["detail"], body
    return body


def writes(ann, name):
    status, body, _ = fresh(ann).post("/api/v1/cards", {"card": {"@type": "Card", "version": "1.0", "name": {"full": name}}})
    return status == 201 and body["id"]


def there_and_back():
    with postgres.server() as server, on_sqlite() as kith:
        ann = fill(kith)
        before, url = all_cards(ann), server.database()
        reader = Reader(ann)
        reader.start()
        moving = migrate(kith, url)
        wait_for(lambda: refused(ann) or moving.poll() is not None, 10, 0.1)
        assert moving.poll() is None, moving.communicate()
        text = done(moving)
        assert "works on it now" in text, text
        assert f"db = {url}" in (kith.data / "kith.conf").read_text()
        wait_for(lambda: writes(ann, "Zoltan There"), 20, 0.1)
        wait_for(lambda: all("http" not in t or refused(ann) is None for t in kith.processes().values()), 20)
        now = all_cards(ann)
        extra = set(now) - set(before)
        assert all(now[i] == before[i] for i in before), "cards differ"
        assert all("Zoltan" in now[i] or "Too Late" in now[i] for i in extra), extra
        status, found, _ = fresh(ann).get("/api/v1/search?q=" + json.loads(next(iter(before.values())))["name"].split()[0].lower())
        assert status == 200, found
        wait_for(lambda: fresh(ann).get("/api/v1/search?q=zoltan")[1]["items"], 20, 0.1)

        back = kith.data / "back.db"
        moving = migrate(kith, f"sqlite:{back}")
        assert "works on it now" in done(moving)
        wait_for(lambda: writes(ann, "Zoltan Back"), 20, 0.1)
        assert set(now) <= set(all_cards(ann))
        print(f"  {reader.end()} reads, the slowest {reader.slowest * 1000:.0f} ms")


def interrupted_or_unequal_it_never_happened():
    with postgres.server() as server, on_sqlite() as kith:
        ann = fill(kith, 300)
        before, url = counts_sqlite(kith), server.database()
        name = url.split("/")[3].split("?")[0]
        moving = migrate(kith, url)
        wait_for(lambda: refused(ann), 10, 0.05)
        moving.send_signal(signal.SIGKILL)
        moving.communicate()
        half = subprocess.run([BINARY, "up", "--db", url, "--data", str(kith.data / "other"), "--listen", "127.0.0.1:0"],
                              capture_output=True, text=True, timeout=30)
        assert half.returncode and "was not finished" in half.stderr, half.stderr
        wait_for(lambda: writes(ann, "Still Here"), 20, 0.2)

        server.psql("create function spoil() returns trigger language plpgsql as $$ begin new.name = new.name || ' '; return new; end $$;"
                    "create trigger spoil before insert on cards for each row execute function spoil()", name)
        text = done(migrate(kith, url), 1)
        assert "table cards:" in text and "Nothing has changed" in text, text
        assert writes(ann, "Still Here Too") and not (kith.data / "kith.conf").exists()

        server.psql("drop trigger spoil on cards", name)
        assert "works on it now" in done(migrate(kith, url))
        there = counts_postgres(server, url)
        assert there[4] == counts_sqlite(kith)[4] > before[4] and there[0] == before[0], (before, there)
        again = done(migrate(kith, url), 1)
        assert "there already" in again, again
        left = ["--db", f"sqlite:{kith.data}/kith.db", "--data", str(kith.data / "left")]
        gone = subprocess.run([BINARY, "up", "--listen", "127.0.0.1:0", *left], capture_output=True, text=True, timeout=30)
        assert gone.returncode and "moved away" in gone.stderr, gone.stderr
        assert "written again" in subprocess.run([BINARY, "migrate", "--stay", *left], capture_output=True, text=True).stdout


if __name__ == "__main__":
    if not postgres.programs():
        print("PostgreSQL is not installed")
        sys.exit(77)
    os.environ.pop("KITH_TEST_DB", None)
    kithtest.main([there_and_back, interrupted_or_unequal_it_never_happened])
