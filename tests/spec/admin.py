"""Who operates the installation, what they see and change, and what is never kept of those who come."""
import http.client
import itertools
import json
import subprocess
import time

import postgres
from kithtest import BINARY, Kith, main, wait_for

PASSWORD = "correct horse battery"


def account(kith, *words):
    return subprocess.run([BINARY, "account", *words, "--data", str(kith.data)], capture_output=True, text=True, timeout=60, env=kith.env)


def is_admin(client, **headers):
    status, session, _ = client.get("/api/v1/session", headers=headers)
    assert status == 200, session
    return session["user"]["admin"]


def the_first_to_come_operates():
    with Kith() as kith:
        ann, bob = kith.sign_up("ann@example.com"), kith.sign_up("bob@example.com")
        assert is_admin(ann) and not is_admin(bob)
        assert account(kith, "list").stdout.split("\n")[:2] == ["admin      ann@example.com", "           bob@example.com"]
        made = account(kith, "admin", "Bob@Example.com")
        assert made.returncode == 0 and is_admin(bob), made
        gone = account(kith, "admin", "ann@example.com", "--remove")
        assert gone.returncode == 0 and not is_admin(ann), gone
        nobody = account(kith, "admin", "nobody@example.com")
        assert nobody.returncode == 1 and "nobody signed up" in nobody.stderr, nobody
        for wrong in (["admin"], ["list", "--remove"], ["add", "x@example.com", "--remove"], ["demote", "bob@example.com"]):
            assert account(kith, *wrong).returncode == 2, wrong


def the_demo_operates_only_at_this_machine():
    with Kith("--demo") as kith:
        demo = kith.client()
        wait_for(lambda: demo.post("/api/v1/demo")[0] == 200, 30)
        assert is_admin(demo)
        assert not is_admin(demo, **{"X-Forwarded-For": "192.0.2.7"})
        assert not is_admin(demo, Forwarded="for=192.0.2.7")
        ann = kith.sign_up("ann@example.com")
        assert is_admin(ann) and is_admin(ann, **{"X-Forwarded-For": "192.0.2.7"}), "the demo is not the first to come"


ROUTES = [("GET", "fleet"), ("GET", "history"), ("GET", "log"), ("GET", "events"), ("PATCH", "kinds/enrich"), ("POST", "launch"),
          ("POST", "land"), ("POST", "redrive"), ("GET", "dead"), ("POST", "pause"), ("POST", "services/google/open")]


def only_operators_may():
    with Kith() as kith:
        ann, bob = kith.sign_up("ann@example.com"), kith.sign_up("bob@example.com")
        token, other = kith.client(), kith.client()
        token.token = ann.post("/api/v1/tokens", {"name": "t", "scopes": ["operator"]})[1]["token"]
        other.token = bob.post("/api/v1/tokens", {"name": "t", "scopes": ["operator"]})[1]["token"]
        for method, path in ROUTES:
            path = "/api/v1/admin/" + path
            for who, wanted in ((kith.client(), 401), (bob, 403), (other, 403)):
                status, body, headers = who.request(method, path, None if method == "GET" else {})
                assert status == wanted and headers["Content-Type"] == "application/problem+json", (method, path, status, body)
            if method != "GET":
                assert token.request(method, path, {})[0] == 403, "a token may look, not change"
                assert ann.request(method, path, {}, {"X-CSRF-Token": "x"})[0] == 403
            elif not path.endswith("events"):
                assert token.get(path)[0] == ann.get(path)[0] == 200, path


