#!/usr/bin/env python3
"""What people notice of a large import of somebody else: open-loop requests (see rush.py) before it and while it runs.

    tests/bench/beside_import.py [CARDS] [SECONDS]      (20000, 8)"""
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "spec"))
from kithtest import BINARY, Kith  # noqa: E402
from rush import People, percentile  # noqa: E402

CARDS = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
SECONDS = float(sys.argv[2]) if len(sys.argv) > 2 else 8.0


def generated(kith, name, cards):
    folder = kith.data / name
    folder.mkdir()
    subprocess.run([BINARY, "generate", "--cards", str(cards), "--duplicates", "0.1", "--seed", "42", "--sources", "1", "--out", str(folder)],
                   check=True, stdout=subprocess.DEVNULL)
    return max((p for p in folder.iterdir() if p.suffix == ".vcf"), key=lambda p: p.stat().st_size)


def bench():
    with Kith("--requests-per-minute", "10000000") as kith:
        ann, bob = kith.sign_up("ann@example.com"), kith.sign_up("bob@example.com")
        ann.import_file(generated(kith, "small", 2000))
        ann.wait_idle(100)
        ids = [c["id"] for c in ann.get("/api/v1/cards?limit=200")[1]["items"]]
        it = bob.import_file(generated(kith, "large", CARDS), commit=False, seconds=120)
        calm = People(kith, ann, ids, SECONDS, 1).run()
        bob.post(f"/api/v1/imports/{it['id']}/commit", {"mode": "both"})
        busy = People(kith, ann, ids, SECONDS, 2).run()
        left = bob.get("/api/v1/stats")[1]["work"]["waiting"]
        for what, people in (("calm", calm), ("beside the import", busy)):
            print(f"{what:20} p50 {percentile(people.times, 50):6.1f} ms   p99 {percentile(people.times, 99):6.1f} ms   "
                  f"max {max(people.times) * 1000:6.1f} ms   {dict(people.statuses)}")
        print(f"{bob.get('/api/v1/stats')[1]['cards']} cards imported by then, {left} jobs left")


if __name__ == "__main__":
    bench()
