"""The scaling law on a running house, and `kith scale`: settings live, launches that end by themselves, what is refused, the replay.

argv[1] is fleet-house (fleet_house.c): its kind "slow" waits half a second with each job of account 30."""
import json
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import kithtest
from fleet import House
from kithtest import BINARY, SHARED, SLOW, Kith, wait_for

WAITS = 30                                                   # account


def scale(kith, *words, status=0):
    done = subprocess.run([BINARY, "scale", *words, "--data", str(kith.data)], capture_output=True, text=True, timeout=60, env=kith.env)
    assert done.returncode == status, (words, done.returncode, done.stdout[-2000:], done.stderr[-2000:])
    return done.stdout + done.stderr


def show(kith):
    seen = json.loads(scale(kith, "show", "--json"))
    return seen, {k["kind"]: k for k in seen["kinds"]}


def settings(kith):
    return scale(kith, "show", "--file"), show(kith)[0]["launches"]


def workers(kith, kind):
    return sum(title == f"kith: worker {kind}" for title in kith.processes().values())


def test_a_step_is_met_within_a_second_or_two():
    jobs = 2000 * SLOW                                   # under a sanitizer a fork takes longer, what sleeps does not
    with House() as house:
        scale(house, "set", "slow", "min=2", "max=300", "down=2s")
        wait_for(lambda: workers(house, "slow") == 2, 10)
        began = time.monotonic()
        house.add("slow", jobs, account=WAITS)
        added = time.monotonic()
        wait_for(lambda: workers(house, "slow") >= 200, 20, 0.01)
        print(f"{jobs:,} jobs added in {added - began:.2f} s, 200 workers {time.monotonic() - added:+.2f} s after that")
        assert house.waiting() > jobs / 2, "they came when most was done"
        assert workers(house, "slow") <= 300
        wait_for(lambda: house.waiting() == 0, 30)
        assert len(house.effects(3)) == jobs and max(house.effects(3).values()) == 1
        kind = show(house)[1]["slow"]
        assert 400 < kind["service_ms"], kind          # each sleeps for half a second
        m = house.metrics()
        assert m['kith_arrivals_per_second{kind="slow"}'] > 20 and m['kith_service_seconds{kind="slow"}'] > 0.4, m
        wait_for(lambda: workers(house, "slow") <= 25 * SLOW, 15)   # what a minute with so many jobs in it still needs
        assert not house.rows("select * from job_dead")


def test_what_computes_is_held_to_the_cores():
    with House() as house:
        scale(house, "set", "echo", "max=300")
        house.add("echo", 5000)
        most = 0
        while house.waiting():
            most = max(most, workers(house, "echo"))
            time.sleep(0.05)
        assert 1 <= most <= 2 * kithtest.os.cpu_count(), most


def a_book(cards):
    directory = tempfile.mkdtemp(prefix="kith-spec-")
    subprocess.run([BINARY, "generate", "--out", directory, "--cards", str(cards), "--sources", "1"], check=True, stdout=subprocess.DEVNULL)
    return next(pathlib.Path(directory).glob("*.vcf"))


def test_settings_take_effect_while_an_import_runs():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        it = ann.import_file(a_book(3000), commit=False)
        assert ann.post(f"/api/v1/imports/{it['id']}/commit", {"mode": "both"})[0] == 202
        said = scale(kith, "set", "enrich", "min=5", "max=9", "slo_age=2s", "rho=80%", "weight=40")
        assert "min 1 -> 5, max 300 -> 9, slo_age 5s -> 2s, rho 0.90 -> 0.80, weight 20 -> 40" in said, said
        wait_for(lambda: workers(kith, "enrich") >= 5, 10)
        before = set(kith.processes())
        scale(kith, "set", "enrich", "paused=yes")
        wait_for(lambda: show(kith)[1]["enrich"]["held_by"] == "paused", 10)
        scale(kith, "set", "enrich", "paused=no")
        assert ann.wait_import(it["id"], ("done", "failed"))["state"] == "done"
        ann.wait_idle()
        assert "unit.failed" not in kith.log_text() and len(before & set(kith.processes())) >= 5
        assert "scale.changed" in kith.log_text()
        wait_for(lambda: show(kith)[1]["enrich"]["target"] >= 5, 10)
        seen, kinds = show(kith)
        assert seen["agents"] == 1 and kinds["enrich"]["min"] == 5 and kinds["enrich"]["held_by"] != "paused", seen
        text = scale(kith, "show", "--file")
        assert "[kind.enrich]\nmin = 5\nmax = 9\nslo_age = 2s\nrho = 0.80\ndown = 60s\nweight = 40\n" in text, text
        path = kith.data / "scale.conf"
        path.write_text(text.replace("max = 9", "max = 12").replace("core_hour = 0.00", "core_hour = 0.04"))
        assert scale(kith, "set", "--file", str(path)) == "enrich: max 9 -> 12\ncore_hour is 0.04 now\n"
        assert scale(kith, "set", "--file", str(path)) == "", "nothing changed, nothing is said"


