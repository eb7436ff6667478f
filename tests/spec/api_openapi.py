"""openapi.json tells the truth: every operation is called, and what comes back has the status, the type and the members it promises."""
import json
import re

from kithtest import ROOT, Client, Kith, main, totp

DOCUMENT = json.loads((ROOT / "src/api/http/openapi.json").read_text())
PASSWORD = "correct horse battery"
TYPES = {"string": str, "object": dict, "array": list, "boolean": bool, "null": type(None), "integer": int, "number": (int, float)}


def resolve(schema):
    while "$ref" in schema:
        at = DOCUMENT
        for step in schema["$ref"].removeprefix("#/").split("/"):
            at = at[step]
        schema = at
    return schema


def faults(schema, value, where="", closed=True):
    """What of value is not as the schema says; a member that is not described is a fault too."""
    schema = resolve(schema)
    if "oneOf" in schema:
        options = [faults(s, value, where, closed) for s in schema["oneOf"]]
        return [] if [] in options else min(options, key=len)
    if "allOf" in schema:
        known = {}
        for part in schema["allOf"]:
            known.update(resolve(part).get("properties", {}))
        return [f for part in schema["allOf"] for f in faults(part, value, where, False)] + \
            [f"{where}/{k} is not described" for k in value if k not in known]
    types = schema.get("type", [])
    types = types if isinstance(types, list) else [types]
    if types and not any(isinstance(value, TYPES[t]) and not (t == "integer" and isinstance(value, bool)) for t in types):
        return [f"{where}: {value!r} is no {'/'.join(types)}"]
    bad = []
    if value is not None and "enum" in schema and value not in schema["enum"]:
        bad.append(f"{where}: {value!r} is none of {schema['enum']}")
    if "const" in schema and value != schema["const"]:
        bad.append(f"{where}: {value!r} is not {schema['const']!r}")
    if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        bad.append(f"{where}: {value!r} does not look like {schema['pattern']}")
    if isinstance(value, int) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        bad.append(f"{where}: {value} is out of bounds")
    if isinstance(value, list):
        bad += [f for i, v in enumerate(value) for f in faults(schema.get("items", {}), v, f"{where}/{i}")]
    if isinstance(value, dict):
        known = schema.get("properties", {})
        bad += [f"{where}/{k} is missing" for k in schema.get("required", []) if k not in value]
        bad += [f for k, v in value.items() if k in known for f in faults(known[k], v, f"{where}/{k}")]
        if closed and known and not schema.get("additionalProperties"):
            bad += [f"{where}/{k} is not described" for k in value if k not in known]
    return bad


