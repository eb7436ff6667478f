/* Pairs of cards that were compared: suggested, decided, withdrawn. */
#include "base/clock.h"
#include "base/map.h"
#include "base/rand.h"
#include "base/vec.h"
#include "store/cards/pairs.h"

#define COLUMNS "p.low_id, p.high_id, p.score, p.at_ms, p.state, p.evidence_json, p.decided_by"
/* Written only when it says something new. */
static const char SUGGEST[] =
    "insert into pairs (account_id, low_id, high_id, state, score, evidence_json, at_ms)"
    " values ($1, $2, $3, 'suggested', $4, $5, $6) on conflict (account_id, low_id, high_id) do update"
    " set score = excluded.score, evidence_json = excluded.evidence_json, at_ms = excluded.at_ms"
    " where pairs.state = 'suggested' and (pairs.score <> excluded.score or pairs.evidence_json <> "
    "excluded.evidence_json)";
static const char EXISTS[] = "select 1 from pairs where account_id = $1 and low_id = $2 and high_id = $3";
/* The state is looked at here and not in SQL: asked for it, the planner reads every suggestion of the account. */
static const char WITH[] = "select low_id, high_id, state from pairs where account_id = $1 and low_id = $2 union all"
                           " select low_id, high_id, state from pairs where account_id = $1 and high_id = $2";
static const char WITHDRAW[] =
    "delete from pairs where account_id = $1 and low_id = $2 and high_id = $3 and state = 'suggested'";
static const char DECIDE[] = "insert into pairs (account_id, low_id, high_id, state, score, decided_by, at_ms) values "
                             "($1, $2, $3, $4, 0, $5, $6)"
                             " on conflict (account_id, low_id, high_id) do update"
                             " set state = excluded.state, decided_by = excluded.decided_by, at_ms = excluded.at_ms";
static const char GET[] =
    "select " COLUMNS " from pairs p where p.account_id = $1 and p.low_id = $2 and p.high_id = $3";
static const char STATE[] = "select state from pairs where account_id = $1 and low_id = $2 and high_id = $3";
static const char OF_CARD[] =
    "select " COLUMNS " from pairs p where p.account_id = $1 and p.low_id = $2 union all select " COLUMNS
    " from pairs p where p.account_id = $1 and p.high_id = $2 order by 1, 2 limit 1000";

#define BOTH_LIVE                                                                                                     \
    " and (p.state <> 'suggested' or (exists (select 1 from cards c where c.account_id = $1 and c.id = p.low_id"      \
    " and c.state = 0) and exists (select 1 from cards c where c.account_id = $1 and c.id = p.high_id and c.state = " \
    "0)))"
static const char PAGE[] = "select " COLUMNS " from pairs p where p.account_id = $1 and p.state = $2 and p.score >= $3"
                           " and (p.score, p.low_id, p.high_id) < ($4, $5, $6)" BOTH_LIVE
                           " order by p.score desc, p.low_id desc, p.high_id desc limit $7";
static const char COUNT[] =
    "select count(*) from pairs p where p.account_id = $1 and p.state = $2 and p.score >= $3" BOTH_LIVE;
/* || '': by the card, not by its state, which the planner would take for the better index. */
static const char SUGGESTIONS[] = "select (select count(*) from pairs p where p.account_id = $1 and p.low_id = $2 and "
                                  "p.state || '' = 'suggested'" BOTH_LIVE ")"
                                  " + (select count(*) from pairs p where p.account_id = $1 and p.high_id = $2 and "
                                  "p.state || '' = 'suggested'" BOTH_LIVE ")";

enum rc pairs_suggest(struct sql *db, int64_t account, const struct pair *pairs, size_t n, int64_t *ret_new,
                      struct err *e)
{
    int64_t now = clock_ms(), fresh = 0, one = 0;

    for (size_t i = 0; i < n; i++) {
        const struct pair *p = &pairs[i];
        enum rc            rc = RC_OK;
        if (ret_new)
            rc = sql_one_i64(db, e, EXISTS, SQL_ARGS(I64(account), I64(p->low), I64(p->high)), &one);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
        fresh += rc == RC_NOT_FOUND;
        TRY(sql_run(db, e, SUGGEST,
                    SQL_ARGS(I64(account), I64(p->low), I64(p->high), I64(p->score), TEXT(p->evidence_json), I64(now)),
                    NULL));
    }
    if (ret_new)
        *ret_new = fresh;
    return RC_OK;
}

enum rc pairs_withdraw(struct sql *db, struct arena *a, int64_t account, int64_t card, const int64_t *keep, size_t n,
                       struct err *e)
{
    auto_rows rows = { 0 };
    VEC(struct two_cards) list = { 0 };
    struct map kept = map_of(a);

    for (size_t i = 0; i < n; i++)
        *map_at_u64(&kept, (uint64_t)keep[i]) = 1;
    TRY(sql_rows(db, &rows, e, WITH, SQL_ARGS(I64(account), I64(card))));
    while (rows_next(&rows))
        if (str_is(row_text(&rows, 2), "suggested"))
            *vec_push(a, &list) = (struct two_cards){ row_i64(&rows, 0), row_i64(&rows, 1) };
    TRY(rows_end(&rows, e));
    for (size_t i = 0; i < list.n; i++) {
        int64_t other = list.v[i].low == card ? list.v[i].high : list.v[i].low;
        if (!map_find_u64(&kept, (uint64_t)other))
            TRY(sql_run(db, e, WITHDRAW, SQL_ARGS(I64(account), I64(list.v[i].low), I64(list.v[i].high)), NULL));
    }
    return RC_OK;
}

