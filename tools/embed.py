#!/usr/bin/env python3
"""tools/embed.py OUT.c NAME FILE... - text files as a constant C table: struct embedded NAME[], NAME_n (src/store/installation/embedded.h)."""
import pathlib
import re
import sys

out, name, files = sys.argv[1], sys.argv[2], sorted(sys.argv[3:], key=lambda f: pathlib.Path(f).name)


def literal(text):
    lines = text.replace('\\', '\\\\').replace('"', '\\"').replace('??', '?\\?').splitlines()
    return '\n'.join(f'        "{line}\\n"' for line in lines)


def directive(text, word):
    """What stands behind `-- word:` on a line of its own; at most one in a file."""
    found = re.findall(rf'^-- {word}: (.*)$', text, re.M)
    assert len(found) < 2, f'two lines {word}'
    return ('"' + found[0].replace('\\', '\\\\').replace('"', '\\"') + '"') if found else '0'


def row(path):
    text = path.read_text()
    return f'    {{ "{path.name}",\n{literal(text)}, {directive(text, "backfill")}, {directive(text, "index")} }},'


rows = [row(pathlib.Path(f)) for f in files]
pathlib.Path(out).write_text(f'#include "store/installation/embedded.h"\n\nconst struct embedded {name}[] = {{\n' + '\n'.join(rows) +
                             f'\n}};\nconst size_t {name}_n = {len(files)};\n')
