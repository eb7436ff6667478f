"""People and their doors: passwords changed and reset, sessions, the second factor, what tokens may do, and the log of it all."""
import subprocess
import threading

from kithtest import BINARY, Kith, main, totp, wait_for

PASSWORD, OTHER = "correct horse battery", "another long sentence"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def refused(answer, status, words=""):
    assert answer[0] == status and words in answer[1]["detail"], answer[:2]
    return answer[1]


def log_in(kith, email="ann@example.com", password=PASSWORD, agent=None):
    client = kith.client()
    status, body, _ = client.post("/api/v1/login", {"email": email, "password": password}, headers={"User-Agent": agent} if agent else {})
    assert status == 200, body
    client.csrf = body.get("csrf")
    client.ticket = body.get("ticket")
    return client


def run(kith, *args, given=""):
    return subprocess.run([BINARY, "account", *args, "--data", str(kith.data)], input=given, text=True, capture_output=True, env=kith.env)


def noted(client, path="/api/v1/account/audit"):
    status, body, _ = client.get(path)
    assert status == 200, body
    return [entry["what"] for entry in body["items"]]


def token_of(kith, client, **more):
    status, made, _ = client.post("/api/v1/tokens", {"name": "t", **more})
    assert status == 201, made
    program = kith.client()
    program.token = made["token"]
    return program


def a_password_is_changed():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        phone, program = log_in(kith), token_of(kith, ann)
        change = "/api/v1/account/password"
        refused(ann.post(change, {"password": "not this one at all", "new": OTHER}), 403, "not the password")
        refused(ann.post(change, {"password": PASSWORD, "new": "short"}), 422)
        refused(ann.post(change, {"password": PASSWORD, "new": PASSWORD}), 422)
        refused(ann.post(change, {"new": OTHER}), 422)
        refused(program.post(change, {"password": PASSWORD, "new": OTHER}), 403)
        assert phone.get("/api/v1/session")[0] == 200
        status, body, _ = ann.post(change, {"password": PASSWORD, "new": OTHER})
        assert (status, body) == (200, {"sessions_ended": 1, "tokens_ended": 0, "tokens_left": 1}), body
        assert ann.get("/api/v1/session")[0] == 200 and phone.get("/api/v1/session")[0] == 401
        assert program.get("/api/v1/books")[0] == 200
        assert kith.client().post("/api/v1/login", {"email": "ann@example.com", "password": PASSWORD})[0] == 401
        log_in(kith, password=OTHER)
        assert ann.post(change, {"password": OTHER, "new": PASSWORD, "tokens": True})[1]["tokens_ended"] == 1
        assert program.get("/api/v1/books")[0] == 401
        words = noted(ann)
        assert words.count("password_changed") == 1 and words.count("login_failed") == 2, words


def a_password_is_reset_at_the_server():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        program = token_of(kith, ann)
        assert run(kith, "password", "nobody@example.com", given=OTHER + "\n").returncode == 1
        assert run(kith, "password", "ann@example.com", given="short\n").returncode == 1
        assert ann.get("/api/v1/session")[0] == 200
        done = run(kith, "password", "ANN@example.com", given=OTHER + "\n")
        assert done.returncode == 0 and "1 tokens go on" in done.stdout, done
        assert ann.get("/api/v1/session")[0] == 401 and program.get("/api/v1/books")[0] == 200
        ann = log_in(kith, password=OTHER)
        entries = ann.get("/api/v1/account/audit")[1]["items"]
        reset = [e for e in entries if e["what"] == "password_reset"]
        assert len(reset) == 1 and reset[0]["by_server"], entries
        assert run(kith, "password", "ann@example.com", "--tokens", given=PASSWORD + "\n").returncode == 0
        assert program.get("/api/v1/books")[0] == 401
        assert run(kith, "password", "ann@example.com", "--off").returncode == 2
        assert run(kith, "second-factor", "ann@example.com").returncode == 2


