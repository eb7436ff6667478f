/* contact/jscontact.h - JSContact (RFC 9553): the check of a card, and files of cards.
 *
 * The check holds known members against the types of RFC 9553 section 2 (tables in jscontact.c); unknown members and
 * values pass, as section 1.7 and 1.8 want.  It is what card_check() runs.
 *
 * A file is one card, an array of cards, an object with a "list" or "cards" array (JMAP answers), or one card a line.
 * The reader only looks for the borders of cards, so a broken card costs that card; it never copies. */
#pragma once
#include "base/json.h"

/* RC_INVALID: "card: /emails/e1/address: text expected".  Null members at the top are not allowed (RFC 9553: only in
 * patches). */
enum rc jscontact_check(const struct json *card, struct err *e) must_use;

/* The limits of any JSON that becomes a card: CARD_MEMBERS_MAX members in an object, CARD_DEPTH_MAX levels.  RC_INVALID names the
 * place and the limit. */
enum rc jscontact_bounds(const struct json *card, struct err *e) must_use;

struct jscontact_item {
    struct str text;   /* of one card, borrowed from the file; its place is text.p - file.p */
    size_t     line;   /* of its first byte, from 1 */
    bool       broken; /* no object, or the file ends in the middle of it */
};
struct jscontact_reader {
    struct str file;
    size_t     at, line;
    bool       list;
};

/* Is this text a JSContact file?  Looks at the first bytes only. */
bool                    jscontact_looks(struct str head);
struct jscontact_reader jscontact_open(struct str file); /* BOM skipped */
bool                    jscontact_next(struct jscontact_reader *r, struct jscontact_item *ret);
