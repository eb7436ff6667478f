#!/usr/bin/env python3
"""What PostgreSQL makes of every SQL statement of src/store, planned once for all arguments on empty tables, as in a fresh installation:
each reads through an index, and the queue's hot statements keep the plan that was measured."""
import re
import subprocess
import sys

import postgres
from statements import dialect, root, statements

# Small tables and indexes that may be read whole, and counts of all accounts' jobs.
WHOLE = {"kinds", "agents", "launches", "services", "samples", "backups", "settings", "schema_version", "agent_kinds", "account_pauses",
         "job_ready_claimed", "job_ready_urgent"}
COUNTS = re.compile(r"^select kind, count\(\*\).* from job_(ready|later|dead)( where state = \d( and prio < 5)?)? group by kind$")
IN_ORDER = re.compile(r"order by [\w, ]+ limit (\$\d+|\d+)$")  # all of an index would do, but it is left at the limit
# First words of hot statements: what must stand in their plan, and what must not.
HOT = [
    ("update job_ready set state = 1, attempt", {"job_ready_urgent|job_ready_next", "Tid Scan on job_ready", "LockRows"}, {"Seq Scan", "Hash Join", "Merge Join"}),
    ("delete from job_ready where account_id = $1", {"job_ready_pkey"}, {"Seq Scan", "Bitmap Heap Scan"}),
    ("select account_id from job_ready where kind", {"job_ready_urgent|job_ready_next", "Limit"}, {"Seq Scan", "Sort"}),
]


def schema(server, url):
    for path in sorted((root / "schema").glob("*.sql")):
        text = re.sub(r"\btext\b", 'text collate "C"', dialect("postgres", re.sub(r"--.*", "", path.read_text())))
        subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", url], input=text, text=True, check=True, stdout=subprocess.DEVNULL)


def explain(url, texts):
    """{text: its plan as text, or what is wrong with it}"""
    script = ["set client_min_messages = error;", "set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set enable_material = off; set jit = off; set plan_cache_mode = force_generic_plan;",
              "create table schema_version (version bigint primary key, name text not null, at_ms bigint not null);"]
    for at, text in enumerate(texts):
        numbers = {int(n) for n in re.findall(r"\$(\d+)", text)}
        types = ", ".join("unknown" if n in numbers else "bigint" for n in range(1, max(numbers, default=0) + 1))
        nulls = ", ".join("null" for _ in range(max(numbers, default=0)))
        script.append(f"\\echo @@{at}\nprepare s{at}{f'({types})' if types else ''} as {text};\n"
                      f"explain (costs off) execute s{at}{f'({nulls})' if nulls else ''};")
    done = subprocess.run(["psql", "-X", "-q", "-A", "-t", url], input="\n".join(script), text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=True)
    parts = re.split(r"^@@(\d+)$", done.stdout, flags=re.M)[1:]
    return {texts[int(at)]: plan for at, plan in zip(parts[::2], parts[1::2])}


def leading(server, url):
    """{index: its first column}"""
    rows = server.psql("select indexname, substring(indexdef from '\\((\\w+)') from pg_indexes where schemaname = 'public'",
                       re.search(r"/(\w+)\?", url).group(1))
    return dict(row.split("|") for row in rows)


def faults(text, plan, first):
    if "ERROR" in plan:
        yield re.search(r"ERROR.*", plan).group()
    for table in re.findall(r"Seq Scan on (\w+)", plan):
        if table not in WHOLE and not COUNTS.match(text):
            yield f"reads all of {table}"
    for index, condition in re.findall(r"Index(?: Only)? Scan(?: Backward)? (?:using|on) (\w+).*(?:\n\s+Index Cond: (.*))?", plan):
        small = index in WHOLE or index.removesuffix("_pkey") in WHOLE
        if first[index] not in condition and not small and not COUNTS.match(text) and not (IN_ORDER.search(text) and "Sort" not in plan):
            yield f"reads all of {index}"
    for words, wanted, never in HOT:
        if text.startswith(words):
            yield from (f"its plan has no {w}" for w in wanted if not re.search(w, plan))
            yield from (f"its plan has a {w}" for w in never if w in plan)


def main():
    if not postgres.programs():
        print("PostgreSQL is not installed")
        return 77
    texts = [text for path in sorted((root / "src/store").rglob("*.c")) for text in statements(path, "postgres")]
    with postgres.server() as server:
        url = server.database()
        schema(server, url)
        plans, first = explain(url, texts), leading(server, url)
    bad = 0
    for text in texts:
        found = list(faults(text, plans[text], first))
        bad += bool(found)
        for fault in found:
            print(f"{fault}: {text}\n{plans[text] if '-v' in sys.argv else ''}")
    print(f"{len(texts)} plans, {bad} faults")
    return bad > 0 or len(texts) < 150


if __name__ == "__main__":
    sys.exit(main())
