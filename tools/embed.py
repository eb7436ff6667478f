#!/usr/bin/env python3
"""tools/embed.py OUT.c NAME FILE... - text files as a constant C table: struct embedded NAME[], NAME_n (src/store/embedded.h)."""
import pathlib
import sys

out, name, files = sys.argv[1], sys.argv[2], sorted(sys.argv[3:])


def literal(text):
    lines = text.replace('\\', '\\\\').replace('"', '\\"').replace('??', '?\\?').splitlines()
    return '\n'.join(f'        "{line}\\n"' for line in lines)


rows = [f'    {{ "{pathlib.Path(f).name}",\n{literal(pathlib.Path(f).read_text())} }},' for f in files]
pathlib.Path(out).write_text(f'#include "store/embedded.h"\n\nconst struct embedded {name}[] = {{\n' + '\n'.join(rows) +
                             f'\n}};\nconst size_t {name}_n = {len(files)};\n')
