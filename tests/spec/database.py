#!/usr/bin/env python3
"""What `kith up` says when PostgreSQL cannot be used, and that two houses on one database hear of each other's work.
On a server of its own (tests/spec/postgres.py)."""
import os
import subprocess
import sys
import tempfile
import time

import postgres
from kithtest import BINARY, Kith, free_port, main, wait_for


def refused(url, why):
    """`kith up` ends with the reason, and without the password."""
    with tempfile.TemporaryDirectory(prefix="kith-spec-") as data:
        done = subprocess.run([BINARY, "up", "--listen", "127.0.0.1:0", "--data", data], capture_output=True, timeout=30,
                              env={**os.environ, "KITH_DB": url}, check=False)
        said = done.stderr.decode()
        assert done.returncode == 1 and why in said, (url, done.returncode, said)
        assert "sesame" not in said + done.stdout.decode(), said
        assert said.count("\n") == 1, said


def what_cannot_be_used_is_named():
    with postgres.server() as server:
        at = f"127.0.0.1:{server.port}"
        refused(f"postgresql://kith:sesame@127.0.0.1:{free_port()}/x", "Connection refused")
        refused(f"postgresql://kith:sesame@{at}/nowhere", 'database "nowhere" does not exist')
        refused(f"postgresql://nobody_there:sesame@{at}/postgres", 'role "nobody_there" does not exist')
        refused(f"postgresql://kith:sesame@{at}/postgres?what=x", "invalid URI query parameter")
        server.psql("create database ascii encoding sql_ascii template template0 locale 'C'")
        refused(f"postgresql://kith:sesame@{at}/ascii", "its encoding is SQL_ASCII, it must be UTF8")
        server.psql("create role guest login")
        server.psql("create database narrow")
        server.psql("revoke all on schema public from public", "narrow")
        refused(f"postgresql://guest:sesame@{at}/narrow", "in which this user has the right to make tables")
        server.psql("drop database narrow")
        server.psql("drop role guest")


def houses_hear_of_each_other():
    """What one house takes in is worked off by the other; how soon is printed (told: some ms; looked for: up to two seconds)."""
    with postgres.server() as server:
        env = {"KITH_DB": server.database()}
        with Kith("--role", "http", env=env) as front, Kith("--role", "agent", env=env) as back:
            ann = front.sign_up("ann@example.com")
            waits = []
            for n in range(5):
                card = {"card": {"@type": "Card", "version": "1.0", "name": {"full": f"Zora{n} Quist"}}}
                status, body, _ = ann.post("/api/v1/cards", card)
                assert status == 201, (status, body)
                began = time.monotonic()

                def it_is_found():
                    status, found, _ = ann.get(f"/api/v1/search?q=zora{n}")
                    return status == 200 and found["items"]
                wait_for(it_is_found, 10, 0.02)
                waits.append(time.monotonic() - began)
            assert back.process.poll() is None
            print(f"        seen by the other house and indexed after {sorted(waits)[2] * 1000:.0f} ms")


if __name__ == "__main__":
    if not postgres.programs():
        print("PostgreSQL is not installed")
        sys.exit(77)
    main([what_cannot_be_used_is_named, houses_hear_of_each_other])