def sessions_are_seen_and_ended():
    with Kith() as kith:
        ann, bob = kith.sign_up("ann@example.com"), kith.sign_up("bob@example.com")
        laptop, phone = log_in(kith, agent=FIREFOX), log_in(kith)
        items = laptop.get("/api/v1/account/sessions")[1]["items"]
        assert len(items) == 3 and [s["current"] for s in items].count(True) == 1, items
        mine = next(s for s in items if s["current"])
        assert mine["device"] == "Firefox on Linux" and mine["address"] == "127.0.0.1" and mine["seen"] and mine["expires"], mine
        theirs = bob.get("/api/v1/account/sessions")[1]["items"][0]["id"]
        refused(laptop.delete("/api/v1/account/sessions/" + theirs), 404)
        other = next(s["id"] for s in phone.get("/api/v1/account/sessions")[1]["items"] if s["current"])
        assert laptop.delete("/api/v1/account/sessions/" + other)[0] == 204
        assert phone.get("/api/v1/session")[0] == 401 and ann.get("/api/v1/session")[0] == 200
        token = ann.post("/api/v1/tokens", {"name": "t"})[1]
        refused(laptop.delete("/api/v1/account/sessions/" + token["id"]), 404)
        status, body, _ = laptop.delete("/api/v1/account/sessions")
        assert (status, body) == (200, {"ended": 1}), body
        assert ann.get("/api/v1/session")[0] == 401 and laptop.get("/api/v1/session")[0] == 200 and bob.get("/api/v1/session")[0] == 200
        assert len(laptop.get("/api/v1/tokens")[1]["items"]) == 1


def set_up(client):
    status, begun, _ = client.post("/api/v1/account/second-factor", {"password": PASSWORD})
    assert status == 201 and begun["secret"] in begun["uri"], begun
    status, body, _ = client.post("/api/v1/account/second-factor/confirm", {"code": totp(begun["secret"])})
    assert status == 200 and len(set(body["recovery_codes"])) == 10, body
    return begun["secret"], body["recovery_codes"]


def a_second_factor_is_asked_for():
    with Kith("--login-per-minute", "1000") as kith:
        ann = kith.sign_up("ann@example.com")
        factor = "/api/v1/account/second-factor"
        assert ann.get(factor)[1] == {"on": False, "since": None, "recovery_codes": 0}
        refused(ann.post(factor, {"password": "not this one at all"}), 403)
        refused(ann.post(factor + "/confirm", {"code": "123456"}), 404)
        assert ann.post(factor, {"password": PASSWORD})[0] == 201
        refused(ann.post(factor + "/confirm", {"code": "x"}), 403)
        assert log_in(kith).ticket is None, "it is asked of nobody before it is confirmed"
        secret, recovery = set_up(ann)
        shown = ann.get(factor)[1]
        assert shown["on"] and shown["recovery_codes"] == 10, shown
        refused(ann.post(factor, {"password": PASSWORD}), 409)

        phone = log_in(kith)
        assert phone.ticket and phone.get("/api/v1/session")[0] == 401
        step = "/api/v1/login/code"
        refused(phone.post(step, {"ticket": phone.ticket, "code": totp(secret)}), 401, "used already")
        refused(phone.post(step, {"ticket": phone.ticket[:-1] + "x", "code": totp(secret, 1)}), 401, "begin again")
        refused(phone.post(step, {"ticket": phone.ticket.replace(".", "", 1), "code": totp(secret, 1)}), 401, "begin again")
        status, body, headers = phone.post(step, {"ticket": phone.ticket, "code": totp(secret, 1)})
        assert status == 200 and body["csrf"] and "kith_session=" in headers["Set-Cookie"], body
        assert phone.get("/api/v1/session")[0] == 200

        tablet = log_in(kith)
        assert tablet.post(step, {"ticket": tablet.ticket, "code": recovery[0].upper()})[0] == 200
        refused(tablet.post(step, {"ticket": tablet.ticket, "code": recovery[0]}), 401)
        assert ann.get(factor)[1]["recovery_codes"] == 9

        ann.post("/api/v1/account/password", {"password": PASSWORD, "new": OTHER})
        refused(tablet.post(step, {"ticket": tablet.ticket, "code": recovery[1]}), 401, "begin again")
        status, fresh, _ = ann.post(factor + "/codes", {"password": OTHER, "code": recovery[1]})
        assert status == 200 and not set(fresh["recovery_codes"]) & set(recovery), fresh
        refused(ann.delete(factor, {"password": OTHER, "code": recovery[2]}), 403)
        refused(ann.delete(factor, {"password": PASSWORD, "code": fresh["recovery_codes"][0]}), 403)
        assert ann.delete(factor, {"password": OTHER, "code": fresh["recovery_codes"][0]})[0] == 204
        assert log_in(kith, password=OTHER).ticket is None
        words = set(noted(ann))
        assert {"second_factor_on", "second_factor_off", "recovery_code_used", "recovery_codes_made", "code_failed", "login"} <= words, words
        stored = b"".join(f.read_bytes() for f in kith.data.rglob("*") if f.is_file())
        codes = [c.encode() for c in recovery + fresh["recovery_codes"]]
        assert not any(c in stored or c.replace(b"-", b"") in stored for c in codes), "a recovery code is stored"