def bad_input_is_refused():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")

        def refused(status, method, path, body=None, **headers):
            got, answer, _ = ann.request(method, "/api/v1/admin/" + path, body, headers)
            assert got in (status if isinstance(status, tuple) else (status,)) and answer["code"], (method, path, body, got, answer)
        for path in ("history?from=yesterday", "history?to=1", "history?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
                     "history?step=1", "history?step=x", "history?step=99999999999999999999", "history?from=2020-01-01T00:00:00Z&step=60",
                     "log?after=-1", "log?after=x"):
            refused((400, 422), "GET", path)
        for body in ({"min": -1}, {"max": 100000}, {"min": 5, "max": 4}, {"min": "1"}, {"max": 1.5}, {"paused": 1}, {"rho_pct": 0},
                     {"weight": 101}, {"slo_ms": 1}, {"service": "x"}, {"unknown": 1}):
            refused(422, "PATCH", "kinds/enrich", body)
        refused(404, "PATCH", "kinds/nothing", {"min": 1})
        refused(404, "PATCH", "kinds/%00", {"min": 1})
        refused(400, "PATCH", "kinds/enrich")
        refused(400, "PATCH", "kinds/enrich", b"[1]", **{"Content-Type": "application/json"})
        refused(415, "PATCH", "kinds/enrich", b"{}", **{"Content-Type": "text/plain"})
        for body in ({}, {"factor": 10}, {"hours": 2}, {"factor": 1, "hours": 2}, {"factor": 10, "hours": 0}, {"factor": 1001, "hours": 1},
                     {"factor": "10", "hours": 1}, {"factor": 10, "hours": 721}):
            refused(422, "POST", "launch", body)
        refused(404, "POST", "redrive", {"kind": "nothing"})
        refused(422, "POST", "redrive", {"kind": "x" * 100})
        refused(404, "GET", "dead?kind=nothing")
        refused(400, "GET", "dead?limit=0")
        refused(404, "POST", "services/nothing/open")
        refused(404, "POST", "pause", {"account": "0000000000001", "paused": True})
        for body in ({}, {"account": "x", "paused": True}, {"account": ann.account["id"]}, {"account": ann.account["id"], "paused": 1}):
            refused(422, "POST", "pause", body)
        assert ann.get("/api/v1/admin/fleet")[1]["launches"] == []


def settings_count_at_once():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")

        def enrich():
            return next(k for k in ann.get("/api/v1/admin/fleet")[1]["kinds"] if k["kind"] == "enrich")
        assert not enrich()["paused"]
        status, now, _ = ann.patch("/api/v1/admin/kinds/enrich", {"paused": True, "max": 9})
        assert status == 200 and now["paused"] and now["max"] == 9, now
        assert wait_for(lambda: enrich()["paused"], 3)
        status = ann.get("/api/v1/admin/fleet")[1]["status"]
        assert [line for line in [status, *status["more"]] if line["text"].startswith("enrich is paused")], status
        ann.patch("/api/v1/admin/kinds/enrich", {"paused": False})
        assert ann.post("/api/v1/admin/launch", {"factor": 10, "hours": 12})[0] == 201
        assert wait_for(lambda: ann.get("/api/v1/admin/fleet")[1]["factor"] == 10, 3)
        assert ann.post("/api/v1/admin/land", {})[1]["landed"] == 1
        assert wait_for(lambda: ann.get("/api/v1/admin/fleet")[1]["factor"] == 1, 3)
        assert ann.post("/api/v1/admin/redrive", {})[1] == {"redriven": 0}
        assert ann.get("/api/v1/admin/dead")[1] == {"items": []}
        assert ann.post("/api/v1/admin/services/google/open")[1] == {"service": "google"}


