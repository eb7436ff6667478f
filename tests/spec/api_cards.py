"""Cards, books, tags, history, bulk changes: the happy ways and the others."""
import threading
import time

from api_auth import problem
from kithtest import Kith, main

NASTY = ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "Bobby'); drop table cards;--", "a\u202eb", "日本 太郎",
         "\\u0000", "${7*7}{{7*7}}", "é" * 200]


def add(client, name, **members):
    status, body, headers = client.post("/api/v1/cards", {"card": {"name": {"full": name}, **members}})
    assert status == 201, (status, body)
    assert headers["Location"] == "/api/v1/cards/" + body["id"] and headers["ETag"] == f'"{body["seq"]}"'
    return body


def change(client, card, body, seq=None):
    return client.patch("/api/v1/cards/" + card["id"], body, headers={"If-Match": f'"{seq or card["seq"]}"'})


def one_card():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        card = add(ann, "Carl Clever", emails={"e1": {"address": "carl@example.com"}},
                   phones={"p1": {"number": "+49 30 123456"}}, titles={"t1": {"name": "Head of Sales"}},
                   addresses={"a1": {"components": [{"kind": "locality", "value": "Berlin"}], "countryCode": "DE"}},
                   keywords={"friends": True})
        status, got, headers = ann.get("/api/v1/cards/" + card["id"])
        assert status == 200 and got["card"] == card["card"] and got["seq"] == card["seq"] and got["state"] == "live" and got["card"]["@type"] == "Card", got
        assert headers["ETag"] == f'"{card["seq"]}"'
        row = ann.get("/api/v1/cards")[1]["items"][0]
        assert (row["email"], row["phone"], row["title"], row["tags"]) == ("carl@example.com", "+49 30 123456", "Head of Sales", ["friends"]), row
        assert row["place"] == "Berlin, Germany" and row["initials"] == "CC" and 0 <= row["hue"] < 360 and row["photo"] is None, row

        status, after, _ = change(ann, card, {"name/full": "Carl Clever Jr.", "phones": None, "emails/e2": {"address": "c@example.org"}})
        assert status == 200 and "phones" not in after["card"] and len(after["card"]["emails"]) == 2, after
        assert after["seq"] > card["seq"] and after["name"] == "Carl Clever Jr."
        status, whole, _ = change(ann, after, {"card": {"name": {"full": "Someone else"}}})
        assert status == 200 and whole["card"]["uid"] == card["card"]["uid"] and "emails" not in whole["card"], whole
        status, same, _ = change(ann, whole, {"card": whole["card"]})
        assert status == 200 and same["seq"] == whole["seq"], "a change that changes nothing keeps its number"

        history = ann.get(f"/api/v1/cards/{card['id']}/history")[1]
        assert [h["op"] for h in history["items"]] == ["update", "update", "create"], history
        assert history["items"][1]["actor"] == "user:" + ann.get("/api/v1/session")[1]["user"]["id"]
        assert any(c["label"] and c["after"] == "c@example.org" for c in history["items"][1]["changes"]), history["items"][1]
        page = ann.get(f"/api/v1/cards/{card['id']}/history?limit=1")[1]
        rest = ann.get(f"/api/v1/cards/{card['id']}/history?limit=5&cursor={page['next']}")[1]
        assert page["items"] + rest["items"] == history["items"] and rest["next"] is None

        status, back, _ = ann.post(f"/api/v1/cards/{card['id']}/restore", {"seq": card["seq"]})
        assert status == 200 and back["card"] == card["card"], back
        status, gone, _ = ann.delete("/api/v1/cards/" + card["id"])
        assert status == 200 and gone["id"] == card["id"] and gone["seq"] > back["seq"], gone
        assert ann.get("/api/v1/cards")[1]["total"] == 0 and ann.get("/api/v1/cards?state=trash")[1]["total"] == 1
        assert ann.get("/api/v1/cards/" + card["id"])[1]["state"] == "trash"
        problem(change(ann, gone, {"name/full": "x"}), 409, "CONFLICT")
        status, back, _ = ann.post(f"/api/v1/cards/{card['id']}/restore")
        assert status == 200 and back["state"] == "live" and back["card"] == card["card"], back
        assert ann.get(f"/api/v1/cards/{card['id']}/original")[1] == []
        assert ann.get(f"/api/v1/cards/{card['id']}/duplicates")[1]["items"] == []


