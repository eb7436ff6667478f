#!/usr/bin/env python3
"""docs/formats.md: which program's files are read, what of them, what is lost on the way out, as the program does it now.

    tests/spec/formats.py            the page is what `kith convert` does with tests/data/formats/
    tests/spec/formats.py --write    writes the page

A value counts as read when its text stands in the card, whatever member it has become.  It is kept aside when that is only in what
the card keeps for its format (vCardProps, vCardParams, columns of a CSV without a place); so it comes back in that format."""
import base64
import csv
import html.parser
import io
import json
import pathlib
import quopri
import re
import subprocess
import sys
import xml.etree.ElementTree as tree
import zipfile

from kithtest import BINARY, ROOT, Kith, main

SAMPLES = ROOT / "tests" / "data" / "formats"
PAGE = ROOT / "docs" / "formats.md"

PHONES = """
vCard and jCard say in `JSPROP` lines (RFC 9555) what they have no property for; phones and other programs pass over those. JSContact is
the card itself. The other lines are in the words that phones know: Apple's labels, `X-ABRELATEDNAMES`, `X-ABDATE`, 1604 for "no year",
one `TYPE=PREF`, five parts of `N` and seven of `ADR` in 3.0; `RELATED`, `ANNIVERSARY`, `PREF` in 4.0. What they do not say, held by
`u_vcard_trip` (a program may know fewer properties than there are):

| property | vCard 3.0 | vCard 4.0 |
|---|---|---|"""

# sample, program, what people choose there
PROGRAMS = [
    ("google.vcf", "Google Contacts", "vCard; also All Contacts.vcf of a Takeout .zip"),
    ("apple.vcf", "Apple Contacts, iCloud, iPhone", "vCard"),
    ("outlook.vcf", "Outlook", "vCard"),
    ("android.vcf", "Android", "vCard"),
    ("samsung.vcf", "Samsung", "vCard"),
    ("nokia.vcf", "Nokia", "vCard"),
    ("thunderbird.vcf", "Thunderbird", "vCard"),
    ("evolution.vcf", "Evolution", "vCard"),
    ("kaddressbook.vcf", "KAddressBook", "vCard"),
    ("nextcloud.vcf", "Nextcloud", "vCard"),
    ("fastmail.vcf", "Fastmail", "vCard"),
    ("proton.vcf", "Proton", "vCard"),
    ("google.csv", "Google Contacts", "CSV"),
    ("google-old.csv", "Google Contacts", "CSV until 2023"),
    ("outlook.csv", "Outlook", "CSV, English"),
    ("outlook-de.csv", "Outlook", "CSV, German"),
    ("thunderbird.csv", "Thunderbird", "CSV"),
    ("linkedin.csv", "LinkedIn", "Connections.csv"),
    ("yahoo.csv", "Yahoo", "CSV"),
    ("icloud.csv", "Apple, iCloud", "CSV of export helpers"),
    ("proton.csv", "Proton", "CSV"),
    ("zoho.csv", "Zoho", "CSV"),
    ("hubspot.csv", "HubSpot", "CSV"),
    ("salesforce.csv", "Salesforce", "CSV of a report"),
    ("samsung.csv", "Samsung", "CSV"),
    ("thunderbird.ldif", "Thunderbird", "LDIF"),
    ("evolution.ldif", "Evolution", "LDIF"),
    ("directory.ldif", "directory servers (OpenLDAP ...)", "LDIF of ldapsearch"),
    ("card.jcard.json", "any", "jCard (RFC 7095)"),
    ("cards.xcard.xml", "any", "xCard (RFC 6351)"),
    ("team.hcard.html", "web pages", "hCard"),
    ("author.hcard.html", "web pages", "h-card (microformats2)"),
    ("monica.json", "Monica", "JSON export"),
    ("telegram.json", "Telegram Desktop", "result.json with Contacts"),
    ("jscontact.json", "any", "JSContact (RFC 9553)"),
]
OUT = ["vcard3", "vcard4", "jcard", "csv"]

