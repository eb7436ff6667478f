#!/usr/bin/env python3
"""The whole house on one machine: cold start, idle memory, and a large import through import, enrich, dedupe and index.

    tests/bench/house.py [CARDS]      (100,000)

Contacts per second are counted from the commit of the import until no job is left; peak memory is the sum over all processes,
sampled each 50 ms (RSS counts shared pages once per process, PSS once in all)."""
import os
import subprocess
import sys
import threading
import time
import pathlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "spec"))
from kithtest import BINARY, Client, Kith, wait_for  # noqa: E402

CARDS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000


def cold_start():
    kith = Kith()
    began = time.monotonic()
    kith.log = open(kith.data / "log.txt", "ab")
    kith.process = subprocess.Popen([BINARY, "up", "--listen", f"127.0.0.1:{kith.port}", "--data", str(kith.data)],
                                    stdout=kith.log, stderr=kith.log, env=kith.env)

    def answered():
        try:
            return Client(kith.port).get("/healthz")[0] == 200
        except OSError:
            return False
    wait_for(answered, 10, 0.002)
    return kith, (time.monotonic() - began) * 1000


class Watch(threading.Thread):
    def __init__(self, kith):
        super().__init__(daemon=True)
        self.kith, self.rss, self.pss, self.workers, self.on = kith, 0, 0, 0, True

    def run(self):
        while self.on:
            rss, pss = self.kith.memory()
            self.rss, self.pss = max(self.rss, rss), max(self.pss, pss)
            self.workers = max(self.workers, len(self.kith.processes()))
            time.sleep(0.05)


def cpu_seconds(kith):
    total = 0
    for pid in kith.processes():
        try:
            fields = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()
            total += sum(map(int, fields[11:15]))       # with children that ended
        except OSError:
            continue
    return total / os.sysconf("SC_CLK_TCK")


def bench():
    starts = []
    for _ in range(5):
        kith, ms = cold_start()
        starts.append(ms)
        kith.__exit__(None, None, None)
    print(f"cold start on an empty folder to first answer   {sorted(starts)[2]:8.0f} ms (median of 5; least {min(starts):.0f})")

    with Kith() as kith:
        time.sleep(3)
        rss, pss = kith.memory()
        print(f"idle, {len(kith.processes())} processes                            {pss:8.1f} MiB PSS ({rss:.1f} RSS)")
        folder = kith.data / "generated"
        folder.mkdir()
        subprocess.run([BINARY, "generate", "--cards", str(CARDS), "--duplicates", "0.25", "--seed", "42", "--sources", "1",
                        "--out", str(folder)], check=True, stdout=subprocess.DEVNULL)
        file = max((p for p in folder.iterdir() if p.suffix == ".vcf"), key=lambda p: p.stat().st_size)
        ann = kith.sign_up("ann@example.com")
        watch = Watch(kith)
        watch.start()
        began = time.monotonic()
        with open(file, "rb") as f:
            status, it, _ = ann.request("POST", "/api/v1/imports?filename=" + file.name, f.read())
        assert status == 202, (status, it)
        uploaded = time.monotonic()
        it = ann.wait_import(it["id"], ("ready", "failed"), 300)
        assert it["state"] == "ready", it
        ready = time.monotonic()
        cpu = cpu_seconds(kith)
        status, it, _ = ann.post(f"/api/v1/imports/{it['id']}/commit", {"mode": "both"})
        assert status == 202, (status, it)
        done = ann.wait_import(it["id"], ("done", "failed"), 900)
        imported = time.monotonic()
        ann.wait_idle(900)
        finished = time.monotonic()
        watch.on = False
        cards = done["created"] + done["updated"]
        print(f"{cards} cards in {file.stat().st_size / 1e6:.1f} MB: upload {uploaded - began:.2f} s, dry run {ready - uploaded:.2f} s")
        print(f"imported                                        {cards / (imported - ready):8.0f} contacts/s ({imported - ready:.1f} s)")
        print(f"imported, enriched, deduplicated, indexed       {cards / (finished - ready):8.0f} contacts/s ({finished - ready:.1f} s, "
              f"{cpu_seconds(kith) - cpu:.1f} CPU s)")
        print(f"peak of {watch.workers} processes                            {watch.rss:8.0f} MiB RSS ({watch.pss:.0f} PSS)")
        time.sleep(35)
        rss, pss = kith.memory()
        print(f"idle again after it                             {pss:8.1f} MiB PSS ({rss:.1f} RSS)")
        began = time.monotonic()
        for word in ("mar", "anna", "mül", "0049", "gmail"):
            status, found, _ = ann.get("/api/v1/search?q=" + __import__("urllib.parse", fromlist=["quote"]).quote(word))
            assert status == 200, found
        print(f"search in {cards} cards, over HTTP               {(time.monotonic() - began) / 5 * 1000:8.1f} ms a query")


if __name__ == "__main__":
    bench()