def what_is_no_card():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        card = add(ann, "Carl")
        problem(ann.post("/api/v1/cards", {}), 422, "INVALID")
        problem(ann.post("/api/v1/cards", {"card": []}), 422, "INVALID")
        body = problem(ann.post("/api/v1/cards", {"card": {"emails": {"e1": {"address": 5}}}}), 422, "INVALID")
        assert body["errors"][0]["pointer"] == "/emails/e1/address", body
        problem(ann.post("/api/v1/cards", {"card": {}, "book": "0000000000001"}), 422, "INVALID")
        problem(ann.post("/api/v1/cards", b'{"card":{"name":{"full":"a"}', headers={"Content-Type": "application/json"}), 400, "MALFORMED")
        problem(ann.post("/api/v1/cards", b'{"a":1,"a":2}', headers={"Content-Type": "application/json"}), 400, "MALFORMED")
        problem(ann.post("/api/v1/cards", b'{"card":"\xff"}', headers={"Content-Type": "application/json"}), 400, "MALFORMED")
        deep = problem(ann.post("/api/v1/cards", b"[" * 100000, headers={"Content-Type": "application/json"}), 413, "TOO_LARGE")
        assert "at most 64" in deep["detail"], deep
        wide = problem(ann.post("/api/v1/cards", {"card": {"x": {"m%d" % i: i for i in range(4097)}}}), 422, "INVALID")
        assert wide["errors"][0]["pointer"] == "/x" and "4096 members" in wide["detail"], wide
        most = problem(ann.post("/api/v1/cards", {"m%d" % i: i for i in range(10001)}), 413, "TOO_LARGE")
        assert "at most 10000" in most["detail"], most
        problem(change(ann, card, {"x": {"m%d" % i: i for i in range(4097)}}), 422, "INVALID")
        parts = problem(change(ann, card, {"/" * 100000: 1}), 422, "INVALID")
        assert "32 parts" in parts["detail"], parts
        problem(ann.post("/api/v1/cards", b"[]", headers={"Content-Type": "application/json"}), 400, "MALFORMED")
        problem(ann.patch("/api/v1/cards/" + card["id"], {"name/full": "x"}), 428, "PRECONDITION_REQUIRED")
        problem(ann.patch("/api/v1/cards/" + card["id"], {"name/full": "x"}, headers={"If-Match": "x"}), 400, "MALFORMED")
        problem(change(ann, card, {"name/full/deeper": 1}), 422, "INVALID")
        problem(change(ann, card, {"emails/e1": 5}), 422, "INVALID")
        problem(ann.get("/api/v1/cards/xyz"), 404, "NOT_FOUND")
        problem(ann.get("/api/v1/cards/0000000000001"), 404, "NOT_FOUND")
        for query in ("limit=0", "limit=501", "limit=x", "sort=x", "order=up", "state=merged", "book=x", "offset=-1", "a=1&a=2", "x=%00", "x=%ff"):
            problem(ann.get("/api/v1/cards?" + query), 400, "MALFORMED")
        problem(ann.get("/api/v1/cards?cursor=nonsense"), 422, "INVALID")
        problem(ann.get("/api/v1/cards?tag=" + "x" * 4200), 400, "MALFORMED")
        assert ann.get("/api/v1/cards/" + card["id"])[1]["card"] == card["card"]


def two_browsers_one_card():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        card = add(ann, "Carl", emails={"e1": {"address": "a@example.com"}})
        status, first, _ = change(ann, card, {"emails/e1/address": "b@example.com"})
        assert status == 200
        answer = change(ann, card, {"phones": {"p1": {"number": "1234567"}}}, card["seq"])
        offer = problem(answer, 409, "CONFLICT")
        assert offer["current"]["card"] == first["card"] and offer["conflicts"] == [], offer
        assert offer["merged"]["emails"]["e1"]["address"] == "b@example.com" and offer["merged"]["phones"]["p1"]["number"] == "1234567"
        assert answer[2]["ETag"] == f'"{first["seq"]}"'
        status, merged, _ = change(ann, first, {"card": offer["merged"]})
        assert status == 200 and merged["card"]["phones"]["p1"]["number"] == "1234567", merged
        clash = problem(change(ann, card, {"emails/e1/address": "c@example.com"}, card["seq"]), 409, "CONFLICT")
        assert clash["conflicts"] == ["/emails/e1/address"] or clash["conflicts"] == ["/emails/e1"], clash["conflicts"]
        assert clash["merged"]["emails"]["e1"]["address"] == "c@example.com", clash["merged"]
        assert problem(change(ann, card, {"name/full": "x"}, 99999), 409, "CONFLICT")["current"]["card"] == merged["card"]


