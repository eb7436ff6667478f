#!/usr/bin/env python3
"""Three times more than the machine can do: what people who look at a screen notice, and what machines are told.

    tests/bench/rush.py [SECONDS] [CARDS]      (8, 5000)

People: open-loop arrivals (a request has its time, whether the one before was answered or not; latency counts from that time), lists,
searches, cards, edits.  Machines: clients that import, edit in bulk and export without a pause, as many as MACHINES says (24).  A 429 is
repeated after its Retry-After; honest means that it is let in then, or was told again no more than twice."""
import http.client
import json
import multiprocessing
import os
import pathlib
import random
import subprocess
import sys
import threading
import time
from collections import Counter

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "spec"))
from kithtest import BINARY, Kith  # noqa: E402

RATE = float(os.environ.get("RATE", 80))            # requests a second of people
MACHINES = int(os.environ.get("MACHINES", 24))


def percentile(times, p):
    times = sorted(times)
    return times[min(len(times) - 1, int(len(times) * p / 100))] * 1000 if times else 0.0


class People:
    """A fixed plan of arrivals, served by enough threads that nobody waits for a thread."""

    def __init__(self, kith, user, ids, seconds, seed=1):
        dice, at = random.Random(seed), 0.0
        self.kith, self.user, self.ids, self.plan = kith, user, ids, []
        while at < seconds:
            at += dice.expovariate(RATE)
            self.plan.append((at, dice.random(), dice.choice(ids)))
        self.times, self.statuses, self.lock, self.next = [], Counter(), threading.Lock(), 0

    def ask(self, connection, kind, card):
        headers = {"Cookie": self.user.cookie, "X-CSRF-Token": self.user.csrf}
        if kind < 0.35:
            connection.request("GET", "/api/v1/cards?limit=50", headers=headers)
        elif kind < 0.6:
            connection.request("GET", "/api/v1/search?q=" + "abdmst"[int(kind * 1000) % 6], headers=headers)
        elif kind < 0.8:
            connection.request("GET", f"/api/v1/cards/{card}", headers=headers)
        elif kind < 0.9:
            connection.request("GET", "/api/v1/stats", headers=headers)
        else:
            connection.request("POST", "/api/v1/cards", json.dumps({"card": {"@type": "Card", "version": "1.0", "name": {"full": "A B"}}}),
                               {**headers, "Content-Type": "application/json"})
        response = connection.getresponse()
        response.read()
        return response.status

    def work(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.kith.port, timeout=60)
        while True:
            with self.lock:
                if self.next >= len(self.plan):
                    return
                at, kind, card = self.plan[self.next]
                self.next += 1
            time.sleep(max(0, self.began + at - time.monotonic()))
            status = self.ask(connection, kind, card)
            with self.lock:
                self.times.append(time.monotonic() - self.began - at)
                self.statuses[status] += 1

    def run(self):
        self.began = time.monotonic()
        threads = [threading.Thread(target=self.work) for _ in range(24)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        return self


class Machines:
    """In a process of their own, nicer than the one that measures."""

    def __init__(self, kith, users, file):
        self.kith, self.users, self.file, self.over = kith, users, file, False
        self.answers, self.told, self.kept, self.lock = Counter(), [], Counter(), threading.Lock()
        self.here, there = multiprocessing.Pipe()
        self.process = multiprocessing.get_context("fork").Process(target=self.all_of_them, args=(there,))
        self.process.start()

    def all_of_them(self, there):
        os.nice(10)
        threads = [threading.Thread(target=self.work, args=(i,)) for i in range(MACHINES)]
        for t in threads:
            t.start()
        there.recv()
        self.over = True
        for t in threads:
            t.join()
        there.send((self.answers, self.told, self.kept))

    def ask(self, connection, number, user):
        headers = {"Cookie": user.cookie, "X-CSRF-Token": user.csrf, "Content-Type": "application/json"}
        if number % 3 == 0:
            connection.request("POST", "/api/v1/cards/bulk", json.dumps({"action": "tag", "tag": f"t{random.random()}", "query": {}}), headers)
        elif number % 3 == 1:
            connection.request("GET", "/api/v1/export?format=vcard4", headers=headers)
        else:
            connection.request("POST", "/api/v1/imports?filename=x.vcf", self.file, headers)
        response = connection.getresponse()
        data = response.read()
        if number % 3 == 2 and response.status == 202:
            it = json.loads(data)["id"]
            end = time.monotonic() + 30
            while time.monotonic() < end and not self.over:
                connection.request("GET", f"/api/v1/imports/{it}", headers=headers)
                state = json.loads(connection.getresponse().read())["state"]
                if state == "ready":
                    connection.request("POST", f"/api/v1/imports/{it}/commit", '{"mode": "both"}', headers)
                    response = connection.getresponse()
                    response.read()
                    return response
                time.sleep(0.1)
        return response

    def work(self, number):
        connection, refused = http.client.HTTPConnection("127.0.0.1", self.kith.port, timeout=120), 0
        while not self.over:
            response = self.ask(connection, number, self.users[number % len(self.users)])
            with self.lock:
                self.answers[response.status] += 1
            if response.status == 429:
                refused += 1
                after = int(response.getheader("Retry-After"))
                self.told.append(after)
                end = time.monotonic() + after
                while time.monotonic() < end and not self.over:
                    time.sleep(0.05)
            elif refused:
                with self.lock:
                    self.kept["at once" if refused == 1 else "after 2 or 3" if refused <= 3 else "later"] += 1
                refused = 0

    def end(self):
        self.here.send("enough")
        self.answers, self.told, self.kept = self.here.recv()
        self.process.join()


def bench(seconds=8.0, cards=5000, quiet=False):
    with Kith("--requests-per-minute", "10000000", "--login-per-minute", "100000") as kith:
        folder = kith.data / "generated"
        folder.mkdir()
        subprocess.run([BINARY, "generate", "--cards", str(cards), "--duplicates", "0.1", "--seed", "42", "--sources", "1",
                        "--out", str(folder)], check=True, stdout=subprocess.DEVNULL)
        file = max((p for p in folder.iterdir() if p.suffix == ".vcf"), key=lambda p: p.stat().st_size)
        ann = kith.sign_up("ann@example.com")
        bulk = [kith.sign_up(f"bulk{i}@example.com") for i in range(4)]
        for user in [ann, bulk[0]]:
            user.import_file(file, seconds=300)
            user.wait_idle(300)
        ids = [c["id"] for c in ann.get("/api/v1/cards?limit=200")[1]["items"]]
        calm = People(kith, ann, ids, seconds, 1).run()
        machines = Machines(kith, bulk, file.read_bytes())
        time.sleep(1)
        busy = People(kith, ann, ids, seconds, 2).run()
        machines.end()
        figures = {"calm p50": percentile(calm.times, 50), "calm p99": percentile(calm.times, 99),
                   "overload p50": percentile(busy.times, 50), "overload p99": percentile(busy.times, 99)}
        print("        " + ", ".join(f"{k} {v:.1f} ms" for k, v in figures.items()))
        asked = sum(machines.answers.values())
        refused = machines.answers[429]
        print(f"        people: {dict(busy.statuses)}; machines: {dict(machines.answers)}, {100 * refused / max(1, asked):.0f} % told to come "
              f"later (Retry-After {min(machines.told, default=0)} to {max(machines.told, default=0)} s), let in {dict(machines.kept)}")
        return figures, busy, machines


if __name__ == "__main__":
    bench(float(sys.argv[1]) if len(sys.argv) > 1 else 8.0, int(sys.argv[2]) if len(sys.argv) > 2 else 5000)
