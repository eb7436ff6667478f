"""Who may: signing up, logging in, CSRF, tokens, throttling, erasing an account."""
import time

from kithtest import Kith, cpu_s, main, wait_for

PASSWORD = "correct horse battery"


def problem(answer, status, code):
    got, body, headers = answer
    assert got == status, (got, body)
    assert headers["Content-Type"] == "application/problem+json", headers
    assert body["status"] == status and body["code"] == code and body["title"] and body["detail"], body
    return body


def signing_up_and_in():
    with Kith() as kith:
        ann = kith.client()
        status, body, headers = ann.post("/api/v1/signup", {"email": " Ann@Example.com ", "password": PASSWORD, "name": "Ann"})
        assert status == 201 and body["user"]["name"] == "Ann" and body["user"]["email"] == "Ann@Example.com", body
        cookie = headers["Set-Cookie"]
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie and "Secure" not in cookie, cookie
        status, session, _ = ann.get("/api/v1/session")
        assert status == 200 and session["csrf"] == body["csrf"] and session["account"]["settings"] == {}, session

        problem(kith.client().post("/api/v1/signup", {"email": "ann@example.COM", "password": PASSWORD}), 409, "CONFLICT")
        short = problem(kith.client().post("/api/v1/signup", {"email": "x@example.com", "password": "short"}), 422, "INVALID")
        assert short["errors"][0]["pointer"] == "/password", short
        none = problem(kith.client().post("/api/v1/signup", {"email": "nobody", "password": PASSWORD}), 422, "INVALID")
        assert none["errors"][0]["pointer"] == "/email", none

        wrong = problem(kith.client().post("/api/v1/login", {"email": "ann@example.com", "password": "x" * 20}), 401, "UNAUTHENTICATED")
        unknown = problem(kith.client().post("/api/v1/login", {"email": "bob@example.com", "password": "x" * 20}), 401, "UNAUTHENTICATED")
        no_mail = problem(kith.client().post("/api/v1/login", {"email": "bob", "password": ""}), 401, "UNAUTHENTICATED")
        assert wrong == unknown == no_mail

        again = kith.client()
        status, body, headers = again.post("/api/v1/login", {"email": "ann@example.com", "password": PASSWORD},
                                           headers={"X-Forwarded-Proto": "https"})
        assert status == 200 and "; Secure" in headers["Set-Cookie"], headers["Set-Cookie"]
        again.csrf = body["csrf"]
        assert headers["Set-Cookie"].startswith("__Host-kith_session="), headers["Set-Cookie"]
        assert again.post("/api/v1/logout", headers={"X-Forwarded-Proto": "https"})[0] == 204
        assert again.get("/api/v1/session")[0] == 401
        assert ann.get("/api/v1/session")[0] == 200
        problem(kith.client().post("/api/v1/demo"), 404, "NOT_FOUND")
        problem(kith.client().get("/api/v1/cards"), 401, "UNAUTHENTICATED")


def unknown_costs_what_wrong_costs():
    with Kith("--login-per-minute", "1000") as kith:
        kith.sign_up("ann@example.com")

        def hashing_s(email):
            """CPU time of the password workers: what an answer takes, whatever else the machine does."""
            workers = wait_for(lambda: kith.pids("worker password"))
            before = sum(map(cpu_s, workers))
            for _ in range(8):
                assert kith.client().post("/api/v1/login", {"email": email, "password": "x" * 20})[0] == 401
            return sum(map(cpu_s, workers)) - before
        hashing_s("ann@example.com")                  # the first one warms up
        known, unknown = hashing_s("ann@example.com"), hashing_s("bob@example.com")
        assert known > 0.05 and 0.5 < known / unknown < 2, (known, unknown)


def requests_from_elsewhere():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        csrf, ann.csrf = ann.csrf, None
        problem(ann.post("/api/v1/books", {"name": "x"}), 403, "DENIED")
        problem(ann.post("/api/v1/books", {"name": "x"}, headers={"X-CSRF-Token": csrf[:-1]}), 403, "DENIED")
        problem(ann.post("/api/v1/books", {"name": "x"}, headers={"X-CSRF-Token": kith.sign_up("bob@example.com").csrf}), 403, "DENIED")
        problem(ann.post("/api/v1/books", {"name": "x"}, headers={"X-CSRF-Token": csrf, "Sec-Fetch-Site": "cross-site"}), 403, "DENIED")
        problem(ann.post("/api/v1/imports?filename=a.vcf", b"BEGIN:VCARD"), 403, "DENIED")
        problem(kith.client().post("/api/v1/login", b'{"email":"a","password":"b"}', headers={"Content-Type": "text/plain"}), 415,
                "UNSUPPORTED_MEDIA_TYPE")
        assert ann.post("/api/v1/books", {"name": "x"}, headers={"X-CSRF-Token": csrf, "Sec-Fetch-Site": "same-origin"})[0] == 201
        assert len(ann.get("/api/v1/books")[1]["items"]) == 2


