"""The queue under an operator's hands: held back, let go on, dug up again; and a person who does not wait behind machines.

argv[1] is fleet-house (fleet_house.c); `kith queue` works on its data folder as on any other."""
import json
import os
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import kithtest
from fleet import DEDUPE, ENRICH, IMPORT, House, once
from kithtest import BINARY, Kith, wait_for

ACCOUNT = {1: "0000000000001", 2: "0000000000002"}          # ids as they are printed


def queue(house, *words, status=0):
    done = subprocess.run([BINARY, "queue", *words, "--data", str(house.data)], capture_output=True, text=True, timeout=60,
                          env=getattr(house, "env", None))    # a Kith on PostgreSQL is found by its KITH_DB
    assert done.returncode == status, (words, done)
    return done.stdout if status == 0 else done.stderr


def kinds(house, *words):
    return {k["kind"]: k for k in json.loads(queue(house, "show", *words, "--json"))["kinds"]}


def a_kind_is_held_back():
    with House() as house:
        queue(house, "pause", "slow")
        time.sleep(1.5)                                      # agents learn of it within a second
        house.add("slow", 20)
        house.add("echo", 20)
        wait_for(lambda: kinds(house)["echo"]["ready"] == 0)
        held = kinds(house)["slow"]
        assert (held["ready"], held["paused"], held["accounts"][0]["ready"]) == (20, True, 20), held
        assert "paused" in queue(house)
        queue(house, "resume", "slow")
        wait_for(lambda: house.waiting() == 0)
        once(house.effects(DEDUPE), 1, 20)


def an_account_is_held_back_and_others_are_not():
    with House() as house:
        queue(house, "pause", "--account", ACCOUNT[1])
        queue(house, "pause", "--account", ACCOUNT[1])       # again is no error
        queue(house, "pause", "echo", "--account", ACCOUNT[2])
        time.sleep(1.5)
        house.add("slow", 30, account=1)
        house.add("slow", 30, account=2)
        house.add("echo", 10, account=2)
        wait_for(lambda: kinds(house)["slow"]["ready"] == 30)
        time.sleep(0.3)
        assert set(house.effects(DEDUPE)) == {2000000 + i for i in range(30)}
        assert kinds(house)["echo"]["ready"] == 10 and kinds(house, "--account", ACCOUNT[1])["echo"]["ready"] == 0
        shown = json.loads(queue(house, "show", "--json"))["paused_accounts"]
        assert [(p["account"], p["kind"]) for p in shown] == [(ACCOUNT[1], "all"), (ACCOUNT[2], "echo")], shown
        queue(house, "resume", "--account", ACCOUNT[1])
        queue(house, "resume", "--account", ACCOUNT[2])
        wait_for(lambda: house.waiting() == 0)
        assert len(house.effects(DEDUPE)) == 60


def what_was_given_up_is_tried_again():
    with House() as house:
        for account in (1, 2):
            house.add("poison", 10, account)
        wait_for(lambda: house.waiting() == 0, 60)
        dead = json.loads(queue(house, "dead", "--json"))
        assert len(dead) == 8 and {d["kind"] for d in dead} == {"poison"}, dead
        assert [d["last_words"] for d in dead if d["subject"] % 10 == 6] == ["a subject that is refused"] * 2
        assert len(json.loads(queue(house, "dead", "--account", ACCOUNT[1], "--json"))) == 4
        assert queue(house, "dead", "echo") == "nothing was given up\n"
        queue(house, "pause", "poison")
        time.sleep(1.5)
        assert json.loads(queue(house, "redrive", "poison", "--account", ACCOUNT[1], "--json")) == {"redriven": 4}
        assert json.loads(queue(house, "redrive", "--json")) == {"redriven": 4}
        now = kinds(house)["poison"]
        assert (now["ready"], now["dead"]) == (8, 0), now
        assert house.effects(ENRICH).total() == 12