def guessing_codes_is_slow():
    with Kith("--login-per-minute", "1000") as kith:
        ann = kith.sign_up("ann@example.com")
        secret, recovery = set_up(ann)
        guesser, step = log_in(kith), "/api/v1/login/code"
        codes = []

        def guess():
            codes.append(kith.client().post(step, {"ticket": guesser.ticket, "code": "000000x"})[0])
        many = [threading.Thread(target=guess) for _ in range(12)]  # at once, over all processes
        for one in many:
            one.start()
        for one in many:
            one.join()
        assert set(codes) == {401, 429} and codes.count(401) <= 5, codes
        while guesser.post(step, {"ticket": guesser.ticket, "code": "000000x"})[0] == 401:
            codes.append(401)
        assert codes.count(401) == 5, codes
        wait = int(guesser.post(step, {"ticket": guesser.ticket, "code": "000000x"})[2]["Retry-After"])
        assert 2 < wait <= 31, wait
        refused(guesser.post(step, {"ticket": guesser.ticket, "code": totp(secret, 1)}), 429, "recovery code")
        assert guesser.post(step, {"ticket": guesser.ticket, "code": recovery[0]})[0] == 200
        failed = [e for e in ann.get("/api/v1/account/audit")[1]["items"] if e["what"] == "code_failed"]
        assert sum(e["times"] for e in failed) >= 15, failed


def who_lost_the_device_is_let_in_by_the_operator():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        set_up(ann)
        done = run(kith, "password", "ann@example.com", given=OTHER + "\n")
        assert done.returncode == 0 and "second factor is still asked" in done.stdout, done
        assert log_in(kith, password=OTHER).ticket
        assert run(kith, "second-factor", "ann@example.com", "--off").returncode == 0
        ann = log_in(kith, password=OTHER)
        assert ann.csrf and "second_factor_off" in noted(ann)
        assert run(kith, "second-factor", "ann@example.com", "--off").returncode == 1


def tokens_do_what_they_may():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")  # the first: an operator
        card = {"card": {"name": {"full": "Carl"}}}
        calls = {"look": lambda c: c.get("/api/v1/cards"), "take": lambda c: c.get("/api/v1/export?format=vcard4"),
                 "write": lambda c: c.post("/api/v1/cards", card), "upload": lambda c: c.post("/api/v1/imports?filename=a.vcf", b"BEGIN:VCARD"),
                 "past": lambda c: c.get("/api/v1/imports"), "fleet": lambda c: c.get("/api/v1/admin/fleet"),
                 "who": lambda c: c.get("/api/v1/session")}
        may = {"read": {"look", "take", "past", "who"}, "write": {"write", "who"}, "import": {"upload", "past", "who"}, "operator": {"fleet", "who"}}
        for scope, allowed in may.items():
            program = token_of(kith, ann, scopes=[scope])
            done = {name for name, call in calls.items() if call(program)[0] != 403}
            assert done == allowed, (scope, done)
        usual = token_of(kith, ann)
        assert {name for name, call in calls.items() if call(usual)[0] != 403} == set(calls) - {"fleet"}
        for bad in ({"scopes": []}, {"scopes": ["all"]}, {"scopes": "read"}, {"days": 0}, {"days": 4000}, {"days": "x"}):
            refused(ann.post("/api/v1/tokens", {"name": "t", **bad}), 422)
        status, made, _ = ann.post("/api/v1/tokens", {"name": "short", "days": 1, "scopes": ["read", "import"]})
        assert made["expires"] and made["scopes"] == ["read", "import"] and made["seen"] is None, made
        listed = {t["id"]: t for t in ann.get("/api/v1/tokens")[1]["items"]}
        assert listed[made["id"]] == {k: v for k, v in made.items() if k != "token"}, listed[made["id"]]
        assert sum(t["seen"] is not None for t in listed.values()) == 5
        used = [e for e in ann.get("/api/v1/account/audit")[1]["items"] if e["what"] == "token_used"]
        assert sum(e["times"] for e in used) == 5, used


