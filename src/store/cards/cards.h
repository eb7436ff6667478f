/* store/cards/cards.h - cards: saved by one function, whoever asks; read one, many, or page by page.
 *
 * cards_save() is the only writer of a card.  It takes the account's next journal numbers, writes rows, journal, match
 * keys and tags, keeps records and merges in step when a card is merged or set free, and enqueues what follows (a live card
 * with new text: KIND_ENRICH; a card that left or came back: KIND_INDEX).  All of it in one transaction: the caller's when one is
 * open, else its own.
 *
 * A change that changes nothing writes nothing and keeps its number. */
#pragma once
#include "contact/card.h"
#include "io/sql/sql.h"

enum card_state { CARD_LIVE, CARD_TRASH, CARD_MERGED };
enum { CARDS_BATCH_MAX = 5000, CARDS_PAGE_MAX = 500, CARDS_AFTER_BYTES = 512 << 10, TRASH_DAYS = 30 };

struct card_row {
    int64_t         id, book, seq, created_ms, updated_ms, deleted_ms, merged_into;
    enum card_state state;
    struct str      uid, name, sort_key, company, json;
    const int64_t  *keys; /* its match keys (contact/keys.h), sorted, each once; in the index only while it is live */
    size_t          nkeys;
};

struct card_change {
    int64_t         id;          /* 0: a new card; set to its id.  Another id that is not there: made with it */
    int64_t         seq;         /* number the caller saw; 0: it does not matter.  Set to the number after the change */
    int64_t         book;        /* 0: as it is; for a new card the default book */
    enum card_state state;       /* after the change: 0 makes a card live again */
    int64_t         merged_into; /* with CARD_MERGED */
    bool            always;      /* takes a number even when nothing changes: merges need their place in the history */
    struct str      json;        /* whole card; "": as it is */
    const struct card_head *head; /* NULL: taken from json, which is then parsed, and its photos moved to blobs */
    const int64_t          *keys; /* match keys that go with head; ignored without it */
    size_t                  nkeys;
    struct str              op;      /* "": named by what changes: create update delete restore merge unmerge */
    bool                    changed; /* out */
};

struct card_batch {
    int64_t    account;
    struct str actor;  /* user:<id> | import:<id> | merge:<id> | rule:<name> | undo:<id> */
    int64_t    batch;  /* 0, or what undoes this as one step: undo_batch() */
    struct str region; /* ISO code for keys of phones without a country; needed where head is NULL; may be "" */
    int        prio;   /* of the jobs that follow; 0: JOB_PRIO_NORMAL */
    bool       quiet;  /* enqueue nothing: tests, benches */
};

/* All or nothing.  RC_CONFLICT when a seq is stale (ret_stale, may be NULL: index of the first); RC_NOT_FOUND for a card that
 * is not there and has no json; RC_INVALID for json that is no card. n <= CARDS_BATCH_MAX. */
enum rc cards_save(struct sql *db, struct arena *a, const struct card_batch *b, struct card_change *changes, size_t n,
                   size_t *ret_stale, struct err *e) must_use;

/* RC_NOT_FOUND. */
enum rc cards_get(struct sql *db, struct arena *a, int64_t account, int64_t id, struct card_row *ret,
                  struct err *e) must_use;
/* In the order of ids; those that are not there are left out. */
enum rc cards_by_ids(struct sql *db, struct arena *a, int64_t account, const int64_t *ids, size_t n,
                     struct card_row **ret, size_t *ret_n, struct err *e) must_use;
/* The same with rows for a list: see cards_page(). */
enum rc cards_listed(struct sql *db, struct arena *a, int64_t account, const int64_t *ids, size_t n,
                     struct card_row **ret, size_t *ret_n, struct err *e) must_use;

/* The same for as many of the first ids as have at most `bytes` of text, and one more: ret_taken of them.  Those whose text was not
 * read are not in ret. */
enum rc cards_some(struct sql *db, struct arena *a, int64_t account, const int64_t *ids, size_t n, size_t bytes,
                   struct card_row **ret, size_t *ret_n, size_t *ret_taken, struct err *e) must_use;
/* Only id, seq, state and merged_into, without the text: ret[i] belongs to ids[i], its id 0 when there is none. */
enum rc cards_stand(struct sql *db, struct arena *a, int64_t account, const int64_t *ids, size_t n,
                    struct card_row **ret, struct err *e) must_use;

enum card_sort { CARDS_BY_NAME, CARDS_BY_UPDATED, CARDS_BY_CREATED, CARDS_BY_COMPANY };
struct card_filter {
    enum card_state state;
    int64_t         book, source;
    struct str      tag;
    struct str      country; /* of a country fact that was not rejected: two letters; of live cards */
};                           /* 0 and "": any */
struct card_page {
    struct card_filter filter;
    enum card_sort     sort;
    bool               descending;
    int                limit; /* 1 .. CARDS_PAGE_MAX */
    int64_t            offset;
    struct str         cursor; /* "" or the next of the page before; the sort must be the same: else RC_INVALID */
};
/* ret_next: "" at the end; in the arena.  Rows for a list: json is "" where a card is larger than CARDS_LIST_TEXT_MAX, or when those before
 * it have had CARDS_LIST_BYTES: a list costs the same however large its cards are. */
enum { CARDS_LIST_TEXT_MAX = 64 << 10, CARDS_LIST_BYTES = 2 << 20 };
enum rc cards_page(struct sql *db, struct arena *a, int64_t account, const struct card_page *p, struct card_row **ret,
                   size_t *ret_n, struct str *ret_next, struct err *e) must_use;
enum rc cards_count(struct sql *db, int64_t account, const struct card_filter *f, int64_t *ret, struct err *e) must_use;

/* All live cards in id order, for export and rebuilds: rows after `after`, at most limit, and no further than the one whose text
 * passes CARDS_AFTER_BYTES.  None: there are no more. */
enum rc cards_after(struct sql *db, struct arena *a, int64_t account, const struct card_filter *f, int64_t after,
                    int limit, struct card_row **ret, size_t *ret_n, struct err *e) must_use;
/* Ids only, of what a filter finds: bulk actions. */
enum rc cards_ids_after(struct sql *db, struct arena *a, int64_t account, const struct card_filter *f, int64_t after,
                        int limit, int64_t **ret, size_t *ret_n, struct err *e) must_use;

/* The card and all that were merged into it, at any depth: the one asked for first.  At most 1,000. */
enum rc cards_family(struct sql *db, struct arena *a, int64_t account, int64_t id, int64_t **ret, size_t *ret_n,
                     struct err *e) must_use;
/* The card that shows it now: itself, or what it was merged into at the end of the chain. */
enum rc cards_visible(struct sql *db, int64_t account, int64_t id, int64_t *ret, struct err *e) must_use;

/* Cards that have been in the trash longer than TRASH_DAYS, and what was merged into them, for ever: with texts of their history and
 * pictures no other card shows, overwritten in SQLite's file.  At most `most` a call, fewer when they are large and it takes long;
 * ret_more: call again. */
enum rc cards_expire(struct sql *db, struct arena *a, int64_t account, int64_t now_ms, int most, size_t *ret_n,
                     bool *ret_more, struct err *e) must_use;
