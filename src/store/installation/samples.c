/* The console's history: a row a minute for a day, a row an hour for a month. */
#include "store/installation/samples.h"
#include <stdio.h>
#include "base/clock.h"
#include "base/vec.h"
#include "store/installation/database.h"
#include "store/installation/prices.h"

enum { HOUR_MS = 3600 * 1000, DAY_MS = 24 * HOUR_MS, THIN_HOURS = 100, HOSTS_MOST = 64, ADD_TRIES = 8 };

static const char ADD[] = "insert into samples (at_ms, host, sample_json) values ($1, $2, $3)"
                          " on conflict (at_ms, host) do nothing";
static const char RANGE[] =
    "select at_ms, host, sample_json from samples where at_ms >= $1 and at_ms < $2 order by at_ms, host";
static const char BACKWARDS[] =
    "select at_ms, host, sample_json from samples where at_ms >= $1 order by at_ms desc limit 500";
static const char OLDEST_MINUTE[] =
    "select at_ms from samples where at_ms < $1 and at_ms % 3600000 <> 0 order by at_ms limit 1";
static const char DELETE[] = "delete from samples where at_ms >= $1 and at_ms < $2";

/* ---- taking ---- */

static void kinds_now(struct metrics *m, struct sample *ret)
{
    int64_t now = clock_ms();

    for (size_t k = 1; k < KINDS_END; k++) {
        int64_t since = metrics_get(&m->oldest_ms[k]);
        ret->kind[k] = (struct sample_kind){ .ready = metrics_get(&m->jobs_ready[k]),
                                             .claimed = metrics_get(&m->jobs_claimed[k]),
                                             .later = metrics_get(&m->jobs_later[k]),
                                             .dead = metrics_get(&m->jobs_dead[k]),
                                             .oldest_ms = since ? i64_max(0, now - since) : 0,
                                             .workers = metrics_get(&m->workers[k]),
                                             .target = metrics_get(&m->workers_target[k]) };
        ret->workers += ret->kind[k].workers;
    }
}

static int64_t processes_alive(struct metrics *m)
{
    int64_t n = 0;

    for (size_t i = 0; i < METRICS_PROCESSES; i++)
        n += atomic_load(&m->process[i].pid) && atomic_load(&m->process[i].role) != ROLE_WORKER;
    return n;
}

void sample_now(struct metrics *m, struct str data, struct sample *ret)
{
    struct tally_minute minute;
    struct machine      here;

    *ret = (struct sample){ .at_ms = clock_ms(), .span_s = SAMPLE_EVERY_S };
    tally_minute(&m->tally, &minute);
    machine_look(&m->machine, data, &here);
    memcpy(ret->host, here.name, sizeof ret->host);
    memcpy(ret->n, minute.n, sizeof ret->n);
    for (size_t c = 0; c < CLASSES; c++)
        ret->class[c] = (struct sample_class){ minute.requests[c], minute.p50_us[c], minute.p99_us[c] };
    kinds_now(m, ret);
    ret->visitors = visits_people(&m->visits, ret->at_ms);
    ret->cores = here.cores;
    ret->cpu_permille = here.cpu_permille;
    ret->load_milli = here.load_milli;
    ret->memory = here.memory;
    ret->memory_used = here.memory_used;
    ret->disk = here.disk;
    ret->disk_free = here.disk_free;
    ret->kith_memory = metrics_get(&m->mark.memory);
    ret->processes = processes_alive(m);
}

/* What has been added since the mark; the mark moves up. */
static int64_t since(metric *mark, int64_t now) { return i64_max(0, now - atomic_exchange(mark, now)); }

void sample_since(struct metrics *m, struct str data, struct sample *ret)
{
    int64_t restarts = 0;

    metrics_set(&m->mark.memory, metrics_memory(m));
    sample_now(m, data, ret);
    int64_t was = atomic_exchange(&m->mark.at_ms, ret->at_ms);
    ret->span_s = was ? i64_max(1, (ret->at_ms - was + 500) / 1000) : SAMPLE_EVERY_S;
    for (size_t i = 0; i < TALLIES; i++)
        ret->n[i] = since(&m->mark.n[i], atomic_load(&m->tally.total[i]));
    for (size_t c = 0; c < CLASSES; c++)
        ret->class[c].n = since(&m->mark.requests[c], tally_requests(&m->tally, (enum tally_class)c));
    for (size_t k = 1; k < KINDS_END; k++)
        ret->kind[k].done = since(&m->mark.done[k], metrics_get(&m->jobs_done[k]));
    for (size_t r = ROLE_HTTP; r <= ROLE_NURSERY; r++)
        restarts += metrics_get(&m->restarts[r]);
    ret->restarts = since(&m->mark.restarts, restarts);
}

/* ---- keeping ---- */

/* Two houses on one host may write in the same millisecond: then the next one is taken. */
static enum rc add(struct sql *db, const struct sample *s, struct err *e)
{
    int64_t         added = 0;
    auto_buf        text = buf_of(SAMPLE_JSON_MAX);
    struct json_out o = json_out_of(&text);

    sample_write(&o, JSON_ELEMENT, s);
    if (buf_full(&text))
        return err_set(e, RC_INTERNAL, "sample: larger than %d bytes", SAMPLE_JSON_MAX);
    for (int64_t at = s->at_ms; !added && at < s->at_ms + ADD_TRIES; at++)
        TRY(sql_run(db, e, ADD, SQL_ARGS(I64(at), TEXT(str_of(s->host)), TEXT(buf_str(&text))), &added));
    return RC_OK;
}

enum rc samples_keep(struct sql *db, struct metrics *m, struct str data, struct err *e)
{
    auto_free(arena) a = arena_new(4096);
    struct database base;
    struct prices   prices;
    struct sample   s;

