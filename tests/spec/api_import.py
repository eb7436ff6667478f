"""A file's way through the API: upload, dry run, commit, clean up, search, merge, take back, take away."""
import csv
import io
import json
import time
import urllib.parse
import zipfile
from urllib.parse import quote

from api_auth import problem
from kithtest import Kith, main, wait_for


def vcard(name, *lines, version="3.0"):
    given, _, family = name.partition(" ")
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", f"FN:{name}", f"N:{family};{given};;;", *lines, "END:VCARD", ""])


PEOPLE = [vcard("Anna Müller", "EMAIL;TYPE=home:anna.mueller@example.com", "TEL;TYPE=CELL:+49 171 1234567", "X-ODD;FOO=bar:keep me"),
          vcard("Carl Clever", "item1.EMAIL:carl@example.org", "item1.X-ABLabel:Chess club", "ORG:ACME GmbH;Sales", "TITLE:Head of Sales"),
          vcard("Дмитрий Иванов", "TEL:+7 495 123-45-67", "ADR:;;Tverskaya 1;Moscow;;125009;Russia")]
BOOK = "".join(PEOPLE).encode()


def from_file_to_file():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        status, it, _ = ann.post("/api/v1/imports?filename=phone.vcf", BOOK)
        assert status == 202 and it["bytes"] == len(BOOK) and it["state"] in ("uploaded", "scanning", "ready"), it
        it = ann.wait_import(it["id"], ("ready", "failed"))
        assert (it["state"], it["format"], it["cards"], it["good"], it["bad"]) == ("ready", "vcard", 3, 3, 0), it
        assert it["will"] == {"create": 3, "update": 0, "unchanged": 0} and len(it["preview"]) == 3, it
        assert ann.get("/api/v1/cards")[1]["total"] == 0, "a dry run changes nothing"
        problem(ann.post(f"/api/v1/imports/{it['id']}/undo"), 409, "CONFLICT")
        problem(ann.post(f"/api/v1/imports/{it['id']}/commit", {"mode": "x"}), 422, "INVALID")
        status, run, _ = ann.post(f"/api/v1/imports/{it['id']}/commit", {"mode": "both", "source_name": "iPhone", "tags": ["phone"]})
        assert status == 202 and run["source"]["name"] == "iPhone", run
        done = ann.wait_import(it["id"], ("done", "failed"))
        assert (done["state"], done["created"], done["failed"]) == ("done", 3, 0) and done["progress"]["eta_s"] == 0, done
        problem(ann.post(f"/api/v1/imports/{it['id']}/commit", {}), 409, "CONFLICT")
        problem(ann.delete("/api/v1/imports/" + it["id"]), 409, "CONFLICT")
        ann.wait_idle()

        rows = {c["name"]: c for c in ann.get("/api/v1/cards")[1]["items"]}
        assert set(rows) == {"Anna Müller", "Carl Clever", "Дмитрий Иванов"} and rows["Carl Clever"]["tags"] == ["phone"], rows
        for q, want in (("muller", "Anna Müller"), ("mueller", "Anna Müller"), ("ann mül", "Anna Müller"), ("0171 1234567", "Anna Müller"),
                        ("dmitri", "Дмитрий Иванов"), ("acme", "Carl Clever"), ("carl@example", "Carl Clever")):
            found = ann.get("/api/v1/search?q=" + quote(q))
            assert found[0] == 200 and found[1]["items"] and found[1]["items"][0]["name"] == want, (q, found)
        problem(ann.get("/api/v1/search?q="), 422, "INVALID")
        assert ann.get("/api/v1/search?q=carl&tag=phone")[1]["total"] == 1 and ann.get("/api/v1/search?q=carl&tag=no")[1]["total"] == 0

        detail = ann.get("/api/v1/cards/" + rows["Carl Clever"]["id"])[1]
        assert detail["sources"][0]["name"] == "iPhone" and detail["sources"][0]["format"] == "vcard", detail["sources"]
        assert ann.get(f"/api/v1/cards/{detail['id']}/original")[1][0]["text"] == PEOPLE[1]
        assert any(f["field"] == "seniority" and f["rule_text"] for f in detail["facts"]), detail["facts"]

        again = ann.wait_import(ann.post("/api/v1/imports?filename=phone.vcf", BOOK)[1]["id"], ("ready", "failed"))
        assert again["will"]["create"] <= 3 and ann.delete("/api/v1/imports/" + again["id"])[0] == 204
        problem(ann.get("/api/v1/imports/" + again["id"]), 404, "NOT_FOUND")
        exported = ann.get("/api/v1/export?format=vcard3")
        assert exported[2]["Content-Disposition"].startswith("attachment"), exported[2]
        ann.post("/api/v1/cards/bulk", {"query": {}, "action": "untag", "tag": "phone"})
        got = ann.get("/api/v1/export?format=vcard3")[1].decode()
        assert sorted(got.split("END:VCARD\r\n")) == sorted(BOOK.decode().split("END:VCARD\r\n")), got

        status, undone, _ = ann.post(f"/api/v1/imports/{it['id']}/undo")
        assert status == 202 and undone["state"] in ("undoing", "undone"), undone
        ann.wait_import(it["id"], ("undone",))
        wait_for(lambda: len(ann.get("/api/v1/cards")[1]["items"]) in (0, 3))


