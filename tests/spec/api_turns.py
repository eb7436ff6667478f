"""What one account does leaves the others their turn, and bulk work stays whole beside single edits.  Nothing here is judged by elapsed
time: by what was answered, by what was counted."""
import json
import socket
import threading

from kithtest import SLOW, Kith, main, wait_for

CARDS = 600 if SLOW == 1 else 200


def jscontact(kith, name, cards):
    path = kith.data / name
    path.write_text(json.dumps(cards))
    return path


def person(number, **more):
    return {"@type": "Card", "version": "1.0", "uid": f"urn:test:{number}", "name": {"full": f"Person {number}"}, **more}


def same_user(kith, user):
    other = kith.client()
    other.cookie, other.csrf = user.cookie, user.csrf
    return other


def big_notes(size=900_000, each=3000):
    return {f"n{i}": {"@type": "Note", "note": f"{i} " + "word " * (each // 5)} for i in range(size // each)}


def edits_in_bulk_stay_whole_beside_single_ones():
    """Three clients change single cards all the while, two http processes: no edit in bulk ends half-way, and each is undone by its batch."""
    with Kith("--http-processes", "2", "--requests-per-minute", "1000000") as kith:
        ann = kith.sign_up("ann@example.com")
        done = ann.import_file(jscontact(kith, "people.json", [person(i) for i in range(CARDS)]), seconds=120)
        assert done["created"] == CARDS, done
        ann.wait_idle(180)
        ids = [c["id"] for c in ann.get("/api/v1/cards?limit=200")[1]["items"]]
        over, saved, faults = threading.Event(), [0, 0, 0], []

        def edits(number):
            client, n = same_user(kith, ann), 0
            while not over.is_set():
                n += 1
                card = ids[(number * 67 + n) % len(ids)]
                _, seen, headers = client.get(f"/api/v1/cards/{card}")
                status, body, _ = client.patch(f"/api/v1/cards/{card}", {"notes": {"n": {"note": f"{number} {n}"}}},
                                               headers={"If-Match": headers["ETag"]})
                if status == 200:
                    saved[number] += 1
                elif status not in (409, 503):
                    faults.append((status, body))

        people = [threading.Thread(target=edits, args=(i,)) for i in range(3)]
        for p in people:
            p.start()
        batches = []
        try:
            for i in range(4):
                client = same_user(kith, ann)  # a connection of its own: any of the two processes
                status, body, _ = client.post("/api/v1/cards/bulk", {"action": "tag", "tag": f"bulk{i}", "query": {"state": "live"}})
                assert status == 200, (i, status, body)
                assert body["changed"] == CARDS, (i, body)
                batches.append(body["batch"])
        finally:
            over.set()
            for p in people:
                p.join()
        assert not faults, faults[:3]
        assert all(saved), saved
        tags = {t["tag"]: t["count"] for t in ann.get("/api/v1/tags")[1]["items"]}
        assert all(tags[f"bulk{i}"] == CARDS for i in range(4)), tags
        status, body, _ = ann.post("/api/v1/undo", {"batch": batches[-1]})
        assert status == 202, (status, body)
        ann.wait_idle(120)
        tags = {t["tag"]: t["count"] for t in ann.get("/api/v1/tags")[1]["items"]}
        assert "bulk3" not in tags and tags["bulk2"] == CARDS, tags


def create(client, card):
    body = json.dumps({"card": card}, separators=(",", ":")).encode()
    status, answer, _ = client.post("/api/v1/cards", body, headers={"Content-Type": "application/json"})
    assert status == 201, (status, answer)
    return answer["id"]


def the_batch_stands_in_a_refusal_too():
    """A card that would grow past its limit ends the edit; what was done before has a name."""
    with Kith("--http-processes", "1") as kith:
        ann = kith.sign_up("ann@example.com")
        full = person(9, notes=big_notes(1_020_000, 10_000))
        full["notes"]["n0"]["note"] += "x" * (1_048_570 - len(json.dumps({"card": full}, separators=(",", ":"))))
        ids = [create(ann, person(i)) for i in range(6)] + [create(ann, full)]
        status, body, _ = ann.post("/api/v1/cards/bulk", {"action": "tag", "tag": "x" * 150, "ids": ids})
        assert status == 413, (status, body)
        assert body["batch"] and 1 <= body["changed"] < 7, body


def an_export_nobody_reads_holds_up_nobody():
    """One account asks for as many exports as it may and reads none of them; another exports, edits in bulk and restores meanwhile."""
    with Kith("--http-processes", "1", "--requests-per-minute", "1000000") as kith:
        eve, ann = kith.sign_up("eve@example.com"), kith.sign_up("ann@example.com")
        for i in range(12):
            create(eve, person(i, notes=big_notes()))
        for i in range(3):
            create(ann, person(i))
        idle = []
        for _ in range(12):
            s = socket.create_connection(("127.0.0.1", kith.port))
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            s.sendall(f"GET /api/v1/export?format=jscontact HTTP/1.1\r\nHost: x\r\nCookie: {eve.cookie}\r\n\r\n".encode())
            idle.append(s)
        for _ in range(5):
            status, body, _ = ann.get("/api/v1/export?format=jscontact")
            assert status == 200 and len(body) == 3, (status, body)
            status, body, _ = ann.post("/api/v1/cards/bulk", {"action": "tag", "tag": "t", "query": {"state": "live"}})
            assert status == 200, (status, body)
            status, body, _ = ann.post("/api/v1/restore", {"at": "2020-01-01T00:00:00Z", "dry_run": True})
            assert status == 200, (status, body)
        # her own: as many as there are places are open, the rest was told so
        status, body, headers = same_user(kith, eve).get("/api/v1/export?format=vcard4")
        assert status == 429 and int(headers["Retry-After"]) >= 1 and "this account" in body["detail"], (status, body)
        for s in idle:
            s.close()


def who_reads_too_slowly_is_cut_off():
    """Its windows are of 3 s here.  The server is asked what became of the request: it writes its line when the request has ended."""
    with Kith("--http-processes", "1", "--request-timeout", "3") as kith:
        ann = kith.sign_up("ann@example.com")
        for i in range(16):
            create(ann, person(i, notes=big_notes()))
        s = socket.create_connection(("127.0.0.1", kith.port))
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        s.sendall(f"GET /api/v1/export?format=jscontact HTTP/1.1\r\nHost: x\r\nCookie: {ann.cookie}\r\n\r\n".encode())

        def the_server_has_let_go():
            return 'route="/api/v1/export"' in kith.log_text()

        wait_for(the_server_has_let_go, 60)
        s.close()
        status, cards, _ = ann.get("/api/v1/export?format=jscontact")
        assert status == 200 and len(cards) == 16, status


def many_who_listen_are_told_and_nobody_waits():
    """32 listeners of each of some accounts: all hear of their own account's change and nobody of others'."""
    accounts = 12 if SLOW == 1 else 4
    with Kith("--http-processes", "1", "--requests-per-minute", "1000000") as kith:
        users, streams = [kith.sign_up(f"u{i}@example.com") for i in range(accounts)], []
        for user in users:
            for _ in range(32):
                s = socket.create_connection(("127.0.0.1", kith.port))
                s.sendall(f"GET /api/v1/events HTTP/1.1\r\nHost: x\r\nCookie: {user.cookie}\r\n\r\n".encode())
                s.setblocking(False)
                streams.append((user, s, bytearray()))

        def read_all():
            for _, s, got in streams:
                try:
                    while part := s.recv(65536):
                        got += part
                except BlockingIOError:
                    pass

        def all_are_open():
            read_all()
            return all(b"retry:" in got for _, _, got in streams)

        wait_for(all_are_open)
        for user in users[::2]:
            create(user, person(1))

        def those_whose_cards_changed_know_it():
            read_all()
            return all(b"event: changed" in got for user, _, got in streams if user in users[::2])

        wait_for(those_whose_cards_changed_know_it, 60)
        assert not any(b"event: changed" in got for user, _, got in streams if user in users[1::2])
        for user in users[::2]:
            user.wait_idle()
        for _, s, _ in streams:
            s.close()


if __name__ == "__main__":
    main([edits_in_bulk_stay_whole_beside_single_ones, the_batch_stands_in_a_refusal_too, an_export_nobody_reads_holds_up_nobody,
          who_reads_too_slowly_is_cut_off, many_who_listen_are_told_and_nobody_waits])
