/* contact/card.h - a contact: JSContact (RFC 9553) as a JSON tree, and the ways to look at it.
 *
 * The tree is the truth: nothing of a card is outside it, unknown members are kept.  These functions know the
 * shape of RFC 9553 (plus RFC 9555 vCardProps/vCardParams and RFC 9610 blobId) and nothing else.
 *
 * Limits: CARD_BYTES_MAX of JSON, CARD_ITEMS_MAX entries in one map (emails, phones ...), CARD_MEMBERS_MAX members in any other
 * object, CARD_DEPTH_MAX objects and arrays within each other.
 * Everything returned is borrowed from the tree or in the arena given. */
#pragma once
#include "base/json.h"

enum { CARD_BYTES_MAX = 1 << 20, CARD_ITEMS_MAX = 1000, CARD_MEMBERS_MAX = 4096, CARD_DEPTH_MAX = 32 };

enum card_kind { CARD_INDIVIDUAL, CARD_GROUP, CARD_ORG, CARD_LOCATION, CARD_DEVICE, CARD_APPLICATION };

/* A new, empty card: "@type":"Card", "version":"1.0", the uid. */
struct json *card_new(struct arena *a, struct str uid);
/* Parses and checks: an object, @type Card, a uid (`uid_if_missing` when that is not empty), member types as in RFC 9553
 * (jscontact_check()), caps.  A missing version becomes "1.0", null members at the top count as missing.
 * RC_MALFORMED: no JSON.  RC_INVALID names the JSON pointer of the first fault.  RC_TOO_LARGE past CARD_BYTES_MAX. */
enum rc card_parse(struct arena *a, struct str text, struct str uid_if_missing, struct json **ret,
                   struct err *e) must_use;
enum rc card_check(const struct json *card, struct err *e) must_use;
/* The same without CARD_MEMBERS_MAX and CARD_DEPTH_MAX, for what is stored already: a card from before these limits, and what merges
 * make of several, can still be read, exported, restored and undone. */
enum rc card_parse_stored(struct arena *a, struct str text, struct json **ret, struct err *e) must_use;

struct str     card_uid(const struct json *card);
enum card_kind card_kind(const struct json *card);

/* The name a list shows: name.full, else the components in order, else organisation, nickname, e-mail, phone; never empty
 * ("(no name)" at the end). */
struct str card_display_name(struct arena *a, const struct json *card);
/* Components of one kind ("given", "surname", "surname2", "given2", "title", "credential", "generation") joined by a space. */
struct str card_name_part(struct arena *a, const struct json *card, struct str kind);

/* Entries of the maps of RFC 9553.  value: address, number, uri or name; id: the map key.
 *     for (struct card_item it = card_first(card, CARD_EMAILS); card_has(&it); card_step(&it)) use(it.value); */
enum card_map {
    CARD_EMAILS,
    CARD_PHONES,
    CARD_ADDRESSES,
    CARD_ORGANIZATIONS,
    CARD_TITLES,
    CARD_NICKNAMES,
    CARD_ONLINE_SERVICES,
    CARD_LINKS,
    CARD_NOTES,
    CARD_ANNIVERSARIES,
    CARD_MEDIA
};
struct card_item {
    const struct json *json;
    struct str         id, value;
    enum card_map      map;
};
struct card_item   card_first(const struct json *card, enum card_map map);
static inline bool card_has(const struct card_item *it) { return it->json != NULL; }
void               card_step(struct card_item *it);
struct str         card_map_name(enum card_map map);                            /* "emails" ... */
struct str         card_map_value(enum card_map map);                           /* "address" ... */
bool card_item_is(const struct card_item *it, struct str set, struct str flag); /* contexts/features has flag */

/* ---- building; texts are borrowed ---- */
/* A new, empty entry under the next free id ("e1", "p2" ...); the caller sets what it holds. */
struct json *card_add(struct arena *a, struct json *card, enum card_map map);
/* The same with its value member (address, number, uri, name ...). */
struct json *card_add_value(struct arena *a, struct json *card, enum card_map map, struct str value);
/* Sets set[flag] = true: card_flag(a, phone, S("features"), S("mobile")). */
void card_flag(struct arena *a, struct json *entry, struct str set, struct str flag);
/* One more component {kind, value} of a name or an address. */
struct json *card_component(struct arena *a, struct json *owner, struct str kind, struct str value);

/* ---- looking closer ---- */
/* One line for an address: full, else components in order. country: ISO code when given, upper case. */
struct str card_address_line(struct arena *a, const struct json *address);
struct str card_address_part(struct arena *a, const struct json *address,
                             struct str kind); /* "locality" "region" "country" ... */

/* What store/cards/cards.c keeps beside the text. */
struct card_head {
    struct str  uid, name, sort_key, company;
    struct str *tags; /* keywords */
    size_t      ntags;
};
void card_head(struct arena *a, const struct json *card, struct card_head *ret);