    sample_since(m, data, &s);
    s.at_ms += s.at_ms % HOUR_MS == 0; /* whole hours are for hours */
    TRY(database_look(db, a, &base, e));
    TRY(prices_read(db, a, &prices, e));
    s.db_bytes = base.bytes;
    s.db_ping_us = base.ping_us;
    s.db_connections = base.connections;
    s.cost_micro = prices.core_hour_micro * s.cores * s.span_s / 3600;
    return add(db, &s, e);
}

/* ---- reading ---- */

static void take(struct arena *a, const struct sql_rows *rows, struct sample *ret)
{
    struct json *v = NULL;
    struct str   host = row_text(rows, 1);

    *ret = (struct sample){ .at_ms = row_i64(rows, 0) };
    memcpy(ret->host, host.p, size_min(host.n, sizeof ret->host - 1));
    if (json_parse(a, row_text(rows, 2), &v, NULL) == RC_OK)
        sample_read(v, ret);
}

/* The samples of one step, by host. */
struct step {
    struct sample host[HOSTS_MOST];
    size_t        n;
};

static void step_add(struct step *st, const struct sample *s)
{
    for (size_t i = 0; i < st->n; i++)
        if (!strcmp(st->host[i].host, s->host)) {
            sample_after(&st->host[i], s);
            return;
        }
    if (st->n < HOSTS_MOST)
        st->host[st->n++] = *s;
}

static void step_end(struct step *st, struct sample *ret, int64_t at_ms)
{
    *ret = st->host[0];
    for (size_t i = 1; i < st->n; i++)
        sample_beside(ret, &st->host[i]);
    ret->at_ms = at_ms;
    st->n = 0;
}

enum rc samples_list(struct sql *db, struct arena *a, int64_t from_ms, int64_t to_ms, int64_t step_ms,
                     struct sample **ret, size_t *ret_n, struct err *e)
{
    auto_free(arena) one = arena_new(16 << 10);
    auto_rows     rows = { 0 };
    struct step  *st = arena_new_of(a, struct step);
    struct sample s;
    int64_t       began = 0;
    size_t        n = 0;

    if (step_ms <= 0 || from_ms >= to_ms || (to_ms - from_ms) / step_ms >= SAMPLES_MOST)
        return err_set(e, RC_INVALID, "history: at most %d steps", SAMPLES_MOST);
    *ret = arena_array(a, struct sample, (size_t)((to_ms - from_ms) / step_ms) + 2);
    TRY(sql_rows(db, &rows, e, RANGE, SQL_ARGS(I64(from_ms), I64(to_ms))));
    for (; rows_next(&rows); arena_reset(one)) {
        take(one, &rows, &s);
        int64_t begins = from_ms + (s.at_ms - from_ms) / step_ms * step_ms;
        if (st->n && begins != began)
            step_end(st, &(*ret)[n++], began);
        began = begins;
        step_add(st, &s);
    }
    if (st->n)
        step_end(st, &(*ret)[n++], began);
    *ret_n = n;
    return rows_end(&rows, e);
}

enum rc samples_hosts(struct sql *db, int64_t from_ms, struct sample *ret, size_t room, size_t *ret_n, struct err *e)
{
    auto_free(arena) one = arena_new(16 << 10);
    auto_rows     rows = { 0 };
    struct sample s;

    *ret_n = 0;
    TRY(sql_rows(db, &rows, e, BACKWARDS, SQL_ARGS(I64(from_ms))));
    for (; rows_next(&rows); arena_reset(one)) {
        size_t i = 0;
        take(one, &rows, &s);
        while (i < *ret_n && strcmp(ret[i].host, s.host))
            i++;
        if (i == *ret_n && i < room)
            ret[(*ret_n)++] = s;
    }
    return rows_end(&rows, e);
}

/* ---- thinning ---- */

static enum rc thin_hour(struct sql *db, int64_t hour_ms, struct err *e)
{
    auto_free(arena) one = arena_new(16 << 10);
    auto_rollback guard = { db };
    auto_rows     rows = { 0 };
    struct step  *st = arena_new_of(one, struct step);
    struct sample s;
    int64_t       read = 0, deleted = 0;

    TRY(sql_begin(db, e));
    TRY(sql_rows(db, &rows, e, RANGE, SQL_ARGS(I64(hour_ms), I64(hour_ms + HOUR_MS))));
    for (; rows_next(&rows); read++) {
        take(one, &rows, &s);
        step_add(st, &s);
    }
    TRY(rows_end(&rows, e));
    rows_close(&rows);
    TRY(sql_run(db, e, DELETE, SQL_ARGS(I64(hour_ms), I64(hour_ms + HOUR_MS)), &deleted));
    if (deleted != read)
        return RC_OK; /* another agent does the same at this moment */
    for (size_t i = 0; i < st->n; i++) {
        st->host[i].at_ms = hour_ms;
        TRY(add(db, &st->host[i], e));
    }
    return sql_commit(db, e);
}

enum rc samples_thin(struct sql *db, int64_t now_ms, struct err *e)
{
    int64_t limit = now_ms / HOUR_MS * HOUR_MS - (int64_t)SAMPLE_MINUTES_H * HOUR_MS, at = 0;

    TRY(sql_run(db, e, DELETE, SQL_ARGS(I64(0), I64(now_ms - (int64_t)SAMPLE_DAYS * DAY_MS)), NULL));
    for (int i = 0; i < THIN_HOURS; i++) {
        enum rc rc = sql_one_i64(db, e, OLDEST_MINUTE, SQL_ARGS(I64(limit)), &at);
        if (rc == RC_NOT_FOUND)
            return RC_OK;
        TRY(rc);
        TRY(thin_hour(db, at / HOUR_MS * HOUR_MS, e));
    }
    return RC_OK;
}
