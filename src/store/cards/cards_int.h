/* store/cards/cards_int.h - what the files of the cards family share; nobody else includes it. */
#pragma once
#include "store/cards/cards.h"

#define CARD_COLUMNS_OF(json)                                                                                  \
    "c.id, c.book_id, c.seq, c.created_ms, c.updated_ms, c.deleted_ms, c.merged_into, c.state, c.uid, c.name," \
    " c.sort_key, c.company, " json ", c.match_keys"
#define CARD_COLUMNS CARD_COLUMNS_OF("c.card_json")
/* For lists.  A server does not send what the list will not show (CARDS_LIST_TEXT_MAX); SQLite reads a text when it is asked for. */
#define CARD_COLUMNS_LISTED \
    CARD_COLUMNS_OF(        \
        "/*postgres: case when octet_length(c.card_json) > 65536 then '' else */ c.card_json /*postgres: end */")

/* Copied into the arena. */
struct card_row cards_take_row(struct arena *a, const struct sql_rows *rows);
/* For lists: left: bytes of texts that may still be read; starts as CARDS_LIST_BYTES. */
struct card_row cards_take_listed(struct arena *a, const struct sql_rows *rows, size_t *left);

/* A change while it is being saved: before and after, with all that must follow. */
struct card_save {
    struct card_change *change;
    bool                is_new;
    struct card_row     old;  /* zero when new */
    struct str          json; /* after */
    struct card_head    head; /* with new text only */
    const int64_t      *keys; /* sorted, each once; of the text, whatever the state */
    size_t              nkeys;
    bool                new_text;
    int64_t             book, seq;
};

/* Rows of keys, tags and facets of live cards. */
enum rc cards_follow_keys(struct sql *db, struct arena *a, int64_t account, const struct card_save *saves, size_t n,
                          struct err *e) must_use;
enum rc cards_follow_tags(struct sql *db, struct arena *a, int64_t account, const struct card_save *s,
                          struct err *e) must_use;
/* After a card was merged into another, or set free: its records go where it is seen, merges say whether they hold. */
enum rc cards_follow_merge(struct sql *db, struct arena *a, int64_t account, const struct card_save *s,
                           struct err *e) must_use;
enum rc cards_follow_jobs(struct sql *db, struct arena *a, const struct card_batch *b, const struct card_save *saves,
                          size_t n, struct err *e) must_use;
