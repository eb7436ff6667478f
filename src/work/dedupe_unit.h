/* work/dedupe_unit.h - the pure part of finding duplicates: some cards and their candidates in, pairs and merges out. */
#pragma once
#include "match/score.h"
#include "work/answer.h"
#include "work/worker.h"

enum {
    DEDUPE_CANDIDATES_MAX = 50,
    DEDUPE_CARDS_MAX = 5000,
    DEDUPE_EVIDENCE_MAX = 256 << 10,
    DEDUPE_SCORE_MAX = 1000000
};

struct dedupe_card {
    int64_t    id, seq;
    struct str json;
};
struct dedupe_ask { /* card[subject] against card[candidate] ... */
    uint32_t        subject;
    const uint32_t *candidate;
    size_t          n;
};
void dedupe_ask_head(struct buf *b, struct str region, bool merge, const struct dedupe_card *cards, size_t n);
void dedupe_ask_add(struct buf *b, const struct dedupe_ask *ask);

struct dedupe_found {
    int64_t            card, other, card_seq, other_seq, score;
    struct str         evidence_json;
    struct answer_card merged; /* json "" unless they may be merged; the older card wins */
};
/* Answers: one record a pair worth keeping, all of them, checked (work/answer.h); false: the answer is broken. */
bool dedupe_found_read(struct arena *a, struct str out, struct dedupe_found **ret, size_t *ret_n);

enum rc dedupe_run(struct arena *a, struct str in, const struct files *files, struct buf *out, struct err *e) must_use;