def what_happened_is_told():
    with Kith() as kith:
        ann, bob = kith.sign_up("ann@example.com"), kith.sign_up("bob@example.com")
        bob.get("/api/v1/export?format=csv")
        refused(bob.get("/api/v1/export?format=nothing"), 400)
        kith.client().post("/api/v1/login", {"email": "nobody@example.com", "password": PASSWORD})
        entries = bob.get("/api/v1/account/audit")[1]["items"]
        assert [e["what"] for e in entries] == ["export", "signed_up"] and entries[0]["detail"] == "csv", entries
        assert all("email" not in e and e["address"] == "127.0.0.1" for e in entries), entries
        refused(bob.get("/api/v1/admin/audit"), 403)
        bob.patch("/api/v1/account", {"name": "x"})
        assert ann.patch("/api/v1/admin/kinds/enrich", {"paused": False})[0] == 200

        everything = ann.get("/api/v1/admin/audit")[1]["items"]
        assert {(e["what"], e["email"]) for e in everything} >= {("signed_up", "bob@example.com"), ("admin_act", "ann@example.com"),
                                                                 ("login_failed", "")}, everything
        assert [e["what"] for e in ann.get("/api/v1/admin/audit?email=BOB@example.com")[1]["items"]] == ["export", "signed_up"]
        refused(ann.get("/api/v1/admin/audit?email=x@example.com"), 404)
        assert {e["what"] for e in ann.get("/api/v1/admin/audit?what=export")[1]["items"]} == {"export"}
        refused(ann.get("/api/v1/admin/audit?what=nonsense"), 400)
        seen, cursor = [], ""
        while cursor is not None:
            page = ann.get(f"/api/v1/admin/audit?limit=2{cursor and '&cursor=' + cursor}")[1]
            seen += [e["id"] for e in page["items"]]
            cursor = page["next"]
        assert seen == [e["id"] for e in everything], (seen, everything)

        assert bob.delete("/api/v1/account", {"password": PASSWORD})[0] == 204
        everything = ann.get("/api/v1/admin/audit")[1]["items"]
        assert everything[0]["what"] == "account_erased" and everything[0]["detail"] == bob.account["id"], everything[0]
        assert not any(e["email"] == "bob@example.com" or e["what"] == "export" for e in everything)


def the_demo_is_everybodys():
    with Kith("--demo") as kith:
        guest = kith.client()
        wait_for(lambda: guest.post("/api/v1/demo")[0] == 200)
        guest.csrf = guest.get("/api/v1/session")[1]["csrf"]
        for path in ("account/sessions", "account/audit", "account/second-factor"):
            refused(guest.get("/api/v1/" + path), 403, "open to everybody")
        refused(guest.delete("/api/v1/account/sessions"), 403)
        refused(guest.post("/api/v1/account/password", {"password": "", "new": PASSWORD}), 422)
        refused(guest.post("/api/v1/account/password", {"password": "x", "new": PASSWORD}), 403, "open to everybody")
        refused(guest.post("/api/v1/account/second-factor", {"password": "x"}), 403, "open to everybody")


if __name__ == "__main__":
    main([a_password_is_changed, a_password_is_reset_at_the_server, sessions_are_seen_and_ended, a_second_factor_is_asked_for,
          guessing_codes_is_slow, who_lost_the_device_is_let_in_by_the_operator, tokens_do_what_they_may, what_happened_is_told,
          the_demo_is_everybodys])
