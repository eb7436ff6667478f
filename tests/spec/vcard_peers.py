"""Nothing that a peer reads from a vCard is lost on us: what python3-vobject finds in our samples (and in files of strangers, where
they are) stands in the card, not only among what is kept without being understood."""
import json
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import kithtest
from kithtest import BINARY, ROOT, SHARED

PYTHON = "/usr/bin/python3"                              # Debian's packages are there, not in a Python of one's own
# what a person looks for; of the others (REV, PRODID, X-...) vobject knows as little as anybody
PROPERTIES = {"FN", "N", "NICKNAME", "EMAIL", "TEL", "ADR", "ORG", "TITLE", "ROLE", "NOTE", "URL", "CATEGORIES"}


def plain(text):
    """Letters and digits alone: blanks, separators and escapes are each reader's own."""
    return re.sub(r"[\W_]+", "", text, flags=re.UNICODE).casefold()


def meant(name, text):
    """Of "mailto:ann@x.org" and "Ann <ann@x.org>" the address is what counts."""
    return re.sub(r".*<(.*)>$|^mailto:", r"\1", text, flags=re.I | re.S) if name == "EMAIL" else text


def ours(path):
    done = subprocess.run([BINARY, "convert", "--to", "jscontact"], stdin=open(path, "rb"), capture_output=True, timeout=60)
    cards = json.loads(done.stdout or b"[]")
    return cards if isinstance(cards, list) else [cards]


def words(value):
    if isinstance(value, dict):
        return "\n".join(words(v) if k != "vCardProps" else "" for k, v in value.items()) + "\n" + "\n".join(value)
    if isinstance(value, list):
        return "\n".join(map(words, value))
    return str(value)


def compared(path):
    done = subprocess.run([PYTHON, str(pathlib.Path(__file__).parent / "peer_vobject.py"), str(path)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    theirs, cards = json.loads(done.stdout), ours(path)
    if len(theirs) != len(cards):                        # nested or broken cards: compared as one heap of words
        theirs, cards = [sum((t for t in theirs if t), [])], [cards]
    for read, card in zip(theirs, cards):
        heap = plain(words(card))
        for name, text in read or []:
            if name in PROPERTIES and "\ufffd" not in text:    # bytes whose charset it does not know
                yield name, text, plain(meant(name, text)) in heap


def samples():
    yield from sorted((ROOT / "tests/data/formats").glob("*.vcf"))
    yield from sorted((ROOT / "tests/data/vcards").rglob("*.vcf"))
    yield from sorted((SHARED / "cases").glob("*.vcf"))
    yield from sorted((SHARED / "data/vcards").rglob("*.vcf"))


def what_vobject_reads_we_read():
    if subprocess.run([PYTHON, "-c", "import vobject"], capture_output=True).returncode:
        print("skipped: python3-vobject is not installed")
        return
    values = [(path.name, name, text, there) for path in samples() for name, text, there in compared(path)]
    missing = [v[:3] for v in values if not v[3]]
    assert not missing, "\n".join(map(str, missing))
    assert len(values) > 200, "the peer read next to nothing"
    print(f"{len(values)} values of {len(list(samples()))} files that vobject reads: all are in our cards")


if __name__ == "__main__":
    kithtest.main([what_vobject_reads_we_read])
