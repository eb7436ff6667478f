"""What hostile bytes cost, counted in CPU time and memory, never by a clock on the wall.

Every route that takes a body gets bodies that cost as much as they can; the worst cards the caps allow are imported, merged, listed,
exported in every format and undone.  Meanwhile somebody asks /healthz all the time: what the loop computes between the question and its
answer is what other people wait for.  No process may grow, no transaction of the agent may be long."""
import json
import os
import re
import threading

from kithtest import SLOW, Kith, main, wait_for

WIDER = 8 if SLOW > 1 else 1
TURN_CPU_S = 0.050 * WIDER  # what /healthz waits for: at most a turn that has begun, and its own
REQUEST_CPU_S = 0.080 * WIDER  # reading a body of 1 MiB in pieces, and refusing it
MERGE = "two large cards become one"
MERGE_CPU_S = 0.150 * WIDER  # cannot be divided: 2 MiB are read, compared, indexed anew and written in one transaction
SAVE_CPU_S = 0.250 * WIDER
PROCESS_MIB = 256 * (4 if SLOW > 1 else 1)
MIB = 1 << 20


def bodies():
    """Name and bytes of at most 1 MiB."""
    prefix = "k" * 60
    yield "members", ("{" + ",".join(f'"{i:x}":0' for i in range(85_000)) + "}").encode()
    yield "long alike keys", ("{" + ",".join(f'"{prefix}{i:06}":0' for i in range(14_000)) + "}").encode()
    yield "depth", b'{"card":' + b"[" * 500_000
    yield "depth of objects", b'{"a":' * 180_000
    yield "key of slashes", json.dumps({"/" * 1_000_000: 1}).encode()
    yield "many slashed keys", json.dumps({"a/" * 15 + str(i): 1 for i in range(20_000)}).encode()
    yield "large maps", json.dumps({"card": wide(0)}).encode()
    yield "vendor member", json.dumps({"card": vendor(0)}).encode()
    yield "array", b'{"ids":[' + b",".join(b'"0"' for _ in range(200_000)) + b"]}"
    yield "one text", json.dumps({"name": "x" * 1_000_000}).encode()


def person(number, **more):
    return {"@type": "Card", "version": "1.0", "uid": f"urn:test:{number}", "name": {"full": f"Person {number}"}, **more}


def wide(number):
    """0.9 MB in maps of a thousand entries."""
    return person(number, emails={f"e{i}": {"address": f"a{i}@b.example"} for i in range(990)},
                  phones={f"p{i}": {"number": f"+49 30 {i:07}"} for i in range(990)},
                  notes={f"n{i}": {"note": f"{i} " + "word " * 150} for i in range(900)},
                  keywords={f"tag {i} of some": True for i in range(990)})


def vendor(number, entries=4000):
    return person(number, **{"example.com:fields": {f"entry{i:05}": f"{number}{i:0200}" for i in range(entries)}})


def cpu_s(pid):
    """CPU time the process has used."""
    spent = int(open(f"/proc/{pid}/schedstat").read().split()[0])
    if spent:
        return spent / 1e9
    fields = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_mib(pid):
    return int(re.search(r"VmHWM:\s+(\d+)", open(f"/proc/{pid}/status").read()).group(1)) / 1024


class Probe(threading.Thread):
    """Asks /healthz one time after the other; keeps the dearest wait and what went on then."""

    def __init__(self, kith, pid):
        super().__init__(daemon=True)
        self.client, self.pid = kith.client(), pid
        self.what, self.dearest, self.over, self.asked = "the start", {}, threading.Event(), 0

    def run(self):
        while not self.over.is_set():
            what, before = self.what, cpu_s(self.pid)
            assert self.client.get("/healthz")[0] == 200
            spent = cpu_s(self.pid) - before
            self.asked += 1
            self.dearest[what] = max(self.dearest.get(what, 0), spent)
            self.over.wait(0.002)

    def settle(self):
        """Until one more question was asked and answered: the next request is not counted with this one."""
        asked = self.asked
        wait_for(lambda: self.asked > asked + 1 or not self.is_alive(), 60, 0.001)
        assert self.is_alive(), "the probe has ended"

    def end(self):
        self.over.set()
        self.join(60)
        for what, spent in sorted(self.dearest.items(), key=lambda it: -it[1])[:6]:
            print(f"        /healthz waited for {1000 * spent:5.1f} ms of CPU time while: {what}")
        return {what: spent for what, spent in self.dearest.items() if spent > (MERGE_CPU_S if what == MERGE else TURN_CPU_S)}


