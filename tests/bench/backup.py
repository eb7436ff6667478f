#!/usr/bin/env python3
"""What a backup costs: seconds, MB/s of rows, CPU and memory of `kith backup` and `kith restore`; and what people notice of backups that
follow each other without a pause: open-loop requests (see rush.py) before and while they run.

    tests/bench/backup.py [CARDS] [SECONDS]      (20000, 8)"""
import os
import pathlib
import resource
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "spec"))
from beside_import import generated  # noqa: E402
from kithtest import BINARY, Kith  # noqa: E402
from rush import People, percentile  # noqa: E402

CARDS = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
SECONDS = float(sys.argv[2]) if len(sys.argv) > 2 else 8.0


def measured(*words):
    """Seconds, CPU seconds, MiB at most."""
    began = time.monotonic()
    child = subprocess.Popen([BINARY, *map(str, words)], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    assert status == 0, words
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def bench():
    with Kith("--requests-per-minute", "10000000") as kith:
        ann = kith.sign_up("ann@example.com")
        ann.import_file(generated(kith, "cards", CARDS), seconds=300)
        ann.wait_idle(300)
        size, file = (kith.data / "kith.db").stat().st_size / 1e6, kith.data / "b.kith"
        for what, words in (("backup", ["backup", file, "--force", "--data", kith.data]), ("to a pipe", ["backup", "-", "--data", kith.data]),
                            ("check", ["backup", "--check", file]), ("restore", ["restore", file, "--data", kith.data / "new"])):
            wall, cpu, memory = measured(*words)
            print(f"{what:10} {wall:6.2f} s   {size / wall:6.1f} MB of database a second   CPU {cpu:6.2f} s   {memory:5.0f} MiB")
        print(f"database {size:.0f} MB, backup {file.stat().st_size / 1e6:.1f} MB")
        ids = [c["id"] for c in ann.get("/api/v1/cards?limit=200")[1]["items"]]
        calm = People(kith, ann, ids, SECONDS, 1).run()
        over, made = threading.Event(), []

        def again():
            while not over.is_set():
                quiet = ["nice", "-n", "19", BINARY, "backup", str(file), "--force", "--data", str(kith.data)]
                made.append(subprocess.run(quiet, stdout=subprocess.DEVNULL, check=True))
        thread = threading.Thread(target=again)
        thread.start()
        busy = People(kith, ann, ids, SECONDS, 2).run()
        over.set()
        thread.join()
        for what, people in (("calm", calm), (f"beside {len(made)} backups", busy)):
            print(f"{what:20} p50 {percentile(people.times, 50):6.1f} ms   p99 {percentile(people.times, 99):6.1f} ms   "
                  f"{dict(people.statuses)}")
    print(f"memory at most {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MiB in any process")


if __name__ == "__main__":
    bench()
