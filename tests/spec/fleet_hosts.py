"""Several agents on one PostgreSQL: one quota for all of them, and nothing of a host that died is lost or waits for long.

argv[1] is fleet-house (fleet_house.c); each one here stands for a host, with a data folder and a nursery of its own.  The three
crashes of a poisoned job, back-off and a restart on one host are in fleet.py.  Exit code 77: PostgreSQL is not installed."""
import os
import pathlib
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import kithtest
import postgres
from fleet import DEDUPE, House, once
from kithtest import wait_for
from quota import EXPIRE, Fake, calls_while_closed, fake_row, quota, rates_of

LEASE_S = 5
SERVER = None


class Host(House):
    """One of several on the database `url`."""

    def __init__(self, url, fake=None):
        super().__init__("--role", "agent", "--agent-lease", str(LEASE_S), env={"KITH_DB": url, "KITH_FAKE": str(fake.port) if fake else "0"})
        self.url = url

    def rows(self, statement):
        name = self.url.split("/")[3].split("?")[0]
        return [tuple(int(f) if f.lstrip("-").isdigit() else f for f in row.split("|")) for row in SERVER.psql(statement, name)]


def with_database(test):
    def run():
        os.environ["KITH_DB"] = SERVER.database()            # `kith quota` asks there too
        test(os.environ["KITH_DB"])
    run.__name__ = test.__name__
    return run


@with_database
def two_agents_share_one_quota(url, limit=50, seconds=3):
    fake = Fake(limit=limit)
    with Host(url, fake) as one, Host(url, fake) as two:
        quota(one, "set", "fake", "--limit", f"{limit}/s")
        time.sleep(1.3)
        one.add("call", limit * (seconds + 3))
        wait_for(lambda: len(fake.calls) > limit)
        rates = rates_of(fake, seconds)
        done = [n for _, n in one.rows(f"select agent, sum(done) from agent_kinds where kind = {EXPIRE} group by agent")]
        print(f"quota {limit}/s, two agents: {[round(r, 1) for r in rates]} calls/s, {fake.refused} refused; done by each: {done}")
        assert fake.refused == 0, fake.refused
        assert len(done) == 2 and min(done) > 0.2 * sum(done), done
        wait_for(lambda: one.waiting() == 0, 30)
        once(one.effects(EXPIRE), 1, limit * (seconds + 3))


@with_database
def what_one_is_told_holds_for_all(url):
    fake = Fake(limit=0, wait=4)
    with Host(url, fake) as one, Host(url, fake):
        one.add("call", 30)
        wait_for(lambda: fake.refused and fake_row(one)["closed_until"])
        time.sleep(1.2)                                      # what was out is back, and everybody knows
        asked = len(fake.calls)
        time.sleep(1.5)
        assert not calls_while_closed(fake, asked), fake.calls
        fake.limit = 10**9
        wait_for(lambda: one.waiting() == 0, 20)
        once(one.effects(EXPIRE), 1, 30)


@with_database
def the_jobs_of_a_dead_host_are_back_within_a_lease(url):
    with Host(url) as one:
        one.add("slow", 1500)
        with Host(url) as two:
            wait_for(lambda: len(one.rows("select agent from job_ready where state = 1 group by agent")) == 2)
            pids = list(two.processes())
            os.kill(two.process.pid, signal.SIGKILL)         # the host: everything in it dies at once
            two.process.wait()
            wait_for(lambda: not any(os.path.exists(f"/proc/{p}") for p in pids), 5)
            died = time.monotonic()
            assert len(one.rows("select id from agents")) == 2
            wait_for(lambda: len(one.rows("select id from agents")) == 1, LEASE_S + 10, 0.2)
            print(f"a host died: buried after {time.monotonic() - died:.1f} s, its lease was {LEASE_S} s")
        wait_for(lambda: one.waiting() == 0, 60)
        once(one.effects(DEDUPE), 1, 1500)


@with_database
def poison_is_buried_with_its_last_words(url):
    with Host(url) as one:
        one.add("poison", 10)
        wait_for(lambda: one.waiting() == 0, 60)
        dead = {subject: (attempt, why) for subject, attempt, why in one.rows("select subject, attempt, replace(why, chr(10), ' ') from job_dead")}
        assert sorted(dead) == [1000006, 1000007, 1000008, 1000009], dead
        assert dead[1000007][0] == 3
        if not os.environ.get("KITH_SANITIZED"):
            assert "\N{REPLACEMENT CHARACTER} last words of the worker" in dead[1000007][1], dead


@with_database
def a_killed_agent_is_inherited_at_once(url):
    """No lease is waited for where the next agent starts in the same data folder: after a kill of the agent, and of the whole house."""
    with Host(url) as one, Host(url) as other:
        other.stop()                                         # there are several, so the one is not alone
        one.add("slow", 200)
        wait_for(lambda: one.effects(DEDUPE))
        began = time.monotonic()
        for pid in one.pids("agent"):
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: one.waiting() == 0, 60)
        one.add("slow", 200, account=2)
        wait_for(lambda: len(one.effects(DEDUPE)) > 210)
        pids = list(one.processes())
        os.kill(one.process.pid, signal.SIGKILL)
        one.process.wait()
        wait_for(lambda: not any(os.path.exists(f"/proc/{p}") for p in pids), 5)
        (one.data / "log.txt").write_text("")
        one.start()
        wait_for(lambda: one.waiting() == 0, 60)
        print(f"agent and house killed, all done {time.monotonic() - began:.1f} s after")
        assert "agent.inherited" in one.log_text()
        assert len(one.effects(DEDUPE)) == 400 and max(one.effects(DEDUPE).values()) == 1


if __name__ == "__main__":
    sys.argv.pop(1)
    if not postgres.programs():
        print("PostgreSQL is not installed")
        sys.exit(77)
    with postgres.server() as SERVER:
        kithtest.main([two_agents_share_one_quota, what_one_is_told_holds_for_all, the_jobs_of_a_dead_host_are_back_within_a_lease,
                       poison_is_buried_with_its_last_words,
                       a_killed_agent_is_inherited_at_once])
