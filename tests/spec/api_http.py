"""HTTP itself: what is read strictly, what stays open, what is cut; limits, static files, events."""
import gzip
import json
import socket
import threading
import time

from api_auth import problem
from kithtest import SLOW, Kith, main, wait_for


def raw(kith, data, wait=1.0):
    """Everything the server says to these bytes; True when it closed the connection."""
    with socket.create_connection(("127.0.0.1", kith.port)) as s:
        s.settimeout(wait * SLOW)
        s.sendall(data)
        got = b""
        try:
            while chunk := s.recv(65536):
                got += chunk
            return got, True
        except TimeoutError:
            return got, False
        except ConnectionResetError:
            return got, True


SMUGGLED = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
REFUSED = {
    "length and chunked": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunked and length": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 40\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "two lengths": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\n" + SMUGGLED,
    "the same length twice": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n" + SMUGGLED,
    "two codings": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "unknown coding": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "coding list": b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "blank before a colon": b"GET / HTTP/1.1\r\nHost : x\r\n\r\n" + SMUGGLED,
    "blank before the length's colon": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length : 35\r\n\r\n" + SMUGGLED,
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    "blank in the target": b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
    "signed length": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello",
    "length in hex": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x5\r\n\r\nhello",
    "negative length": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
}


def what_two_parsers_could_read_differently():
    with Kith() as kith:
        for what, data in REFUSED.items():
            got, closed = raw(kith, data)
            assert got.startswith(b"HTTP/1.1 400 ") and closed, (what, got[:300])
            assert b'"status":"ok"' not in got, ("smuggled", what, got)
        got, closed = raw(kith, b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        assert got.startswith(b"HTTP/1.1 414 ") and closed, got[:200]
        got, closed = raw(kith, b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 9000 + b"\r\n\r\n")
        assert got.startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 413 ")) and closed, got[:200]
        got, closed = raw(kith, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        assert not got or got.startswith(b"HTTP/1.1 400 "), got[:200]


def connections_stay_open():
    with Kith() as kith:
        got, closed = raw(kith, SMUGGLED * 3)
        assert got.count(b"HTTP/1.1 200 OK") == 3 and not closed and b"onnection: close" not in got, got
        body = b'{"email":"x@example.com","password":"wrong wrong"}'
        login = b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        refused = b"POST /api/v1/books HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
        got, closed = raw(kith, login + refused + SMUGGLED, 2)
        assert got.count(b"HTTP/1.1 401 ") == 2 and got.count(b"HTTP/1.1 200 ") == 1 and not closed, got
        chunked = b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        got, closed = raw(kith, chunked + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) + SMUGGLED, 2)
        assert got.count(b"HTTP/1.1 401 ") == 1 and got.count(b"HTTP/1.1 200 ") == 1 and not closed, got
        got, closed = raw(kith, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert got.startswith(b"HTTP/1.1 200 ") and closed, got
        got, closed = raw(kith, b"GET /healthz HTTP/1.0\r\n\r\n")
        assert got.startswith(b"HTTP/1.1 200 ") and closed, got
        got, closed = raw(kith, b"HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n" + SMUGGLED)
        assert got.count(b"HTTP/1.1 200 ") == 2 and got.count(b'{"status":"ok"') == 1, got


def refused_in_mid_upload():
    """A client that sends a lot before it listens still reads why."""
    with Kith("--upload-max-mb", "1") as kith:
        ann = kith.sign_up("ann@example.com")
        head = (f"POST /api/v1/imports?filename=x HTTP/1.1\r\nHost: x\r\nCookie: {ann.cookie}\r\nX-CSRF-Token: {ann.csrf}\r\n").encode()
        for how in (b"Content-Length: 20000000\r\n\r\n", None):
            with socket.create_connection(("127.0.0.1", kith.port)) as s:
                s.settimeout(10 * SLOW)
                s.sendall(head + (how or b"Transfer-Encoding: chunked\r\n\r\n" + b"%x\r\n" % 20000000))
                try:
                    for _ in range(20 if how else 1):
                        s.sendall(b"x" * 1000000)
                except OSError:
                    assert not how, "the connection was reset before the answer could be read"
                if how:
                    got = s.recv(65536)
                    assert got.startswith(b"HTTP/1.1 413 ") and b"1 MiB" in got, got[:400]
        problem(kith.client().post("/api/v1/imports", b"x" * 3000000), 401, "UNAUTHENTICATED")
        problem(ann.post("/api/v1/books", b'{"name":"' + b"x" * 1100000 + b'"}', headers={"Content-Type": "application/json"}), 413, "TOO_LARGE")
        problem(ann.post("/api/v1/imports?filename=x", b""), 422, "INVALID")
        assert ann.get("/api/v1/imports")[1]["items"] == []
        assert not [f for f in (kith.data / "blobs").rglob("*") if f.is_file()], "a refused upload left a file"


def uploads():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        card = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Carl\r\nEND:VCARD\r\n"
        big = card * 60000
        status, it, _ = ann.post("/api/v1/imports?filename=..%2F..%2Fetc%2Fp%C3%A4ss.vcf", big)
        assert status == 202 and it["file"] == "päss.vcf" and it["bytes"] == len(big), it
        status, body, headers = ann.get(f"/api/v1/imports/{it['id']}/file")
        assert status == 200 and body == big and headers["Content-Disposition"].startswith("attachment; "), headers
        form = (b'--b0\r\nContent-Disposition: form-data; name="other"\r\n\r\nx\r\n--b0\r\nContent-Disposition: form-data; name="file"; '
                b'filename="a.vcf"\r\nContent-Type: text/vcard\r\n\r\n' + big + b"\r\n--b0--\r\n")
        status, it, _ = ann.post("/api/v1/imports", form, headers={"Content-Type": "multipart/form-data; boundary=b0"})
        assert status == 202 and it["file"] == "a.vcf" and it["bytes"] == len(big), it
        assert ann.get(f"/api/v1/imports/{it['id']}/file")[1] == big
        problem(ann.post("/api/v1/imports", form[:-20], headers={"Content-Type": "multipart/form-data; boundary=b0"}), 400, "MALFORMED")
        problem(ann.post("/api/v1/imports", form, headers={"Content-Type": "multipart/form-data"}), 400, "MALFORMED")


def slow_clients_are_cut():
    """Neither a head nor a body may drip for ever; a body that flows may take its time."""
    with Kith("--http-processes", "1", "--request-timeout", "2") as kith:
        ann = kith.sign_up("ann@example.com")
        post = (f"POST /api/v1/cards HTTP/1.1\r\nHost: x\r\nCookie: {ann.cookie}\r\nX-CSRF-Token: {ann.csrf}\r\n"
                "Content-Type: application/json\r\nContent-Length: ").encode()
        drips = [socket.create_connection(("127.0.0.1", kith.port)) for _ in range(21)]
        drips[0].sendall(post + b"1000\r\n\r\n")
        flow = socket.create_connection(("127.0.0.1", kith.port))
        flow.sendall(post + b"20000\r\n\r\n")
        for s in drips:
            s.setblocking(False)
        began, alive, sent = time.monotonic(), set(drips), 0
        while (alive or sent < 20000) and time.monotonic() - began < 20 * SLOW:
            for s in list(alive):
                try:
                    s.send(b" ")
                    if s.recv(1) == b"":
                        alive.discard(s)
                except BlockingIOError:
                    continue
                except OSError:
                    alive.discard(s)
            if sent < 20000:
                flow.sendall(b" " * 800)
                sent += 800
            time.sleep(0.2)
        assert not alive, f"{len(alive)} connections drip on after {time.monotonic() - began:.0f} s"
        answer = flow.recv(1000)
        assert answer.startswith(b"HTTP/1.1 4") and b"problem+json" in answer, "a body that flows was cut"
        assert kith.client().get("/healthz")[0] == 200


def paths_and_methods():
    with Kith() as kith:
        client = kith.client()
        answer = client.request("PUT", "/api/v1/cards")
        problem(answer, 405, "METHOD_NOT_ALLOWED")
        assert answer[2]["Allow"] == "GET, POST", answer[2]["Allow"]
        problem(client.request("PROPFIND", "/"), 405, "METHOD_NOT_ALLOWED")
        for path in ("/api/v1/", "/api", "/api/v1/cards/", "/api/v1//cards", "/api/v2/cards", "/x.js", "/assets/none.css",
                     "/../../etc/passwd.txt", "/%2e%2e/x.txt"):
            status, body, headers = client.get(path)
            assert status == 404 or (path == "/api" and status == 200), (path, status)
        status, body, headers = client.get("/people/anything")
        assert status == 200 and headers["Content-Type"].startswith("text/html"), headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "unsafe-inline" not in policy, policy
        assert client.get("/people/anything", headers={"If-None-Match": headers["ETag"]})[0] == 304
        status, doc, headers = client.get("/api/v1/openapi.json", headers={"Accept-Encoding": "identity"})
        assert status == 200 and doc["openapi"] == "3.1.0"
        got, _ = raw(kith, b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept-Encoding: br;q=0, gzip\r\n\r\n")
        assert b"Content-Encoding: gzip" in got and json.loads(gzip.decompress(got.partition(b"\r\n\r\n")[2])) == doc
        problem(client.get("/metrics", headers={"X-Forwarded-For": "1.2.3.4"}), 404, "NOT_FOUND")
        status, text, headers = client.get("/metrics")
        assert status == 200 and b"kith_" in text and headers["Content-Type"].startswith("text/plain"), text[:200]


class Events(threading.Thread):
    """One event stream, read in the background."""

    def __init__(self, kith, client, last=None):
        super().__init__(daemon=True)
        self.got, self.ended = [], False
        self.socket = socket.create_connection(("127.0.0.1", kith.port))
        more = f"Last-Event-ID: {last}\r\n" if last is not None else ""
        self.socket.sendall(f"GET /api/v1/events HTTP/1.1\r\nHost: x\r\nCookie: {client.cookie}\r\n{more}\r\n".encode())
        self.start()

    def run(self):
        name = None
        try:
            for line in self.socket.makefile("r", encoding="utf-8", newline="\n"):
                if line.startswith("event: "):
                    name = line[7:].strip()
                elif line.startswith("data: "):
                    self.got.append((name, json.loads(line[6:])))
        except OSError:
            pass                        # shut down from this side
        self.ended = True

    def of(self, name):
        return [data for n, data in list(self.got) if n == name]

    def close(self):
        self.socket.close()


def events():
    with Kith() as kith:
        ann, bob = kith.sign_up("ann@example.com"), kith.sign_up("bob@example.com")
        problem(kith.client().get("/api/v1/events"), 401, "UNAUTHENTICATED")
        mine, theirs = Events(kith, ann), Events(kith, bob)
        wait_for(lambda: mine.of("work") and theirs.of("work"))
        status, card, _ = ann.post("/api/v1/cards", {"card": {"name": {"full": "Carl"}}})
        assert status == 201
        wait_for(lambda: any(e["seq"] >= card["seq"] for e in mine.of("changed")), 5)
        late = Events(kith, ann, last=0)
        wait_for(lambda: late.of("changed"), 5)
        ann.post("/api/v1/imports?filename=a.vcf", b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Carl\r\nEND:VCARD\r\n")
        wait_for(lambda: mine.of("import"), 5)
        assert not theirs.of("changed") and not theirs.of("import"), theirs.got
        mine.socket.shutdown(socket.SHUT_RDWR)
        assert kith.stop() == 0
        late.join(10)
        assert late.ended


if __name__ == "__main__":
    main([what_two_parsers_could_read_differently, connections_stay_open, refused_in_mid_upload, uploads, paths_and_methods, events,
          slow_clients_are_cut])
