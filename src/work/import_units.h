/* work/import_units.h - what agent and import workers tell each other: two questions about one uploaded file.
 *
 * scan:  what is in it?  -> a summary for the user, where to cut it into chunks, which cards a source may know already.
 * chunk: the cards of one range, ready to be saved.  A card that meets a changed one of ours is not saved in that round: the
 *        chunk is asked again, with both texts, and the worker merges (work/import_merges.h).
 * Both are pure functions of the bytes handed over and the mapped file. */
#pragma once
#include "store/cards/blobs.h"
#include "store/cards/cards.h"
#include "work/answer.h"
#include "work/upload.h"
#include "work/worker.h"

enum {
    IMPORT_CHUNK_BYTES = 250 << 10,
    IMPORT_CHUNK_MOST = 4 << 20,
    IMPORT_CHUNK_CARDS =
        500, /* short rows: 250 KB may hold 20,000 of them; saving 2,000 takes 150 ms, and others wait */
    IMPORT_CHUNKS_MADE = 200,
    IMPORT_ERRORS_KEPT = 1000,
    IMPORT_PREVIEW = 10,
    IMPORT_REPEATS_MAX = 5000,
    IMPORT_KEY_BYTES_MAX = 600,
    IMPORT_MESSAGE_MAX = 64 << 10,
    IMPORT_SUMMARY_MAX = 8 << 20,
    IMPORT_CUTS_MAX = 20000, /* chunks of a file: 10 million cards */
    IMPORT_KEYS_MAX = 50000  /* of more cards the dry run foresees the same shares */
};

/* A card of the chunk that is wanted again: the card of ours it meets, as it was made and as it is.  card 0: it meets none any more
 * and is made anew. */
struct import_merge {
    struct str remote_key, base_json, ours_json;
    int64_t    card, seq;
};
struct import_ask {
    bool                       scan;
    struct str                 options_json, region;
    int64_t                    start, bytes, first_line; /* chunk only */
    const int64_t             *repeats;                  /* places of cards whose UID an earlier card of the file has */
    size_t                     nrepeats;
    const struct import_merge *merge; /* chunk only: only these cards are wanted */
    size_t                     nmerges;
};
void import_ask_write(struct buf *b, const struct import_ask *ask);
bool import_ask_read(struct arena *a, struct str in, struct import_ask *ret);

/* ---- answers ---- */
struct import_cut {
    int64_t start, bytes, line;
};
struct import_known {
    struct str remote_key;
    int64_t    fingerprint;
};
struct import_scan {
    bool                 failed; /* the file cannot be read: summary_json has "error" */
    struct str           summary_json;
    struct import_cut   *cut;
    size_t               ncuts;
    struct import_known *known;
    size_t               nknown; /* at most IMPORT_KEYS_MAX */
};
/* False: not what a worker in its senses answers (work/answer.h); the same below. */
bool import_scan_read(struct arena *a, struct str out, struct import_scan *ret);

/* made.json "": the card could not be read or merged, message says why; remote_key only when it is known. */
struct import_card {
    struct str         remote_key, original, name, message;
    struct str         theirs_json;        /* of a merged card: what the source says alone */
    int64_t            merged, merged_seq; /* card of ours that made is the merge with, and its number; 0: none */
    int64_t            fingerprint;
    uint32_t           line;
    struct answer_card made;
    struct blob       *blobs;
    size_t             nblobs;
};
bool import_cards_read(struct arena *a, struct str out, struct str *ret_format, struct import_card **ret,
                       size_t *ret_n);

/* ---- in the worker ---- */
enum rc import_run(struct arena *a, struct str in, struct str file, struct buf *out, struct err *e) must_use;
enum rc import_run_scan(struct arena *a, const struct import_ask *ask, struct upload *u, struct buf *out,
                        struct err *e) must_use;
enum rc import_run_chunk(struct arena *a, const struct import_ask *ask, struct upload *u, struct buf *out,
                         struct err *e) must_use;
/* The key under which a source's records know this card. */
struct str import_remote_key(struct arena *a, const struct upload_card *card, int64_t fingerprint, bool repeat);
