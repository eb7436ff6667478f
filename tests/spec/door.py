"""Who may come in and how often: addresses behind proxies, names of hosts, guesses, devices, invitations, quotas."""
import contextlib
import json
import re
import socket
import subprocess
import threading

from kithtest import BINARY, ROOT, Kith, main, wait_for

PASSWORD = "correct horse battery"
WRONG = "wrong wrong wrong"


def problem(answer, status, code):
    got, body, headers = answer
    assert got == status, (got, body)
    assert body["code"] == code and body["detail"], body
    return body


def log_in(kith, email, password=WRONG, cookie=None, **headers):
    """One attempt of a browser of its own; the answer and the client."""
    client = kith.client()
    client.cookie = cookie
    answer = client.post("/api/v1/login", {"email": email, "password": password}, headers={k.replace("_", "-"): v for k, v in headers.items()})
    client.close()
    return answer


def judged(kith, n, header, values, email="ann@example.com"):
    """How many of n wrong guesses were looked at (401); the others were held back (429).  At one a minute it is one for each bucket, and
    one more for every minute that this takes on a busy machine."""
    seen = [log_in(kith, email, **{header: values(i)})[0] for i in range(n)]
    assert set(seen) <= {401, 429}, seen
    return seen.count(401)


# ---- addresses ----

def an_address_is_an_address():
    with Kith("--login-per-minute", "1", "--guesses-per-hour", "100000") as kith:
        kith.sign_up("ann@example.com")
        forwarded = "X_Forwarded_For"
        assert judged(kith, 12, forwarded, lambda i: f"2001:db8:1:2::{i:x}") <= 3, "one /64 is one customer"
        assert judged(kith, 6, forwarded, lambda i: f"2001:db8:{i}::1") == 6, "others are others"
        assert judged(kith, 12, forwarded, lambda i: f"198.51.100.9:{1000 + i}") <= 3, "a port is cut off"
        assert judged(kith, 12, forwarded, lambda i: ["::ffff:198.51.100.10", "198.51.100.10", "[::ffff:c633:640a]:80"][i % 3]) <= 3
        # all that is no address is the proxy's own: one bucket, and nothing left of it is looked at
        garbage = ["garbage{}", "_hidden{}", "1.2.3.{}x", "300.1.1.{}", "203.0.113.{}, unknown", "203.0.113.{}, nonsense", "", ","]
        assert judged(kith, 16, forwarded, lambda i: garbage[i % 8].format(i)) <= 3
        assert judged(kith, 12, forwarded, lambda i: f"10.9.8.{i}, 203.0.113.77") <= 3, "what the client forged stands further left"
        assert judged(kith, 12, "Forwarded", lambda i: f'for=9.9.9.{i}, for="[2001:db8:ffff::{i}]:{4000 + i}"') <= 3
        assert judged(kith, 6, "Forwarded", lambda i: f"for=203.0.113.{100 + i};proto=https") == 6


def raw(kith, head, body=b""):
    with socket.create_connection(("127.0.0.1", kith.port), timeout=30) as s:
        s.sendall(head.encode() + body)
        got = b""
        with contextlib.suppress(ConnectionResetError):
            while chunk := s.recv(65536):
                got += chunk
    top, _, rest = got.partition(b"\r\n\r\n")
    return int(top.split()[1]), rest.decode(errors="replace"), top.decode()


def a_line_of_the_proxys_own_counts():
    """HAProxy does not add to the line that is there: it appends another one."""
    with Kith("--login-per-minute", "1", "--guesses-per-hour", "100000") as kith:
        kith.sign_up("ann@example.com")
        body = json.dumps({"email": "ann@example.com", "password": WRONG}).encode()
        seen = [raw(kith, "POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
                          f"X-Forwarded-For: 10.9.8.{i}\r\nX-Forwarded-For: 203.0.113.78\r\nContent-Length: {len(body)}\r\n\r\n", body)[0]
                for i in range(10)]
        assert seen.count(401) <= 3, seen


