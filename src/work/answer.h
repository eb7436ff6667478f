/* work/answer.h - checks of what a worker answered, before it is stored: a worker that read hostile bytes may say anything.
 *
 * Pure.  A text is UTF-8 without NUL (which PostgreSQL refuses) and not longer than the cap; JSON is that, and parses; a card is
 * what cards_save() would take from a person (card_parse()).  Trees are made in the arena and given up again. */
#pragma once
#include "base/pack.h"
#include "contact/card.h"

bool answer_is_text(struct str s, size_t most);
bool answer_is_json(struct arena *a, struct str s, enum json_type type, size_t most);
bool answer_is_card(struct arena *a, struct str s);

/* A card ready to be saved: its text with what store/cards/cards.h keeps beside it.  json "": none, and nothing follows it. */
struct answer_card {
    struct str       json;
    struct card_head head;
    const int64_t   *keys;
    size_t           nkeys;
};
/* In the worker; card is the tree of json. */
void answer_card_write(struct arena *a, struct buf *out, struct str json, const struct json *card, struct str region);
/* False: the answer is broken. */
bool answer_card_read(struct arena *a, struct unpack *u, struct answer_card *ret);

/* What enrichment says of a card, and what stood there when it began. */
enum { ANSWER_FACTS_MAX = 1 << 20 };
struct answer_facts {
    int64_t    card;
    struct str earlier, facts; /* JSON arrays */
};
/* The next one; false: the answer is broken. */
bool answer_facts_read(struct arena *a, struct unpack *u, struct answer_facts *ret);