def an_upload_that_is_repeated_is_one():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        key = {"Idempotency-Key": "the first book"}
        status, it, head = ann.post("/api/v1/imports?filename=phone.vcf", BOOK, headers=key)
        assert status == 202 and "Idempotency-Replayed" not in head, (status, it)
        status, again, head = ann.post("/api/v1/imports?filename=phone.vcf", BOOK, headers=key)
        assert status == 202 and head["Idempotency-Replayed"] == "true" and again["id"] == it["id"], again
        problem(ann.post("/api/v1/imports?filename=phone.vcf", BOOK + b"\r\n", headers=key), 422, "INVALID")
        problem(ann.post("/api/v1/imports?filename=other.vcf", BOOK, headers=key), 422, "INVALID")
        status, other, _ = ann.post("/api/v1/imports?filename=phone.vcf", BOOK)
        assert status == 202 and other["id"] != it["id"]
        problem(ann.post("/api/v1/imports?filename=none.vcf", b"", headers={"Idempotency-Key": "none"}), 422, "INVALID")
        assert len(ann.get("/api/v1/imports")[1]["items"]) == 2


def facts_are_decided():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        ann.post("/api/v1/cards", {"card": {"name": {"full": "Carl"}, "titles": {"t1": {"name": "Head of Sales"}}}})
        items = wait_for(lambda: ann.get("/api/v1/facts")[1]["items"])
        first = items[0]
        assert first["state"] == "proposed" and first["rule_text"] and 0 < first["confidence"] <= 100, first
        assert ann.post("/api/v1/facts/accept", {"ids": [first["id"]]})[1] == {"changed": 1, "state": "accepted"}
        card = ann.get("/api/v1/cards/" + first["card"])[1]
        assert [f["state"] for f in card["facts"] if f["id"] == first["id"]] == ["accepted"], card["facts"]
        if len(items) > 1:
            assert ann.post(f"/api/v1/cards/{first['card']}/facts/1/reject")[0] == 200
        assert all(f["state"] == "proposed" for f in ann.get("/api/v1/facts?state=proposed")[1]["items"])
        problem(ann.post("/api/v1/facts/accept", {"ids": [first["card"] + ".nothing.0"]}), 404, "NOT_FOUND")
        problem(ann.post("/api/v1/facts/accept", {"ids": ["x"]}), 422, "INVALID")
        problem(ann.post(f"/api/v1/cards/{first['card']}/facts/99/accept"), 404, "NOT_FOUND")
        assert ann.get("/api/v1/stats")[1]["seniorities"][0]["value"] == "head"


