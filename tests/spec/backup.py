#!/usr/bin/env python3
"""`kith backup` and `kith restore`: every row, card, original, photo and upload comes back, from and to both databases, also out of a house
that imports meanwhile; what is cut short or changed is refused; kill -9 of either leaves nothing that looks whole and is not."""
import base64
import hashlib
import json
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter

import postgres
from kithtest import BINARY, SLOW, Kith, main, wait_for

NEXT = os.environ.get("KITH_NEXT")      # this program with a later schema (tests/data/schema)
CARDS = int(os.environ.get("KITH_CARDS", 3000))
LIVE = ("agents", "agent_kinds", "schema_version", "job_ready")   # of the machine, and the index jobs that a restore adds
PASSWORD = "correct horse battery"
PHOTO = "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + random.Random(1).randbytes(30000)).decode()


class Folder:
    def __enter__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="kith-backup-"))
        return self.path

    def __exit__(self, *why):
        if not os.environ.get("KITH_KEEP"):
            shutil.rmtree(self.path, ignore_errors=True)


def kith(*words, status=0, program=BINARY, env=None, **more):
    done = subprocess.run([program, *map(str, words)], capture_output=True, timeout=120 * SLOW, check=False,
                          env={**os.environ, **(env or {})}, **more)
    assert done.returncode == status, (words, done.returncode, done.stdout[-500:], done.stderr[-1500:])
    return done.stdout.decode(errors="replace") if status == 0 else done.stderr.decode()


def vcards(folder, cards=CARDS):
    kith("generate", "--out", folder / "cards", "--cards", cards, "--duplicates", 0, "--sources", 1, "--seed", 11)
    return next(p for p in sorted((folder / "cards").iterdir()) if p.suffix == ".vcf")


def people(house, folder, cards=CARDS):
    """Ann: an import, a photo, edits, a merge's worth of history, the trash, a tag; and Bob, so that there are two."""
    ann = house.sign_up("ann@example.com", PASSWORD)
    ann.import_file(vcards(folder, cards))
    card = {"@type": "Card", "version": "1.0", "name": {"full": "Zoë Photo"}, "media": {"m1": {"kind": "photo", "uri": PHOTO}}}
    status, photo, _ = ann.post("/api/v1/cards", {"card": card})
    assert status == 201, photo
    items = ann.get("/api/v1/cards?limit=20")[1]["items"]
    for item in items[:5]:
        status, body, headers = ann.get(f"/api/v1/cards/{item['id']}")
        status, body, _ = ann.patch(f"/api/v1/cards/{item['id']}", {"keywords": {"friend": True}}, headers={
            "If-Match": headers["ETag"], "Content-Type": "application/merge-patch+json"})
        assert status == 200, body
    assert ann.delete(f"/api/v1/cards/{items[-1]['id']}")[0] in (200, 204)
    bob = house.sign_up("bob@example.com", PASSWORD)
    status, body, _ = bob.post("/api/v1/cards", {"card": {"@type": "Card", "version": "1.0", "name": {"full": "Bob's only one"}}})
    assert status == 201, body
    ann.wait_idle()
    return ann


def log_in(house, email="ann@example.com"):
    client = house.client()
    status, body, _ = client.post("/api/v1/login", {"email": email, "password": PASSWORD})
    assert status == 200, (status, body)
    client.csrf = body["csrf"]
    return client


def pages(client, path):
    items, following = [], path
    while following:
        status, page, _ = client.get(following)
        assert status == 200, (status, page)
        items += page["items"]
        following = page.get("next") and f"{path}&cursor={page['next']}"
    return items


def read(client, path):
    status, body, _ = client.get(path)
    assert status == 200, (path, status, body)
    return body if isinstance(body, bytes) else json.dumps(body, sort_keys=True).encode()