def newcomers_do_not_wait_behind_a_large_one(large=20000, small=1000):
    with House() as house:
        house.add("echo", large)
        wait_for(lambda: house.effects(IMPORT))
        began = time.monotonic()
        house.add("echo", 1, account=100, accounts=small)
        added = time.monotonic() - began
        db = sqlite3.connect(f"file:{house.data}/kith.db?mode=ro", uri=True, timeout=10)
        wait_for(lambda: db.execute("select count(*) from effects where kind = 1 and subject >= 100000000").fetchone()[0] == small, 30)
        took = time.monotonic() - began
        left, = db.execute("select count(*) from job_ready where kind = 1 and account_id = 1").fetchone()
        print(f"{small} accounts of one job: added in {added:.2f} s, all done {took - added:.2f} s later; the large one had {left} left")
        assert left > large / 2, "they waited for the large one"


def wrong_words_are_answered():
    with House() as house:
        assert "no kind of work is called" in queue(house, "pause", "everything", status=1)
        assert "which kind, or whose" in queue(house, "pause", status=1)
        assert "nobody signed up" in queue(house, "show", "--account", "nobody@example.com", status=1)
        assert "usage" in queue(house, "stop", status=2)


def write_book(path, count, seed=3):
    rand = random.Random(seed)
    names = ["Anna", "Ben", "Carla", "David", "Elif", "Finn", "Greta", "Hugo", "Ines", "Jan", "Karla", "Leo", "Mia", "Noah"]
    with open(path, "w") as f:
        for i in range(count):
            name, last = rand.choice(names), f"Mayer{rand.randrange(count)}"
            f.write(f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:u{seed}-{i}\r\nN:{last};{name};;;\r\nFN:{name} {last}\r\n"
                    f"EMAIL:{name}.{last}@example.com\r\nTEL:+49 30 {rand.randrange(10**7):07}\r\nORG:Company {i % 500}\r\nEND:VCARD\r\n")


def a_person_does_not_wait_behind_machines(count=int(os.environ.get("KITH_CARDS", 8000))):
    """Edits made while the work of an import waits, by its own account and by another, are enriched and searchable before that work.

    The work is held back until everything waits: a fast machine would else have done it before the first edit is there."""
    with Kith() as kith, tempfile.TemporaryDirectory() as folder:
        ann, bob = kith.sign_up("ann@example.com"), kith.sign_up("bob@example.com")
        for kind in ("enrich", "index"):
            queue(kith, "pause", kind)
        time.sleep(1.5)
        write_book(f"{folder}/book.vcf", count)
        ann.import_file(f"{folder}/book.vcf")
        waiting = lambda: ann.get("/api/v1/stats?only=work")[1]["work"]["waiting"]
        wait_for(lambda: waiting() >= count, 60)
        edits = [(who, n, add_quince(who, n)) for n in range(6) for who in (ann, bob)]
        for kind in ("enrich", "index"):
            queue(kith, "resume", kind)
        left = []
        for who, n, card in edits:
            wait_for(lambda: who.get(f"/api/v1/search?q=Zwetschge{n}")[1]["items"], 60, 0.01)
            wait_for(lambda: who.get(f"/api/v1/cards/{card}")[1]["facts"], 60, 0.01)
            left.append(waiting())
        print(f"{len(edits)} edits beside {count} cards: ready when {left[0]} to {left[-1]} jobs still waited")
        # behind the machines' work ann's edit would have been ready only when all of hers was done
        assert left[0] > count // 8, left


def add_quince(who, n):
    status, card, _ = who.post("/api/v1/cards", {"card": {"@type": "Card", "version": "1.0", "name": {"full": f"Zwetschge{n}"},
                                                          "phones": {"p": {"number": "+33 6 12 34 56 78"}}}})
    assert status == 201, card
    return card["id"]


if __name__ == "__main__":
    sys.argv.pop(1)
    kithtest.main([a_kind_is_held_back, an_account_is_held_back_and_others_are_not, what_was_given_up_is_tried_again,
                   newcomers_do_not_wait_behind_a_large_one,
                   wrong_words_are_answered, a_person_does_not_wait_behind_machines])