def duplicates_are_merged_and_come_back():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        ann.patch("/api/v1/account", {"settings": {"auto_merge": False}})

        def add(**card):
            return ann.post("/api/v1/cards", {"card": card})[1]
        a = add(name={"full": "Carl Clever"}, emails={"e1": {"address": "carl.clever@example.org"}}, phones={"p1": {"number": "+49 171 2345678"}})
        b = add(name={"full": "Clever, Carl"}, emails={"e1": {"address": "carl.clever@example.org"}}, titles={"t1": {"name": "Boss"}})
        pair = wait_for(lambda: ann.get("/api/v1/duplicates")[1]["items"])[0]
        assert pair["id"] == f"{a['id']}-{b['id']}" and pair["evidence"] and pair["certainty"] in ("certain", "likely", "possible"), pair
        assert pair["a"]["id"] == a["id"] and pair["b"]["id"] == b["id"] and pair["suggested"]["titles"], pair
        assert ann.get(f"/api/v1/cards/{a['id']}/duplicates")[1]["items"][0]["id"] == pair["id"]
        assert ann.get("/api/v1/cards?limit=1")[1]["items"][0]["suggestions"] == 1

        assert ann.post(f"/api/v1/duplicates/{pair['id']}/different")[0] == 200
        assert ann.get("/api/v1/duplicates")[1]["total"] == 0 and ann.get("/api/v1/duplicates?state=different")[1]["total"] == 1
        assert ann.post(f"/api/v1/duplicates/{pair['id']}/reopen")[0] == 200
        problem(ann.post(f"/api/v1/duplicates/{pair['id']}/merge", {"choices": {"name": "x"}}), 422, "INVALID")
        problem(ann.post(f"/api/v1/duplicates/{pair['id']}/merge", {"winner": "0000000000001"}), 422, "INVALID")
        status, merged, _ = ann.post(f"/api/v1/duplicates/{pair['id']}/merge", {"winner": b["id"], "choices": {"name": "a"}})
        assert status == 200 and merged["card"]["id"] == b["id"] and merged["card"]["name"] == "Carl Clever", merged
        assert merged["card"]["card"]["phones"] and merged["card"]["card"]["titles"], merged
        assert ann.get("/api/v1/cards")[1]["total"] == 1
        gone = ann.get("/api/v1/cards/" + a["id"])[1]
        assert gone["state"] == "merged" and gone["merged_into"] == b["id"], gone
        problem(ann.delete("/api/v1/cards/" + a["id"]), 409, "CONFLICT")
        problem(ann.post(f"/api/v1/duplicates/{pair['id']}/different"), 409, "CONFLICT")
        assert ann.get("/api/v1/merges")[1]["items"][0]["id"] == merged["merge"]

        status, back, _ = ann.post(f"/api/v1/merges/{merged['merge']}/undo")
        cards = {c["id"]: c["card"] for c in back["cards"]}
        assert status == 200 and cards[a["id"]] == a["card"] and cards[b["id"]] == b["card"], back
        problem(ann.post(f"/api/v1/merges/{merged['merge']}/undo"), 409, "CONFLICT")
        problem(ann.post("/api/v1/merge", {"ids": [a["id"], a["id"]]}), 422, "INVALID")
        status, merged, _ = ann.post("/api/v1/merge", {"ids": [a["id"], b["id"]]})
        assert status == 200 and merged["card"]["id"] == a["id"], merged
        status, undo, _ = ann.post("/api/v1/undo", {"batch": merged["batch"]})
        assert status == 202, undo
        wait_for(lambda: ann.get("/api/v1/cards")[1]["total"] == 2)


def merge_all_that_are_certain():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        ann.patch("/api/v1/account", {"settings": {"auto_merge": False}})
        twins = "".join(vcard(f"Person{i} Unusual{i}", f"EMAIL:person{i}.unusual{i}@example.org", f"TEL;TYPE=CELL:+49 171 55000{i:02}") * 2
                        for i in range(20)).encode()
        it = ann.wait_import(ann.post("/api/v1/imports?filename=twins.vcf", twins)[1]["id"], ("ready",))
        ann.post(f"/api/v1/imports/{it['id']}/commit", {"mode": "create"})
        ann.wait_import(it["id"], ("done",))
        ann.wait_idle()
        before = ann.get("/api/v1/cards")[1]["total"]
        problem(ann.post("/api/v1/duplicates/merge-all", {"certainty": "likely"}), 422, "INVALID")
        status, started, _ = ann.post("/api/v1/duplicates/merge-all", {"certainty": "certain"})
        assert status == 202, started
        wait_for(lambda: ann.get("/api/v1/cards")[1]["total"] == before - started["count"])


def everything_as_a_zip():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        it = ann.wait_import(ann.post("/api/v1/imports?filename=phone.vcf", BOOK)[1]["id"], ("ready",))
        ann.post(f"/api/v1/imports/{it['id']}/commit", {"mode": "both", "source_name": "../my: phone"})
        ann.wait_import(it["id"], ("done",))
        status, body, headers = ann.get("/api/v1/export?format=zip")
        assert status == 200 and headers["Content-Type"] == "application/zip", headers
        z = zipfile.ZipFile(io.BytesIO(body))
        assert z.testzip() is None
        names = z.namelist()
        assert {"contacts-3.0.vcf", "contacts-4.0.vcf", "contacts.json", "contacts.csv", "manifest.json"} <= set(names), names
        assert not any(".." in n.split("/") or n.startswith("/") for n in names), names
        originals = sorted(z.read(n).decode() for n in names if n.startswith("originals/"))
        assert originals == sorted(PEOPLE), originals
        assert [z.read(n) for n in names if n.startswith("imports/")] == [BOOK]
        assert len(json.loads(z.read("contacts.json"))) == 3
        assert len(list(csv.DictReader(io.StringIO(z.read("contacts.csv").decode("utf-8-sig"))))) == 3
        manifest = json.loads(z.read("manifest.json"))
        assert manifest["originals"] == 3 and manifest["imports"][0]["file"] == "phone.vcf", manifest