enum rc pairs_decide(struct sql *db, int64_t account, int64_t low, int64_t high, struct str state, struct str by,
                     struct err *e)
{
    if (low >= high)
        return err_set(e, RC_INVALID, "a pair's low id comes first");
    return sql_run(db, e, DECIDE, SQL_ARGS(I64(account), I64(low), I64(high), TEXT(state), TEXT(by), I64(clock_ms())),
                   NULL);
}

static struct pair take_row(struct arena *a, const struct sql_rows *rows)
{
    return (struct pair){ row_i64(rows, 0),
                          row_i64(rows, 1),
                          row_i64(rows, 2),
                          row_i64(rows, 3),
                          str_copy(a, row_text(rows, 4)),
                          str_copy(a, row_text(rows, 5)),
                          str_copy(a, row_text(rows, 6)) };
}

enum rc pairs_get(struct sql *db, struct arena *a, int64_t account, int64_t low, int64_t high, struct pair *ret,
                  struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, GET, SQL_ARGS(I64(account), I64(low), I64(high))));
    if (rows_next(&rows)) {
        *ret = take_row(a, &rows);
        return RC_OK;
    }
    TRY(rows_end(&rows, e));
    return err_set(e, RC_NOT_FOUND, "no such pair");
}

static enum rc take_rows(struct arena *a, struct sql_rows *rows, size_t limit, struct pair **ret, size_t *ret_n,
                         struct err *e)
{
    VEC(struct pair) list = { 0 };

    while (list.n < limit && rows_next(rows))
        *vec_push(a, &list) = take_row(a, rows);
    *ret = list.v;
    *ret_n = list.n;
    return rows_end(rows, e);
}

/* "<score>.<low>-<high>" of the last pair of the page before. */
bool pairs_cursor_read(struct str s, struct pair *ret)
{
    struct str score;

    return str_next(&s, '.', &score) && str_i64(score, INT32_MIN, INT32_MAX, &ret->score) && s.n == 2 * ID_CHARS + 1 &&
           id_parse(str_head(s, ID_CHARS), &ret->low) && id_parse(str_from(s, ID_CHARS + 1), &ret->high);
}

struct str pairs_cursor(struct arena *a, const struct pair *p)
{
    return str_fmt(a, "%lld." STR_FMT "-" STR_FMT, (long long)p->score, STR_ARG(id_text(a, p->low)),
                   STR_ARG(id_text(a, p->high)));
}

enum rc pairs_page(struct sql *db, struct arena *a, int64_t account, struct str state, int64_t least_score,
                   struct str cursor, int limit, struct pair **ret, size_t *ret_n, struct str *ret_next, struct err *e)
{
    auto_rows   rows = { 0 };
    struct pair from = { .score = INT64_MAX, .low = INT64_MAX, .high = INT64_MAX };

    if (cursor.n && !pairs_cursor_read(cursor, &from))
        return err_set(e, RC_INVALID, "the cursor belongs to another list");
    TRY(sql_rows(db, &rows, e, PAGE,
                 SQL_ARGS(I64(account), TEXT(state), I64(least_score), I64(from.score), I64(from.low), I64(from.high),
                          I64(limit + 1))));
    TRY(take_rows(a, &rows, (size_t)limit + 1, ret, ret_n, e));
    *ret_next = S("");
    if (*ret_n > (size_t)limit)
        *ret_next = pairs_cursor(a, &(*ret)[--*ret_n - 1]);
    return RC_OK;
}

enum rc pairs_count(struct sql *db, int64_t account, struct str state, int64_t least_score, int64_t *ret, struct err *e)
{
    return sql_one_i64(db, e, COUNT, SQL_ARGS(I64(account), TEXT(state), I64(least_score)), ret);
}

enum rc pairs_of_card(struct sql *db, struct arena *a, int64_t account, int64_t card, struct pair **ret, size_t *ret_n,
                      struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, OF_CARD, SQL_ARGS(I64(account), I64(card))));
    return take_rows(a, &rows, SIZE_MAX, ret, ret_n, e);
}

enum rc pairs_suggestions(struct sql *db, int64_t account, const int64_t *cards, size_t n, int64_t *ret, struct err *e)
{
    auto_rollback view = { 0 };

    TRY(sql_view(db, &view, e));
    for (size_t i = 0; i < n; i++)
        TRY(sql_one_i64(db, e, SUGGESTIONS, SQL_ARGS(I64(account), I64(cards[i])), &ret[i]));
    return RC_OK;
}

enum rc pairs_states(struct sql *db, struct arena *a, int64_t account, const struct two_cards *pairs, size_t n,
                     struct str *ret, struct err *e)
{
    auto_rollback   view = { 0 };
    auto_rows       rows = { 0 };
    struct sql_arg *each = arena_array(a, struct sql_arg, 2 * n + 1);

    for (size_t i = 0; i < n; i++) {
        each[2 * i] = I64(pairs[i].low);
        each[2 * i + 1] = I64(pairs[i].high);
        ret[i] = S("");
    }
    TRY(sql_view(db, &view, e));
    TRY(sql_rows_each(db, &rows, e, STATE, SQL_ARGS(I64(account)), each, 2, n));
    while (rows_next(&rows))
        ret[rows_which(&rows)] = str_copy(a, row_text(&rows, 0));
    return rows_end(&rows, e);
}