def tokens():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        status, made, _ = ann.post("/api/v1/tokens", {"name": "script"})
        assert status == 201 and made["token"].startswith("kith_"), made
        program = kith.client()
        program.token = made["token"]
        assert program.get("/api/v1/cards")[0] == 200
        assert program.post("/api/v1/books", {"name": "from a program"})[0] == 201
        problem(program.get("/api/v1/tokens"), 403, "DENIED")
        problem(program.post("/api/v1/tokens", {"name": "more"}), 403, "DENIED")
        problem(program.delete("/api/v1/account", {"password": PASSWORD}), 403, "DENIED")
        cookie = kith.client()
        cookie.cookie = "kith_session=" + made["token"]
        assert cookie.get("/api/v1/cards")[0] == 401
        items = ann.get("/api/v1/tokens")[1]["items"]
        assert [t["id"] for t in items] == [made["id"]] and "token" not in items[0], items
        problem(ann.post("/api/v1/tokens", {}), 422, "INVALID")
        assert ann.delete("/api/v1/tokens/" + made["id"])[0] == 204
        problem(program.get("/api/v1/cards"), 401, "UNAUTHENTICATED")
        problem(ann.delete("/api/v1/tokens/" + made["id"]), 404, "NOT_FOUND")
        for text in ("kith_", "kith_0000", made["token"][:-1], made["token"] + "0", "x", "kith_" + "~" * 60):
            program.token = text
            problem(program.get("/api/v1/cards"), 401, "UNAUTHENTICATED")
        raw = kith.data.rglob("*")
        secret = made["token"][-40:].encode()
        assert not any(secret in f.read_bytes() for f in raw if f.is_file()), "the token's secret is stored"


def throttling():
    with Kith("--login-per-minute", "5", "--http-processes", "1") as kith:
        kith.sign_up("ann@example.com")
        answers = [kith.client().post("/api/v1/login", {"email": "ann@example.com", "password": "x" * 20}) for _ in range(7)]
        assert [a[0] for a in answers[:5]] == [401] * 5, answers
        body = problem(answers[6], 429, "THROTTLED")
        assert int(answers[6][2]["Retry-After"]) >= 1, body
        assert kith.client().post("/api/v1/login", {"email": "bob@example.com", "password": "x" * 20})[0] == 401
    with Kith("--requests-per-minute", "20", "--http-processes", "1") as kith:
        ann, bob = kith.sign_up("ann@example.com"), kith.sign_up("bob@example.com")
        answers = [ann.get("/api/v1/books") for _ in range(22)]
        assert answers[0][2]["RateLimit-Limit"] == "20" and answers[0][2]["RateLimit-Remaining"] == "19"
        problem(answers[21], 429, "THROTTLED")
        assert bob.get("/api/v1/books")[0] == 200


def erasing():
    with Kith() as kith:
        ann, bob = kith.sign_up("ann@example.com"), kith.sign_up("bob@example.com")
        for client in (ann, bob):
            assert client.post("/api/v1/cards", {"card": {"name": {"full": "Carl"}}})[0] == 201
        problem(ann.delete("/api/v1/account", {"password": "not this one at all"}), 403, "DENIED")
        problem(ann.delete("/api/v1/account", {}), 422, "INVALID")
        assert ann.delete("/api/v1/account", {"password": PASSWORD})[0] == 204
        assert ann.get("/api/v1/session")[0] == 401
        assert kith.client().post("/api/v1/login", {"email": "ann@example.com", "password": PASSWORD})[0] == 401
        assert bob.get("/api/v1/cards")[1]["total"] == 1
        kith.sign_up("ann@example.com")


def settings():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        status, body, _ = ann.patch("/api/v1/account", {"name": "Family", "settings": {"country": "DE", "x": [1]}})
        assert status == 200 and body["name"] == "Family" and body["settings"] == {"country": "DE", "x": [1]}, body
        assert ann.get("/api/v1/session")[1]["account"] == body
        problem(ann.patch("/api/v1/account", {"settings": []}), 422, "INVALID")
        problem(ann.patch("/api/v1/account", {"settings": {"x": "y" * 20000}}), 422, "INVALID")
        assert ann.get("/api/v1/session")[1]["account"] == body


def the_demo_account():
    with Kith("--demo") as kith:
        guest = kith.client()
        wait_for(lambda: guest.post("/api/v1/demo")[0] == 200)
        wait_for(lambda: guest.get("/api/v1/cards?limit=1")[1]["total"] > 1000)
        assert guest.get("/api/v1/session")[1]["user"]["name"] == "Demo"
        problem(kith.client().post("/api/v1/login", {"email": "demo@kith.example", "password": "demo demo demo"}), 401, "UNAUTHENTICATED")


def no_personal_data_in_the_log():
    with Kith() as kith:
        ann = kith.sign_up("very.private@example.com")
        ann.get("/api/v1/search?q=Verysecretname")
        ann.post("/api/v1/cards", {"card": {"name": {"full": "Verysecretname"}}})
        wait_for(lambda: 'route="/api/v1/cards"' in kith.log_text())
        assert "private" not in kith.log_text() and "Verysecret" not in kith.log_text()


def strangers_give_little_to_read():
    with Kith() as kith:
        for path in ("/api/v1/login", "/api/v1/signup", "/api/v1/demo"):
            large = problem(kith.client().post(path, {"email": "ann@example.com", "password": "x" * 8192}), 413, "TOO_LARGE")
            assert "8192 bytes" in large["detail"], large
            many = problem(kith.client().post(path, {"m%d" % i: 0 for i in range(33)}), 413, "TOO_LARGE")
            assert "at most 32" in many["detail"], many


if __name__ == "__main__":
    main([signing_up_and_in, strangers_give_little_to_read, unknown_costs_what_wrong_costs, requests_from_elsewhere, tokens, throttling, erasing, settings, the_demo_account,
          no_personal_data_in_the_log])