def quotas_and_invitations_are_seen():
    with Kith("--account-cards-max", "4", "--sign-up", "open") as kith:
        ann, bob = kith.sign_up("ann@example.com"), kith.sign_up("bob@example.com")
        for i in range(4):
            assert bob.post("/api/v1/cards", {"card": {"@type": "Card", "version": "1.0", "name": {"full": f"Eva {i}"}}})[0] == 201
        seen = ann.get("/api/v1/admin/accounts")[1]
        assert seen["max"]["cards"] == 4 and seen["next"] is None, seen
        held = {i["email"]: i for i in seen["items"] if i["email"] in ("ann@example.com", "bob@example.com")}
        assert (held["ann@example.com"]["cards"], held["bob@example.com"]["cards"], held["bob@example.com"]["tokens"]) == (0, 4, 0), seen
        assert held["bob@example.com"]["bytes"] > 0, seen
        one = ann.get("/api/v1/admin/accounts?limit=1")[1]
        two = ann.get(f"/api/v1/admin/accounts?limit=1&cursor={one['next']}")[1]
        assert [i["email"] for p in (one, two) for i in p["items"]] == [i["email"] for i in seen["items"]][:2], (one, two)
        assert [i["email"] for i in ann.get("/api/v1/admin/accounts?email=BOB@example.com")[1]["items"]] == ["bob@example.com"]
        assert ann.get("/api/v1/admin/accounts?email=nobody@example.com")[1]["items"] == []
        assert bob.get("/api/v1/admin/accounts")[0] == 403 and ann.get("/api/v1/admin/accounts?limit=0")[0] == 400
        for who in ("Dora@Example.com", "emil@example.com"):
            assert ann.post("/api/v1/admin/invitations", {"email": who})[0] == 201
        invited = ann.get("/api/v1/admin/invitations")[1]
        assert invited["sign_up"] == "open" and {i["email"] for i in invited["items"]} == {"dora@example.com", "emil@example.com"}, invited
        assert "invitation" not in json.dumps(invited["items"]), "the code is shown once"
        assert bob.delete("/api/v1/admin/invitations?email=dora@example.com")[0] == 403
        assert ann.delete("/api/v1/admin/invitations?email=DORA@example.com")[0] == 204
        assert ann.delete("/api/v1/admin/invitations?email=nobody")[0] == 422
        assert [i["email"] for i in ann.get("/api/v1/admin/invitations")[1]["items"]] == ["emil@example.com"]


def an_account_is_held_back():
    with Kith() as kith:
        ann, bob = kith.sign_up("ann@example.com"), kith.sign_up("bob@example.com")
        hold = {"account": bob.account["id"], "kind": "enrich"}
        assert ann.post("/api/v1/admin/pause", {**hold, "paused": True})[1] == {"account": bob.account["id"], "paused": True}
        time.sleep(1.5)                                      # agents learn of it within a second
        for who in (ann, bob):
            assert who.post("/api/v1/cards", {"card": {"@type": "Card", "version": "1.0", "name": {"full": "Ida"}}})[0] == 201
        ann.wait_idle(10)
        assert bob.get("/api/v1/stats")[1]["work"]["waiting"] == 1
        ann.post("/api/v1/admin/pause", {**hold, "paused": False})
        bob.wait_idle(10)


def visit(kith, path, **headers):
    status, _, _ = kith.client().get(path, headers={"User-Agent": "A browser", **headers})
    assert status == 200


def what_is_counted_is_kept():
    """Over a restart, in the history; and nothing in the whole data folder says who came."""
    secret, browser = "203.0.113.77", "Unmistakable/7.3"
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        for i in range(5):
            visit(kith, "/", **{"X-Forwarded-For": secret, "User-Agent": browser})
        visit(kith, "/", **{"X-Forwarded-For": "203.0.113.78", "User-Agent": browser})
        visit(kith, "/contacts", **{"X-Forwarded-For": secret, "User-Agent": browser})
        visit(kith, "/", **{"User-Agent": "Somebot/1.0"})
        visit(kith, "/", **{"User-Agent": browser, "Sec-Purpose": "prefetch"})
        kith.client().request("HEAD", "/")
        ann.post("/api/v1/cards", {"card": {"name": {"full": "Bea"}}})
        fleet = ann.get("/api/v1/admin/fleet")[1]
        people = fleet["people"]
        assert people["minute"]["visits"] == people["today"]["visits"] == 7 and people["visitors"] == 2, people
        assert people["pages"]["/"] == 6 and people["pages"]["/contacts"] == 1, people
        assert people["hour"]["signups"] == people["hour"]["contacts"] == 1, people
        assert fleet["status"]["mood"] != "well" or fleet["status"]["text"].startswith("All is well: 7 visits a minute"), fleet["status"]
        assert ann.get("/api/v1/admin/history")[1]["items"] == [], "the minute is not over"
        text = ann.get("/metrics")[1].decode()
        for line in ('kith_visits_total{page="/"} 6', "kith_signups_total 1", "kith_contacts_total 1", "kith_visitors_today 2"):
            assert line in text.split("\n"), line
        kith.stop()
        kith.start()
        ann.close()
        assert people["minute"] != ann.get("/api/v1/admin/fleet")[1]["people"]["minute"]
        now = wait_for(lambda: ann.get("/api/v1/admin/fleet")[1]["people"], 3)
        assert now["today"]["visits"] == 7 and now["today"]["signups"] == 1, now["today"]
        items = ann.get("/api/v1/admin/history?step=60")[1]["items"]
        assert sum(i.get("visits", 0) for i in items) == 7 and sum(i.get("contacts", 0) for i in items) == 1, items
        assert all(i["cores"] and i["memory"] and i["db_bytes"] for i in items), items
        kith.stop()
        for path in kith.data.rglob("*"):
            kept = path.read_bytes() if path.is_file() else b""
            assert secret.encode() not in kept and browser.encode() not in kept, path


