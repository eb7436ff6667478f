/* store/cards/records.h - where cards came from: sources, and one record per card of a source with its verbatim original.
 *
 * A record is made for one card (home) and shown by the card that one is part of now; merges and their undo move it, nobody
 * else needs to. */
#pragma once
#include "io/sql/sql.h"

struct source {
    int64_t    id, created_ms, records;
    struct str kind, name, cursor;
};

struct record {
    int64_t    source, card, home, fingerprint, seen_ms;
    struct str remote_key; /* the source's own id: UID ...; else a content fingerprint */
    struct str format;     /* vcard | csv | jscontact */
    struct str base_json;  /* what the original meant when last seen; "": the same as the card at that time */
    struct str original;   /* byte for byte */
    int        card_state; /* out: enum card_state of `card` */
};

enum rc sources_list(struct sql *db, struct arena *a, int64_t account, struct source **ret, size_t *ret_n,
                     struct err *e) must_use;
/* The same without counting what each holds: for names beside cards. */
enum rc sources_names(struct sql *db, struct arena *a, int64_t account, struct source **ret, size_t *ret_n,
                      struct err *e) must_use;
/* Of one; "" when there is none. */
enum rc sources_name(struct sql *db, struct arena *a, int64_t account, int64_t id, struct str *ret,
                     struct err *e) must_use;
/* The source of this kind and name; made when it is not there. */
enum rc sources_ensure(struct sql *db, int64_t account, struct str kind, struct str name, int64_t *ret,
                       struct err *e) must_use;

/* Looks up many remote keys of one source: ret[i] belongs to remote_keys[i], card == 0 when there is none.  Without base
 * and original, which are as large as the card. */
enum rc records_find(struct sql *db, struct arena *a, int64_t account, int64_t source, const struct str *remote_keys,
                     size_t n, struct record **ret, struct err *e) must_use;
/* base_json of one; "" when it has none. */
enum rc records_base(struct sql *db, struct arena *a, int64_t account, int64_t source, struct str remote_key,
                     struct str *ret, struct err *e) must_use;
/* Adds or replaces; `home` is the card it was made as.  With a batch the row replaced is kept for its undo.  Inside a transaction. */
enum rc records_put(struct sql *db, int64_t account, int64_t batch, const struct record *records, size_t n,
                    struct err *e) must_use;
/* Only the time: an unchanged record was seen again. */
enum rc records_seen(struct sql *db, int64_t account, int64_t source, const struct str *remote_keys, size_t n,
                     struct err *e) must_use;

/* The records a card shows, with originals, newest first: at most RECORDS_STEP of them from the first-th on, because a card may be merged
 * of a thousand and an original has up to 16 MiB.  ret_next: first of the next call; 0: these were the last. */
enum { RECORDS_STEP = 4 };
enum rc records_of_card(struct sql *db, struct arena *a, int64_t account, int64_t card, int64_t first,
                        struct record **ret, size_t *ret_n, int64_t *ret_next, struct err *e) must_use;
/* The vCard this card was made from; "" when there is none, or it is shown by another card now. */
enum rc records_vcard(struct sql *db, struct arena *a, int64_t account, int64_t card, struct str *ret,
                      struct err *e) must_use;
/* Without base and original: for rows of many cards; sorted by card. */
enum rc records_of_cards(struct sql *db, struct arena *a, int64_t account, const int64_t *cards, size_t n,
                         struct record **ret, size_t *ret_n, struct err *e) must_use;