HEAD = """# Files we read and write

<!-- made by `tests/spec/formats.py --write`; the test of that name fails when this page is not what the program does -->

The kind of a file is seen by its content, never by its name, at an upload, in `kith import` and in `kith convert`; a .zip of such
files is read too. The tables below are made by the program itself from a sample of each (`tests/data/formats/`).

- **read**: the members of a card (JSContact) that hold what the sample says.
- **kept aside**: no member stands for it. It stays with the card, by the name it had, and goes back into files of the same kind.
- **only in the original**: it is in no card. The file's own text of each contact is kept, byte for byte, and can be had
  (`GET /api/v1/cards/{id}/original`, `kith convert --keep`).

## What comes in
"""

REFUSED = """
## What is refused, by its name

A file that holds no contacts is named and answered with what to do instead: calendars (.ics), mails and mailboxes, PDF, Word, Excel,
PowerPoint and OpenDocument files, Outlook's .msg and .pst, RTF, web pages without marked contacts, pictures, recordings, packed files
other than .zip, databases (Android's contacts2.db, Apple's and iPhone's address books, other SQLite), Apple's .abbu, .contactgroup and
property lists, Windows .contact and .wab, Thunderbird's old .mab, apps and programs, e-books, keys, chats of WhatsApp and Telegram, JSON and XML of
other kinds, plain prose. WhatsApp has no contacts of its own: they are those of the phone. Telegram's HTML export is refused
too: its JSON has the same. Changes in LDIF (`changetype: modify`) are refused entry by entry.

Never read: other files that a file names (`:<` of LDIF, entities and DTDs of XML, addresses of pictures), archives in archives.

## What goes out

Each format says what it has words for. A sample's cards are written and read again; this is what did not come back:
"""


def convert(data, *args):
    done = subprocess.run([BINARY, "convert", *args], input=data, capture_output=True, timeout=60)
    assert done.returncode == 0, (args, done.stderr.decode(errors="replace")[-1000:])
    return done.stdout


def cards(data, *args):
    return json.loads(convert(data, "--to", "jscontact", *args))


# ---- what a sample says: pairs of a name and a text ----

def said_by_vcard(text):
    for line in re.sub(r"=\r?\n", "", re.sub(r"\r?\n[ \t]", "", text)).splitlines():
        head, _, value = line.partition(":")
        name = re.split(r"[.;]", head)
        name = (name[1] if re.match(r"(?i)item\d+\.", head) else name[0]).upper()
        if name in ("BEGIN", "END", "VERSION", "X-ABLABEL") or not value:
            continue
        if "QUOTED-PRINTABLE" in head.upper():
            value = quopri.decodestring(value.encode()).decode("utf-8", "replace")
        if "OMIT-YEAR" in head:
            value = value[5:]
        if name == "X-ANDROID-CUSTOM":
            name, value = (name + " " + value.split(";")[0].split("/")[-1], value.split(";")[1])
        yield name, value


def said_by_csv(text):
    rows = [r for r in csv.reader(io.StringIO(text)) if any(r)]
    at = next(i for i, r in enumerate(rows) if len(r) > 2)
    for name, value in zip(rows[at], rows[at + 1]):
        yield name, value


def said_by_ldif(text):
    for line in re.sub(r"\n ", "", text).splitlines():
        name, _, value = line.partition(":")
        if not value or line.startswith("#") or name in ("version", "changetype"):
            continue
        if value.startswith(":") and "photo" not in name.lower():
            value = base64.b64decode(value[1:]).decode()
        yield name, value.strip(": ")