class House:
    """A Kith with one http process, somebody who probes it, and an account that is not nice."""

    def __init__(self):
        self.kith = Kith("--http-processes", "1", "--requests-per-minute", "1000000")

    def __enter__(self):
        self.kith.__enter__()
        self.pid = next(pid for pid, title in self.kith.processes().items() if title.startswith("kith: http") or " http" in title)
        self.eve = self.kith.sign_up("eve@example.com")
        self.probe, self.dear, self.peaks = Probe(self.kith, self.pid), {}, {}
        self.probe.start()
        return self

    def ask(self, what, method, path, body=None, headers=None, most_s=REQUEST_CPU_S):
        """The answer; its CPU time is kept, when it is to be judged."""
        self.probe.what = what
        kind = {"Content-Type": "application/json"} if body is not None else {}
        before = cpu_s(self.pid)
        status, answer, got = self.eve.request(method, path, body, headers={**kind, **(headers or {})})
        spent = cpu_s(self.pid) - before
        if most_s:
            self.dear[what] = max(spent, self.dear.get(what, 0))
        if spent > TURN_CPU_S / 10:
            self.probe.settle()
        assert status < 500, (what, status, str(answer)[:300])
        return status, answer, got

    def create(self, card):
        body = json.dumps({"card": card}, separators=(",", ":")).encode()
        assert len(body) <= MIB, len(body)
        status, answer, got = self.ask("making a large card", "POST", "/api/v1/cards", body, most_s=None)
        assert status == 201, (status, str(answer)[:300])
        return answer["id"], got["ETag"]

    def look_at_memory(self):
        for pid, title in self.kith.processes().items():
            self.peaks[title] = max(self.peaks.get(title, 0), peak_mib(pid))

    def __exit__(self, kind, value, trace):
        try:
            if kind is None:
                self.judge()
        finally:
            self.probe.over.set()
            self.kith.__exit__(kind, value, trace)

    def judge(self):
        waited = self.probe.end()
        self.look_at_memory()
        for what, spent in sorted(self.dear.items(), key=lambda it: -it[1])[:5]:
            print(f"        {1000 * spent:5.1f} ms of CPU time for one request: {what}")
        for title, mib in sorted(self.peaks.items(), key=lambda it: -it[1])[:3]:
            print(f"        {mib:4.0f} MiB at most: {title}")
        assert self.probe.asked > 50, self.probe.asked
        assert not waited, waited
        assert self.dear.pop(MERGE, 0) < MERGE_CPU_S, self.dear
        assert max(self.dear.values(), default=0) < REQUEST_CPU_S, self.dear
        assert max(self.peaks.values()) < PROCESS_MIB, self.peaks


def routes(house):
    """(method, path) of all that openapi.json has, ids filled with some that are there or not."""
    described = house.kith.client().get("/api/v1/openapi.json")[1]
    for path, methods in described["paths"].items():
        for method, what in methods.items():
            if method in ("get", "post", "patch", "delete", "put"):
                yield method.upper(), path, "requestBody" in what


def every_route_gets_every_body():
    with House() as house:
        card, etag = house.create(person(1))
        for method, path, has_body in routes(house):
            if path in ("/api/v1/account", "/api/v1/logout") and method in ("DELETE", "POST") or "sessions" in path or path == "/api/v1/imports":
                continue  # they would end this session, or are another test's
            fitting = path.replace("{id}", card).replace("{n}", "0")
            if not has_body:
                continue
            for name, body in bodies():
                house.ask(f"{method} {path}: {name}", method, re.sub(r"\{\w+\}", "x", fitting), body, headers={"If-Match": etag})


