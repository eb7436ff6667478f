/* store/cards/keys.h - the inverted index of match keys: which live cards share a name, an address, a number. */
#pragma once
#include "io/sql/sql.h"

enum { KEYS_PER_CARD_MAX = 64, KEY_CARDS_MAX = 50 };

struct key_card {
    int64_t key, card;
};

/* Cards behind these keys, sorted by key and card.  A key with more than KEY_CARDS_MAX cards says nothing (a shared
 * switchboard): it is left out and counted in ret_common (may be NULL). */
enum rc keys_cards(struct sql *db, struct arena *a, int64_t account, const int64_t *keys, size_t n,
                   struct key_card **ret, size_t *ret_n, size_t *ret_common, struct err *e) must_use;
