/* contact/diff.h - patches of cards applied, and what changed between two cards as a list for people.
 *
 * A patch is a PatchObject (RFC 8620 section 5.3): keys are JSON pointers without the leading '/', a value replaces, null
 * removes.  Rules: never into an array (arrays are replaced whole), every part before the last exists, no key is the prefix of
 * another, and for what is done before any of it: at most DIFF_PATCH_MAX keys of DIFF_PARTS_MAX parts each.
 * Trees share nodes with their sources only by value: results are copies, texts borrowed. */
#pragma once
#include "base/json.h"

enum { DIFF_PATCH_MAX = 10000, DIFF_PARTS_MAX = 32, DIFF_CHANGES_MAX = 1000 };

/* RC_INVALID names the key that breaks a rule; then nothing was applied.  The result is not checked: card_check(). */
enum rc diff_apply(struct arena *a, const struct json *card, const struct json *patch, struct json **ret,
                   struct err *e) must_use;

/* For the history of a card.  One change a field or entry; members that only matter to machines (@type, updated,
 * prodId, version) are left out.  What is more than DIFF_CHANGES_MAX changes, or than a card's bytes of field names, is told by one
 * last change without a field: its label says how many there are. */
struct diff_change {
    struct str         field;                    /* pointer without '/': "emails/e1" */
    struct str         label;                    /* "E-mail", "Mobile phone", "Name" */
    struct str         before, after;            /* as a person reads them; "" = not there */
    const struct json *before_json, *after_json; /* NULL = not there */
};
size_t diff_changes(struct arena *a, const struct json *before, const struct json *after, struct diff_change **ret);

/* One line of text for any field's value: an address in one line, a date as 1990-02-03, a name in full. */
struct str diff_text(struct arena *a, struct str field, const struct json *value);
/* "E-mail" for "emails/e1/address", "Name" for "name/full"; the member's own name when unknown. */
struct str diff_label(struct arena *a, const struct json *card, struct str field);