def walk(house, what, path):
    """All items of a list, page after page; as many as its total says."""
    items, cursor = [], None
    while True:
        status, page, _ = house.ask(what, "GET", path + (f"&cursor={cursor}" if cursor else ""))
        assert status == 200 and page["items"] or not items, (status, str(page)[:300])
        items += page["items"]
        cursor = page["next"]
        if not cursor:
            assert len(items) == page.get("total", len(items)), (len(items), page.get("total"))
            return items


def every_route_is_read_with_large_cards():
    """A book of the worst cards: each route that only looks, each format of export, and what changes many."""
    with House() as house:
        cards = [house.create(wide(i))[0] for i in range(8)] + [house.create(vendor(i))[0] for i in range(8, 14)]
        for i in range(5):
            etag = house.ask("looking", "GET", f"/api/v1/cards/{cards[-1]}", most_s=None)[2]["ETag"]
            house.ask("one entry of many", "PATCH", f"/api/v1/cards/{cards[-1]}", json.dumps({"example.com:fields/entry00001": f"v{i}"}).encode(),
                      headers={"If-Match": etag})
        house.eve.wait_idle(120)
        for method, path, _ in routes(house):
            if method != "GET" or path.endswith("/events") or "/export" in path:
                continue
            for card in (cards[0], cards[-1]):
                for more in ("", "?limit=200", "?q=word&limit=200"):
                    house.ask(f"GET {path}{more}", "GET", re.sub(r"\{\w+\}", card, path) + more)
        for form in ("vcard3", "vcard4", "jscontact", "csv", "zip"):
            status, _, _ = house.ask(f"export as {form}", "GET", f"/api/v1/export?format={form}", most_s=None)
            assert status == 200, (form, status)
            house.look_at_memory()
        status, done, _ = house.ask("a tag for all", "POST", "/api/v1/cards/bulk",
                                   json.dumps({"action": "tag", "tag": "t", "query": {}}).encode(), most_s=None)
        assert status == 200 and done["changed"] == len(cards), (status, done)
        rows = house.ask("a list of large cards", "GET", "/api/v1/cards?limit=200")[1]["items"]
        assert len(rows) == len(cards) and all(row["partial"] and row["name"] for row in rows), rows[:1]
        walk(house, "pairs of large cards", "/api/v1/duplicates?limit=100")
        walk(house, "pairs of one large card", f"/api/v1/cards/{cards[0]}/duplicates?limit=100")
        versions = walk(house, "history of a large card", f"/api/v1/cards/{cards[-1]}/history?limit=200")
        assert len(versions) >= 6, versions
        house.ask(MERGE, "POST", "/api/v1/merge", json.dumps({"ids": cards[:2]}).encode())
        house.ask("all that is certain", "POST", "/api/v1/duplicates/merge-all", b'{"certainty":"certain"}')
        house.ask("undo of an edit of all", "POST", "/api/v1/undo", json.dumps({"batch": done["batch"]}).encode())
        house.eve.wait_idle(180)


def every_kind_of_worker_gets_large_cards():
    """The same, from a file, twice, the second time changed: import, merge, enrichment, comparison, search documents; then undone."""
    with House() as house:
        house.probe.what = "large cards in the workers"
        for round_ in range(2):
            path = house.kith.data / "large.json"
            path.write_text(json.dumps([wide(i) for i in range(4)] + [vendor(f"{i}{round_}"[:1], 4000 - round_) for i in range(4, 8)]))
            it = house.eve.import_file(path, seconds=180)
            assert it["state"] == "done", it
            house.eve.wait_idle(180)
            house.look_at_memory()
        assert house.ask("undo of the import", "POST", f"/api/v1/imports/{it['id']}/undo", b"{}")[0] == 202
        house.eve.wait_import(it["id"], ("undone",), 180)
        house.eve.wait_idle(180)
        text = house.kith.client().get("/metrics")[1]
        text = text.decode() if isinstance(text, bytes) else text
        dearest = float(re.search(r"^kith_agent_save_cpu_seconds_max (\S+)$", text, re.M).group(1))
        print(f"        the agent's dearest transaction: {1000 * dearest:.0f} ms of CPU time")
        assert 0 < dearest < SAVE_CPU_S, dearest


if __name__ == "__main__":
    main([every_route_gets_every_body, every_route_is_read_with_large_cards, every_kind_of_worker_gets_large_cards])