def only_trusted_proxies_are_believed():
    with Kith("--trusted-proxies", "203.0.113.0/24, 2001:db8::/32", "--login-per-minute", "1", "--guesses-per-hour", "100000") as kith:
        status, _, headers = kith.client().post("/api/v1/signup", {"email": "ann@example.com", "password": PASSWORD},
                                                headers={"X-Forwarded-Proto": "https"})
        assert status == 201 and headers["Set-Cookie"].startswith("kith_session=") and "Secure" not in headers["Set-Cookie"], headers
        assert judged(kith, 12, "X_Forwarded_For", lambda i: f"198.51.100.{i}") <= 3, "127.0.0.1 is not in the list"
    with Kith("--trusted-proxies", "127.0.0.1 10.0.0.0/8", "--login-per-minute", "1", "--guesses-per-hour", "100000") as kith:
        kith.sign_up("ann@example.com")
        assert judged(kith, 6, "X_Forwarded_For", lambda i: f"198.51.100.{i}, 10.1.2.3, 10.4.5.6:443") == 6, "proxies behind each other"
        assert judged(kith, 12, "X_Forwarded_For", lambda i: f"198.51.{i}.1, 192.0.2.1, 10.4.5.6") <= 3


# ---- names ----

def ask(kith, host, path="/api/v1/demo", method="POST", version="1.1", more=""):
    return raw(kith, f"{method} {path} HTTP/{version}\r\nHost: {host}\r\nConnection: close\r\nContent-Length: 0\r\n{more}\r\n")


def is_operator(answer):
    assert answer[0] == 200, answer
    return json.loads(answer[1])["user"]["admin"]


def a_stranger_is_never_here():
    """DNS rebinding, and proxies on this machine that say nothing: they all come from 127.0.0.1."""
    proxied = ["X-Forwarded-For: 8.8.8.8", "X-Forwarded-For: ", "X-Real-IP: 8.8.8.8", "Via: 1.1 varnish", "Forwarded: for=8.8.8.8",
               "X-Forwarded-Proto: https", "X-Forwarded-Host: kith.example", "CF-Connecting-IP: 8.8.8.8"]
    with Kith("--demo", "--login-per-minute", "1000") as kith:
        wait_for(lambda: kith.client().post("/api/v1/demo")[0] == 200)
        for host in (f"127.0.0.1:{kith.port}", "localhost", f"[::1]:{kith.port}", "kith.localhost"):
            assert is_operator(ask(kith, host)), host
            assert ask(kith, host, "/metrics", "GET")[0] == 200, host
        for host in ("evil.example:8080", "kith.example.org", "nas.local", "a@b", "127.0.0.1.evil.example"):
            assert not is_operator(ask(kith, host)), host
            assert ask(kith, host, "/metrics", "GET")[0] == (200 if host == "nas.local" else 404), host
        for line in proxied:
            assert not is_operator(ask(kith, "127.0.0.1", more=line + "\r\n")), line
            assert ask(kith, "127.0.0.1", "/metrics", "GET", more=line + "\r\n")[0] == 404, line
        assert not is_operator(ask(kith, "127.0.0.1", version="1.0")), "nginx as it comes"
        assert ask(kith, "127.0.0.1", "/metrics", "GET", version="1.0")[0] == 404
    with Kith("--demo", "--url", "https://kith.example.org") as kith:
        wait_for(lambda: kith.client().post("/api/v1/demo")[0] == 200)
        assert not is_operator(ask(kith, "127.0.0.1")), "a public house has named operators only"
        assert ask(kith, "127.0.0.1", "/metrics", "GET")[0] == 200


def the_first_to_come_comes_by_a_name_of_ours():
    def first(host, *flags):
        with Kith(*flags) as kith:
            body = json.dumps({"email": "ann@example.com", "password": PASSWORD}).encode()
            answer = raw(kith, f"POST /api/v1/signup HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: application/json\r\n"
                               f"Content-Length: {len(body)}\r\n\r\n", body)
            assert answer[0] == 201, answer
            later = kith.sign_up("bob@example.com").get("/api/v1/session")[1]["user"]["admin"]
            assert not later, "who comes second is no operator, whoever came first"
            return json.loads(answer[1])["user"]["admin"], "signup.no_operator" in kith.log_text()
    assert first("127.0.0.1") == (True, False)
    assert first("nas.local") == (True, False)
    assert first("evil.example:8080") == (False, True), "a page that rebinds its own name"
    assert first("kith.example.org", "--url", "https://kith.example.org") == (True, False)


