"""What a Prometheus reads: /metrics is well formed and for those who may; dashboard and alerts ask only for what is there."""
import json
import re
import shutil
import subprocess

from kithtest import ROOT, Kith, main

DASHBOARD = ROOT / "deploy/grafana/kith.json"
ALERTS = ROOT / "deploy/prometheus/alerts.yml"
SAMPLE = re.compile(r'^(kith_\w+)(?:\{((?:\w+="[^"\\\n]*",?)*)\})? (-?[\d.e+-]+|\+Inf|NaN)$')
WANTED = ["kith_workers_wanted", "kith_queue_oldest_seconds", "kith_visits_total", "kith_signups_total", "kith_class_seconds_bucket",
          "kith_database_up", "kith_database_ping_seconds", "kith_service_used", "kith_cost_hour", "kith_host_cpu_ratio", "kith_status"]
WORDS = {"max", "sum", "by", "rate", "increase", "delta", "histogram_quantile", "and", "or", "on", "label_values", "job", "kind", "class", "le",
         "page", "role", "replica", "service", "instance", "time", "up"}


def families(text):
    """{family: type}; each has one HELP and one TYPE before its samples, every sample is of a family."""
    types = {}
    helped = set()
    for line in text.splitlines():
        if line.startswith("# HELP "):
            name = line.split()[2]
            assert name not in helped, f"{name} has two heads"
            helped.add(name)
        elif line.startswith("# TYPE "):
            types[line.split()[2]] = line.split()[3]
        else:
            match = SAMPLE.match(line)
            assert match, line
            name = match.group(1)
            family = name if name in types else re.sub(r"_(bucket|sum|count)$", "", name)
            assert types.get(family) == "histogram" if family != name else name in types, f"{name} has no TYPE"
            assert types[family] != "counter" or name.endswith("_total"), name
    assert helped == set(types)
    return types


def known(types):
    return {n for name, kind in types.items() for n in ([f"{name}_{end}" for end in ("bucket", "sum", "count")] if kind == "histogram" else [name])}


def asked(expression):
    return set(re.findall(r"\bkith_\w+", expression))


def metrics_are_well_formed_and_kept_near():
    with Kith() as kith:
        ann, bob = kith.sign_up("ann@example.com"), kith.sign_up("bob@example.com")
        status, body, headers = kith.client().get("/metrics")
        assert status == 200 and headers["Content-Type"].startswith("text/plain; version=0.0.4")
        types = families(body.decode())
        missing = [name for name in WANTED if name not in known(types)]
        assert not missing, missing
        far = {"X-Forwarded-For": "198.51.100.9"}
        assert kith.client().get("/metrics", headers=far)[0] == 404
        assert kith.client().get("/metrics", headers={"Forwarded": "for=198.51.100.9"})[0] == 404
        assert bob.get("/metrics", headers=far)[0] == 404, "having an account is no reason"
        token = ann.post("/api/v1/tokens", {"name": "prometheus", "scopes": ["operator"]})[1]["token"]
        assert kith.client().get("/metrics", headers={**far, "Authorization": "Bearer " + token})[0] == 200
        assert kith.client().get("/metrics", headers={**far, "Authorization": "Bearer kith_x"})[0] == 404

        dashboard = json.loads(DASHBOARD.read_text())
        panels = [p for p in dashboard["panels"] if p["type"] != "row"]
        assert len({p["id"] for p in dashboard["panels"]}) == len(dashboard["panels"]) and len(panels) >= 20
        for panel in panels:
            assert panel["targets"], panel["title"]
            for target in panel["targets"]:
                names = asked(target["expr"])
                assert names and names <= known(types), (panel["title"], names - known(types))
                assert target["expr"].count("(") == target["expr"].count(")"), target["expr"]
        for rule in rules():
            names = asked(rule["expr"])
            assert names <= known(types) and (names or rule["expr"].startswith("up")), (rule["alert"], names - known(types))
            assert rule["annotations"]["summary"] and rule["labels"]["severity"] in ("info", "warning", "critical"), rule


def rules():
    try:
        import yaml
    except ImportError:
        text = ALERTS.read_text()
        alerts = re.findall(r"- alert: (\w+)\n        expr: (.+)\n", text)
        assert len(alerts) == text.count("- alert:")
        return [{"alert": a, "expr": e, "annotations": {"summary": "?"}, "labels": {"severity": "info"}} for a, e in alerts]
    document = yaml.safe_load(ALERTS.read_text())
    found = [rule for group in document["groups"] for rule in group["rules"]]
    assert len({rule["alert"] for rule in found}) == len(found) >= 10
    for rule in found:
        unknown = {w for w in re.findall(r"\b[a-z]\w*", re.sub(r'"[^"]*"|\[\w+\]|\bkith_\w+', "", rule["expr"]))} - WORDS
        assert not unknown, (rule["alert"], unknown)
    return found


def promtool_agrees():
    if not shutil.which("promtool"):
        print("        (promtool is not installed)")
        return
    done = subprocess.run(["promtool", "check", "rules", str(ALERTS)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    with Kith() as kith:
        text = kith.client().get("/metrics")[1]
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, timeout=60)
    assert done.returncode in (0, 3), done.stderr.decode()  # 3: only matters of taste


if __name__ == "__main__":
    main([metrics_are_well_formed_and_kept_near, promtool_agrees])
