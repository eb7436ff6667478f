/* What follows a saved card: keys, tags, pairs, records, jobs. */
#include <stdlib.h>
#include "base/clock.h"
#include "base/vec.h"
#include "store/cards/cards_int.h"
#include "store/cards/facts.h"
#include "store/work/jobs.h"

static const char KEY_ADD[] =
    "insert into keys (account_id, key_hash, card_id) values ($1, $2, $3) on conflict do nothing";
static const char KEY_DROP[] = "delete from keys where account_id = $1 and key_hash = $2 and card_id = $3";
static const char TAG_ADD[] = "insert into tags (account_id, tag, card_id) values ($1, $2, $3) on conflict do nothing";
static const char TAG_DROP[] = "delete from tags where account_id = $1 and tag = $2 and card_id = $3";

/* Records at home in a card are shown by $3.  The first finds those never moved, the second those that were. */
static const char RECORDS_FROM_HOME[] =
    "update records set card_id = $3 where account_id = $1 and card_id = $2 and home_card_id = $2";
static const char RECORDS_MOVED[] =
    "update records set card_id = $3 where account_id = $1 and home_card_id = $2 and home_card_id <> card_id";
static const char MERGE_ENDS[] = "update merges set undone_ms = $4"
                                 " where account_id = $1 and loser_id = $2 and winner_id = $3 and undone_ms = 0";
static const char MERGE_HOLDS[] =
    "update merges set undone_ms = 0 where account_id = $1 and id ="
    " (select max(id) from merges where account_id = $1 and loser_id = $2 and winner_id = $3)";

static const char PAIR_STATE[] =
    "update pairs set state = $4 where account_id = $1 and low_id = $2 and high_id = $3 and state = $5";

static bool was_live(const struct card_save *s) { return !s->is_new && s->old.state == CARD_LIVE; }

static bool is_live(const struct card_save *s) { return s->change->state == CARD_LIVE; }

struct key_change {
    int64_t key, card;
    bool    add;
};

static int by_key(const void *x, const void *y)
{
    const struct key_change *a = x, *b = y;

    return (a->key > b->key) - (a->key < b->key);
}

/* Both lists are sorted: one walk finds what left and what came. */
static size_t key_changes(const struct card_save *s, struct key_change *to)
{
    size_t nold = was_live(s) ? s->old.nkeys : 0, nnew = is_live(s) ? s->nkeys : 0;
    size_t i = 0, j = 0, n = 0;

    while (i < nold || j < nnew) {
        if (i < nold && j < nnew && s->old.keys[i] == s->keys[j]) {
            i++;
            j++;
        } else if (j == nnew || (i < nold && s->old.keys[i] < s->keys[j])) {
            to[n++] = (struct key_change){ s->old.keys[i++], s->change->id, false };
        } else {
            to[n++] = (struct key_change){ s->keys[j++], s->change->id, true };
        }
    }
    return n;
}

static enum rc write_keys(struct sql *db, struct arena *a, int64_t account, const struct key_change *list, size_t n,
                          bool add, struct err *e)
{
    struct sql_arg *each = arena_array(a, struct sql_arg, 2 * n + 1);
    size_t          some = 0;

    for (size_t i = 0; i < n; i++)
        if (list[i].add == add) {
            each[2 * some] = I64(list[i].key);
            each[2 * some++ + 1] = I64(list[i].card);
        }
    return sql_run_each(db, e, add ? KEY_ADD : KEY_DROP, SQL_ARGS(I64(account)), each, 2, some, NULL);
}

/* In the order of the keys, whatever card they are of: neighbours in the index are written one after the other. */
enum rc cards_follow_keys(struct sql *db, struct arena *a, int64_t account, const struct card_save *saves, size_t n,
                          struct err *e)
{
    struct key_change *list;
    size_t             most = 1, found = 0;

    for (size_t i = 0; i < n; i++)
        most += saves[i].old.nkeys + saves[i].nkeys;
    list = arena_array(a, struct key_change, most);
    for (size_t i = 0; i < n; i++)
        if (saves[i].change->changed)
            found += key_changes(&saves[i], list + found);
    qsort(list, found, sizeof *list, by_key);
    TRY(write_keys(db, a, account, list, found, false, e));
    return write_keys(db, a, account, list, found, true, e);
}