def names_in_a_zip_are_utf8_and_whole():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        for name in ("a" + "é" * 100, "年" * 90, "ü"):
            path = "/api/v1/imports?filename=" + urllib.parse.quote(name + ".vcf")
            it = ann.wait_import(ann.post(path, BOOK)[1]["id"], ("ready",))
            ann.post(f"/api/v1/imports/{it['id']}/commit", {"mode": "both"})
            ann.wait_import(it["id"], ("done",))
        z = zipfile.ZipFile(io.BytesIO(ann.get("/api/v1/export?format=zip")[1]))
        odd = [entry for entry in z.infolist() if not entry.filename.isascii()]
        assert len(odd) >= 3, z.namelist()
        for entry in odd:
            assert entry.flag_bits & 0x800, (entry.filename, hex(entry.flag_bits))      # "this name is UTF-8"
            assert set(entry.filename) & set("é年ü") and "\ufffd" not in entry.filename, entry.filename
        assert z.testzip() is None


def code_pages():
    """In the cage nothing is opened any more: what a page needs is there before."""
    people = {"gb18030": "王小明", "big5": "陳怡君", "cp932": "山田花子", "cp949": "김철수", "cp1251": "Пётр Иванов", "cp1253": "Νίκος Παππάς",
              "iso2022_jp": "佐藤健一", "cp1250": "Łukasz Wałęsa"}
    pages = {"cp932": "shift_jis", "cp949": "euc-kr"}
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        for codec, name in people.items():
            data = vcard(name).encode(codec) * 2 if codec == "iso2022_jp" else vcard(name, "TEL:1").encode(codec)
            it = ann.wait_import(ann.post(f"/api/v1/imports?filename={codec}.vcf", data)[1]["id"], ("ready", "failed"))
            assert it["state"] == "ready" and it["preview"][0]["name"] == name, (codec, it)
            page = pages.get(codec, codec.replace("cp", "windows-"))
            said = [e["message"] for e in it["errors"]]
            assert codec == "iso2022_jp" or said == [f"bytes that are no UTF-8 were read as {page}, a guess by its letters"], said
        table = "姓名,E-mail\r\n王小明,xm@example.cn\r\n李娜,ln@example.cn\r\n".encode("gbk")
        it = ann.wait_import(ann.post("/api/v1/imports?filename=people.csv", table)[1]["id"], ("ready", "failed"))
        assert it["encoding"] == "gb18030" and it["cards"] == 2, it
        ann.post(f"/api/v1/imports/{it['id']}/commit", {})
        assert ann.wait_import(it["id"], ("done", "failed"))["created"] == 2
        data = vcard("王小明").encode("gbk")
        it = ann.wait_import(ann.post("/api/v1/imports?filename=one.vcf", data)[1]["id"], ("ready", "failed"))
        ann.post(f"/api/v1/imports/{it['id']}/commit", {})
        ann.wait_import(it["id"], ("done", "failed"))
        ann.wait_idle()
        one = next(c for c in ann.get("/api/v1/cards")[1]["items"] if c["name"] == "王小明")
        assert ann.get(f"/api/v1/cards/{one['id']}/original")[0] == 200
        assert data in ann.get("/api/v1/export?format=vcard3&original=1")[1], "the original is kept"
        assert "FN:王小明".encode() in ann.get("/api/v1/export?format=vcard3")[1], "what a person takes away is UTF-8"


def how_a_table_is_read_is_said_by_hand():
    """What no bytes say: the charset, the delimiter, the order of dates, that there is no header, and what each column is."""
    table = "Jörg;j@x.example;05/04/1980;Löwe".encode("cp1252")
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        it = ann.wait_import(ann.post("/api/v1/imports?filename=one.csv", table)[1]["id"], ("ready", "failed"))

        def rescan(**said):
            status, answer, _ = ann.post(f"/api/v1/imports/{it['id']}/rescan", said)
            assert status == 202, answer
            return ann.wait_import(it["id"], ("ready", "failed"))
        columns = ["name/given", "emails", "birthday", ""]
        assert rescan(charset="windows-1251", has_header=False, columns=columns)["preview"][0]["name"] == "Jцrg"
        it = rescan(charset="latin1", delimiter=";", has_header=False, columns=columns, date_order="mdy")
        assert it["preview"][0]["name"] == "Jörg" and it["cards"] == 1 and not it["has_header"], it
        for wrong, member in (({"charset": "klingon"}, "charset"), ({"delimiter": "--"}, "delimiter"), ({"date_order": "ydm"}, "date_order"),
                              ({"columns": ["shoe size"]}, "columns")):
            status, answer, _ = ann.post(f"/api/v1/imports/{it['id']}/rescan", wrong)
            assert status == 400 or status == 422, (wrong, answer)
            assert member in json.dumps(answer), (wrong, answer)
        ann.post(f"/api/v1/imports/{it['id']}/commit", {})
        assert ann.wait_import(it["id"], ("done", "failed"))["created"] == 1
        ann.wait_idle()
        card = ann.get(f"/api/v1/cards/{ann.get('/api/v1/cards')[1]['items'][0]['id']}")[1]["card"]
        date = next(iter(card["anniversaries"].values()))["date"]
        assert (date["year"], date["month"], date["day"]) == (1980, 5, 4), card
        assert "Löwe" in json.dumps(card, ensure_ascii=False), "a column that is only kept is kept"


