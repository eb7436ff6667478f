"""Two accounts: what the one has, the other can neither see, change nor even notice, on every route that takes an id."""
import json
import re

from api_auth import problem
from kithtest import ROOT, Kith, main

DOCUMENT = json.loads((ROOT / "src/api/http/openapi.json").read_text())
VCF = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Secret Person\r\nEMAIL:secret@example.com\r\nEND:VCARD\r\n"
BODIES = {"PATCH /api/v1/cards/{id}": {"name/full": "stolen"}, "PATCH /api/v1/books/{id}": {"name": "stolen"}}


def of_ann(ann):
    """One id of everything Ann can have, by the first part of the path."""
    card = ann.post("/api/v1/cards", {"card": {"name": {"full": "Secret Person"}}})[1]
    other = ann.post("/api/v1/cards", {"card": {"name": {"full": "Secret Persson"}}})[1]
    merge = ann.post("/api/v1/merge", {"ids": [card["id"], other["id"]]})[1]
    third = ann.post("/api/v1/cards", {"card": {"name": {"full": "Secret Third"}}})[1]
    return {"cards": third["id"], "books": ann.post("/api/v1/books", {"name": "Secret book"})[1]["id"],
            "tokens": ann.post("/api/v1/tokens", {"name": "Secret token"})[1]["id"],
            "imports": ann.post("/api/v1/imports?filename=secret.vcf", VCF)[1]["id"], "merges": merge["merge"],
            "duplicates": "-".join(sorted([card["id"], other["id"]])), "batch": merge["batch"]}


def every_route_with_an_id():
    with Kith() as kith:
        ann, bob = kith.sign_up("ann@example.com"), kith.sign_up("bob@example.com")
        mine = of_ann(ann)
        before = [ann.get(p)[1] for p in ("/api/v1/cards", "/api/v1/books", "/api/v1/tokens", "/api/v1/merges")]
        seen = 0
        for path, operations in DOCUMENT["paths"].items():
            found = re.match(r"/api/v1/(\w+)/\{id\}", path)
            if not found:
                continue
            for method in operations:
                target = path.replace("{id}", mine[found[1]]).replace("{n}", "0")
                body = BODIES.get(f"{method.upper()} {path}", None if method == "get" else {})
                got, text, _ = bob.request(method.upper(), target, body, headers={"If-Match": '"1"'} if method == "patch" else {})
                assert got == 404, (method, path, got, text)
                assert "ecret" not in json.dumps(text), (method, path, text)
                nobody = kith.client().request(method.upper(), target, body)
                assert nobody[0] == 401, (method, path, nobody)
                seen += 1
        assert seen >= 23, seen
        assert [ann.get(p)[1] for p in ("/api/v1/cards", "/api/v1/books", "/api/v1/tokens", "/api/v1/merges")] == before


def ids_in_bodies_and_queries():
    with Kith() as kith:
        ann, bob = kith.sign_up("ann@example.com"), kith.sign_up("bob@example.com")
        mine = of_ann(ann)
        own = bob.post("/api/v1/cards", {"card": {"name": {"full": "Own"}}})[1]
        for action in ("delete", "tag", "move"):
            body = {"ids": [mine["cards"]], "action": action, "tag": "x", "book": bob.get("/api/v1/books")[1]["items"][0]["id"]}
            assert bob.post("/api/v1/cards/bulk", body)[1]["changed"] == 0
        problem(bob.post("/api/v1/cards/bulk", {"ids": [own["id"]], "action": "move", "book": mine["books"]}), 422, "INVALID")
        problem(bob.post("/api/v1/cards", {"card": {"name": {"full": "x"}}, "book": mine["books"]}), 422, "INVALID")
        problem(bob.post("/api/v1/merge", {"ids": [own["id"], mine["cards"]]}), 404, "NOT_FOUND")
        problem(bob.post("/api/v1/undo", {"batch": mine["batch"]}), 404, "NOT_FOUND")
        problem(bob.post("/api/v1/facts/accept", {"ids": [mine["cards"] + ".country.0"]}), 404, "NOT_FOUND")
        problem(bob.get("/api/v1/export?format=vcard4&book=" + mine["books"]), 422, "INVALID")
        for query in ("book=" + mine["books"], "source=" + mine["books"]):
            assert bob.get("/api/v1/cards?" + query)[1]["total"] == 0
        assert bob.get("/api/v1/search?q=secret")[1]["items"] == []
        assert "Secret" not in json.dumps(bob.get("/api/v1/stats")[1])
        assert bob.get("/api/v1/imports")[1]["items"] == [] and bob.get("/api/v1/merges")[1]["items"] == []
        assert b"ecret" not in bob.get("/api/v1/export?format=vcard4")[1]
        assert ann.get("/api/v1/cards/" + mine["cards"])[1]["state"] == "live"


if __name__ == "__main__":
    main([every_route_with_an_id, ids_in_bodies_and_queries])
