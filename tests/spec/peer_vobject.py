"""Values that python3-vobject reads from the vCards of a file, as JSON: [[[name, text], ...] for each card]; null: it gave up there.

Run by the system's Python, where Debian's package is; for vcard_peers.py."""
import json
import re
import sys

import vobject


def texts(line):
    value = line.value
    if hasattr(value, "__dict__"):                       # Name, Address
        for part in vars(value).values():
            yield from part if isinstance(part, list) else [part]
    elif isinstance(value, list):                        # ORG, CATEGORIES
        yield from value
    else:
        yield value


def read(text):
    try:
        card = vobject.readOne(text, allowQP=True)
    except Exception:                                    # of a broken card: any that its parser happens to raise
        return None
    return [(line.name, one) for line in card.lines() for one in texts(line) if isinstance(one, str) and one.strip()]


data = open(sys.argv[1], "rb").read().decode("utf-8-sig", "replace")
print(json.dumps([read(card) for card in re.findall(r"(?ims)^BEGIN:VCARD.*?^END:VCARD[ \t\r]*$", data)]))