def test_a_launch_ends_by_itself():
    with Kith() as kith:
        wait_for(lambda: show(kith)[1])
        scale(kith, "set", "index", "min=2", "down=0s")
        wait_for(lambda: workers(kith, "index") == 2, 10)
        scale(kith, "price", "core_hour=0.04", "currency=CHF")
        before = settings(kith)
        plan = scale(kith, "launch", "--factor", "10", "--for", "12h", "--dry-run")
        assert "10 times the usual for 12h" in plan and "2 ->     20" in plan and "CHF" in plan, plan
        assert settings(kith) == before, (before, settings(kith))
        assert "--yes" in scale(kith, "launch", "--factor", "10", "--for", "12h", status=1)
        assert settings(kith) == before, (before, settings(kith))
        checks = {c["what"]: c for c in json.loads(scale(kith, "launch", "--factor", "6", "--for", "3s", "--yes", "--json"))["checks"]}
        assert {"workers", "memory", "cpu", "database", "disk", "open files", "bill"} <= set(checks), checks
        wait_for(lambda: workers(kith, "index") == 12, 10)
        seen, kinds = show(kith)
        if seen["factor"] != 1:                              # it may be over by now
            assert seen["factor"] == 6 and kinds["index"]["effective_min"] == 12 and kinds["index"]["min"] == 2, seen
        wait_for(lambda: workers(kith, "index") == 2, 15)    # nothing was done to end it
        assert show(kith)[0]["factor"] == 1 and not show(kith)[0]["launches"]
        scale(kith, "launch", "--factor", "4", "--for", "2d", "--yes")
        wait_for(lambda: workers(kith, "index") == 8, 10)
        assert "landed" in scale(kith, "land")
        wait_for(lambda: workers(kith, "index") == 2, 15)
        assert "no launch is on" in scale(kith, "land", status=1)
        changes = kith.log_text().count("scale.changed")
        assert changes >= 3, changes


def test_what_is_wrong_is_said_and_nothing_is_changed():
    with Kith() as kith:
        wait_for(lambda: show(kith)[1])                      # the agent writes the first rows
        before = settings(kith)
        for words, why in (
            (["set", "enrich", "max=0"], "enrich.max: want 1 to 2000 workers, got '0'"),
            (["set", "enrich", "max=9", "min=10"], "enrich: min 10 is more than max 9"),
            (["set", "enrich", "max=9", "rho=1.2"], "enrich.rho: want 0.10 to 1.00"),
            (["set", "enrich", "slo_age=5y"], "want 100ms to 1d"),
            (["set", "enrich", "down=1500ms"], "want 0s to 1h"),
            (["set", "enrich", "paused=maybe"], "want yes or no"),
            (["set", "enrich", "quota=a b:1/s"], "quota: want"),
            (["set", "enrich", "quota=google:0/s"], "quota: want"),
            (["set", "enrich", "mem=8M"], "no setting 'mem'"),
            (["set", "enrich", "max"], "want NAME=VALUE"),
            (["set", "nobody", "max=1"], "no kind of work is called 'nobody'"),
            (["set", "--file", "/nowhere"], "cannot be read"),
            (["price", "core_hour=-1"], "core_hour: want"),
            (["price", "core_hour=0.0000001"], "core_hour: want"),
            (["price", "currency=E U"], "currency: want"),
            (["price", "budget_hour=5", "tip=1"], "no price 'tip'"),
            (["launch", "--factor", "1", "--for", "1h", "--yes"], "--factor: want 2 to 1000"),
            (["launch", "--factor", "10", "--for", "99d", "--yes"], "--for: want"),
        ):
            assert why in scale(kith, *words, status=1), words
        for words in (["set"], ["set", "enrich"], ["launch"], ["launch", "--factor", "10"], ["land", "now"], ["plan"], ["fly"]):
            assert "usage: kith scale" in scale(kith, *words, status=2), words
        path = kith.data / "scale.conf"
        for text, why in (("[kind.enrich]\nmax = 7\n[kind.nobody]\nmax = 1\n", "scale.conf:4: no section [kind.nobody]"),
                          ("[kind.enrich]\nmax = 7\nmin = 8\n", "min 8 is more than max 7"),
                          ("[kind.enrich]\nmax = 7\n[price]\ncurrency = E U\n", "scale.conf:4: currency"),
                          ("[kind.enrich]\nmax 7\n", "broken line")):
            path.write_text(text)
            assert why in scale(kith, "set", "--file", str(path), status=1), text
        assert settings(kith) == before, (before, settings(kith))
        assert "currency = EUR" in scale(kith, "show", "--file")


def plan(*words, status=0):
    done = subprocess.run([BINARY, "scale", "plan", *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == status, (words, done)
    return done.stdout + done.stderr


def test_a_day_is_replayed():
    with tempfile.TemporaryDirectory(prefix="kith-spec-") as folder:
        trace, chart = pathlib.Path(folder) / "trace.csv", pathlib.Path(folder) / "chart.html"
        trace.write_text("t_s,arrivals\n" + "".join(f"{t},{160 if 1800 <= t < 3600 else 4}\n" for t in range(7200)))
        table = plan("--trace", str(trace), "--html", str(chart))
        assert "static for peak" in table and "Kith" in table, table
        assert chart.read_text().count("<svg") == 3
        by_name = {p["policy"]: p for p in json.loads(plan("--trace", str(trace), "--json"))["policies"]}
        assert by_name["Kith"]["p99_s"] <= 1 and by_name["Kith"]["of_pure_pct"] < 130, by_name
        trace.write_text("t_s,arrivals\n0,1\n1,many\n")
        assert "line 3: 'many' is no number of arrivals" in plan("--trace", str(trace), status=1)
        assert "--max: want 1 to" in plan("--trace", str(trace), "--max", "0", status=1)
        assert "No such file" in plan("--trace", str(trace) + "x", status=1)
    day = SHARED / "data/load/ph_load.csv"
    if day.exists():
        kith = json.loads(plan("--trace", str(day), "--json"))["policies"][-1]
        assert kith["p99_s"] < 2 and kith["of_pure_pct"] < 122 and kith["of_static_pct"] < 32, kith


if __name__ == "__main__":
    wanted = sys.argv[2:]
    for name, test in list(globals().items()):
        if name.startswith("test_") and (not wanted or name in wanted):
            began = time.monotonic()
            test()
            print(f"ok {name} {time.monotonic() - began:.1f} s", flush=True)
