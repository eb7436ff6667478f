"""Calls to services outside: never more than allowed, nearly all that is allowed, and silence while a service says wait.

argv[1] is fleet-house (fleet_house.c): its kind "call" asks the fake service here, one call a job.  The fake counts over a
sliding second, the strictest way there is."""
import collections
import json
import pathlib
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import kithtest
from fleet import House, once
from kithtest import BINARY, wait_for

EXPIRE = 7                                                   # the number of the kind "call"


class Fake:
    """A service with a limit a second; answers "ok" or "wait SECONDS"."""

    def __init__(self, limit=10**9, wait=2):
        self.limit, self.wait, self.calls, self.refused, self.closed_until = limit, wait, [], 0, 0
        self.recent, self.silent, self.early, self.lock = collections.deque(), False, 0, threading.Lock()
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client = self.socket.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.serve_one, args=(client,), daemon=True).start()

    def serve_one(self, client):
        """A connection is there before the call, and may never be used."""
        with client:
            when = client.recv(8)                            # by the caller's clock: this machine is busy
            if len(when) < 8:
                return
            with self.lock:
                answer = self.answer(int.from_bytes(when, "little") / 1e6)
            if answer:
                client.sendall(answer)

    def answer(self, now):
        self.calls.append(now)
        if self.silent:
            return b""
        while self.recent and self.recent[0] <= now - 1:
            self.recent.popleft()
        if now < self.closed_until:
            self.early += 1
        elif len(self.recent) < self.limit:
            self.recent.append(now)
            return b"ok\n"
        else:
            self.closed_until = now + self.wait
        self.refused += 1
        return b"wait %d\n" % self.wait


def quota(house, *words, status=0):
    done = subprocess.run([BINARY, "quota", *words, "--data", str(house.data)], capture_output=True, text=True, timeout=60)
    assert done.returncode == status, (words, done)
    return done.stdout if status == 0 else done.stderr


def fake_row(house):
    return next(s for s in json.loads(quota(house, "--json")) if s["service"] == "fake")


def house_of(fake):
    return House(env={"KITH_FAKE": str(fake.port)})


def rates_of(fake, seconds):
    """Calls in each of the next seconds: shown, not judged, for the machine may be busy."""
    rates = []
    for _ in range(seconds):
        began, before = time.monotonic(), len(fake.calls)
        time.sleep(1)
        rates.append((len(fake.calls) - before) / (time.monotonic() - began))
    return rates


def calls_while_closed(fake, first):
    """Of the calls from that one on, those made before the service had said it would be open again, by the callers' clock."""
    return [when for when in fake.calls[first:] if when < fake.closed_until]


def settle(house):
    time.sleep(1.3)                                          # agents read what was set within a second


def the_quota_is_kept_and_used(limit=50, seconds=3):
    fake = Fake(limit=limit)
    with house_of(fake) as house:
        quota(house, "set", "fake", "--limit", f"{limit}/s", "--price", "0.001")
        settle(house)
        house.add("call", limit * (seconds + 3))
        wait_for(lambda: len(fake.calls) > limit)
        row = fake_row(house)
        assert row["waiting"] > 0 and row["behind_s"] > 0.9 * row["waiting"] / limit, row
        assert "held by fake quota" in quota(house)
        print(f"quota {limit}/s: {[round(r, 1) for r in rates_of(fake, seconds)]} calls/s, {fake.refused} refused")
        assert fake.refused == 0, fake.refused
        wait_for(lambda: house.waiting() == 0, 30)
        once(house.effects(EXPIRE), 1, limit * (seconds + 3))
        row = wait_for(lambda: fake_row(house) if fake_row(house)["hour_calls"] == len(fake.calls) else None)
        assert row["hour_cost_micro"] == len(fake.calls) * 1000 and row["per_second"] > 0, row


def a_service_that_says_wait_is_left_alone():
    """The bucket closes for as long as it was told, for the next agent too; no attempt is counted."""
    fake = Fake(limit=0, wait=3)
    with house_of(fake) as house:
        house.add("call", 30)
        wait_for(lambda: fake.refused)
        row = wait_for(lambda: fake_row(house) if fake_row(house)["closed_until"] else None)
        assert row["closed_why"] == "429 of the fake", row
        for pid in house.pids("agent"):
            subprocess.run(["kill", "-9", str(pid)], check=True)
        wait_for(lambda: house.log_text().count("agent.ready") == 2)
        time.sleep(0.5)
        asked = len(fake.calls)
        fake.limit = 10**9
        time.sleep(1)
        assert not calls_while_closed(fake, asked) and fake.early <= 8, (fake.calls, fake.early)
        assert house.rows("select max(attempt) from job_ready") [0][0] <= 1
        assert not house.rows("select * from job_later")
        wait_for(lambda: house.waiting() == 0, 20)
        once(house.effects(EXPIRE), 1, 30)


def an_operator_opens_it():
    fake = Fake(limit=0, wait=600)
    with house_of(fake) as house:
        house.add("call", 5)
        wait_for(lambda: fake_row(house)["closed_until"])
        fake.limit, fake.closed_until = 10**9, 0
        assert "closed for" in quota(house)
        quota(house, "open", "fake")
        wait_for(lambda: house.waiting() == 0, 10)
        once(house.effects(EXPIRE), 1, 5)


def a_service_that_is_down_buries_nobody():
    fake = Fake()
    fake.silent = True
    with house_of(fake) as house:
        house.add("call", 40)
        wait_for(lambda: fake_row(house)["closed_until"], 30)
        time.sleep(2.5)
        assert len(fake.calls) < 40, "every job was tried on a service that does not answer"
        assert not house.rows("select * from job_dead")
        fake.silent = False
        quota(house, "open", "fake")
        wait_for(lambda: house.waiting() == 0, 30)
        once(house.effects(EXPIRE), 1, 40)


def what_is_typed_is_checked():
    with house_of(Fake()) as house:
        quota(house, "set", "mapbox", "--limit", "100000/30d", "--price", "0.00075", "--raise", "a contract")
        row = next(s for s in json.loads(quota(house, "--json")) if s["service"] == "mapbox")
        assert (row["limit"], row["window_s"], row["price_micro"], row["raise"]) == (100000, 30 * 86400, 750, "a contract"), row
        assert {"google", "microsoft", "mandrill", "log"} <= {s["service"] for s in json.loads(quota(house, "--json"))}
        assert "CALLS/WINDOW" in quota(house, "set", "x", "--limit", "many", status=1)
        assert "CALLS/WINDOW" in quota(house, "set", "x", "--limit", "5/99999999d", status=1)
        assert "costs" in quota(house, "set", "x", "--price", "-1", status=1)
        assert "no kind" in quota(house, "set", "x", "--kind", "y", status=1)
        assert "no service" in quota(house, "open", "nothing", status=1)
        for words in (["set", "x"], ["open"], ["close", "x"], ["show", "--limit", "5/s"]):
            assert "usage" in quota(house, *words, status=2)


if __name__ == "__main__":
    sys.argv.pop(1)
    kithtest.main([the_quota_is_kept_and_used, a_service_that_says_wait_is_left_alone, an_operator_opens_it,
                   a_service_that_is_down_buries_nobody, what_is_typed_is_checked])
