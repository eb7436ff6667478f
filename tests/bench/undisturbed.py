#!/usr/bin/env python3
"""What people notice of an operator's day: writers and readers that never repeat anything run through each operation, then every write
that was acknowledged is looked for, and everything that is there twice.

    tests/bench/undisturbed.py [sqlite|postgres ...]      UPGRADES=20 SECONDS=2

One line an operation: writes, reads, failed, lost, doubled, longest pause of any request."""
import os
import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "spec"))
import failover  # noqa: E402
import postgres  # noqa: E402
from kithtest import BINARY, Kith, wait_for  # noqa: E402

UPGRADES = int(os.environ.get("UPGRADES", 20))
SECONDS = float(os.environ.get("SECONDS", 2))
FLAGS = ("--http-processes", "2", "--requests-per-minute", "1000000")


def kith_says(kith, *words):
    done = subprocess.run([BINARY, *words, "--data", str(kith.data)], capture_output=True, text=True, env=kith.env, timeout=120)
    assert done.returncode == 0, (words, done.stdout, done.stderr)


def nothing(kith):
    time.sleep(SECONDS)


def upgrades(kith):
    for _ in range(UPGRADES):
        kith_says(kith, "upgrade")
        time.sleep(0.1)


def reloads(kith):
    for _ in range(5):
        before = {pid for pid, title in kith.processes().items() if title in ("kith: http", "kith: agent")}
        kith.process.send_signal(signal.SIGHUP)
        wait_for(lambda: not before & set(kith.processes()))


def scaling(kith):
    for most in (40, 2, 200, 8):
        kith_says(kith, "scale", "set", "enrich", f"min={most // 2}", f"max={most}")
        time.sleep(1.2)
    kith_says(kith, "scale", "launch", "--factor", "10", "--for", "1h", "--yes")
    time.sleep(1.2)
    kith_says(kith, "scale", "land")
    time.sleep(1.2)


def killed(kith):
    for title in ("kith: http", "kith: agent", "kith: nursery"):
        os.kill(next(pid for pid, t in kith.processes().items() if t == title), signal.SIGKILL)
        time.sleep(1)


def line(what, where, load, ann):
    there = failover.uids(ann)
    lost = sum(uid not in there for uid in load.acknowledged)
    doubled = sum(n > 1 for n in there.values())
    print(f"| {what} | {where} | {len(load.acknowledged)} | {load.reads} | {len(load.failed)} | {lost} | {doubled} | "
          f"{load.longest * 1000:.0f} ms |", flush=True)
    for failure in load.failed[:3]:
        print("    " + failure)


def during(what, where, operation, env, *more):
    with Kith(*FLAGS, env=env and env()) as kith:
        ann = kith.sign_up("ann@example.com")
        load = failover.Load(kith, ann)
        try:
            time.sleep(0.5)
            operation(kith, *more)
            time.sleep(0.5)
        finally:
            load.end()
        line(what, where, load, ann)


def restarts(kith, server):
    for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGINT):
        time.sleep(SECONDS / 2)
        server.stop(how)
        server.launch()


def house(where, env):
    during("nothing", where, nothing, env)
    during(f"{UPGRADES} upgrades", where, upgrades, env)
    during("5 reloads", where, reloads, env)
    during("scaled 8 to 40 to 2 to 200, a launch, landed", where, scaling, env)
    during("an http process, the agent, the nursery killed (an http process takes its open requests with it)", where, killed, env)


def main():
    print("| operation | database | writes | reads | failed | lost | doubled | longest pause |\n|---|---|---|---|---|---|---|---|")
    wanted = sys.argv[1:] or ["sqlite", "postgres"]
    if "sqlite" in wanted:
        house("SQLite", None)
    if "postgres" in wanted and postgres.programs():
        with postgres.Postgres(durable=True) as server:
            def fresh():
                return {"KITH_DB": server.database()}
            house("PostgreSQL", fresh)
            during("PostgreSQL restarted 3 times (fast, crash, fast)", "PostgreSQL", restarts, fresh, server)
        failover.SECONDS = SECONDS
        failover.judge = lambda what, load, ann: line(what, "PostgreSQL", load, ann)
        failover.connections_are_cut()
        failover.a_primary_dies()


if __name__ == "__main__":
    main()