def said_by_json(value, name=""):
    if isinstance(value, dict) and "type" in value and "values" in value: # Monica's lists say what they hold
        yield from said_by_json(value["values"], name + "." + value["type"])
    elif isinstance(value, dict):
        for k, v in value.items():
            yield from said_by_json(v, (name + "." + k) if not re.fullmatch(r"[a-z]\d", k) else name)
    elif isinstance(value, list):
        for v in value:
            yield from said_by_json(v, name)
    elif not isinstance(value, bool):
        yield name.lstrip("."), str(value)


def said_by_jcard(card):
    for prop in card[0][1]:
        yield prop[0], " ".join(v for _, v in said_by_json(prop[3:]))
        for key, value in prop[1].items():
            if key not in ("type", "pref"):
                yield prop[0] + ";" + key, str(value)


def said_by_xcard(text):
    for card in tree.fromstring(text):
        for prop in card:
            for p in prop if prop.tag.endswith("group") else [prop]:
                yield p.tag.split("}")[-1], " ".join(t.strip() for e in p for t in e.itertext() if not e.tag.endswith("parameters")) or p.text or ""


class Page(html.parser.HTMLParser):
    """Texts and addresses of elements with a class, by that class."""
    def __init__(self):
        super().__init__()
        self.stack, self.said = [], []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name = attrs.get("class", "") or (self.stack[-1] if self.stack else "")
        for key in ("src", "href", "title", "datetime"):
            if attrs.get(key) and attrs.get("class") and not attrs[key].startswith("/"):
                self.said.append((name.split()[0], re.sub(r"^mailto:|^tel:|\\?.*", "", attrs[key]) if key == "href" and ":" in attrs[key]
                                  and "//" not in attrs[key] else attrs[key]))
        if tag not in ("img", "br", "meta"):
            self.stack.append("" if tag == "a" and re.search("email|tel", name) else name)

    def handle_endtag(self, tag):
        self.stack.pop()

    def handle_data(self, data):
        name = self.stack[-1].split()[0] if self.stack and self.stack[-1] else ""
        if name and data.strip(" \n,:()"):
            self.said.append((name, data.strip(" \n,:()")))


def said_by_page(text):
    page = Page()
    page.feed(text)
    for name, value in page.said:
        if name not in ("vcard", "h-entry", "h-card", "type", "tel", "geo", "adr", "p-author"):
            yield name, value


def said_by(name, text):
    if name.endswith(".vcf"):
        return said_by_vcard(text)
    if name.endswith(".csv"):
        return said_by_csv(text)
    if name.endswith(".ldif"):
        return said_by_ldif(text)
    if name.endswith(".jcard.json"):
        return said_by_jcard(json.loads(text))
    if name.endswith(".xml"):
        return said_by_xcard(text)
    if name.endswith(".html"):
        return said_by_page(text)
    data = json.loads(text)
    if name == "monica.json":
        data = next(d for d in data["account"]["data"] if d["type"] == "contact")["values"]
    if name == "telegram.json":
        data = data["contacts"]["list"]
    return said_by_json(data)


# ---- what became of it ----

KEPT = ("vCardProps", "vCardParams", "kith.example:csv", "vCardName")
# what a program notes for itself, not of a person
OF_THE_PROGRAM = re.compile(r"(?i)objectclass|dn$|.*(created_at|updated_at|\.uuid|avatar_source|properties\.type)$")


def words(text):
    """Letters and digits of any script, in small letters; of dates the year, month and day, however they are written."""
    text = re.sub(r"T00:?00:?00Z?$", "", text.strip()).replace("\\n", " ").replace("_", " ")
    text = re.sub(r"(?<!\d)(\d{4})(\d\d)(\d\d)(?=T|\b)", r"\1 \2 \3", text)
    text = re.sub(r"(?<!\d)(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z", r"\1 \2 \3 \4 \5 \6", text)
    text = re.sub(r"--(\d\d)(\d\d)\b", r" \1 \2", text)
    text = re.sub(r"(?<=\d)T(\d\d):?(\d\d):?(\d\d)Z", r" \1 \2 \3 ", text)
    return [w.lstrip("0") or "0" for w in re.findall(r"\w+", text.lower())]