def names_are_checked_when_they_are_set():
    with Kith("--url", "https://kith.example.org/", "--allowed-hosts", "kith.lan, old.example.org", "--hsts-days", "365") as kith:
        for host in ("kith.example.org", "KITH.example.org:443", "kith.example.org.", "kith.lan", "old.example.org", "127.0.0.1", "[::1]:80", "localhost"):
            assert ask(kith, host, "/api/v1/session", "GET")[0] == 401, host
        for host in ("evil.example", "xkith.example.org", "kith.example.org.evil.example", "a@b", "kith.example.org:x"):
            for path in ("/", "/healthz", "/api/v1/session", "/nothing/at.all"):
                status, body, _ = ask(kith, host, path, "GET")
                assert status == 421 and json.loads(body)["code"] == "MISDIRECTED", (host, path, status, body)
            assert "https://kith.example.org," in json.loads(body)["detail"] and "allowed-hosts" in json.loads(body)["detail"], body
        body = json.dumps({"email": "ann@example.com", "password": PASSWORD}).encode()
        sign_up = (f"POST /api/v1/{{}} HTTP/1.1\r\nHost: {{}}\r\nConnection: close\r\nContent-Type: application/json\r\n{{}}"
                   f"Content-Length: {len(body)}\r\n\r\n")
        for host, more, secure in (("kith.example.org", "", True), ("127.0.0.1", "", False), ("127.0.0.1", "X-Forwarded-Proto: http, https\r\n", True)):
            status, _, head = raw(kith, sign_up.format("signup" if not more and secure else "login", host, more), body)
            cookie = next(line for line in head.split("\r\n") if line.startswith("Set-Cookie: "))
            assert status in (200, 201) and cookie.startswith("Set-Cookie: __Host-kith_session=" if secure else "Set-Cookie: kith_session="), head
            assert ("; Secure" in cookie) == secure and ("Strict-Transport-Security: max-age=31536000" in head) == secure, head
        secret = cookie.split("=", 1)[1].split(";")[0]
        for name, proto, status in (("__Host-kith_session", "https", 200), ("kith_session", "https", 401), ("__Host-kith_session", "http", 401)):
            got = ask(kith, "127.0.0.1", "/api/v1/session", "GET", more=f"X-Forwarded-Proto: {proto}\r\nCookie: {name}={secret}\r\n")
            assert got[0] == status, (name, proto, got)


# ---- guesses ----

def cookies(headers):
    return {line.split("=", 1)[0]: line.split(";")[0] for line in headers.get_all("Set-Cookie") or []}


def a_thousand_machines_guess_no_faster_than_one():
    with Kith("--guesses-per-hour", "12", "--login-per-minute", "1000") as kith:
        ann = kith.client()
        status, _, headers = ann.post("/api/v1/signup", {"email": "ann@example.com", "password": PASSWORD})
        mine = cookies(headers)["kith_device"]
        whole = next(line for line in headers.get_all("Set-Cookie") if line.startswith("kith_device"))
        assert status == 201 and "HttpOnly" in whole and "SameSite=Strict" in whole and "Path=/api/v1/login" in whole, whole

        assert judged(kith, 30, "X_Forwarded_For", lambda i: f"198.51.{i}.1") in (12, 13), "from as many addresses as one likes"
        assert judged(kith, 30, "X_Forwarded_For", lambda i: f"198.51.{i}.1", "nobody@example.com") in (12, 13), "whoever that is"
        body = problem(log_in(kith, "ann@example.com", PASSWORD, X_Forwarded_For="203.0.113.9"), 429, "THROTTLED")
        assert "a browser that has done so before" in body["detail"], body

        # who they are after comes in all the same, where they have been before
        for address in ("203.0.113.9", "198.51.1.1"):
            assert log_in(kith, "ann@example.com", PASSWORD, mine, X_Forwarded_For=address)[0] == 200
        # and a cookie helps nobody to another account, nor is one made up
        for cookie in (mine[:-1] + ("0" if mine[-1] != "0" else "1"), "kith_device=" + "0" * 117, "kith_device=x", mine.replace(".", "x")):
            assert log_in(kith, "ann@example.com", PASSWORD, cookie, X_Forwarded_For="203.0.113.9")[0] == 429, cookie
        assert log_in(kith, "nobody@example.com", PASSWORD, mine, X_Forwarded_For="203.0.113.9")[0] == 429
        # a device that was stolen guesses no faster
        guesses = [log_in(kith, "ann@example.com", WRONG, mine, X_Forwarded_For=f"192.0.2.{i}")[0] for i in range(20)]
        assert guesses.count(401) in (12, 13), guesses
        # what was right is given back: 30 log-ins of one who never keeps a cookie
        kith.sign_up("bob@example.com")
        assert {log_in(kith, "bob@example.com", PASSWORD, X_Forwarded_For="203.0.113.9")[0] for _ in range(30)} == {200}


