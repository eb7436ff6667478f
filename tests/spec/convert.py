"""`kith convert`: what goes in comes out, in every format, and what cannot be read is said."""
import csv
import io
import json
import subprocess

from kithtest import BINARY, SHARED


def convert(data, *args, code=0):
    done = subprocess.run([BINARY, "convert", *args], input=data, capture_output=True, timeout=60)
    assert done.returncode == code, (args, done.returncode, done.stderr.decode(errors="replace")[-2000:])
    return done.stdout


def problems(data, *args, code=0):
    done = subprocess.run([BINARY, "convert", "--json", *args], input=data, capture_output=True, timeout=60)
    assert done.returncode == code, (args, done.returncode)
    return json.loads(done.stderr)


def cards(data, *args):
    return json.loads(convert(data, *args, "--to", "jscontact"))


VCARD3 = ("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:a-1\r\nN:Müller;Eva;;Dr.;\r\nFN:Dr. Eva Müller\r\nitem1.TEL;TYPE=CELL:+49 171 1234567\r\n"
          "item1.X-ABLabel:Diensthandy\r\nEMAIL;TYPE=WORK,PREF:eva@example.com\r\nX-ODD;X-P=1:kept as\r\n  it is\r\nEND:VCARD\r\n").encode()
VCARD21 = b"BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;Eva\nTEL;WORK;VOICE:030 123\nEND:VCARD\n"
NO_END = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann\r\nBEGIN:VCARD\r\nVERSION:4.0\r\nFN:Bob\r\nEND:VCARD\r\n"
GERMAN = "Vorname;Nachname;E-Mail;Handy;Geburtstag;Schuhgröße\r\nEva;Müller;eva@x.de;0171 1;3.2.1990;39\r\nAnn;=1+1;;;;\r\n"


def originals_are_untouched():
    for data in (VCARD3, VCARD21, NO_END, VCARD3 + VCARD21):
        assert convert(data, "--keep") == data
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"):
        for text in (GERMAN, "\n\n  " + VCARD3.decode() + "not a card\r\n\n" + VCARD3.decode().replace("\r\n", "\r") + "\ntail"):
            data = text.encode(encoding)
            assert convert(data, "--keep") == data, encoding


def a_card_in_its_own_version_stays_as_it_is():
    assert convert(VCARD3, "--to", "vcard3") == VCARD3


def nothing_is_lost_on_the_way_round():
    for data in (VCARD3, VCARD21, NO_END, GERMAN.encode()):
        want = cards(data)
        for version in ("vcard3", "vcard4"):
            assert cards(convert(json.dumps(want).encode(), "--to", version)) == want, (version, want)
        assert cards(json.dumps(want).encode()) == want


def columns_without_a_place_come_back():
    eva = cards(GERMAN.encode())[0]
    assert eva["kith.example:csv"] == {"Schuhgröße": "39"}
    assert eva["anniversaries"]["y1"]["date"] == {"year": 1990, "month": 2, "day": 3}
    again = list(csv.DictReader(io.StringIO(convert(GERMAN.encode(), "--to", "csv").decode())))
    assert again[0]["Schuhgröße"] == "39" and again[0]["Phone 1 - Value"] == "0171 1" and again[0]["Birthday"] == "1990-02-03"
    assert again[1]["Last Name"] == "'=1+1"
    assert cards(convert(GERMAN.encode(), "--to", "csv"))[1]["name"] == cards(GERMAN.encode())[1]["name"]


def any_encoding_is_read():
    want = cards(GERMAN.encode())
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        assert [c["name"] for c in cards(GERMAN.encode(encoding))] == [c["name"] for c in want], encoding
    assert {"kind": "surname", "value": "Müller"} in cards(VCARD21)[0]["name"]["components"]


def broken_cards_are_reported_and_the_rest_is_read():
    data = b'[{"@type":"Card","uid":"1","name":{"full":"Ann"}},\n{"@type":"Card","uid":2},\n{"@type":"Card","uid":"3"}]'
    report = problems(data, "--to", "vcard4", code=1)
    assert report["cards"] == 2 and report["lost"] == 1
    assert report["problems"] == [{"card": 1, "line": 2, "severity": "error", "message": "card: /uid: text expected"}], report
    assert problems(NO_END, "--to", "jscontact")["cards"] == 2


def wrong_use_is_said():
    for args in ((), ("--to", "vcard9"), ("--from", "x", "--to", "csv"), ("--to", "csv", "more")):
        convert(b"", *args, code=2)


def exports_of_real_programs_go_round():
    for path in sorted((SHARED / "data" / "vcards").glob("*.vcf")):
        data = path.read_bytes()
        assert convert(data, "--keep") == data, path.name
        want = cards(data)
        assert cards(convert(data, "--to", "jscontact"), "--from", "jscontact") == want
        for version in ("vcard3", "vcard4"):
            assert cards(convert(json.dumps(want).encode(), "--to", version)) == want, (path.name, version)


if __name__ == "__main__":
    for test in (originals_are_untouched, a_card_in_its_own_version_stays_as_it_is, nothing_is_lost_on_the_way_round,
                 columns_without_a_place_come_back, any_encoding_is_read, broken_cards_are_reported_and_the_rest_is_read,
                 wrong_use_is_said, exports_of_real_programs_go_round):
        test()
        print("ok", test.__name__)
