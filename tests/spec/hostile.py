#!/usr/bin/env python3
"""Bad input on the user's own path: what can be read is read, the rest is reported with its line, and the house stands."""
import io
import os
import socket
import zipfile

from kithtest import Kith, main


def card(*lines):
    return ("\r\n".join(("BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD")) + "\r\n").encode()


def upload(client, name, data):
    status, it, _ = client.post(f"/api/v1/imports?filename={name}", data)
    assert status == 202, (status, it)
    return client.wait_import(it["id"], ("ready", "failed"))


def commit(client, it):
    status, it, _ = client.post(f"/api/v1/imports/{it['id']}/commit", {"mode": "both"})
    assert status == 202, (status, it)
    return client.wait_import(it["id"], ("done", "failed"))


def archive(*members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        for name, data in members:
            z.writestr(name, data)
    return out.getvalue()


def a_gigabyte_is_refused_before_it_is_read():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        with socket.create_connection(("127.0.0.1", kith.port), timeout=30) as s:
            s.sendall((f"POST /api/v1/imports?filename=huge.vcf HTTP/1.1\r\nHost: x\r\nCookie: {ann.cookie}\r\n"
                       f"X-CSRF-Token: {ann.csrf}\r\nContent-Length: {1 << 30}\r\n\r\n").encode())
            sent = 0
            try:
                while sent < 16 << 20:                  # the answer comes long before the end
                    sent += s.send(b"x" * 65536)
            except OSError:
                pass
            answer = s.recv(65536)
        assert answer.startswith(b"HTTP/1.1 413"), answer[:200]
        assert b"256" in answer, answer                 # it says what the limit is
        assert kith.memory()[1] < 100, kith.memory()


def bombs_and_nonsense_are_refused_with_a_reason():
    zeros = b"\0" * (64 << 20)
    cases = {
        "bomb.zip": archive(("a.vcf", zeros), ("b.vcf", zeros), ("c.vcf", zeros), ("d.vcf", zeros)),
        "nested.zip": archive(("inner.zip", archive(("a.vcf", card("FN:A"))))),
        "cut.zip": archive(("a.vcf", card("FN:A") * 2000), method=zipfile.ZIP_STORED)[:5000],
        "noise.vcf": os.urandom(200_000),
        "empty.vcf": b"",
        "picture.png": b"\x89PNG\r\n\x1a\n" + os.urandom(1000),
    }
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        for name, data in cases.items():
            status, it, _ = ann.post(f"/api/v1/imports?filename={name}", data)
            if status == 202:
                it = ann.wait_import(it["id"], ("ready", "failed"))
                assert it["state"] == "failed" or it["errors_total"] > 0, (name, it)
                if it["state"] == "failed":
                    assert it["error"], (name, it)
            else:
                assert status in (400, 413, 422) and it["detail"], (name, status, it)
        assert ann.get("/api/v1/stats")[1]["cards"] == 0
        # and a good file still goes through
        it = commit(ann, upload(ann, "good.vcf", card("FN:Ann Good", "UID:g")))
        assert it["created"] == 1, it


def odd_cards_are_read_and_reported():
    phones = [f"TEL;TYPE=CELL:+49171{n:07d}" for n in range(10_000)]
    book = (card("FN:Many Phones", "UID:many", *phones)
            + b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Broken \xff\xfe M\xfcller\r\nUID:latin\r\nEND:VCARD\r\n"
            + card('FN:<script>alert(1)</script>', 'NOTE:"><img src=x onerror=alert(2)>', "UID:xss")
            + card("FN:First of two", "UID:same") + card("FN:Second of two", "UID:same")
            + b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:No End\r\nUID:noend\r\n"
            + card("FN:After No End", "UID:after"))
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        it = upload(ann, "odd.vcf", book)
        assert it["state"] == "ready" and it["cards"] == 7, it
        assert it["errors"] and all(e["line"] > 0 and e["message"] for e in it["errors"]), it["errors"]
        done = commit(ann, it)
        assert done["created"] + done["failed"] == 7, done
        ann.wait_idle()
        _, page, _ = ann.get("/api/v1/cards?limit=50")
        names = {row["name"]: row["id"] for row in page["items"]}
        assert {"<script>alert(1)</script>", "First of two", "Second of two", "No End", "After No End"} <= set(names), names
        assert any("Müller" in name for name in names), names
        if "Many Phones" in names:                       # more entries than a card may have: kept in the original at least
            _, originals, _ = ann.get(f"/api/v1/cards/{names['Many Phones']}/original")
            assert originals[0]["text"].count("TEL;") == 10_000
        # the file itself comes back byte for byte, whatever was in it
        status, same, _ = ann.get(f"/api/v1/imports/{it['id']}/file")
        assert status == 200 and same == book
        # undone as one step
        status, _, _ = ann.post(f"/api/v1/imports/{it['id']}/undo", {})
        assert status == 202
        ann.wait_import(it["id"], ("undone",))
        assert ann.get("/api/v1/stats")[1]["cards"] == 0


def many_short_rows_fit_into_their_chunks():
    rows = "".join(f"P{n},p{n}@example.com\n" for n in range(20_000))
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        done = commit(ann, upload(ann, "short.csv", ("Name,E-mail\n" + rows).encode()))
        assert (done["state"], done["created"], done["failed"]) == ("done", 20_000, 0), done


if __name__ == "__main__":
    main([a_gigabyte_is_refused_before_it_is_read, bombs_and_nonsense_are_refused_with_a_reason, odd_cards_are_read_and_reported,
          many_short_rows_fit_into_their_chunks])