def who_attacks_from_the_same_address_keeps_nobody_out():
    with Kith("--login-per-minute", "1") as kith:
        ann = kith.client()
        mine = cookies(ann.post("/api/v1/signup", {"email": "ann@example.com", "password": PASSWORD})[2])["kith_device"]
        assert [log_in(kith, "ann@example.com")[0] for _ in range(6)].count(429) >= 3
        assert log_in(kith, "ann@example.com", PASSWORD, mine)[0] == 200


def at_once(n, what):
    answers = [None] * n

    def one(i):
        answers[i] = what(i)
    threads = [threading.Thread(target=one, args=(i,)) for i in range(n)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return answers


def wrong_erasures_keep_nobody_out():
    """One account asks 400 times at once for its own end; meanwhile others log in, also without any limit but the line's."""
    for limit in ("2", "100000"):
        with Kith("--login-per-minute", limit, "--http-processes", "1") as kith:
            mallory = kith.sign_up("mallory@example.com")
            kith.sign_up("ann@example.com")

            def erase(_):
                other = kith.client()
                other.cookie, other.csrf = mallory.cookie, mallory.csrf
                status, body, _ = other.delete("/api/v1/account", {"password": WRONG})
                other.close()
                assert status != 429 or body["code"] == "THROTTLED" and body["detail"], body
                return status

            def mixed(i):
                return ("in", log_in(kith, "ann@example.com", PASSWORD, X_Forwarded_For=f"203.0.113.{i // 40}")[0]) if i % 40 == 20 else ("out", erase(i))
            answers = at_once(400, mixed)
            assert {status for kind, status in answers if kind == "in"} == {200}, answers
            out = [status for kind, status in answers if kind == "out"]
            assert set(out) <= {403, 429} and out.count(429) > 0, out
            if limit == "2": # and one more each half minute
                assert out.count(403) <= 8, "a stolen session guesses like everybody else"
            assert mallory.get("/api/v1/session")[0] == 200
            assert log_in(kith, "mallory@example.com", PASSWORD)[0] == 200, "refused there is refused only there"


def one_question_is_one_attempt():
    """As many as the setting says, not half of them: with one a minute, the right password is looked at."""
    with Kith("--login-per-minute", "1") as kith:
        for email, password, status in (("ann@example.com", WRONG, 403), ("bob@example.com", PASSWORD, 204)):
            assert kith.sign_up(email).delete("/api/v1/account", {"password": password})[0] == status, email


def fail2ban_reads_failed_log_ins():
    rule = (ROOT / "deploy/fail2ban/filter.d/kith.conf").read_text()
    rule = re.search(r"^failregex = (.*)$", rule, re.M).group(1).replace("<ADDR>", r"(?P<address>[0-9a-f.:]+)")
    with Kith("--login-per-minute", "3") as kith:
        kith.sign_up("very.private@example.com")
        for _ in range(5):
            log_in(kith, "very.private@example.com", X_Forwarded_For="203.0.113.7:4711")
        log_in(kith, "nobody.at.all@example.com", X_Forwarded_For="2001:DB8::7")
        log_in(kith, "very.private@example.com", PASSWORD, X_Forwarded_For="192.0.2.1")
        log_in(kith, '198.51.100.1" login.failed address="198.51.100.1', X_Forwarded_For="192.0.2.2")
        seen = [match.group("address") for line in kith.log_text().splitlines() if (match := re.search(rule, line))]
        assert seen == ["203.0.113.7"] * 5 + ["2001:db8::7", "192.0.2.2"], seen
        assert "private" not in kith.log_text() and "nobody" not in kith.log_text()
    with Kith("--log-failed-logins", "no") as kith:
        log_in(kith, "ann@example.com", X_Forwarded_For="203.0.113.7")
        assert "203.0.113.7" not in kith.log_text()


# ---- signing up ----

def sign_up(kith, email, password=PASSWORD, **more):
    client = kith.client()
    answer = client.post("/api/v1/signup", {"email": email, "password": password, **more})
    client.close()
    return answer


def kith_account(kith, *arguments, given=""):
    return subprocess.run([BINARY, "account", *arguments, "--data", str(kith.data), *kith.flags], input=given, capture_output=True, text=True,
                          env=kith.env, timeout=120)


def one_person_one_address():
    with Kith("--login-per-minute", "1000") as kith:
        assert sign_up(kith, "alice@x.example")[0] == 201
        for twin in ("ALICE@x.example", "\uff41lice@x.example", "al\u200bice@x.example"):
            problem(sign_up(kith, twin), 409, "CONFLICT")
            assert log_in(kith, twin, PASSWORD)[0] == 200, twin
        for bad in ("a@b", "Ann <ann@x.example>", "a" * 245 + "@x.example", "a@x.example,b@x.example", "a@x..example"):
            body = problem(sign_up(kith, bad), 422, "INVALID")
            assert body["errors"][0]["pointer"] == "/email", body


def what_is_tried_first_is_no_password():
    with Kith("--login-per-minute", "1000") as kith:
        for bad in ("          ", "1234567890", "Password2024!", "ann.smith@example.com", "qwertyuiop"):
            body = problem(sign_up(kith, "ann.smith@example.com", bad), 422, "INVALID")
            assert body["errors"][0]["pointer"] == "/password" and body["detail"].startswith("the password is "), body
        refused = kith_account(kith, "add", "ann.smith@example.com", given="p4ssw0rd123\n")
        assert refused.returncode == 1 and "most common" in refused.stderr, refused
        assert sign_up(kith, "ann.smith@example.com", "an owl, a mill")[0] == 201


def who_is_invited_may_sign_up():
    with Kith("--sign-up", "invitation", "--url", "https://kith.example.org/", "--login-per-minute", "1000") as kith:
        assert kith_account(kith, "add", "boss@example.com", given=PASSWORD + "\n").returncode == 0
        welcome = kith.client().get("/api/v1/welcome")[1]
        assert welcome == {"sign_up": "invitation", "demo": False, "password_bytes_min": 10}, welcome
        asked = kith_account(kith, "invite", "Ann@example.com")
        assert asked.returncode == 0 and asked.stdout.startswith("https://kith.example.org/#invitation="), asked
        code = asked.stdout.strip().partition("=")[2]
        body = problem(sign_up(kith, "ann@example.com"), 403, "INVITATION_NEEDED")
        assert "ask the operator" in body["detail"], body
        for email, wrong in (("bob@example.com", code), ("ann@example.com", code[:-1]), ("ann@example.com", "0" * 52), ("boss@example.com", code)):
            problem(sign_up(kith, email, invitation=wrong), 403, "INVITATION_NEEDED")
        problem(sign_up(kith, "ann@example.com", invitation="0" * 53), 422, "INVALID")
        together = at_once(4, lambda _: sign_up(kith, "ann@example.com", invitation=code)[0])
        assert together.count(201) == 1 and set(together) <= {201, 403, 409}, together
        problem(sign_up(kith, "ann@example.com", invitation=code), 403, "INVITATION_NEEDED")

        boss, ann = kith.client(), kith.client()
        for client, email in ((boss, "boss@example.com"), (ann, "ann@example.com")):
            client.csrf = client.post("/api/v1/login", {"email": email, "password": PASSWORD})[1]["csrf"]
        problem(ann.post("/api/v1/admin/invitations", {"email": "carl@example.com"}), 403, "DENIED")
        problem(boss.post("/api/v1/admin/invitations", {"email": "carl"}), 422, "INVALID")
        first = boss.post("/api/v1/admin/invitations", {"email": "carl@example.com"})[1]
        status, second, _ = boss.post("/api/v1/admin/invitations", {"email": "carl@example.com"})
        assert status == 201 and second["link"] == "https://kith.example.org/#invitation=" + second["invitation"], second
        problem(sign_up(kith, "carl@example.com", invitation=first["invitation"]), 403, "INVITATION_NEEDED")
        assert sign_up(kith, "carl@example.com", invitation=second["invitation"])[0] == 201
        stored = [f.read_bytes() for f in kith.data.rglob("*") if f.is_file()]
        assert not any(second["invitation"].encode() in text for text in stored), "the code is stored"


def a_closed_house_says_so():
    with Kith("--sign-up", "closed") as kith:
        body = problem(sign_up(kith, "ann@example.com"), 403, "SIGN_UP_CLOSED")
        assert "kith account add" in body["detail"], body
        assert kith_account(kith, "add", "ann@example.com", given=PASSWORD + "\n").returncode == 0
        assert log_in(kith, "ann@example.com", PASSWORD)[1]["user"]["admin"], "the first one is the operator"
        assert "set sign-up = invitation" in kith_account(kith, "invite", "bob@example.com").stderr


def weaknesses_have_an_address():
    with Kith() as kith:
        problem(kith.client().get("/.well-known/security.txt"), 404, "NOT_FOUND")
    with Kith("--security-contact", "mailto:security@example.org", "--url", "https://kith.example.org") as kith:
        status, text, headers = kith.client().get("/.well-known/security.txt")
        fields = dict(line.split(": ", 1) for line in text.decode().splitlines())
        assert status == 200 and headers["Content-Type"] == "text/plain; charset=utf-8", headers
        assert fields["Contact"] == "mailto:security@example.org" and fields["Expires"].endswith("Z"), fields
        assert fields["Canonical"] == "https://kith.example.org/.well-known/security.txt", fields


# ---- quotas ----

def an_account_holds_what_it_may():
    with Kith("--account-cards-max", "3", "--account-storage-mb", "1", "--account-tokens-max", "2", "--account-imports-per-day", "2") as kith:
        ann, bob = kith.sign_up("ann@example.com"), kith.sign_up("bob@example.com")

        def card(name, **more):
            return ann.post("/api/v1/cards", {"card": {"name": {"full": name}, **more}})
        made = [card(name)[1] for name in ("Carl", "Dora", "Emil")]
        body = problem(card("Fritz"), 403, "QUOTA")
        assert "may have 3 cards and has 3" in body["detail"] and "account-cards-max" in body["detail"], body
        usage = ann.get("/api/v1/usage")[1]
        assert usage["cards"] == {"used": 3, "max": 3} and 0 < usage["bytes"]["used"] < usage["bytes"]["max"] == 1 << 20, usage
        for name in ("one", "two"):
            assert ann.post("/api/v1/tokens", {"name": name})[0] == 201
        assert "may have 2 API tokens" in problem(ann.post("/api/v1/tokens", {"name": "three"}), 403, "QUOTA")["detail"]

        # bytes: history counts, so that edits end too, and what is refused leaves nothing behind
        note, edits = {"n": {"note": "x" * 300000}}, []
        for turn in range(6):
            now = ann.get("/api/v1/cards/" + made[0]["id"])
            answer = ann.patch("/api/v1/cards/" + made[0]["id"], {"notes": note, "name": {"full": f"Carl {turn}"}}, headers={"If-Match": now[2]["ETag"]})
            edits.append(answer[0])
        assert edits[0] == 200 and edits[-1] == 403 and sorted(edits) == edits, edits
        assert "may have 1 MiB" in problem(answer, 403, "QUOTA")["detail"]
        assert ann.get("/api/v1/usage")[1]["bytes"]["used"] <= 1 << 20

        # who is full reads, takes out and deletes; others notice nothing
        assert ann.get("/api/v1/export?format=vcard4")[0] == 200
        assert ann.delete("/api/v1/cards/" + made[1]["id"])[0] == 200
        assert bob.post("/api/v1/cards", {"card": {"name": {"full": "Carl"}}})[0] == 201
        vcard = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Gerd\r\nEND:VCARD\r\n"
        problem(bob.post("/api/v1/imports?filename=big.vcf", vcard * 40000), 403, "QUOTA")
        uploads = [bob.post(f"/api/v1/imports?filename={i}.vcf", vcard + b"\r\n" * i) for i in range(3)]
        assert [a[0] for a in uploads] == [202, 202, 403] and "2 imports a day" in uploads[2][1]["detail"], uploads
        # an import that alone is too large, and one into a book that is full
        carl = kith.sign_up("carl@example.com")
        for many, status in ((4, 403), (3, 202)):
            cards = "".join(f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Nr {i}\r\nUID:{i}\r\nEND:VCARD\r\n" for i in range(many))
            it = carl.post(f"/api/v1/imports?filename={many}.vcf", cards.encode())[1]
            carl.wait_import(it["id"], ("ready",))
            assert carl.post(f"/api/v1/imports/{it['id']}/commit", {"mode": "both"})[0] == status, many
        carl.wait_import(it["id"], ("done",))
        assert carl.get("/api/v1/usage")[1]["cards"]["used"] == 3


if __name__ == "__main__":
    main([an_address_is_an_address, a_line_of_the_proxys_own_counts, only_trusted_proxies_are_believed, a_stranger_is_never_here,
          the_first_to_come_comes_by_a_name_of_ours, names_are_checked_when_they_are_set, a_thousand_machines_guess_no_faster_than_one,
          who_attacks_from_the_same_address_keeps_nobody_out, wrong_erasures_keep_nobody_out, one_question_is_one_attempt,
          fail2ban_reads_failed_log_ins, one_person_one_address, what_is_tried_first_is_no_password, who_is_invited_may_sign_up,
          a_closed_house_says_so, weaknesses_have_an_address, an_account_holds_what_it_may])