static enum rc each_tag(struct sql *db, struct arena *a, const char *text, int64_t account, int64_t card,
                        struct str json, struct err *e)
{
    struct json *tree = NULL;

    if (str_find(json, S("\"keywords\""), 0) == SIZE_MAX)
        return RC_OK;
    TRY(json_parse(a, json, &tree, e));
    json_each(tag, json_get(tree, S("keywords")))
        TRY(sql_run(db, e, text, SQL_ARGS(I64(account), TEXT(tag->key), I64(card)), NULL));
    return RC_OK;
}

static enum rc add_tags(struct sql *db, int64_t account, const struct card_save *s, struct err *e)
{
    for (size_t i = 0; i < s->head.ntags; i++)
        TRY(sql_run(db, e, TAG_ADD, SQL_ARGS(I64(account), TEXT(s->head.tags[i]), I64(s->change->id)), NULL));
    return RC_OK;
}

enum rc cards_follow_tags(struct sql *db, struct arena *a, int64_t account, const struct card_save *s, struct err *e)
{
    if (!s->is_new && was_live(s) != is_live(s))
        TRY(facts_follow(db, a, account, s->change->id, is_live(s), e));
    if (was_live(s) == is_live(s) && !s->new_text)
        return RC_OK;
    if (was_live(s))
        TRY(each_tag(db, a, TAG_DROP, account, s->change->id, s->old.json, e));
    if (!is_live(s))
        return RC_OK;
    return s->new_text ? add_tags(db, account, s, e) : each_tag(db, a, TAG_ADD, account, s->change->id, s->json, e);
}

static enum rc move_records(struct sql *db, struct arena *a, int64_t account, int64_t card, struct err *e)
{
    int64_t *family = NULL, seen_at = 0;
    size_t   n = 0;

    TRY(cards_visible(db, account, card, &seen_at, e));
    TRY(cards_family(db, a, account, card, &family, &n, e));
    for (size_t i = 0; i < n; i++) {
        TRY(sql_run(db, e, RECORDS_MOVED, SQL_ARGS(I64(account), I64(family[i]), I64(seen_at)), NULL));
        TRY(sql_run(db, e, RECORDS_FROM_HOME, SQL_ARGS(I64(account), I64(family[i]), I64(seen_at)), NULL));
    }
    return RC_OK;
}

static enum rc pair_follows(struct sql *db, int64_t account, int64_t x, int64_t y, struct str from, struct str to,
                            struct err *e)
{
    return sql_run(db, e, PAIR_STATE,
                   SQL_ARGS(I64(account), I64(i64_min(x, y)), I64(i64_max(x, y)), TEXT(to), TEXT(from)), NULL);
}

enum rc cards_follow_merge(struct sql *db, struct arena *a, int64_t account, const struct card_save *s, struct err *e)
{
    int64_t from = s->old.merged_into, to = s->change->merged_into, card = s->change->id;

    if (from) {
        TRY(sql_run(db, e, MERGE_ENDS, SQL_ARGS(I64(account), I64(card), I64(from), I64(clock_ms())), NULL));
        TRY(pair_follows(db, account, card, from, S("merged"), S("suggested"), e));
    }
    if (to) {
        TRY(sql_run(db, e, MERGE_HOLDS, SQL_ARGS(I64(account), I64(card), I64(to)), NULL));
        TRY(pair_follows(db, account, card, to, S("suggested"), S("merged"), e));
    }
    return move_records(db, a, account, card, e);
}

enum rc cards_follow_jobs(struct sql *db, struct arena *a, const struct card_batch *b, const struct card_save *saves,
                          size_t n, struct err *e)
{
    int64_t *enrich = arena_array(a, int64_t, n ? n : 1), *index = arena_array(a, int64_t, n ? n : 1);
    size_t   nenrich = 0, nindex = 0;
    int      prio = b->prio ? b->prio : JOB_PRIO_NORMAL;

    for (size_t i = 0; i < n; i++) {
        const struct card_save *s = &saves[i];
        if (!s->change->changed)
            continue;
        if (is_live(s) && (s->new_text || !was_live(s)))
            enrich[nenrich++] = s->change->id;
        else if (is_live(s) || was_live(s))
            index[nindex++] = s->change->id;
    }
    TRY(jobs_add(db, b->account, KIND_ENRICH, prio, enrich, nenrich, e));
    return jobs_add(db, b->account, KIND_INDEX, prio, index, nindex, e);
}