def exports():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        empty = {f: ann.get("/api/v1/export?format=" + f)[:2] for f in ("vcard3", "vcard4", "jscontact", "csv", "zip")}
        assert all(status == 200 for status, _ in empty.values()) and empty["jscontact"][1] == [], empty
        for i in range(70):
            ann.post("/api/v1/cards", {"card": {"name": {"full": f"Card {i}"}, "notes": {"n1": {"note": "=cmd()"}}, "keywords": {"k": True}}})
        assert len(ann.get("/api/v1/export?format=jscontact")[1]) == 70
        assert ann.get("/api/v1/export?format=vcard4")[1].count(b"BEGIN:VCARD") == 70
        assert len(ann.get("/api/v1/export?format=jscontact&tag=k")[1]) == 70 and ann.get("/api/v1/export?format=jscontact&tag=x")[1] == []
        table = ann.get("/api/v1/export?format=csv")[1].decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(table)))
        assert len(rows) == 70 and not any(v and v.startswith("=") for row in rows for v in row.values() if isinstance(v, str)), rows[0]
        problem(ann.get("/api/v1/export"), 400, "MALFORMED")
        problem(ann.get("/api/v1/export?format=exe"), 400, "MALFORMED")


def the_book_as_of_a_moment():
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        ids = [ann.post("/api/v1/cards", {"card": {"name": {"full": f"Card {i}"}}})[1]["id"] for i in range(5)]
        time.sleep(0.05)
        moment = ann.get("/api/v1/cards?sort=updated&order=desc&limit=1")[1]["items"][0]["updated"]
        time.sleep(0.05)
        ann.post("/api/v1/cards/bulk", {"ids": ids[:3], "action": "delete"})
        assert ann.post("/api/v1/restore", {"at": moment, "dry_run": True})[1] == {"cards": 3}
        status, undo, _ = ann.post("/api/v1/restore", {"at": moment})
        assert status == 202, undo
        wait_for(lambda: ann.get("/api/v1/cards")[1]["total"] == 5)
        problem(ann.post("/api/v1/restore", {"at": "yesterday"}), 422, "INVALID")
        problem(ann.post("/api/v1/restore", {"at": "2999-01-01T00:00:00Z"}), 422, "INVALID")
        problem(ann.post("/api/v1/undo", {}), 422, "INVALID")
        problem(ann.post("/api/v1/undo", {"batch": "0000000000001"}), 404, "NOT_FOUND")


def an_upload_is_known_again_by_its_content():
    """A key that was used for another file of the same length is no answer for this one."""
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        key = {"Idempotency-Key": "upload-1"}
        one, two = (f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nEND:VCARD\r\n".encode() for name in ("Anna", "Bert"))
        assert len(one) == len(two)
        status, first, _ = ann.post("/api/v1/imports?filename=a.vcf", one, headers=key)
        assert status == 202, (status, first)
        status, again, headers = ann.post("/api/v1/imports?filename=a.vcf", one, headers=key)
        assert (status, again["id"], headers["Idempotency-Replayed"]) == (202, first["id"], "true"), (status, again)
        status, other, _ = ann.post("/api/v1/imports?filename=a.vcf", two, headers=key)
        assert status == 422 and "another request" in other["detail"], (status, other)
        assert len(ann.get("/api/v1/imports")[1]["items"]) == 1


if __name__ == "__main__":
    main([from_file_to_file, how_a_table_is_read_is_said_by_hand, code_pages, an_upload_that_is_repeated_is_one, facts_are_decided, duplicates_are_merged_and_come_back,
          merge_all_that_are_certain, everything_as_a_zip, names_in_a_zip_are_utf8_and_whole, exports, the_book_as_of_a_moment,
          an_upload_is_known_again_by_its_content])
