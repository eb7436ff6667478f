/* Keeps the totals of filtered lists while the account does not change. */
#include "api/resources/totals.h"
#include <stdlib.h>
#include "base/clock.h"
#include "base/hash.h"
#include "store/account/accounts.h"

enum { KEPT = 256 };

struct total {
    int64_t  account, seq, until_us, n;
    uint64_t filter;
};
struct totals {
    struct total kept[KEPT];
};

struct totals *totals_new(void)
{
    struct totals *t = calloc(1, sizeof *t);
    if (!t)
        abort();
    return t;
}

void totals_free(struct totals *t) { free(t); }

static uint64_t hash_of(int64_t account, const struct card_filter *f)
{
    uint64_t texts = hash64(f->tag, hash64(f->country, (uint64_t)f->state + 1));
    return hash64_mix(hash64_mix(texts, (uint64_t)f->book), hash64_mix((uint64_t)f->source, (uint64_t)account));
}

enum rc totals_of(struct req *r, const struct card_filter *f, int64_t *ret, struct err *e)
{
    uint64_t      filter = hash_of(r->account, f);
    struct total *t = &r->api->totals->kept[filter % KEPT];
    int64_t       now_us = clock_mono_us(), seq;

    TRY(accounts_seq(r->db, r->account, &seq, e));
    if (t->account != r->account || t->filter != filter || t->seq != seq || now_us > t->until_us) {
        int64_t n;
        TRY(cards_count(r->db, r->account, f, &n, e));
        *t = (struct total){ r->account, seq, now_us + (int64_t)TOTALS_KEEP_MS * 1000, n, filter };
    }
    *ret = t->n;
    return RC_OK;
}
