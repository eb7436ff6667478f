/* Counts what happened: times by deed, faults by kind. */
#include "surge/tallying.h"

const char *const deed_name[DEEDS] = { "visit",  "sign-up", "log-in",   "upload", "read",
                                       "search", "edit",    "progress", "other" };
const char *const fault_name[FAULTS] = { "no connection",      "cut off", "too slow",     "no HTTP",      "busy",
                                         "told to come later", "refused", "server error", "import failed" };

void score_done(struct score *s, enum deed what, int64_t us)
{
    if (!s->counts)
        return;
    hist_add(&s->all[what], us);
    hist_add(&s->second[what], us);
    s->done[what]++;
}

void score_failed(struct score *s, enum deed what, enum fault why) { s->failed[what][why] += s->counts; }

void score_retried(struct score *s, enum deed what, enum fault why) { s->retried[what][why] += s->counts; }

static int64_t sum(const int64_t n[DEEDS][FAULTS])
{
    int64_t all = 0;
    for (size_t d = 0; d < DEEDS; d++)
        for (size_t f = 0; f < FAULTS; f++)
            all += n[d][f];
    return all;
}

int64_t score_failures(const struct score *s) { return sum(s->failed); }
int64_t score_told_later(const struct score *s)
{
    int64_t n = 0;
    for (size_t d = 0; d < DEEDS; d++)
        n += s->retried[d][FAULT_LATER];
    return n;
}

int64_t score_retries(const struct score *s) { return sum(s->retried) - score_told_later(s); }
