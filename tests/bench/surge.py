#!/usr/bin/env python3
"""The launch day on this machine: a fresh Kith on SQLite and one on PostgreSQL, each under `kith surge` for five minutes; then both again with
processes killed.  Reports go to build/surge/.

    tests/bench/surge.py [--minutes 5] [--scale 1] [--seed 1] [sqlite|postgres|sqlite-chaos|postgres-chaos ...]

The machine should do nothing else: generator, server and database share its cores.  Takes about 8 minutes a run."""
import argparse
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "spec"))
import postgres  # noqa: E402
from kithtest import BINARY, Kith  # noqa: E402

REPORTS = ROOT / "build" / "surge"


def play(name, options, kith, *more):
    out, page = REPORTS / f"{name}.json", REPORTS / f"{name}.html"
    flags = ["--minutes", options.minutes, "--scale", options.scale, "--seed", options.seed, "--price", 0.03, "--json", out, "--report", page,
             "--pid", kith.process.pid, *more]
    print(f"== {name} ==", flush=True)
    code = subprocess.run([BINARY, "surge", *map(str, flags), f"http://127.0.0.1:{kith.port}"]).returncode
    print(f"   {page}\n", flush=True)
    return code in (0, 3) and json.loads(out.read_text())["lost"] == 0


def on_sqlite(name, options, *more):
    with Kith() as kith:
        return play(name, options, kith, *more)


def on_postgres(name, options, *more):
    if not postgres.programs():
        print(f"== {name}: PostgreSQL is not installed ==")
        return True
    with postgres.Postgres(durable=True, settings={"shared_buffers": "512MB"}) as server:
        pid = server.process.pid
        # kill -9 of one of its processes: the postmaster cuts everybody off and recovers from its log
        children = f"/proc/{pid}/task/{pid}/children"
        crash = f"kill -9 $(tr ' ' '\\n' < {children} | grep . | tail -1)"
        with Kith(env={"KITH_DB": server.database()}) as kith:
            return play(name, options, kith, "--db-pid", pid, *more, *(["--db-restart", crash] if more else []))


CHAOS = ("--every", "3", "--chaos")
RUNS = {"sqlite": (on_sqlite, ()), "postgres": (on_postgres, ()), "sqlite-chaos": (on_sqlite, (*CHAOS, "worker,agent,http")),
        "postgres-chaos": (on_postgres, (*CHAOS, "worker,agent,http,db"))}


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--minutes", default="5")
    words.add_argument("--scale", default="1")
    words.add_argument("--seed", default="1")
    words.add_argument("run", nargs="*", choices=[[], *RUNS])
    options = words.parse_args()
    REPORTS.mkdir(parents=True, exist_ok=True)
    good = True
    for name in options.run or RUNS:
        how, more = RUNS[name]
        good = how(name, options, *more) and good
    sys.exit(not good)


if __name__ == "__main__":
    main()
