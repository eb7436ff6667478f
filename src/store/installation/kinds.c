/* Settings of each kind of work, and how many workers each agent keeps. */
#include "store/installation/kinds.h"
#include "base/vec.h"

static const char ENSURE[] =
    "insert into kinds (kind, name, min_workers, max_workers, slo_ms, rho_pct, down_s, weight, service)"
    " values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (kind) do nothing";
static const char LIST[] =
    "select kind, name, min_workers, max_workers, paused, slo_ms, rho_pct, down_s, weight, service"
    " from kinds order by kind";
static const char SET[] = "update kinds set min_workers = $2, max_workers = $3, paused = $4, slo_ms = $5, rho_pct = $6,"
                          " down_s = $7, weight = $8, service = $9 where kind = $1";

static const char SET_SLOTS[] = "update agents set slots = $2 where id = $1";
static const char SLOTS[] = "select id, slots from agents where lease_until_ms >= $1 order by id";

static const char PUT[] =
    "insert into agent_kinds (agent, kind, target, running, busy, done, service_us, arrived_milli, held_by, at_ms, "
    "wanted)"
    " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (agent, kind) do update"
    " set target = excluded.target, running = excluded.running, busy = excluded.busy, done = excluded.done,"
    " service_us = excluded.service_us, arrived_milli = excluded.arrived_milli, held_by = excluded.held_by,"
    " at_ms = excluded.at_ms, wanted = excluded.wanted";
static const char LIVE[] =
    "select k.agent, k.kind, k.target, k.running, k.busy, k.done, k.service_us, k.arrived_milli, k.held_by, k.at_ms, "
    "k.wanted"
    " from agent_kinds k join agents g on g.id = k.agent where g.lease_until_ms >= $1 order by k.kind, k.agent";

static const char WANTED[] = "select cast(coalesce(sum(k.wanted), 0) as bigint) from agent_kinds k"
                             " join agents g on g.id = k.agent where g.lease_until_ms >= $1";

struct kind_row kind_first(enum job_kind kind, struct str name, int64_t min, int64_t max)
{
    return (struct kind_row){ .kind = kind,
                              .name = name,
                              .min_workers = min,
                              .max_workers = max,
                              .slo_ms = 5000,
                              .rho_pct = 90,
                              .down_s = 60,
                              .weight = 20 };
}

enum rc kinds_ensure(struct sql *db, const struct kind_row *rows, size_t n, struct err *e)
{
    auto_rollback own = { 0 };

    TRY(sql_join(db, &own, e));
    for (size_t i = 0; i < n; i++)
        TRY(sql_run(db, e, ENSURE,
                    SQL_ARGS(I64(rows[i].kind), TEXT(rows[i].name), I64(rows[i].min_workers), I64(rows[i].max_workers),
                             I64(rows[i].slo_ms), I64(rows[i].rho_pct), I64(rows[i].down_s), I64(rows[i].weight),
                             TEXT(rows[i].service)),
                    NULL));
    return sql_leave(&own, e);
}

enum rc kinds_list(struct sql *db, struct arena *a, struct kind_row **ret, size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };
    VEC(struct kind_row) list = { 0 };

    TRY(sql_rows(db, &rows, e, LIST, SQL_NONE));
    while (rows_next(&rows))
        *vec_push(a, &list) = (struct kind_row){ .kind = (enum job_kind)row_i64(&rows, 0),
                                                 .name = str_copy(a, row_text(&rows, 1)),
                                                 .min_workers = row_i64(&rows, 2),
                                                 .max_workers = row_i64(&rows, 3),
                                                 .paused = row_i64(&rows, 4) != 0,
                                                 .slo_ms = row_i64(&rows, 5),
                                                 .rho_pct = row_i64(&rows, 6),
                                                 .down_s = row_i64(&rows, 7),
                                                 .weight = row_i64(&rows, 8),
                                                 .service = str_copy(a, row_text(&rows, 9)) };
    *ret = list.v;
    *ret_n = list.n;
    return rows_end(&rows, e);
}

enum rc kinds_set(struct sql *db, const struct kind_row *r, struct err *e)
{
    int64_t changed = 0;

    TRY(sql_run(db, e, SET,
                SQL_ARGS(I64(r->kind), I64(r->min_workers), I64(r->max_workers), I64(r->paused), I64(r->slo_ms),
                         I64(r->rho_pct), I64(r->down_s), I64(r->weight), TEXT(r->service)),
                &changed));
    return changed ? RC_OK : err_set(e, RC_NOT_FOUND, "no kind %d", (int)r->kind);
}

enum rc agents_set_slots(struct sql *db, int64_t agent, int64_t slots, struct err *e)
{
    return sql_run(db, e, SET_SLOTS, SQL_ARGS(I64(agent), I64(slots)), NULL);
}

enum rc agents_slots(struct sql *db, struct arena *a, int64_t now_ms, struct agent_slots **ret, size_t *ret_n,
                     struct err *e)
{
    auto_rows rows = { 0 };
    VEC(struct agent_slots) list = { 0 };

    TRY(sql_rows(db, &rows, e, SLOTS, SQL_ARGS(I64(now_ms))));
    while (rows_next(&rows))
        *vec_push(a, &list) = (struct agent_slots){ row_i64(&rows, 0), row_i64(&rows, 1) };
    *ret = list.v;
    *ret_n = list.n;
    return rows_end(&rows, e);
}

enum rc agent_kinds_wanted(struct sql *db, int64_t now_ms, int64_t *ret, struct err *e)
{
    return sql_one_i64(db, e, WANTED, SQL_ARGS(I64(now_ms)), ret);
}

enum rc agent_kinds_put(struct sql *db, const struct agent_kind *rows, size_t n, struct err *e)
{
    auto_rollback own = { 0 };

    TRY(sql_join(db, &own, e));
    for (size_t i = 0; i < n; i++)
        TRY(sql_run(db, e, PUT,
                    SQL_ARGS(I64(rows[i].agent), I64(rows[i].kind), I64(rows[i].target), I64(rows[i].running),
                             I64(rows[i].busy), I64(rows[i].done), I64(rows[i].service_us), I64(rows[i].arrived_milli),
                             TEXT(rows[i].held_by), I64(rows[i].at_ms), I64(rows[i].wanted)),
                    NULL));
    return sql_leave(&own, e);
}

enum rc agent_kinds_list(struct sql *db, struct arena *a, int64_t now_ms, struct agent_kind **ret, size_t *ret_n,
                         struct err *e)
{
    auto_rows rows = { 0 };
    VEC(struct agent_kind) list = { 0 };

    TRY(sql_rows(db, &rows, e, LIVE, SQL_ARGS(I64(now_ms))));
    while (rows_next(&rows))
        *vec_push(a, &list) = (struct agent_kind){ .agent = row_i64(&rows, 0),
                                                   .kind = (enum job_kind)row_i64(&rows, 1),
                                                   .target = row_i64(&rows, 2),
                                                   .running = row_i64(&rows, 3),
                                                   .busy = row_i64(&rows, 4),
                                                   .done = row_i64(&rows, 5),
                                                   .service_us = row_i64(&rows, 6),
                                                   .arrived_milli = row_i64(&rows, 7),
                                                   .held_by = str_copy(a, row_text(&rows, 8)),
                                                   .at_ms = row_i64(&rows, 9),
                                                   .wanted = row_i64(&rows, 10) };
    *ret = list.v;
    *ret_n = list.n;
    return rows_end(&rows, e);
}
