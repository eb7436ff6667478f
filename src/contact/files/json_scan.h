/* contact/files/json_scan.h - where values of a JSON text begin and end, without reading them: for cutting large files into cards.
 * Only borders count here; what is between them is read by base/json.h, strictly.  Each step is linear in what it passes. */
#pragma once
#include "base/str.h"

struct json_scan {
    struct str text;
    size_t     at;
    uint32_t   line; /* at that place, from 1 */
};

/* To the next byte that is no blank, comma or record separator. */
void json_scan_blanks(struct json_scan *s);
/* Past the value that begins here; false when the text ends inside it. */
bool json_scan_value(struct json_scan *s);
/* At '{': to the value of that member.  False, and nothing moved, when there is none. */
bool json_scan_member(struct json_scan *s, struct str name);
/* At '[': to its first element.  False, and nothing moved, at anything else. */
bool json_scan_list(struct json_scan *s);

/* The next element of a list, or else of values one after the other, that begins with this bracket.  False at the end.
 * broken: something else stands there (its line is taken), or the text ends inside the element. */
struct json_scan_item {
    struct str text;
    uint32_t   line;
    bool       broken;
};
bool json_scan_next(struct json_scan *s, char bracket, bool list, struct json_scan_item *ret);