def members(card, path=()):
    """Every text of a card with the member it is in."""
    for key, value in card.items() if isinstance(card, dict) else enumerate(card):
        here = path + (str(key),)
        yield here, str(key)
        if isinstance(value, (dict, list)):
            yield from members(value, here)
        else:
            yield here, str(value)


def where(card_list):
    """word -> set of the top members it stands in; what is kept aside is '~'."""
    at = {}
    for card in card_list:
        for path, text in members(card):
            top = "~" if any(p in KEPT for p in path) or ":" in path[0] else path[0]
            for w in words(text):
                at.setdefault(w, set()).add(top)
    return at


def look(name):
    data = (SAMPLES / name).read_bytes()
    at, read, aside, lost = where(cards(data)), [], [], []
    for what, value in said_by(name, data.decode("utf-8-sig")):
        parts = words(value)
        if not parts or OF_THE_PROGRAM.match(what):
            continue
        if len(value) > 60 and any(k in what.upper() for k in ("PHOTO", "PICTURE")):
            hits = [at.get("image")]
        else:
            hits = [at.get(w, set()) for w in parts]
        if not all(hits):
            lost.append(what)
        elif any(h == {"~"} for h in hits):
            aside.append(what)
        else:
            read.append(what)
    tops = {t for c in cards(data) for t in c if t not in ("@type", "version", "uid") and t not in KEPT}
    return sorted(tops), unique(aside, read), unique(lost, read)


def unique(names, but):
    seen = []
    for n in names:
        if n not in seen and n not in but:
            seen.append(n)
    return seen


# ---- what goes out and comes back ----

def leaves(card, path=""):
    if isinstance(card, dict) and card:
        for key, value in card.items():
            id_or_key = "*" if re.fullmatch(r"[a-z]+\d+|urn:.*", key) else key
            yield from leaves(value, path + "/" + id_or_key)
    elif isinstance(card, list):
        for value in card:
            yield from leaves(value, path)
    else:
        yield path[1:], json.dumps(card, sort_keys=True).lower()


def kind_of(path):
    """A member as people say it: two levels, without ids."""
    parts = [p for p in path.split("/") if p != "*"]
    return "/".join(parts[:2])


def lost_in(form):
    gone = {}
    for name, _, _ in PROGRAMS:
        before = cards((SAMPLES / name).read_bytes())
        after = cards(convert(json.dumps(before).encode(), "--to", form))
        for x, y in zip(before, after):
            here = list(leaves(y))
            for path, value in leaves(x):
                if (path, value) in here:
                    here.remove((path, value))
                else:
                    gone.setdefault(kind_of(path), set()).add(name)
    return gone


# ---- the page ----

def joined(names):
    return ", ".join("`%s`" % n.replace("|", "\\|") for n in names) if names else ""


def page():
    out = [HEAD]
    out.append("| program | file | read | kept aside | only in the original |\n|---|---|---|---|---|")
    for name, program, kind in PROGRAMS:
        tops, aside, lost = look(name)
        out.append("| %s | %s ([sample](../tests/data/formats/%s)) | %s | %s | %s |" % (program, kind, name, ", ".join(tops), joined(aside), joined(lost)))
    out.append(REFUSED)
    out.append("| format | what does not come back |\n|---|---|")
    for form in OUT:
        gone = sorted(lost_in(form))
        out.append("| %s | %s |" % (form, joined(gone) if gone else "nothing"))
    out.append(PHONES)
    out.extend(passed_over())
    return "\n".join(out) + "\n"


def passed_over():
    """The rows of tests/unit/u_vcard_trip; of a binary that stands alone those that the page has."""
    unit = pathlib.Path(BINARY).parent / "tests" / "unit" / "u_vcard_trip"
    if not unit.exists():
        return PAGE.read_text().split(PHONES + "\n")[1].splitlines()
    said = subprocess.run([unit], capture_output=True, text=True, timeout=60).stdout
    return [line for line in said.splitlines() if line.startswith("| ")]


