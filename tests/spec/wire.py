"""The strict gate in front of HTTP: what two parsers could read differently is answered 400 as problem+json, with one head, and closed;
what is well-formed passes, however it is cut into pieces.  Raw bytes on a socket."""
import re
import socket

from kithtest import SLOW, Kith, main

H = b"Host: x\r\n"
GET = b"GET /healthz HTTP/1.1\r\n"
POST = b"POST /api/v1/login HTTP/1.1\r\n" + H + b"Content-Type: application/json\r\n"
SMUGGLED = GET + H + b"\r\n"


def get(fields=b"", line=GET, host=H):
    return line + host + fields + b"\r\n"


def chunked(body):
    return POST + b"Transfer-Encoding: chunked\r\n\r\n" + body


# name, bytes, status
MALFORMED = [
    # lines
    ("bare LF for the request line", b"GET /healthz HTTP/1.1\n" + H + b"\r\n", 400),
    ("bare LF after a field", get(b"A: b\nC: d\r\n"), 400),
    ("bare LF for the end", GET + b"Host: x\r\n\n", 400),
    ("all bare LF", b"GET /healthz HTTP/1.1\nHost: x\n\n", 400),
    ("bare CR in the request line", b"GET /healthz\r HTTP/1.1\r\n" + H + b"\r\n", 400),
    ("bare CR in a value", get(b"A: b\rc\r\n"), 400),
    ("CR CR LF", get(b"A: b\r\r\n"), 400),
    ("two empty lines before", b"\r\n\r\n" + get(), 400),
    ("an LF before", b"\n" + get(), 400),
    ("a space before", b" " + get(), 400),
    ("a NUL before", b"\0" + get(), 400),
    # the request line
    ("two spaces after the method", get(line=b"GET  /healthz HTTP/1.1\r\n"), 400),
    ("two spaces before the version", get(line=b"GET /healthz  HTTP/1.1\r\n"), 400),
    ("a space behind the version", get(line=b"GET /healthz HTTP/1.1 \r\n"), 400),
    ("a tab for a space", get(line=b"GET\t/healthz HTTP/1.1\r\n"), 400),
    ("a tab before the version", get(line=b"GET /healthz\tHTTP/1.1\r\n"), 400),
    ("a space in the target", get(line=b"GET /heal thz HTTP/1.1\r\n"), 400),
    ("no target", get(line=b"GET HTTP/1.1\r\n"), 400),
    ("no version", get(line=b"GET /healthz\r\n"), 400),
    ("a target without a slash", get(line=b"GET healthz HTTP/1.1\r\n"), 400),
    ("a whole address", get(line=b"GET http://x/healthz HTTP/1.1\r\n"), 400),
    ("a star", get(line=b"OPTIONS * HTTP/1.1\r\n"), 400),
    ("an authority", get(line=b"CONNECT x:80 HTTP/1.1\r\n"), 400),
    ("a control in the target", get(line=b"GET /healthz\x01 HTTP/1.1\r\n"), 400),
    ("a NUL in the target", get(line=b"GET /healthz\0 HTTP/1.1\r\n"), 400),
    ("DEL in the target", get(line=b"GET /healthz\x7f HTTP/1.1\r\n"), 400),
    ("a byte over 127 in the target", get(line=b"GET /\xc3\xa4 HTTP/1.1\r\n"), 400),
    ("a method that is no token", get(line=b"G(T /healthz HTTP/1.1\r\n"), 400),
    ("a method of 40 letters", get(line=b"G" * 40 + b" /healthz HTTP/1.1\r\n"), 400),
    ("HTTP/1.2", get(line=b"GET /healthz HTTP/1.2\r\n"), 400),
    ("HTTP/2.0", get(line=b"GET /healthz HTTP/2.0\r\n"), 400),
    ("HTTP/11", get(line=b"GET /healthz HTTP/11\r\n"), 400),
    ("http/1.1", get(line=b"GET /healthz http/1.1\r\n"), 400),
    ("HTTP/1.10", get(line=b"GET /healthz HTTP/1.10\r\n"), 400),
    ("HTTP/0.9", b"GET /healthz\r\n\r\n", 400),
    ("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    # fields
    ("a folded value", get(b"A: b\r\n c\r\n"), 400),
    ("a value folded by a tab", get(b"A: b\r\n\tc\r\n"), 400),
    ("a folded coding", POST + b"Transfer-Encoding:\r\n chunked\r\nContent-Length: 4\r\n\r\n" + b"2c\r\n" + SMUGGLED, 400),
    ("a folded length", POST + b"Content-Length:\r\n 2\r\n\r\n{}", 400),
    ("a folded host", get(b"Host:\r\n y\r\n"), 400),
    ("a space before the first field", GET + b" Host: x\r\n\r\n", 400),
    ("a space before the colon", get(b"A : b\r\n"), 400),
    ("a tab before the colon", get(b"A\t: b\r\n"), 400),
    ("no colon", get(b"A\r\n"), 400),
    ("no name", get(b": b\r\n"), 400),
    ("a NUL in a name", get(b"A\0: b\r\n"), 400),
    ("a NUL in a value", get(b"A: b\0c\r\n"), 400),
    ("a control in a value", get(b"A: b\x01c\r\n"), 400),
    ("DEL in a value", get(b"A: b\x7f\r\n"), 400),
    ("an escape in a value", get(b"A: \x1b[2J\r\n"), 400),
    ("a byte over 127 in a name", get(b"\xc3\xa4: b\r\n"), 400),
    ("brackets in a name", get(b"A(b): c\r\n"), 400),
    # host
    ("no host", GET + b"\r\n", 400),
    ("two hosts", get(H), 400),
    ("two different hosts", get(b"host: y\r\n"), 400),
    # framing
    ("length and coding", POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("coding and length", POST + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n", 400),
    ("two lengths", POST + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 400),
    ("two lengths in one", POST + b"Content-Length: 2, 2\r\n\r\n{}", 400),
    ("an empty length", POST + b"Content-Length: \r\n\r\n", 400),
    ("a space behind a length", POST + b"Content-Length: 2 \r\n\r\n{}", 400),
    ("a space behind a coding", POST + b"Transfer-Encoding: chunked \r\n\r\n0\r\n\r\n", 400),
    ("+2", POST + b"Content-Length: +2\r\n\r\n{}", 400),
    ("-1", POST + b"Content-Length: -1\r\n\r\n{}", 400),
    ("0x2", POST + b"Content-Length: 0x2\r\n\r\n{}", 400),
    ("2 9", POST + b"Content-Length: 2 9\r\n\r\n{}", 400),
    ("a length cut by NUL", POST + b"Content-Length: 2\0 9\r\n\r\n{}", 400),
    ("a length behind VT", POST + b"Content-Length: \x0b2\r\n\r\n{}", 400),
    ("a length of 30 digits", POST + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n{}", 413),
    ("a length over 2^63", POST + b"Content-Length: 9223372036854775808\r\n\r\n{}", 413),
    ("a length of 60 digits", POST + b"Content-Length: " + b"9" * 60 + b"\r\n\r\n{}", 413),
    ("a coding behind VT", POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n", 400),
    ("a coding behind FF", POST + b"Transfer-Encoding: chunked\x0c\r\n\r\n0\r\n\r\n", 400),
    ("a coding cut by NUL", POST + b"Transfer-Encoding: chunked\0x\r\n\r\n0\r\n\r\n", 400),
    ("gzip, chunked", POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400),
    ("identity", POST + b"Transfer-Encoding: identity\r\n\r\n", 400),
    ("xchunked", POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
    ("two codings", POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("a coding in HTTP/1.0", b"POST /api/v1/login HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    # chunks
    ("a chunk line ended by LF", chunked(b"2\n{}\r\n0\r\n\r\n"), 400),
    ("chunk data ended by LF", chunked(b"2\r\n{}\n0\r\n\r\n"), 400),
    ("chunk data that goes on", chunked(b"2\r\n{}}\r\n0\r\n\r\n"), 400),
    ("an empty chunk size", chunked(b"\r\n{}\r\n"), 400),
    ("a chunk size 0x2", chunked(b"0x2\r\n{}\r\n0\r\n\r\n"), 400),
    ("a chunk size +2", chunked(b"+2\r\n{}\r\n0\r\n\r\n"), 400),
    ("a chunk size behind a space", chunked(b" 2\r\n{}\r\n0\r\n\r\n"), 400),
    ("a space behind a chunk size", chunked(b"2 \r\n{}\r\n0\r\n\r\n"), 400),
    ("a chunk size of 16 digits", chunked(b"f" * 16 + b"\r\n{}\r\n0\r\n\r\n"), 400),
    ("a control in an extension", chunked(b"2;a=\x01\r\n{}\r\n0\r\n\r\n"), 400),
    ("an extension of 300 bytes", chunked(b"2;" + b"a" * 300 + b"\r\n{}\r\n0\r\n\r\n"), 400),
    ("a folded trailer", chunked(b"2\r\n{}\r\n0\r\nA: b\r\n c\r\n\r\n"), 400),
    ("a length for a trailer", chunked(b"2\r\n{}\r\n0\r\nContent-Length: 5\r\n\r\n"), 400),
    # sizes
    ("a field of 9 KB", get(b"A: " + b"b" * 9000 + b"\r\n"), 431),
    ("a cookie of 5 KB", get(b"Cookie: a=" + b"b" * 5000 + b"\r\n"), 431),
    ("a target of 9 KB", get(line=b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n"), 414),
    ("a name of 9 KB", get(b"A" * 9000 + b": b\r\n"), 431),
    ("120 fields", get(b"A: b\r\n" * 120), 431),
]

# After a sound request this must be read as the next: nothing of one has become part of the other.
LAST = get(b"Connection: close\r\n")

# name, bytes, statuses of the answers
SOUND = [
    ("plain", get(), [200]),
    ("an empty line before", b"\r\n" + get(), [200]),
    ("HTTP/1.0 without a host", b"GET /healthz HTTP/1.0\r\n\r\n", [200]),
    ("HTTP/1.0 with a host", b"GET /healthz HTTP/1.0\r\n" + H + b"\r\n", [200]),
    ("HEAD", get(line=b"HEAD /healthz HTTP/1.1\r\n"), [200]),
    ("no space behind the colon", get(b"A:b\r\n"), [200]),
    ("spaces and tabs around a value", get(b"A: \t b \t\r\n"), [200]),
    ("an empty value", get(b"A:\r\n"), [200]),
    ("bytes over 127 in a value", get(b"A: \xc3\xa4\r\n"), [200]),
    ("every sign of a token in a name", get(b"!#$%&'*+-.^_`|~1a: b\r\n"), [200]),
    ("a query", get(line=b"GET /healthz?a=b%20c&d HTTP/1.1\r\n"), [200]),
    ("80 fields", get(b"A: b\r\n" * 40), [200]),
    ("a field of 5 KB", get(b"A: " + b"b" * 5000 + b"\r\n"), [200]),
    ("a cookie of 2.5 KB", get(b"Cookie: a=" + b"b" * 2500 + b"\r\n"), [200]),
    ("a length", POST + b"Content-Length: 2\r\n\r\n{}", [422]),
    ("a length with zeros before it", POST + b"Content-Length: 002\r\n\r\n{}", [422]),
    ("spaces before a length", POST + b"Content-Length: \t 2\r\n\r\n{}", [422]),
    ("a length of 0", POST + b"Content-Length: 0\r\n\r\n", [422]),
    ("chunked", chunked(b"2\r\n{}\r\n0\r\n\r\n"), [422]),
    ("Chunked", POST + b"transfer-encoding: Chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", [422]),
    ("two chunks", chunked(b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"), [422]),
    ("zeros before a chunk size", chunked(b"0002\r\n{}\r\n000\r\n\r\n"), [422]),
    ("a chunk extension", chunked(b"2;a=b;c=\"d\"\r\n{}\r\n0\r\n\r\n"), [422]),
    ("a trailer", chunked(b"2\r\n{}\r\n0\r\nA: b\r\n\r\n"), [422]),
    ("a whole request in a body", POST + b"Content-Length: %d\r\n\r\n" % len(SMUGGLED) + SMUGGLED, [400]),
    ("three in a row", get() * 3, [200] * 3),
    ("a body and the next", POST + b"Content-Length: 2\r\n\r\n{}" + get(), [422, 200]),
    ("chunks and the next", chunked(b"2\r\n{}\r\n0\r\n\r\n") + get(), [422, 200]),
    ("a hundred in a row", get() * 100, [200] * 100),
]


def talk(port, pieces):
    """Everything that comes back until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=5 * SLOW) as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for piece in pieces:
                s.sendall(piece)
        except (BrokenPipeError, ConnectionResetError, OSError):
            pass
        got = b""
        try:
            while block := s.recv(65536):
                got += block
        except ConnectionResetError:
            pass
        except TimeoutError:
            raise AssertionError(("it is not closed", pieces, got)) from None
        return got


def heads(answer):
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d\d\d) ", answer)]


def is_a_refusal(name, answer, status, before=0):
    assert heads(answer)[before:] == [status], (name, answer[:600])
    head = answer[answer.rindex(b"HTTP/1.1 "):].lower()
    for field in (b"content-type: application/problem+json", b"x-content-type-options: nosniff", b"connection: close"):
        assert field in head, (name, field, answer)


def malformed_requests_get_one_answer_and_the_end():
    assert len(MALFORMED) >= 60
    with Kith("--http-processes", "1") as kith:
        for name, request, status in MALFORMED:
            is_a_refusal(name, talk(kith.port, [request]), status)
            assert kith.client().get("/healthz")[0] == 200, name


def nothing_behind_a_malformed_request_is_answered():
    with Kith("--http-processes", "1") as kith:
        for name, request, status in MALFORMED:
            is_a_refusal(name, talk(kith.port, [request + SMUGGLED]), status)


def what_came_before_it_is_answered_first():
    with Kith("--http-processes", "1") as kith:
        for name, request, status in MALFORMED:
            if request[:1] not in b"\r\n\0 ":           # there it would be the end of what came before
                answer = talk(kith.port, [get() + request])
                assert heads(answer)[0] == 200, (name, answer[:600])
                is_a_refusal(name, answer, status, before=1)


def sound_requests_pass():
    with Kith("--http-processes", "1") as kith:
        for name, request, statuses in SOUND:
            old = b" HTTP/1.0\r\n" in request                 # it is closed by itself
            answer = talk(kith.port, [request if old else request + LAST])
            assert heads(answer) == statuses + [200] * (not old), (name, statuses, answer[:600])


def cut_at_every_byte():
    """Two pieces; whichever way they are cut, the outcome is that of the whole."""
    whole = POST + b"Transfer-Encoding: chunked\r\n\r\n1;a\r\n{\r\n1\r\n}\r\n0\r\nA: b\r\n\r\n"
    wrong = POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\n}\r\n0\r\n\r\n"
    with Kith("--http-processes", "1", "--login-per-minute", "100000") as kith:
        for at in range(1, len(whole)):
            answer = talk(kith.port, [whole[:at], whole[at:] + LAST])
            assert heads(answer) == [422, 200], (at, answer[:400])
        for at in range(1, len(wrong)):
            is_a_refusal(at, talk(kith.port, [wrong[:at], wrong[at:]]), 400)
        answer = talk(kith.port, [bytes([byte]) for byte in whole + LAST])
        assert heads(answer) == [422, 200], answer


def who_waits_for_100_gets_it():
    with Kith("--http-processes", "1") as kith:
        with socket.create_connection(("127.0.0.1", kith.port), timeout=20 * SLOW) as s:
            s.sendall(POST + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            assert s.recv(100).startswith(b"HTTP/1.1 100 ")
            s.sendall(b"{}")
            assert heads(s.recv(65536)) == [422]


if __name__ == "__main__":
    main([malformed_requests_get_one_answer_and_the_end, nothing_behind_a_malformed_request_is_answered,
          what_came_before_it_is_answered_first, sound_requests_pass, cut_at_every_byte, who_waits_for_100_gets_it])
