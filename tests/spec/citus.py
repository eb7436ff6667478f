#!/usr/bin/env python3
"""Ready to be spread by account: on the real schema PostgreSQL plans every statement, and each row it touches of a table of accounts is
found under one account_id; keys and unique indexes begin with it; no lock is skipped across accounts.  What spans accounts is the short
list of statements.py.  And the claim keeps its plan beside 200,000 jobs, when the planner knows of them."""
import json
import re
import subprocess
import sys

import postgres
from statements import ALL_ACCOUNTS, dialect, root, statements

# Not rows of an account: found by address, or small and the same for all (deploy/citus.md).
NO_ACCOUNT = {"logins", "invitations", "settings", "agents", "agent_kinds", "kinds", "launches", "services", "samples", "backups", "schema_version"}
SETTINGS = ("set client_min_messages = error; set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off;"
            " set enable_material = off; set jit = off; set plan_cache_mode = force_generic_plan;")
CLAIM = re.compile(r"update job_ready set state = 1, attempt = attempt \+ 1, agent = \$3 where.*limit 100 ")


def run(url, script):
    done = subprocess.run(["psql", "-X", "-q", "-A", "-t", url], input=script, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=True)
    return done.stdout


def citus(text):
    return dialect("postgres", re.sub(r"/\*citus:(.*?)\*/", r"\1", text))


def all_statements():
    for path in [*sorted((root / "src/store").rglob("*.c")), root / "src/io/blob/blob_sql.c", root / "src/io/search/search_postgres.c"]:
        yield from statements(path, "postgres", citus)


def make(url):
    for path in sorted((root / "schema").glob("*.sql")):
        run(url, re.sub(r"\btext\b", 'text collate "C"', dialect("postgres", re.sub(r"--.*", "", path.read_text()))))
    search = (root / "src/io/search/search_postgres.c").read_text()
    setup = re.search(r"SETUP\[\] =\s*((?:\"[^\"]*\"\s*)+);", search).group(1)
    run(url, "".join(re.findall(r'"([^"]*)"', setup)))
    run(url, "create table schema_version (version bigint primary key, name text not null, at_ms bigint not null);")


def prepare(at, text):
    numbers = {int(n) for n in re.findall(r"\$(\d+)", text)}
    types = ", ".join("unknown" if n in numbers else "bigint" for n in range(1, max(numbers, default=0) + 1))
    return f"prepare s{at}{f'({types})' if types else ''} as {text};\n", f"s{at}({', '.join(['null'] * max(numbers, default=0))})".replace("()", "")


def plans(url, texts):
    script = [SETTINGS]
    for at, text in enumerate(texts):
        made, call = prepare(at, text)
        script.append(f"\\echo @@{at}\n{made}explain (costs off, verbose, format json) execute {call};\n")
    parts = re.split(r"^@@(\d+)$", run(url, "\n".join(script)), flags=re.M)[1:]
    for at, plan in zip(parts[::2], parts[1::2]):
        yield texts[int(at)], json.loads(plan) if plan.strip().startswith("[") else plan


def nodes(plan, locked=False):
    yield plan, locked
    for child in plan.get("Plans", []):
        yield from nodes(child, locked or plan["Node Type"] == "LockRows")


def conditions(node):
    return " ".join(str(v) for k, v in node.items() if k.endswith("Cond") or k == "Filter")


def touches(text, plan):
    """What the statement touches outside of one account."""
    for node, locked in nodes(plan[0]["Plan"]):
        table = node.get("Relation Name")
        if not table or table in NO_ACCOUNT or table.startswith("pg_"):
            continue
        if node["Node Type"] == "ModifyTable":
            if node["Operation"] == "Insert" and not re.match(r"insert into \w+ \(account_id,", text):
                yield f"writes {table} without an account"
            continue
        if not re.search(r"account_id = (\$1|\w+\.account_id)|\(account_id, ", conditions(node)):
            yield f"{'LOCKS' if locked else 'reads'} {table} of all accounts"


def strays(server, name):
    rows = server.psql("select c.relname || '.' || u.relname || '.' || a.attname from pg_index i join pg_class c on c.oid = i.indrelid"
                       " join pg_class u on u.oid = i.indexrelid join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]"
                       " where i.indisunique and c.relnamespace = 'public'::regnamespace", name)
    return [row for row in rows if row.split(".")[0] not in NO_ACCOUNT and row.split(".")[2] != "account_id"]


def claim_beside_many(url, texts):
    """Its plan when 200,000 jobs of one account and a few of a thousand others are known to the planner."""
    run(url, "insert into job_ready (account_id, kind, subject, id) select 7, 2, n, n from generate_series(1, 200000) n;"
             "insert into job_ready (account_id, kind, subject, id) select 100 + n % 1000, 2, n, n from generate_series(1, 5000) n;"
             "analyze job_ready;")
    for text in filter(CLAIM.match, texts):
        made, call = prepare(0, text)
        call = call.replace("null", "7", 1).replace("null", "2", 1)
        for mode in ("force_generic_plan", "force_custom_plan"):
            plan = run(url, f"{SETTINGS} set plan_cache_mode = {mode}; {made} explain (costs off) execute {call};")
            if "Seq Scan" in plan or "Join" in plan or "Limit" not in plan or not re.search(r"Index.* job_ready_(next|urgent)", plan):
                yield f"the claim's plan ({mode}):\n{plan}"


def main():
    if not postgres.programs():
        print("PostgreSQL is not installed")
        return 77
    texts, bad, spanning = list(all_statements()), 0, set()
    with postgres.server() as server:
        url = server.database()
        name = re.search(r"/(\w+)\?", url).group(1)
        make(url)
        for stray in strays(server, name):
            bad += 1
            print(f"does not begin with account_id: {stray}")
        for text, plan in plans(url, texts):
            known = [k for k in ALL_ACCOUNTS if text.startswith(k)]
            found = list(touches(text, plan)) if isinstance(plan, list) else ([plan] if "ERROR" in plan else [])
            spanning.update(known if found else [])
            faults = [f for f in found if not known or "LOCKS" in f or "ERROR" in f]
            bad += bool(faults)
            for fault in faults:
                print(f"{fault}: {text}")
        for fault in claim_beside_many(url, texts):
            bad += 1
            print(fault)
        claims = len([t for t in texts if CLAIM.match(t)])
    print(f"{len(texts)} statements, {len(spanning)} kinds of them span accounts and may, {claims} claims, {bad} faults")
    return bad > 0 or len(texts) < 150 or claims < 2


if __name__ == "__main__":
    sys.exit(main())
