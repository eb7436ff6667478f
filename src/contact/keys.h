/* contact/keys.h - match keys: cards that may be the same person share at least one.
 *
 * A key is a 63-bit number: 4 bits of kind, 59 bits of hash of the canonical value; it is what table keys holds
 * (store/cards/cards.c) and what match/ finds candidates by.  The hash is stored: a change here needs a migration.
 *
 *   kind            value                                              how strong
 *   KEY_EMAIL       email_key(), role mailboxes too                    strong unless role or shared
 *   KEY_PHONE       E.164                                              strong unless shared (switchboard, family)
 *   KEY_PHONE_TAIL  last 9 digits (country unknown on one side)        good
 *   KEY_NAME        all words of the name, folded, sorted              good (homonyms!)
 *   KEY_INITIAL     surname + first letter of the given name           weak
 *   KEY_UID         uid of the card                                    strong inside one source
 *   KEY_HANDLE      service + user, or URI of an online service, profile links     strong
 *   KEY_COMPANY     company_key() + given name, and + surname          weak
 *   KEY_BIRTHDAY    month, day and surname (or given name)             good
 *   KEY_NICK        nickname + surname                                 weak
 *   KEY_SOUND       sets of consonants of surname and given name       weak: typing errors
 *
 * At most KEYS_MAX a card, strong kinds first, no key twice; a card with more (10,000 phones) loses the rest. */
#pragma once
#include "base/json.h"

enum { KEYS_MAX = 40 };
enum key_kind {
    KEY_NONE,
    KEY_EMAIL,
    KEY_PHONE,
    KEY_PHONE_TAIL,
    KEY_NAME,
    KEY_INITIAL,
    KEY_UID,
    KEY_HANDLE,
    KEY_COMPANY,
    KEY_BIRTHDAY,
    KEY_NICK,
    KEY_SOUND,
    KEY_KINDS
};

/* region: ISO code for numbers without a country, may be empty; the card's own address comes first.  Returns how many.
 * Scratch memory is taken from a: rewind it after. */
size_t keys_of_card(struct arena *a, const struct json *card, struct str region, int64_t ret[KEYS_MAX]);

int64_t       key_make(enum key_kind kind, struct str canonical_value);
enum key_kind key_kind_of(int64_t key);
