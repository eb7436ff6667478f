#!/usr/bin/env python3
"""tools/charset_tables.py OUT.c - the code pages as constant C tables (src/contact/charset/charset_tables.h), as Python's codecs have them."""
import sys

ONE_BYTE = {  # enum charset: Python's codec
    **{f'WINDOWS_{n}': f'cp{n}' for n in (874, *range(1250, 1259))},
    **{f'ISO_8859_{n}': f'iso8859_{n}' for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    'ISO_8859_1': 'cp1252', 'ISO_8859_9': 'cp1254',  # what is called so is often the Windows page, which has more
    'KOI8_R': 'koi8_r', 'KOI8_U': 'koi8_u', 'IBM_437': 'cp437', 'IBM_850': 'cp850', 'IBM_852': 'cp852', 'IBM_866': 'cp866',
    'MACINTOSH': 'mac_roman', 'MAC_CENTRAL_EUROPE': 'mac_latin2', 'MAC_CYRILLIC': 'mac_cyrillic', 'MAC_GREEK': 'mac_greek',
    'MAC_TURKISH': 'mac_turkish',
}


def code(codec, *octets):
    """The code point of a character, 0 when there is none, or none of 16 bits or for all to use."""
    try:
        text = bytes(octets).decode(codec)
    except UnicodeDecodeError:
        return 0
    return ord(text) if len(text) == 1 and ord(text) < 0x10000 and not 0xe000 <= ord(text) < 0xf900 else 0


def big5(lead, trail):
    return code('cp950', lead, trail) or code('big5hkscs', lead, trail)


def array(values):
    values = list(values)
    return '\n'.join('    ' + ' '.join(f'{v},' for v in values[i:i + 20]) for i in range(0, len(values), 20))


def two_bytes(leads, trails, codec):
    decode = codec if callable(codec) else lambda lead, trail: code(codec, lead, trail)
    return [decode(lead, trail) for lead in leads for trail in trails]


def four_bytes():
    """Where GB18030's pointers of four bytes leave the step of one code point a pointer: {pointer, code point}."""
    step = None
    for p in range(39420):
        octets = (0x81 + p // 12600, 0x30 + p // 1260 % 10, 0x81 + p // 10 % 126, 0x30 + p % 10)
        c = ord(bytes(octets).decode('gb18030'))
        if c - p != step:
            step = c - p
            yield p, c


def tables():
    upper = '\n'.join(f'    [CHARSET_{name}] = {{\n{array(code(codec, b) for b in range(0x80, 0x100))}\n    }},'
                      for name, codec in ONE_BYTE.items())
    yield f'const uint16_t charset_upper[CHARSET_UNKNOWN][128] = {{\n{upper}\n}};'
    low, latin = [*range(0x40, 0x7f)], range(0xa1, 0xff)
    sjis_leads = [*range(0x81, 0xa0), *range(0xe0, 0xfd)]
    for name, values in (
            ('gbk', two_bytes(range(0x81, 0xff), low + [*range(0x80, 0xff)], 'gb18030')),
            ('big5', two_bytes(range(0x81, 0xff), low + [*latin], big5)),
            ('euc_kr', two_bytes(range(0x81, 0xff), range(0x41, 0xff), 'cp949')),
            ('jis0208', two_bytes(sjis_leads, low + [*range(0x80, 0xfd)], 'cp932')),
            ('jis0212', two_bytes(latin, latin, lambda lead, trail: code('euc_jp', 0x8f, lead, trail)))):
        yield f'const uint16_t charset_{name}[{len(values)}] = {{\n{array(values)}\n}};'
    ranges = list(four_bytes())
    rows = ' '.join(f'{{ {p}, {c} }},' for p, c in ranges)
    yield f'const struct charset_range charset_gb18030[] = {{ {rows} }};\nconst size_t charset_gb18030_n = {len(ranges)};'


with open(sys.argv[1], 'w', encoding='ascii') as out:
    out.write('/* The code pages; made by tools/charset_tables.py. */\n#include "contact/charset/charset_tables.h"\n\n' + '\n\n'.join(tables()) + '\n')