def it_is_seen_live():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        stream = kith.client()
        stream.cookie = ann.cookie
        events = read_events(stream, "/api/v1/admin/events")
        kind, fleet = next(events)
        assert kind == "fleet" and fleet["processes"]["up"] == fleet["processes"]["wanted"] >= 1, fleet
        assert next(events)[0] == next(events)[0] == "fleet"
        agent = next(pid for pid, title in kith.processes().items() if title == "kith: agent")
        subprocess.run(["kill", "-9", str(agent)], check=True)
        kind, lines = next(event for event in events if event[0] == "log")
        assert lines[-1]["event"] == "master.child_ended" and lines[-1]["level"] == "warn" and lines[-1]["at"], lines
        items = ann.get("/api/v1/admin/log")[1]["items"]
        assert items[-1]["number"] == lines[-1]["number"] and ann.get(f"/api/v1/admin/log?after={items[-1]['number']}")[1]["items"] == []
        stream.close()


def it_is_seen_while_the_database_is_silent():
    """What was read last stays, the status says since when, and all is well again by itself."""
    if not postgres.programs():
        print("        (PostgreSQL is not installed)")
        return
    with postgres.Postgres() as server, Kith(env={"KITH_DB": server.database()}) as kith:
        stream = kith.client()
        stream.cookie = kith.sign_up("ann@example.com").cookie
        fleets = (fleet for kind, fleet in read_events(stream, "/api/v1/admin/events") if kind == "fleet")
        first = next(fleets)
        assert first["database"]["answers"] and first["database"]["kind"] == "postgresql" and first["database"]["connections"], first
        server.stop()
        silent = next(fleet for fleet in itertools.islice(fleets, 20) if fleet["status"]["text"].startswith("The database does not answer"))
        assert silent["status"]["mood"] == "bad" and silent["database"]["silent_since"] and len(silent["kinds"]) == len(first["kinds"]), silent
        text = kith.client().get("/metrics")[1].decode()
        assert "\nkith_database_up 0\n" in text and "\nkith_status 3\n" in text
        server.start()
        assert next(fleet for fleet in itertools.islice(fleets, 30) if fleet["database"]["answers"])
        stream.close()


def read_events(client, path):
    client.connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=30)
    client.connection.request("GET", path, headers={"Cookie": client.cookie})
    response = client.connection.getresponse()
    assert response.status == 200 and response.getheader("Content-Type") == "text/event-stream"
    name = None
    while True:
        line = response.readline().decode().rstrip("\n")
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            yield name, json.loads(line[6:])


if __name__ == "__main__":
    main([the_first_to_come_operates, the_demo_operates_only_at_this_machine, only_operators_may, bad_input_is_refused,
          quotas_and_invitations_are_seen, settings_count_at_once, an_account_is_held_back, what_is_counted_is_kept, it_is_seen_live, it_is_seen_while_the_database_is_silent])