def names_come_back_as_they_are():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        cards = {add(ann, name)["id"]: name for name in NASTY}
        for item in ann.get("/api/v1/cards?limit=500")[1]["items"]:
            assert item["name"] == cards[item["id"]], item
            status, body, headers = ann.get(f"/api/v1/cards/{item['id']}/photo")
            assert status == 200 and headers["Content-Type"] == "image/svg+xml" and b"<script" not in body and b"onerror" not in body
            assert "default-src 'none'" in headers["Content-Security-Policy"] and headers["X-Content-Type-Options"] == "nosniff"
        status, body, headers = ann.get("/api/v1/cards")
        assert headers["Content-Type"] == "application/json" and headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


def photos():
    import base64
    pixel = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        for data in (pixel, pixel + b"\0" * 5000):
            uri = "data:image/png;base64," + base64.b64encode(data).decode()
            card = add(ann, "Carl", media={"m1": {"kind": "photo", "uri": uri}})
            assert card["photo"].startswith(f"/api/v1/cards/{card['id']}/photo?v="), card["photo"]
            status, body, headers = ann.get(card["photo"])
            assert status == 200 and body == data and headers["Content-Type"] == "image/png" and "immutable" in headers["Cache-Control"]
        evil = "data:text/html;base64," + base64.b64encode(b"<script>" * 400).decode()
        card = add(ann, "Eve", media={"m1": {"kind": "photo", "uri": evil}})
        assert ann.get(f"/api/v1/cards/{card['id']}/photo")[2]["Content-Type"] == "image/svg+xml"


def lists():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        names = [f"Name {i:03}" for i in range(25)]
        for i, name in enumerate(names):
            add(ann, name, organizations={"o1": {"name": f"Company {i % 3}"}}, keywords={"even": True} if i % 2 == 0 else {"odd": True})
        for query in ("sort=name", "sort=name&order=desc", "sort=updated", "sort=created&order=desc", "sort=company", "tag=even"):
            whole = ann.get(f"/api/v1/cards?{query}&limit=500")[1]
            paged, cursor = [], ""
            while cursor is not None:
                page = ann.get(f"/api/v1/cards?{query}&limit=4&cursor={cursor}")[1]
                paged += page["items"]
                cursor = page["next"]
                assert page["total"] == whole["total"]
            assert [c["id"] for c in paged] == [c["id"] for c in whole["items"]], query
            assert ann.get(f"/api/v1/cards?{query}&limit=3&offset=5")[1]["items"] == whole["items"][5:8]
        assert [c["name"] for c in ann.get("/api/v1/cards?limit=500")[1]["items"]] == names
        assert ann.get("/api/v1/tags")[1]["items"] == [{"tag": "even", "count": 13}, {"tag": "odd", "count": 12}]
        stats = ann.get("/api/v1/stats")[1]
        assert stats["cards"] == 25 and stats["trash"] == 0 and len(stats["companies"]) == 3, stats