def the_page_is_what_the_program_does():
    assert {n for n, _, _ in PROGRAMS} == {p.name for p in SAMPLES.iterdir()}, "a sample without a row, or a row without a sample"
    assert page() == PAGE.read_text(), "docs/formats.md is not what the program does: tests/spec/formats.py --write, then read what changed"


FORMATS = {"vcf": "vcard", "csv": "csv", "ldif": "ldif", "xml": "xcard", "html": "hcard"}


def format_of(name):
    return {"monica.json": "monica", "telegram.json": "telegram", "jscontact.json": "jscontact",
            "card.jcard.json": "jcard"}.get(name) or FORMATS[name.rsplit(".", 1)[1]]


def each_of_them_comes_through_a_worker():
    """In its cage, that is: the libraries that read marked up text make no call it forbids."""
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        for name, _, _ in PROGRAMS:
            data = (SAMPLES / name).read_bytes()
            it = ann.wait_import(ann.post("/api/v1/imports?filename=" + name, data)[1]["id"], ("ready", "failed"))
            assert (it["state"], it["format"]) == ("ready", format_of(name)) and it["good"] == it["cards"] >= 1, (name, it)
            if format_of(name) not in ("vcard", "csv", "jscontact"):
                ann.post(f"/api/v1/imports/{it['id']}/commit", {"mode": "both", "source_name": name})
                done = ann.wait_import(it["id"], ("done", "failed"))
                assert done["state"] == "done" and done["created"] == it["cards"], (name, done)
        ann.wait_idle()
        kept = [o for c in ann.get("/api/v1/cards")[1]["items"] for o in ann.get(f"/api/v1/cards/{c['id']}/original")[1]]
        assert {o["format"] for o in kept} == {"ldif", "jcard", "xcard", "hcard", "monica", "telegram"}, [o["format"] for o in kept]
        names = zipfile.ZipFile(io.BytesIO(ann.get("/api/v1/export?format=zip")[1])).namelist()
        assert {n.rsplit(".", 1)[1] for n in names if n.startswith("originals/")} == {"ldif", "json", "xml", "html"}, names
        for o in kept:
            assert any(o["text"] in p.read_bytes().decode() for p in SAMPLES.iterdir()), "the original is not what stood in the file"


OTHERS = [(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Eva\r\nEND:VEVENT\r\n", "a calendar"), (b"%PDF-1.7\n1 0 obj", "a PDF"),
          (b"From: Eva <eva@x.example>\nTo: Bob\nSubject: hi\nDate: today\n\nhello", "a mail"), (b"<!doctype html><p>hi", "a web page"),
          (b"\x89PNG\r\n\x1a\n\0", "a picture"), (b"SQLite format 3\0", "a database"), (b'{"name":"left-pad"}', "JSON of another kind")]


def what_is_no_file_of_contacts_is_named():
    for data, what in OTHERS:
        done = subprocess.run([BINARY, "convert", "--to", "vcard4"], input=data, capture_output=True, timeout=60)
        said = done.stderr.decode()
        assert done.returncode == 1 and not done.stdout and "this is " + what in said and ": " in said.split("not contacts")[1], (what, said)
    with Kith() as kith:
        ann = kith.sign_up("ann@example.com")
        for data, what in OTHERS:
            it = ann.wait_import(ann.post("/api/v1/imports?filename=contacts.vcf", data)[1]["id"], ("ready", "failed"))
            assert it["state"] == "failed" and it["error"].startswith("this is " + what), (what, it)


if __name__ == "__main__":
    if "--write" in sys.argv:
        PAGE.write_text(page())
    else:
        main([the_page_is_what_the_program_does, each_of_them_comes_through_a_worker, what_is_no_file_of_contacts_is_named])