class Checked(Client):
    """A client that holds every answer against the document."""
    good = set()

    def request(self, method, path, body=None, headers=None):
        status, data, got = super().request(method, path, body, headers)
        bare = path.partition("?")[0]
        for pattern, operations in DOCUMENT["paths"].items():
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", pattern.replace(".", r"\.")), bare) and method.lower() in operations and \
                    ("{" not in pattern or bare not in DOCUMENT["paths"]):
                break
        else:
            return status, data, got
        responses = operations[method.lower()]["responses"]
        assert str(status) in responses, f"{method} {pattern}: status {status} is not described: {data}"
        content = resolve(responses[str(status)]).get("content", {})
        kind = (got["Content-Type"] or "").partition(";")[0]
        if status == 204:
            assert not data and not content
        else:
            described = [t for t in content if re.fullmatch(t.replace("*", ".*").replace("+", r"\+"), kind)]
            assert described, f"{method} {pattern}: {kind} is not described for {status}"
            if "json" in kind:
                bad = faults(content[described[0]]["schema"], data)
                assert not bad, f"{method} {pattern} {status}: {bad[:5]}"
        if status < 400:
            self.good.add((method.lower(), pattern))
        return status, data, got


def doors(kith, ann, call):
    """Out, in with a second factor, and what is there for passwords, sessions and the log."""
    secret = call("POST", "/account/second-factor", {"password": PASSWORD}, 201)["secret"]
    codes = call("POST", "/account/second-factor/confirm", {"code": totp(secret)})["recovery_codes"]
    call("GET", "/account/second-factor")
    call("POST", "/logout", None, 204)
    ticket = call("POST", "/login", {"email": "ann@example.com", "password": PASSWORD})["ticket"]
    call("POST", "/login/code", {"ticket": ticket, "code": "x"}, 401)
    ann.csrf = call("POST", "/login/code", {"ticket": ticket, "code": codes[0]})["csrf"]
    codes = call("POST", "/account/second-factor/codes", {"password": PASSWORD, "code": codes[1]})["recovery_codes"]
    call("DELETE", "/account/second-factor", {"password": "not this one at all", "code": codes[0]}, 403)
    call("DELETE", "/account/second-factor", {"password": PASSWORD, "code": codes[0]}, 204)
    other = kith.client().post("/api/v1/login", {"email": "ann@example.com", "password": PASSWORD})[1]
    assert other["csrf"]
    theirs = [s for s in call("GET", "/account/sessions")["items"] if not s["current"]]
    call("DELETE", "/account/sessions/" + theirs[0]["id"], None, 204)
    call("DELETE", "/account/sessions")
    call("POST", "/account/password", {"password": PASSWORD, "new": "another long sentence"})
    call("POST", "/account/password", {"password": "another long sentence", "new": PASSWORD})
    call("GET", "/account/audit?limit=3")
    call("GET", "/admin/audit?what=login")


def every_operation_answers_as_described():
    with Kith("--requests-per-minute", "1000000", "--login-per-minute", "1000") as kith:
        kith.client = lambda: Checked(kith.port)
        ann = kith.sign_up("ann@example.com")
        V = "/api/v1"

        def call(method, path, body=None, status=200, **headers):
            got, data, _ = ann.request(method, V + path, body, {k.replace("_", "-"): v for k, v in headers.items()})
            assert got == status, (method, path, got, data)
            return data
        call("PATCH", "/account", {"name": "A", "settings": {"auto_merge": False, "country": "DE"}})
        call("GET", "/session")
        token = call("POST", "/tokens", {"name": "t"}, 201)
        call("GET", "/tokens")
        call("DELETE", "/tokens/" + token["id"], None, 204)
        people = {"emails": {"e1": {"address": "carl.clever@example.org"}}, "phones": {"p1": {"number": "+49 171 2345678"}},
                  "titles": {"t1": {"name": "Head of Sales"}}, "keywords": {"k": True}}
        a, b = (call("POST", "/cards", {"card": {"name": {"full": n}, **people}}, 201) for n in ("Carl Clever", "Clever, Carl"))
        ann.wait_idle()
        card = call("PATCH", "/cards/" + a["id"], {"name/full": "Carl C. Clever"}, 200, If_Match=f'"{a["seq"]}"')
        call("PATCH", "/cards/" + a["id"], {"titles/t1/name": "Boss"}, 409, If_Match=f'"{a["seq"]}"')
        call("PATCH", "/cards/" + a["id"], {"emails/e1": 5}, 422, If_Match=f'"{card["seq"]}"')
        ann.wait_idle()
        for path in ("/cards?limit=1", "/cards/" + a["id"], f"/cards/{a['id']}/history", f"/cards/{a['id']}/photo",
                     f"/cards/{a['id']}/original", f"/cards/{a['id']}/duplicates", "/books", "/tags", "/search?q=carl", "/stats",
                     "/stats?only=work", "/facts", "/duplicates", "/imports", "/merges", "/openapi.json"):
            call("GET", path)
        call("POST", "/cards/bulk", {"ids": [a["id"]], "action": "tag", "tag": "x"})
        facts = [f for f in call("GET", "/facts")["items"]]
        assert facts
        call("POST", "/facts/accept", {"ids": [facts[0]["id"]]})
        call("POST", "/facts/reject", {"ids": [facts[0]["id"]]})
        call("POST", f"/cards/{facts[0]['card']}/facts/0/accept")
        call("POST", f"/cards/{facts[0]['card']}/facts/0/reject")
        pair = call("GET", "/duplicates")["items"][0]
        call("POST", f"/duplicates/{pair['id']}/different")
        call("POST", f"/duplicates/{pair['id']}/reopen")
        merged = call("POST", f"/duplicates/{pair['id']}/merge", {})
        call("GET", "/duplicates?state=merged")
        call("GET", "/merges")
        call("POST", f"/merges/{merged['merge']}/undo")
        merged = call("POST", "/merge", {"ids": [a["id"], b["id"]]})
        call("POST", "/undo", {"batch": merged["batch"]}, 202)
        call("POST", "/duplicates/merge-all", {"certainty": "certain"}, 202)
        ann.wait_idle()
        call("DELETE", "/cards/" + a["id"])
        back = call("POST", f"/cards/{a['id']}/restore")
        call("POST", "/restore", {"at": back["created"], "dry_run": True})
        call("POST", "/restore", {"at": back["updated"]}, 202)
        book = call("POST", "/books", {"name": "b"}, 201)
        call("PATCH", "/books/" + book["id"], {"name": "c"})
        call("DELETE", "/books/" + book["id"])
        table = "Name,Mail,Odd\nCarl,c@example.com,1\nDora,d@example.com,2\n,,\n"
        it = call("POST", "/imports?filename=a.csv", table, 202)
        it = ann.wait_import(it["id"], ("ready",))
        assert it["format"] == "csv" and it["columns"] and it["targets"], it
        call("POST", f"/imports/{it['id']}/rescan", {"columns": ["name/full", "emails", None]}, 202)
        ann.wait_import(it["id"], ("ready",))
        call("GET", f"/imports/{it['id']}/file")
        call("POST", f"/imports/{it['id']}/commit", {"mode": "both", "tags": ["csv"]}, 202)
        ann.wait_import(it["id"], ("done",))
        call("POST", f"/imports/{it['id']}/undo", None, 202)
        other = call("POST", "/imports?filename=b.vcf", "BEGIN:VCARD\nVERSION:3.0\nFN:x\n", 202)
        ann.wait_import(other["id"], ("ready", "failed"))
        call("DELETE", "/imports/" + other["id"], None, 204)
        for form in ("vcard3", "vcard4", "jscontact", "csv", "zip"):
            call("GET", "/export?format=" + form)
        for path in ("/admin/fleet", "/admin/history?step=60", "/admin/log"):
            call("GET", path)
        call("PATCH", "/admin/kinds/enrich", {"max": 8, "paused": False})
        call("POST", "/admin/launch", {"factor": 10, "hours": 12}, 201)
        call("GET", "/admin/fleet")
        call("POST", "/admin/land", {})
        call("POST", "/admin/redrive", {"kind": "enrich"})
        call("GET", "/admin/dead?kind=enrich&limit=10")
        call("POST", "/admin/pause", {"account": ann.account["id"], "kind": "enrich", "paused": False})
        call("POST", "/admin/services/google/open")
        call("POST", "/admin/invitations", {"email": "dora@example.com"}, 201)
        for path in ("/admin/accounts?limit=5&email=ann@example.com", "/admin/invitations"):
            call("GET", path)
        call("DELETE", "/admin/invitations?email=dora@example.com", status=204)
        call("GET", "/welcome")
        call("GET", "/usage")
        for path in ("/healthz", "/readyz", "/metrics"):
            assert ann.get(path)[0] == 200
        doors(kith, ann, call)
        call("DELETE", "/account", {"password": PASSWORD}, 204)
        left = {(m, p) for p, ops in DOCUMENT["paths"].items() for m in ops} - Checked.good
        assert left == {("get", V + "/events"), ("get", V + "/admin/events"), ("post", V + "/demo"), ("get", "/.well-known/security.txt")}, left


if __name__ == "__main__":
    main([every_operation_answers_as_described])
