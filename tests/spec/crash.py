#!/usr/bin/env python3
"""kill -9 of any process of the house at random moments during an import: every card is there once, nothing is doubled, all jobs
finish.  KITH_KILLS and KITH_CARDS make it longer (the issue's proof: 50 kills)."""
import os
import random
import signal
import subprocess
import time
from collections import Counter

from kithtest import BINARY, SLOW, Kith, main, wait_for

KILLS = int(os.environ.get("KITH_KILLS", 12))
CARDS = int(os.environ.get("KITH_CARDS", 6000))
SEED = int(os.environ.get("KITH_SEED", 7))


def generate(folder, cards, duplicates="0"):
    subprocess.run([BINARY, "generate", "--cards", str(cards), "--duplicates", duplicates, "--seed", "42",
                    "--sources", "1", "--out", str(folder)], check=True, stdout=subprocess.DEVNULL)
    files = sorted(p for p in folder.iterdir() if p.suffix in (".vcf", ".csv"))
    assert files, list(folder.iterdir())
    return files[0]


def uids_of(kith, client):
    """Every UID the export holds, counted."""
    status, body, _ = client.get("/api/v1/export?format=vcard4")
    assert status == 200, status
    text = body.decode() if isinstance(body, bytes) else body
    return Counter(line[4:].strip() for line in text.splitlines() if line.upper().startswith("UID:"))


def processes_are_killed_and_nothing_is_lost():
    dice = random.Random(SEED)
    with Kith() as kith:
        folder = kith.data / "generated"
        folder.mkdir()
        file = generate(folder, CARDS)
        ann = kith.sign_up("ann@example.com")
        status, it, _ = ann.post("/api/v1/imports?filename=" + file.name, file.read_bytes())
        assert status == 202, (status, it)
        it = ann.wait_import(it["id"], ("ready",), 120)
        status, it, _ = ann.post(f"/api/v1/imports/{it['id']}/commit", {"mode": "both"})
        assert status == 202, (status, it)

        victims = Counter()
        for _ in range(KILLS):
            time.sleep(dice.uniform(0.01, 0.25) * SLOW)
            # children only: with the master the whole house goes down, which is the next test
            processes = [(pid, title) for pid, title in kith.processes().items() if pid != kith.process.pid]
            if not processes:
                continue
            pid, title = dice.choice(processes)
            try:
                os.kill(pid, signal.SIGKILL)
                victims[title.split(":")[-1].strip().split(" ")[0]] += 1
            except ProcessLookupError:
                pass

        def import_is_done():
            try:
                status, state, _ = ann.get("/api/v1/imports/" + it["id"])
                return state if status == 200 and state["state"] == "done" else None
            except OSError:
                ann.close()
                return None

        done = wait_for(import_is_done, 180, 0.2)
        stats = ann.wait_idle(180)
        uids = uids_of(kith, ann)
        doubled = {uid: n for uid, n in uids.items() if n > 1}
        print(f"        killed {sum(victims.values())}: {dict(victims)}; {len(uids)} cards, {len(doubled)} doubled")
        assert done["created"] == CARDS, done
        assert stats["cards"] == CARDS, stats
        assert len(uids) == CARDS and not doubled, (len(uids), doubled)
        assert kith.process.poll() is None, "the master died"
        dead = [line for line in ann.get("/metrics")[1].decode().splitlines() if line.startswith("kith_jobs_dead{")]
        assert dead and all(line.endswith(" 0") for line in dead), dead


def the_whole_house_is_killed_and_goes_on():
    kith = Kith().start()
    try:
        folder = kith.data / "generated"
        folder.mkdir()
        file = generate(folder, CARDS // 2)
        ann = kith.sign_up("ann@example.com")
        status, it, _ = ann.post("/api/v1/imports?filename=" + file.name, file.read_bytes())
        assert status == 202, (status, it)
        it = ann.wait_import(it["id"], ("ready",), 120)
        ann.post(f"/api/v1/imports/{it['id']}/commit", {"mode": "both"})
        for _ in range(3):
            time.sleep(0.15 * SLOW)
            tree = kith.processes()
            kith.stop(signal.SIGKILL)

            def all_are_gone():
                # the children die with their master (PR_SET_PDEATHSIG)
                return not any(os.path.exists(f"/proc/{pid}/exe") for pid in tree)
            wait_for(all_are_gone, 10)
            ann.close()
            kith.start()
        done = ann.wait_import(it["id"], ("done",), 180)
        stats = ann.wait_idle(180)
        assert done["created"] == CARDS // 2 and stats["cards"] == CARDS // 2, (done, stats)
        uids = uids_of(kith, ann)
        assert len(uids) == CARDS // 2 and max(uids.values()) == 1
    finally:
        kith.__exit__(None, None, None)


if __name__ == "__main__":
    main([processes_are_killed_and_nothing_is_lost, the_whole_house_is_killed_and_goes_on])