def as_seen(client):
    """What a person sees of a book: cards with their versions, photos, the history of some, originals, imports, the trash."""
    cards = pages(client, "/api/v1/cards?limit=500")
    photo = next((c for c in cards if c["photo"] and c["name"] == "Zoë Photo"), None)
    some = sorted(c["id"] for c in cards)[::max(1, len(cards) // 20)]
    return {
        "cards": {c["id"]: json.dumps(c, sort_keys=True) for c in cards},
        "photo": photo and read(client, photo["photo"]),
        "history": {i: read(client, f"/api/v1/cards/{i}/history") for i in some},
        "originals": {i: read(client, f"/api/v1/cards/{i}/original") for i in some if i != (photo and photo["id"])},
        "export": hashlib.sha256(read(client, "/api/v1/export?format=vcard3&original=1")).hexdigest(),
        "imports": read(client, "/api/v1/imports"),
        "trash": json.dumps(pages(client, "/api/v1/cards?limit=500&state=trash"), sort_keys=True),
    }


def same(before, after):
    assert len(before["cards"]) == len(after["cards"]), (len(before["cards"]), len(after["cards"]))
    for what in before:
        assert before[what] == after[what], (what, str(before[what])[:300], str(after[what])[:300])


# ---- every row, by no code of Kith's ----

def rows_of_file(path):
    db, found = sqlite3.connect(path), {}
    db.text_factory = bytes
    for (name,) in db.execute("select name from sqlite_schema where type = 'table'"):
        name = name.decode()
        if name.startswith(("sqlite_", "search_")) or name in LIVE:
            continue
        columns = [row[1].decode() for row in db.execute(f"pragma table_info({name})")]
        types = [row[2].decode().lower() for row in db.execute(f"pragma table_info({name})")]
        texts = [v for v, t in zip(columns, types)]
        rows = db.execute(f"select {', '.join(texts)} from {name}")
        found[name] = Counter(hashlib.md5(b"|".join(str(v).encode() if t == "integer" else v.hex().encode() for v, t in zip(row, types)))
                              .hexdigest() for row in rows)
    return found


def rows_of_server(server, url):
    name, found = url.split("/")[3].split("?")[0], {}
    columns = {}
    for line in server.psql("select table_name, column_name, data_type from information_schema.columns where table_schema = 'public'"
                            " order by table_name, ordinal_position", name):
        table, column, kind = line.split("|")
        columns.setdefault(table, []).append((column, kind))
    for table, own in columns.items():
        if table.startswith("search_") or table in LIVE:
            continue
        texts = {"bigint": "{0}::text", "text": "encode(convert_to({0}, 'UTF8'), 'hex')", "bytea": "encode({0}, 'hex')"}
        joined = ", ".join(texts[kind].format(column) for column, kind in own)
        found[table] = Counter(line for line in server.psql(f"select md5(concat_ws('|', {joined})) from {table}", name) if line)
    return found


def same_rows(before, after):
    assert before.keys() == after.keys(), before.keys() ^ after.keys()
    for table in before:
        assert before[table] == after[table], (table, sum(before[table].values()), sum(after[table].values()))
    assert all(before[t] for t in ("cards", "records", "journal", "blobs", "users", "imports")), {t: len(before[t]) for t in before}


def sums(file):
    told = json.loads(kith("backup", "--check", file, "--json"))
    return {name: t for name, t in told["tables"].items() if name not in LIVE}


# ---- the tests ----

def everything_comes_back():
    with Folder() as folder, Kith("--http-processes", "1") as house:
        (house.data / "kith.conf").write_text("upload-max-mb = 77\ndb =\n")
        seen = as_seen(people(house, folder))
        file = folder / "b.kith"
        told = kith("backup", file, "--data", house.data)          # while it runs
        assert "read back and whole" in told and file.stat().st_mode & 0o777 == 0o600, told
        house.stop()
        kith("backup", folder / "still.kith", "--data", house.data)
        rows = rows_of_file(house.data / "kith.db")
        new = folder / "new"
        assert "each compared" in kith("restore", folder / "still.kith", "--data", new)
        same_rows(rows, rows_of_file(new / "kith.db"))
        assert (new / "kith.conf").read_text() == "upload-max-mb = 77\n" and (new / "kith.conf").stat().st_mode & 0o777 == 0o600
        uploads = {str(p.relative_to(house.data)): p.read_bytes() for p in (house.data / "blobs").rglob("*") if p.is_file()}
        assert uploads and uploads == {str(p.relative_to(new)): p.read_bytes() for p in (new / "blobs").rglob("*") if p.is_file()}
        kith("restore", file, "--data", folder / "live")
        with Kith(data=folder / "live") as again:
            ann = log_in(again)
            same(seen, as_seen(ann))
            ann.wait_idle()
            assert ann.get("/api/v1/search?q=photo")[1]["items"], "the search index fills up again"
            assert [c["name"] for c in pages(log_in(again, "bob@example.com"), "/api/v1/cards?limit=5")] == ["Bob's only one"]


def from_and_to_both_databases():
    with Folder() as folder, postgres.server() as server:
        first, second, url = server.database(), server.database(), server.database()
        with Kith("--http-processes", "1", env={"KITH_DB": first}) as house:
            seen = as_seen(people(house, folder, CARDS // 4))
            kith("backup", folder / "running.kith", "--data", house.data, "--db", first)
            house.stop()
            kith("backup", folder / "pg.kith", "--data", house.data, "--db", first)
        rows = rows_of_server(server, first)
        kith("restore", folder / "pg.kith", "--data", folder / "pg", "--db", second)
        same_rows(rows, rows_of_server(server, second))
        kith("restore", folder / "pg.kith", "--data", folder / "file")
        same_rows(rows, rows_of_file(folder / "file/kith.db"))
        kith("backup", folder / "file.kith", "--data", folder / "file")
        assert sums(folder / "file.kith") == sums(folder / "pg.kith")
        kith("restore", folder / "file.kith", "--data", folder / "back", "--db", url)
        same_rows(rows, rows_of_server(server, url))
        assert "give an empty database" in kith("restore", folder / "file.kith", "--data", folder / "back", "--db", url, status=1)
        with Kith("--http-processes", "1", env={"KITH_DB": url}) as house:
            same(seen, as_seen(log_in(house)))
        kith("restore", folder / "running.kith", "--data", folder / "crossed")
        with Kith(data=folder / "crossed") as house:
            same(seen, as_seen(log_in(house)))


def an_import_goes_on_where_the_backup_found_it(url=None):
    """Backups of a house at work: each is whole, and each restored house ends the import with every card once."""
    with Folder() as folder, Kith("--http-processes", "1", env={"KITH_DB": url} if url else None) as house:
        where = ["--data", house.data] + (["--db", url] if url else [])
        ann = house.sign_up("ann@example.com", PASSWORD)
        it = ann.import_file(vcards(folder), commit=False)
        assert ann.post(f"/api/v1/imports/{it['id']}/commit", {"mode": "both"})[0] == 202
        files, done = [], 0
        while done < CARDS and len(files) < 40:
            files.append(folder / f"{len(files)}.kith")
            kith("backup", files[-1], *where)
            done = ann.get("/api/v1/stats")[1]["cards"]
        piped = folder / "piped.kith"
        with open(piped, "wb") as out:
            assert subprocess.run([BINARY, "backup", "-", *where], stdout=out, stderr=subprocess.DEVNULL, check=False).returncode == 0
        held = [sums(f)["cards"]["rows"] for f in [*files, piped]]
        assert held == sorted(held) and held[-1] <= CARDS, held
        part = next((f for f, n in zip(files, held) if 0 < n < CARDS), files[0])
        ann.wait_import(it["id"], ("done",), 120)
        ann.wait_idle()
        print(f"  {len(files)} backups while {CARDS} cards came; restored the one with {sums(part)['cards']['rows']}")
        kith("restore", part, "--data", folder / "new")
        with Kith("--http-processes", "1", data=folder / "new") as again:
            bea = log_in(again)
            bea.wait_import(it["id"], ("done",), 120)
            bea.wait_idle()
            status, text, _ = bea.get("/api/v1/export?format=vcard4")
            uids = Counter(line for line in text.decode().splitlines() if line.startswith("UID:"))
            assert len(uids) == CARDS and set(uids.values()) == {1}, (len(uids), uids.most_common(2))


def what_is_damaged_is_refused():
    dice = random.Random(3)
    with Folder() as folder:
        data, file, bad = folder / "data", folder / "b.kith", folder / "bad.kith"
        kith("account", "add", "ann@example.com", "--data", data, input=PASSWORD.encode() + b"\n")
        kith("import", vcards(folder, 200), "--account", "ann@example.com", "--data", data)
        kith("backup", file, "--data", data)
        whole = file.read_bytes()

        def refused(content, *words):
            bad.write_bytes(content)
            for command in (["backup", "--check", bad], ["restore", bad, "--data", folder / "none"]):
                said = kith(*command, status=1)
                assert any(word in said for word in words), said
            assert not (folder / "none").exists()
        refused(b"", "no backup", "damaged", "cut short")
        refused(b"BEGIN:VCARD\r\nEND:VCARD\r\n" * 100, "no backup", "damaged", "cut short")
        for length in [1, 100, len(whole) // 2, len(whole) - 200, len(whole) - 20, *(dice.randrange(len(whole) - 20) for _ in range(15))]:
            refused(whole[:length], "cut short", "no backup")
        for _ in range(25):
            at = dice.randrange(len(whole) - 20)
            refused(whole[:at] + bytes([whole[at] ^ 1 << dice.randrange(8)]) + whole[at + 1:], "damaged", "no backup", "out of place",
                    "cannot be read", "became")
        # the pipe cannot be looked at first: what came of half a backup is no house
        piped = subprocess.run([BINARY, "restore", "-", "--data", folder / "half"], input=whole[:len(whole) * 2 // 3], capture_output=True,
                               check=False)
        assert piped.returncode == 1 and b"cut short" in piped.stderr, piped.stderr
        assert "was not finished" in kith("up", "--data", folder / "half", "--listen", "127.0.0.1:0", status=1)
        kith("restore", "-", "--data", folder / "half", input=whole)
        same_rows_of = [rows_of_file(d / "kith.db")["cards"] for d in (data, folder / "half")]
        assert same_rows_of[0] == same_rows_of[1]


def kills_leave_nothing_half():
    dice = random.Random(5)
    with Folder() as folder:
        data, file = folder / "data", folder / "b.kith"
        kith("account", "add", "ann@example.com", "--data", data, input=PASSWORD.encode() + b"\n")
        kith("import", vcards(folder, 1500), "--account", "ann@example.com", "--data", data)

        def killed(*words):
            child = subprocess.Popen([BINARY, *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(dice.uniform(0, 0.3) * SLOW)
            child.kill()
            return child.wait() == -9
        kills = 0
        for _ in range(12):
            kills += killed("backup", file, "--data", data)
            if file.exists():
                kith("backup", "--check", file)
                file.unlink()
        kith("backup", file, "--data", data)
        assert sorted(p.name for p in folder.iterdir()) == ["b.kith", "cards", "data"], list(folder.iterdir())
        rows = rows_of_file(data / "kith.db")
        for i in range(12):
            new = folder / f"new{i % 3}"
            if killed("restore", file, "--data", new):
                kills += 1
                started = (new / "kith.db").exists()
                if started and sqlite3.connect(new / "kith.db").execute("select name from sqlite_schema where name = 'arriving'").fetchone():
                    assert "was not finished" in kith("up", "--data", new, "--listen", "127.0.0.1:0", status=1)
                elif started and rows_of_file(new / "kith.db").get("accounts"):
                    break                                           # it was through
        for i in range(3):
            new = folder / f"new{i}"
            if not (new / "kith.db").exists() or not same_or_none(rows, new):
                kith("restore", file, "--data", new)
            assert same_or_none(rows, new)
        assert kills, "nothing was killed"


def same_or_none(rows, new):
    there = rows_of_file(new / "kith.db")
    return "arriving" not in there and there.get("cards") == rows["cards"] and there["journal"] == rows["journal"]


def only_into_an_empty_house():
    with Folder() as folder, Kith("--http-processes", "1") as house:
        house.sign_up("ann@example.com", PASSWORD)
        file = folder / "b.kith"
        kith("backup", file, "--data", house.data)
        assert "--force" in kith("backup", file, "--data", house.data, status=1)
        kith("backup", file, "--data", house.data, "--force")
        assert "no such file" in kith("backup", folder / "nowhere/b.kith", "--data", house.data, status=1).lower()
        assert "no database" in kith("backup", folder / "c.kith", "--data", folder / "empty", status=1)
        assert "stop it" in kith("restore", file, "--data", house.data, status=1)
        house.stop()
        before = rows_of_file(house.data / "kith.db")
        assert "--replace moves it aside" in kith("restore", file, "--data", house.data, status=1)
        assert rows_of_file(house.data / "kith.db") == before
        assert "before-restore-" in kith("restore", file, "--data", house.data, "--replace")
        aside = next(house.data.glob("before-restore-*"))
        assert rows_of_file(aside / "kith.db") == before
        assert rows_of_file(house.data / "kith.db")["users"] == before["users"]
        house.log.close()


def an_older_backup_is_brought_up_to_date():
    with Folder() as folder:
        data, file = folder / "data", folder / "b.kith"
        kith("account", "add", "ann@example.com", "--data", data, input=PASSWORD.encode() + b"\n")
        kith("import", vcards(folder, 50), "--account", "ann@example.com", "--data", data)
        kith("backup", file, "--data", data)
        kith("restore", file, "--data", folder / "new", program=NEXT)
        db = sqlite3.connect(folder / "new/kith.db")
        assert db.execute("select count(*), max(name_length) from cards").fetchone() == (50, -1), "the backfill comes with `kith up`"
        kith("backup", folder / "newer.kith", "--data", folder / "new", program=NEXT)
        assert "made by a newer Kith" in kith("restore", folder / "newer.kith", "--data", folder / "none", status=1)


def the_schedule_makes_and_rotates():
    """The agent has one made at once when the last moment of the schedule has none, deletes what it wrote before, and nothing else."""
    with Folder() as folder:
        place = folder / "place"
        data = folder / "data"

        def up(where=place):
            return Kith("--http-processes", "1", "--backup", "weekly, keep 2", "--backup-dir", str(where), data=data)

        def told():
            return json.loads(kith("doctor", "--data", data, "--json", "--backup", "weekly, keep 2", "--listen", "127.0.0.1:1"))
        data.mkdir()
        with up() as house:
            ann = house.sign_up("ann@example.com", PASSWORD)
            made = wait_for(lambda: list(place.glob("kith-*.tar.zst")), 60)
            wait_for(lambda: "backup.done" in house.log_text(), 20)
            assert ann.get("/healthz")[0] == 200 and f"kith_backup_bytes {made[0].stat().st_size}" in metrics(house)
        assert json.loads(kith("backup", "--check", made[0], "--json"))["tables"]["users"]["rows"] == 1
        assert any(f["what"] == "backup" and f["health"] == "fine" and "last good one" in f["text"] for f in told()), told()

        db = sqlite3.connect(data / "kith.db")
        due, host = db.execute("select due_ms, host from backups").fetchone()
        olds = [(due - i * 1000, host if i != 3 else "another", str(place / f"old{i}"), i != 4) for i in range(1, 6)]
        for at, owner, file, whole in olds:
            db.execute("insert into backups (due_ms, host, began_ms, alive_ms, done_ms, file) values (?, ?, 1, 1, ?, ?)", (at, owner, whole, file))
            pathlib.Path(file + ("" if whole else ".part")).write_text("x")
        (place / "kith-20200101T030000Z.tar.zst").write_text("of somebody else")
        db.execute("update backups set done_ms = 0, alive_ms = 0 where due_ms = ?", (due,))
        db.commit()
        with up() as house:
            wait_for(lambda: house.log_text().count("backup.rotate") == 3, 60)
        assert sorted(p.name for p in place.iterdir()) == ["kith-20200101T030000Z.tar.zst", made[0].name, "old1", "old3"], list(place.iterdir())

        db.execute("update backups set done_ms = 0, alive_ms = 0 where due_ms = ?", (due,))
        db.commit()
        with up(made[0]) as house:                                  # a file where a folder should be
            wait_for(lambda: "backup.failed" in house.log_text(), 60)
        assert any(f["what"] == "backup" and f["health"] == "mind" and "the last attempt: cannot write" in f["advice"] for f in told()), told()
        kith("restore", made[0], "--data", folder / "copy")
        assert sqlite3.connect(folder / "copy/kith.db").execute("select count(*) from backups where file <> ''").fetchone() == (0,)


def metrics(house):
    return house.client().get("/metrics")[1].decode()


if __name__ == "__main__":
    tests = [the_schedule_makes_and_rotates, everything_comes_back, an_import_goes_on_where_the_backup_found_it, what_is_damaged_is_refused, kills_leave_nothing_half,
             only_into_an_empty_house, an_older_backup_is_brought_up_to_date]
    if os.environ.get("KITH_TEST_SERVER") or (len(sys.argv) > 1 and sys.argv[1] == "postgres"):
        sys.argv[1:2] = []

        def an_import_on_a_server():
            with postgres.server() as server:
                an_import_goes_on_where_the_backup_found_it(server.database())
        tests = [from_and_to_both_databases, an_import_on_a_server]
        if not postgres.programs():
            print("PostgreSQL is not installed")
            sys.exit(77)
    os.environ.pop("KITH_TEST_DB", None)
    main(tests)