def books_and_bulk():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        first = ann.get("/api/v1/books")[1]["items"][0]
        status, work, _ = ann.post("/api/v1/books", {"name": "Work"})
        assert status == 201 and not work["default"] and first["default"]
        assert ann.patch("/api/v1/books/" + work["id"], {"name": "Office"})[1]["name"] == "Office"
        problem(ann.patch("/api/v1/books/" + work["id"], {"name": ""}), 422, "INVALID")
        problem(ann.patch("/api/v1/books/" + work["id"], {"name": "x" * 300}), 422, "INVALID")
        problem(ann.delete("/api/v1/books/" + first["id"]), 409, "CONFLICT")
        ids = [add(ann, f"Card {i}")["id"] for i in range(10)]

        def bulk(**body):
            return ann.post("/api/v1/cards/bulk", body)
        status, moved, _ = bulk(ids=ids[:6], action="move", book=work["id"])
        assert status == 200 and moved["changed"] == 6, moved
        assert ann.get("/api/v1/cards?book=" + work["id"])[1]["total"] == 6
        assert bulk(query={"book": work["id"]}, action="tag", tag="office")[1]["changed"] == 6
        assert bulk(query={"book": work["id"]}, action="tag", tag="office")[1]["changed"] == 0
        assert ann.get("/api/v1/cards?tag=office")[1]["total"] == 6
        assert bulk(ids=ids[:2], action="untag", tag="office")[1]["changed"] == 2
        assert ann.get("/api/v1/tags")[1]["items"] == [{"tag": "office", "count": 4}]
        assert bulk(ids=ids[8:], action="delete")[1]["changed"] == 2
        assert bulk(ids=ids[8:], action="restore")[1]["changed"] == 2
        problem(bulk(ids=ids, action="explode"), 422, "INVALID")
        problem(bulk(ids=[], action="delete"), 422, "INVALID")
        problem(bulk(ids=["x"], action="delete"), 422, "INVALID")
        problem(bulk(ids=ids * 101, action="delete"), 422, "INVALID")
        problem(bulk(action="delete"), 422, "INVALID")
        problem(bulk(ids=ids, action="tag"), 422, "INVALID")
        problem(bulk(ids=ids, action="move", book="0000000000001"), 422, "INVALID")
        status, gone, _ = ann.delete("/api/v1/books/" + work["id"])
        assert status == 200 and gone["changed"] == 6, gone
        assert ann.get("/api/v1/cards?state=trash")[1]["total"] == 6 and len(ann.get("/api/v1/books")[1]["items"]) == 1
        problem(ann.delete("/api/v1/books/" + work["id"]), 404, "NOT_FOUND")


def large_selections_leave_room_for_others():
    with Kith("--http-processes", "1", "--requests-per-minute", "1000000") as kith:
        ann, bob = kith.sign_up("ann@example.com"), kith.sign_up("bob@example.com")
        for i in range(1200):
            add(ann, f"Card {i}")
        done = []
        thread = threading.Thread(target=lambda: done.append(ann.post("/api/v1/cards/bulk", {"query": {}, "action": "tag", "tag": "all"})))
        thread.start()
        between = 0
        while thread.is_alive():
            assert bob.get("/api/v1/books")[0] == 200
            between += not done
        thread.join()
        assert done[0][1]["changed"] == 1200, done
        assert between >= 5, f"{between} answers to others while 1,200 cards changed in 24 slices"


def once_is_once():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        key = {"Idempotency-Key": "k1"}
        first = ann.post("/api/v1/books", {"name": "Work"}, headers=key)
        again = ann.post("/api/v1/books", {"name": "Work"}, headers=key)
        assert first[0] == again[0] == 201 and first[1] == again[1] and again[2]["Idempotency-Replayed"] == "true"
        problem(ann.post("/api/v1/books", {"name": "Other"}, headers=key), 422, "INVALID")
        problem(ann.post("/api/v1/cards", {"name": "Work"}, headers=key), 422, "INVALID")
        assert len(ann.get("/api/v1/books")[1]["items"]) == 2
        bad = [ann.post("/api/v1/books", {"name": ""}, headers={"Idempotency-Key": "k2"}) for _ in (1, 2)]
        assert bad[0][1] == bad[1][1] and bad[1][0] == 422, bad
        bob = kith.sign_up("bob@example.com")
        assert bob.post("/api/v1/books", {"name": "Work"}, headers=key)[1]["id"] != first[1]["id"]
        problem(ann.post("/api/v1/books", {"name": "x"}, headers={"Idempotency-Key": "k" * 201}), 400, "MALFORMED")


if __name__ == "__main__":
    main([one_card, what_is_no_card, two_browsers_one_card, names_come_back_as_they_are, photos, lists, books_and_bulk,
          large_selections_leave_room_for_others, once_is_once])
