#!/usr/bin/env python3
"""`kith surge`, small: a launch day of a few seconds, with and without kills; a contact that is taken away is missed; the report is a page."""
import json
import os
import sqlite3
import subprocess
import xml.etree.ElementTree as xml
from html.parser import HTMLParser

import postgres
from kithtest import BINARY, SLOW, Kith, main

VOID = {"meta", "link", "br", "hr", "img", "input"}


def surge(kith, *flags, minutes=0.07, scale=0.3, url=None):
    """(exit code, the JSON report, what was printed)"""
    out = kith.data / "surge.json"
    run = subprocess.run([BINARY, "surge", "--minutes", str(minutes), "--scale", str(scale), "--idle", "0", "--quiet", "--json", str(out),
                          *([] if "--pid" in flags else ["--pid", str(kith.process.pid)]), *map(str, flags), url or f"http://127.0.0.1:{kith.port}"],
                         capture_output=True, text=True, timeout=240 * SLOW)
    return run.returncode, json.loads(out.read_text()) if out.exists() else None, run.stdout + run.stderr


class Page(HTMLParser):
    """Every tag is closed in its turn; the charts are XML; their values are JSON of one length."""

    def __init__(self, text):
        super().__init__()
        self.open, self.charts, self.inside = [], 0, None
        self.points = None
        self.feed(text)
        self.close()
        assert not self.open, self.open
        for svg in text.split("<svg")[1:]:
            xml.fromstring("<svg" + svg.split("</svg>")[0] + "</svg>")
            self.charts += 1

    def handle_starttag(self, tag, attributes):
        names = dict(attributes)
        assert "href" not in names and "src" not in names, f"{tag} loads something"
        self.inside = names.get("type") if tag == "script" else None
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open[-5:])
        self.open.pop()

    def handle_data(self, data):
        if self.inside == "application/json" and self.open[-1] == "script":
            values = json.loads(data)
            lengths = {len(v) for v in values} if isinstance(values, list) else {len(values["t"])}
            assert len(lengths) == 1, lengths
            self.points = self.points or lengths
            assert self.points == lengths


def everything_arrived(report, text):
    assert report["errors"] == 0, text
    assert report["sent"] > 500 and report["imported"] == report["processed"] == report["sent"], text
    assert report["checked"] == report["found"] >= report["sent"], text
    assert report["lost"] == report["doubled"] == report["astray"] == report["unread"] == 0, text
    assert report["finished_s"] > 0, text


def a_small_day_is_played_and_reported():
    with Kith() as kith:
        page = kith.data / "surge.html"
        code, report, text = surge(kith, "--report", page, "--seed", 5)
        assert code in (0, 3), text             # on a busy machine a goal of speed may be missed
        everything_arrived(report, text)
        assert report["again"] == 0, text
        assert sum(report["deeds"][d]["done"] for d in ("visit", "sign-up", "read", "search")) > 30, report["deeds"]
        assert report["deeds"]["sign-up"]["began"] == report["signups"], report["deeds"]
        assert report["deeds"]["visit"]["p99_us"] > 0 and report["cpu_s"] > 0 and report["own_cpu_s"] < report["cpu_s"], report
        assert [g for g in report["goals"] if g["name"] == "contacts lost" and g["reached"] == "yes"], report["goals"]
        shown = Page(page.read_text())
        assert shown.charts >= 10, shown.charts


def processes_are_killed_and_nothing_is_lost():
    with Kith() as kith:
        code, report, text = surge(kith, "--chaos", "worker,agent,http", "--every", 0.4, "--seed", 6)
        assert code in (0, 3), text
        everything_arrived(report, text)
        assert sum(report["kills"].values()) >= 4, report["kills"]
        assert kith.process.poll() is None, "the master died"
        print(f"        killed {report['kills']}, {report['again']} requests sent again, {report['sent']} contacts, 0 lost")


def the_database_is_killed_and_nothing_is_lost():
    if os.environ.get("KITH_TEST_DB") != "postgres":
        return print("        (SQLite is nobody's process)")
    # not the suite's own server: that one may forget what it has said, for speed
    with postgres.Postgres(durable=True) as server, Kith(env={"KITH_DB": server.database()}) as kith:
        children = f"/proc/{server.process.pid}/task/{server.process.pid}/children"
        crash = f"kill -9 $(tr ' ' '\\n' < {children} | grep . | tail -1)"     # all are cut off, and it recovers from its log
        code, report, text = surge(kith, "--chaos", "db", "--every", 2, "--db-restart", crash, "--seed", 7)
        assert code in (0, 3), text
        everything_arrived(report, text)
        assert report["kills"]["db"] >= 1, report["kills"]
        print(f"        {report['kills']}, {report['again']} requests sent again, {report['sent']} contacts, 0 lost")


def a_contact_that_is_taken_away_is_missed():
    with Kith() as kith:
        if not (kith.data / "kith.db").exists():
            return print("        (not SQLite: nobody to take one away)")
        db = sqlite3.connect(kith.data / "kith.db", timeout=10)
        db.execute("create trigger thief after insert on cards when new.seq = 40 begin"
                   " update cards set state = 1, deleted_ms = 1 where account_id = new.account_id and id = new.id; end")
        db.commit()
        db.close()
        code, report, text = surge(kith, minutes=0.03, scale=0.3)
        assert code == 3, text
        assert report["lost"] > 0 and not report["good"], text
        assert [g for g in report["goals"] if g["name"] == "contacts lost" and g["reached"] == "no"], report["goals"]


def it_stays_on_this_machine():
    with Kith() as kith:
        for url, word in (("http://192.0.2.1:8080", "--i-own-this-server"), ("https://127.0.0.1", "proxy"), ("127.0.0.1:80", "http://"),
                          (f"http://127.0.0.1:{kith.port}/api", "path")):
            code, _, text = surge(kith, url=url)
            assert code == 1 and word in text, (url, code, text)
        code, _, text = surge(kith, "--chaos", "agent", "--pid", 2 ** 22 - 1)
        assert code == 1 and "--pid" in text, text
        code, _, text = surge(kith, "--profile", "nothing")
        assert code == 2, text


if __name__ == "__main__":
    main([a_small_day_is_played_and_reported, processes_are_killed_and_nothing_is_lost, the_database_is_killed_and_nothing_is_lost,
          a_contact_that_is_taken_away_is_missed, it_stays_on_this_machine])
