#!/usr/bin/env python3
"""`kith doctor` on PostgreSQL: what it finds when all is well, when a synchronous standby is asked for and none is there, when settings
lose data; and the calls for Citus, made from the tables that are there."""
import json
import os
import subprocess
import sys
import tempfile

import kithtest
import postgres
from kithtest import BINARY, wait_for


def doctor(url, *flags):
    with tempfile.TemporaryDirectory(prefix="kith-doctor-") as data:
        return subprocess.run([BINARY, "doctor", "--data", data, "--db", url, *flags], capture_output=True, text=True, timeout=60)


def findings(url):
    return {f["what"]: f for f in json.loads(doctor(url, "--json").stdout)}


def prepared(server):
    """A database with Kith's tables in it."""
    url = server.database()
    with tempfile.TemporaryDirectory(prefix="kith-doctor-") as data:
        env = {**os.environ, "KITH_DB": url}
        subprocess.run([BINARY, "account", "add", "ann@example.com", "--data", data], input="correct horse battery\n", text=True,
                       env=env, check=True, stdout=subprocess.DEVNULL)
    return url


def all_is_well_and_citus_is_told_of_every_table():
    with postgres.Postgres(durable=True) as server:
        url = prepared(server)
        found = findings(url)
        for what in ("postgresql", "durability", "standby", "connections", "clocks", "autovacuum", "transactions", "queue table"):
            assert found[what]["health"] == "fine", found[what]
        told = doctor(url, "--citus").stdout
        name = url.split("/")[3].split("?")[0]
        for table in server.psql("select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace", name):
            assert f"('{table}'" in told or f"--   {table}\n" in told, table
        of_accounts = server.psql("select table_name from information_schema.columns where column_name = 'account_id'"
                                  " and table_schema = 'public'", name)
        for table in set(of_accounts) - {"logins", "accounts"}:
            assert f"create_distributed_table('{table}', 'account_id', colocate_with => 'accounts')" in told, table
        server.psql("create unique index stray on cards (uid)", name)
        refused = doctor(url, "--citus")
        assert refused.returncode == 1 and "cards" in refused.stderr, refused


def settings_that_lose_data_are_said():
    with postgres.Postgres(durable=True, settings={"fsync": "off", "autovacuum": "off", "max_connections": "20"}) as server:
        found = findings(prepared(server))
        assert found["durability"]["health"] == "broken" and "fsync=on" in found["durability"]["advice"], found["durability"]
        assert found["autovacuum"]["health"] == "broken"
        assert found["connections"]["health"] == "mind", found["connections"]


def standby_of(server, folder):
    server.run(server.bin / "pg_basebackup", "-D", folder, "-R", "-X", "stream", "-c", "fast", "-d",
               f"host={server.folder} port={server.port} user=kith application_name=b")
    other = postgres.Postgres(durable=True, folder=folder.parent)
    other.data = folder
    other.launch()
    return other


def a_synchronous_standby_is_looked_for():
    with postgres.Postgres(durable=True) as server:
        url = prepared(server)
        server.psql("alter system set synchronous_standby_names = 'b'")
        server.psql("select pg_reload_conf()")
        wait_for(lambda: findings(url)["standby"]["health"] == "broken", 10, 0.1)
        assert "NO SYNCHRONOUS STANDBY" in findings(url)["standby"]["advice"]
        assert doctor(url).returncode == 1
        standby = standby_of(server, server.folder / "standby")
        try:
            wait_for(lambda: findings(url)["standby"]["health"] == "fine", 20, 0.1)
            server.psql("alter system set synchronous_standby_names = ''")
            server.psql("select pg_reload_conf()")
            wait_for(lambda: findings(url)["standby"]["health"] == "mind", 10, 0.1)
        finally:
            standby.stop()


if __name__ == "__main__":
    if not postgres.programs():
        print("PostgreSQL is not installed")
        sys.exit(77)
    os.environ.pop("KITH_TEST_DB", None)
    kithtest.main([all_is_well_and_citus_is_told_of_every_table, settings_that_lose_data_are_said,
                   a_synchronous_standby_is_looked_for])
