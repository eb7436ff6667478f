/* Ranks what a search found. */
#include "io/search/search_rank.h"
#include <stdlib.h>
#include "io/search/search_terms.h"

static const struct {
    int exact, prefix;
} points[SEARCH_FIELDS] = {
    [SEARCH_NAME] = { 100, 60 }, [SEARCH_COMPANY] = { 40, 30 }, [SEARCH_EMAIL] = { 35, 28 },
    [SEARCH_PHONE] = { 50, 32 }, [SEARCH_PLACE] = { 20, 15 },   [SEARCH_NOTES] = { 8, 6 },
    [SEARCH_OTHER] = { 10, 8 },
};

static int points_of(enum search_field field, struct str word, struct str asked)
{
    if (str_starts(word, asked))
        return word.n == asked.n ? points[field].exact : points[field].prefix;
    if (field == SEARCH_PHONE && search_all_digits(asked) && asked.n >= DIGITS_LEAST &&
        str_ends(word, search_no_zeros(asked)))
        return points[field].exact;
    return 0;
}

static int best_of(const struct search_body *b, struct str asked, enum search_field *ret_field)
{
    int best = 0;

    for (enum search_field f = 0; f < SEARCH_FIELDS; f++)
        for (struct str rest = b->field[f], word; points[f].exact > best && search_next_word(&rest, &word);) {
            int now = points_of(f, word, asked);
            if (now > best) {
                best = now;
                *ret_field = f;
            }
        }
    return best;
}

struct ranked {
    struct search_hit hit;
    int64_t           changed_ms;
};

static void rank(const struct search_ask *ask, struct str text, struct ranked *ret)
{
    struct search_body b = search_body_of(text);
    int                best = 0;

    for (size_t i = 0; i < ask->n; i++) {
        enum search_field field = SEARCH_OTHER;
        int               now = best_of(&b, ask->word[i], &field);
        ret->hit.score += now;
        if (now > best) {
            best = now;
            ret->hit.field = field;
        }
    }
    if (ask->n && str_starts(b.field[SEARCH_NAME], ask->word[0]))
        ret->hit.score += 5;
}

static int better(const void *x, const void *y)
{
    const struct ranked *a = x, *b = y;

    if (a->hit.score != b->hit.score)
        return a->hit.score > b->hit.score ? -1 : 1;
    if (a->changed_ms != b->changed_ms)
        return a->changed_ms > b->changed_ms ? -1 : 1;
    return (a->hit.id > b->hit.id) - (a->hit.id < b->hit.id);
}

struct search_ranking search_ranking_of(struct arena *a, const struct search_ask *ask)
{
    return (struct search_ranking){ .ask = ask, .v = arena_array(a, struct ranked, SEARCH_CANDIDATES_MAX) };
}

void search_candidate(struct search_ranking *r, int64_t id, int64_t changed_ms, struct str body)
{
    if (r->n == SEARCH_CANDIDATES_MAX)
        return;
    struct ranked *one = &r->v[r->n++];
    *one = (struct ranked){ .hit = { .id = id, .field = SEARCH_OTHER }, .changed_ms = changed_ms };
    rank(r->ask, body, one);
}

void search_best(struct arena *a, struct search_ranking *r, size_t limit, struct search_hit **ret, size_t *ret_n)
{
    qsort(r->v, r->n, sizeof *r->v, better);
    *ret_n = size_min(r->n, limit);
    *ret = arena_array(a, struct search_hit, *ret_n ? *ret_n : 1);
    for (size_t i = 0; i < *ret_n; i++)
        (*ret)[i] = r->v[i].hit;
}

void search_take_words(struct arena *a, const struct search_query *q, struct search_ask *ret)
{
    bool digits_before = false;

    for (struct str rest = q->words, word; search_next_word(&rest, &word);) {
        bool        digits = search_all_digits(word);
        struct str *last = ret->n ? &ret->word[ret->n - 1] : NULL;
        if (digits && digits_before && last->n + word.n <= SEARCH_WORD_BYTES_MAX)
            *last = str_join(a, *last, S(""), word);
        else if (ret->n < SEARCH_WORDS_MAX)
            ret->word[ret->n++] = word;
        digits_before = digits && ret->n > 0 && search_all_digits(ret->word[ret->n - 1]);
    }
}
