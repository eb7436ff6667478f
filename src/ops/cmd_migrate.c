/* ops/cmd_migrate.c - `kith migrate --to URL`: moves the installation to another database while people go on reading.
 *
 * The sign of store/installation/moving.h keeps everybody from writing.  Then every table is copied, row by row, read back, and compared by count
 * and by a hash that does not depend on the order of rows.  Only when all agree does kith.conf name the new database, and the house
 * takes its processes to it.  Until then nothing has happened to the old one: whoever interrupts this loses nothing but time. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/options.h"
#include "io/search/search.h"
#include "ops/commands.h"
#include "ops/conf_file.h"
#include "ops/local.h"
#include "ops/progress.h"
#include "store/work/jobs.h"
#include "store/installation/schema_steps.h"
#include "store/installation/moving.h"
#include "store/installation/tables.h"

enum {
    QUIET_MS = 2000,
    QUIET_MOST_MS = 60000,
    LOOK_US = 100000,
    TELL_MS = 500,
    TRANSACTION_ROWS = 5000,
    ARRIVE_MS = 30000
};

struct move {
    struct arena      *a, *page;
    const struct conf *conf;
    struct sql        *from, *sign, *to; /* sign: the old database again, to write there while from is a view */
    struct table      *table;
    struct table_sum  *sum;
    size_t             n;
    int64_t            docs, done, total, began_us, told_ms;
    struct progress    bar;
};

/* ---- telling ---- */

static enum rc tell(struct move *m, struct err *e)
{
    int64_t now = clock_ms(), us = clock_mono_us() - m->began_us;

    progress_show(&m->bar, m->done, m->total);
    if (now - m->told_ms < TELL_MS)
        return RC_OK;
    if (m->told_ms && now - m->told_ms >= MOVING_LEASE_MS)
        return err_set(e, RC_UNAVAILABLE,
                       "the sign that nobody may write ran out meanwhile: this machine is too slow now");
    struct moving sign = { .left_s = 60 };
    if (m->done > 0 && m->total > 0) {
        sign.done_pct = i64_min(m->done * 100 / m->total, 99);
        sign.left_s = us / 1000000 * (m->total - m->done) / m->done;
    }
    m->told_ms = now;
    return moving_set(m->sign, &sign, now + MOVING_LEASE_MS, e);
}

/* Everybody has seen the sign, and what was claimed before it is done. */
static enum rc wait_quiet(struct move *m, struct err *e)
{
    struct job_counts n[KINDS_END];
    int64_t           began = clock_ms(), claimed = 1;

    while (clock_ms() - began < QUIET_MS || claimed) {
        if (clock_ms() - began > QUIET_MOST_MS)
            return err_set(e, RC_UNAVAILABLE, "%lld jobs were not finished in time", (long long)claimed);
        TRY(tell(m, e));
        usleep(LOOK_US);
        TRY(jobs_counts(m->sign, 0, n, e));
        claimed = 0;
        for (int k = 1; k < KINDS_END; k++)
            claimed += local_house_runs(m->conf, m->page) ? n[k].claimed : 0;
        arena_reset(m->page);
    }
    return RC_OK;
}

/* ---- copying ---- */

static enum rc count_all(struct move *m, struct err *e)
{
    for (size_t i = 0; i < m->n; i++) {
        int64_t rows = 0;
        TRY(tables_count(m->from, &m->table[i], &rows, e));
        m->total += 2 * rows;
        TRY(tell(m, e));
    }
    TRY(search_count(m->from, &m->docs, e));
    m->total += m->docs;
    return RC_OK;
}

/* Reads a table to its end; to != NULL: and writes it there. */
static enum rc read_table(struct move *m, struct sql *db, const struct table *t, struct sql *to, struct table_sum *sum,
                          struct err *e)
{
    struct table_page page[2];
    size_t            at = 0;
    auto_rollback     guard = { 0 };
    auto_free(arena) other = arena_new(1 << 20);
    struct arena *const room[] = { m->page, other }; /* the page before names where the next begins */

    for (struct table_page *before = NULL;; before = &page[at], at = !at) {
        arena_reset(room[at]);
        TRY(tables_page(db, room[at], t, before, &page[at], e));
        if (page[at].rows == 0)
            break;
        tables_add(sum, t, &page[at]);
        if (to) {
            TRY(sql_join(to, &guard, e));
            TRY(tables_put(to, t, &page[at], e));
        }
        if (to && sum->rows / TABLE_PAGE % (TRANSACTION_ROWS / TABLE_PAGE) == 0)
            TRY(sql_leave(&guard, e));
        m->done += (int64_t)page[at].rows;
        TRY(tell(m, e));
    }
    return sql_leave(&guard, e);
}

static enum rc clear(struct move *m, struct err *e)
{
    auto_rollback guard = { m->to };

    TRY(sql_begin(m->to, e));
    for (size_t i = 0; i < m->n; i++)
        TRY(tables_clear(m->to, &m->table[i], e));
    TRY(search_clear(m->to, e));
    return sql_commit(m->to, e);
}

static enum rc copy_search(struct move *m, struct err *e)
{
    int64_t account = 0, id = 0;
    size_t  n = 1;

    while (n) {
        auto_rollback guard = { m->to };
        TRY(sql_begin(m->to, e));
        TRY(search_copy(m->from, m->to, &account, &id, &n, e));
        TRY(sql_commit(m->to, e));
        m->done += (int64_t)n;
        TRY(tell(m, e));
    }
    return RC_OK;
}

static enum rc copy_all(struct move *m, struct err *e)
{
    TRY(clear(m, e));
    m->sum = arena_array(m->a, struct table_sum, m->n);
    for (size_t i = 0; i < m->n; i++)
        TRY(read_table(m, m->from, &m->table[i], m->to, &m->sum[i], e));
    return copy_search(m, e);
}

/* ---- comparing ---- */

static enum rc compare(const struct table *t, const struct table_sum *a, const struct table_sum *b, struct err *e)
{
    if (a->rows != b->rows || a->hash != b->hash)
        return err_set(e, RC_INTERNAL, "table " STR_FMT ": %lld rows (%016llx) became %lld (%016llx)", STR_ARG(t->name),
                       (long long)a->rows, (unsigned long long)a->hash, (long long)b->rows,
                       (unsigned long long)b->hash);
    return RC_OK;
}

static enum rc verify(struct move *m, struct err *e)
{
    int64_t docs = 0;

    for (size_t i = 0; i < m->n; i++) {
        struct table_sum there = { 0 };
        TRY(read_table(m, m->to, &m->table[i], NULL, &there, e));
        TRY(compare(&m->table[i], &m->sum[i], &there, e));
    }
    TRY(search_count(m->to, &docs, e));
    if (docs != m->docs)
        return err_set(e, RC_INTERNAL, "search index: %lld documents became %lld", (long long)m->docs, (long long)docs);
    return RC_OK;
}

/* Accounts count their changes: had anybody written in spite of the sign, they would not be as they were in the view. */
static enum rc nobody_wrote(struct move *m, struct err *e)
{
    for (size_t i = 0; i < m->n; i++) {
        struct table_sum now = { 0 };
        if (!str_is(m->table[i].name, "accounts"))
            continue;
        TRY(read_table(m, m->sign, &m->table[i], NULL, &now, e));
        if (compare(&m->table[i], &m->sum[i], &now, e) != RC_OK)
            return err_set(e, RC_CONFLICT, "somebody wrote while the installation was moved");
    }
    return RC_OK;
}

/* ---- the whole move ---- */

static enum rc same_schema(struct move *m, struct err *e)
{
    struct table *there;
    size_t        n;

    TRY(migrate_fits(m->sign, e));
    TRY(migrate_up(m->to, NULL, e));
    TRY(tables_list(m->sign, m->a, &m->table, &m->n, e));
    TRY(tables_list(m->to, m->a, &there, &n, e));
    return tables_same(m->table, m->n, there, n, e);
}

static enum rc finish(struct move *m, struct err *e)
{
    auto_rollback guard = { m->to };

    TRY(sql_begin(m->to, e));
    TRY(arriving_end(m->to, e));
    return sql_commit(m->to, e);
}

static enum rc copy_view(struct move *m, struct err *e)
{
    auto_rollback view = { 0 };

    TRY(sql_view(m->from, &view, e));
    TRY(count_all(m, e));
    return copy_all(m, e);
}

static enum rc move(struct move *m, struct err *e)
{
    TRY(same_schema(m, e));
    TRY(arriving_begin(m->to, e));
    TRY(tell(m, e));
    TRY(wait_quiet(m, e));
    m->began_us = clock_mono_us();
    TRY(copy_view(m, e));
    TRY(verify(m, e));
    TRY(nobody_wrote(m, e));
    TRY(finish(m, e));
    return moving_gone(m->sign, e); /* whoever still serves from the old one only reads */
}

/* ---- afterwards ---- */

static pid_t master(const struct conf *conf, struct arena *a)
{
    char  text[16] = "";
    FILE *f = local_house_runs(conf, a) ? fopen(str_fmt(a, STR_FMT "/kith.lock", STR_ARG(conf->data)).p, "re") : NULL;

    if (f && !fgets(text, sizeof text, f))
        text[0] = 0;
    if (f)
        fclose(f);
    return (pid_t)atoi(text);
}

/* The house of this folder takes its processes to the new database; true: an agent has come. */
static bool house_follows(struct move *m)
{
    pid_t   pid = master(m->conf, m->a);
    int64_t until = clock_ms() + ARRIVE_MS, agents = 0;

    if (pid <= 1 || kill(pid, SIGHUP) != 0)
        return false;
    while (clock_ms() < until && agents == 0) {
        usleep(LOOK_US);
        if (agents_count(m->to, &agents, NULL) != RC_OK)
            return false;
    }
    return agents > 0;
}

static int switch_over(struct move *m, struct str url)
{
    struct err e = { 0 };
    bool       runs = local_house_runs(m->conf, m->a);

    printf("%lld rows in %zu tables and %lld search documents are there, each compared.\n",
           (long long)(m->total - m->docs) / 2, m->n, (long long)m->docs);
    if (conf_origin_of(m->conf, "db") > CONF_FILE)
        return printf("The database is named by a flag or the environment: start `kith up` with --db " STR_FMT
                      " or KITH_DB.\n",
                      STR_ARG(url)) < 0;
    if (conf_file_set_db(m->conf, url, &e) != RC_OK)
        return command_failed("migrate", &e) +
               (fprintf(stderr, "set db = " STR_FMT " there yourself\n", STR_ARG(url)) < 0);
    printf("kith.conf names the new database.\n");
    if (!runs)
        return printf("`kith up` starts on it.\n") < 0;
    if (!house_follows(m))
        return printf("Start `kith up` anew: it has not gone there by itself.\n") < 0;
    return printf("The house works on it now. The old database is untouched; it may be deleted when you trust the new "
                  "one.\n") < 0;
}

static enum rc open_all(struct move *m, struct str url, struct err *e)
{
    TRY(local_database(m->conf, m->a, &m->sign, e));
    TRY(local_database(m->conf, m->a, &m->from, e));
    if (str_eq(conf_database(m->conf, m->a), url))
        return err_set(e, RC_INVALID, "the installation is there already");
    TRY(sql_open(&m->to, url, e));
    return sql_bulk(m->to, e);
}

/* An installation that was moved away, used again as it was then. */
static int stay(const struct conf *conf, struct arena *a)
{
    auto_free(sql) db = NULL;
    struct err e = { 0 };
    enum rc    rc = local_database(conf, a, &db, &e);

    if (rc == RC_OK)
        rc = moving_end(db, &e);
    return rc == RC_OK ? printf("It may be written again.\n") < 0 : command_failed("migrate", &e);
}

/* The other half of a change of schema: what no program needs any more. */
static int take_away(const struct conf *conf, struct arena *a)
{
    auto_free(sql) db = NULL;
    struct err e = { 0 };
    int        n = 0;
    enum rc    rc = local_database(conf, a, &db, &e);

    if (rc == RC_OK)
        rc = moving_refuse(db, &e);
    if (rc == RC_OK)
        rc = migrate_contract(db, &n, &e);
    if (rc != RC_OK)
        return command_failed("migrate", &e);
    return printf(n ? "%d files of the schema run.\n" : "Nothing waits.\n", n) < 0;
}

int migrate_main(int argc, char **argv)
{
    auto_free(arena) a = arena_new(64 << 10);
    auto_free(arena) page = arena_new(1 << 20);
    struct conf conf;
    struct err  e = { 0 }, other = { 0 };
    struct move m = { .a = a, .page = page, .conf = &conf, .began_us = clock_mono_us(), .bar = progress_of("moving") };

    if (conf_load(&conf, a, &argc, argv, &e) != RC_OK)
        return command_failed("migrate", &e);
    bool        contract = option_given(&argc, argv, "--contract"), stays = option_given(&argc, argv, "--stay");
    const char *to = option_text(&argc, argv, "--to");
    if (contract + stays + (to != NULL) != 1 || argc > 1)
        return command_misused(command_find("migrate"));
    if (stays)
        return stay(&conf, a);
    if (contract)
        return take_away(&conf, a);
    enum rc rc = open_all(&m, str_of(to), &e);
    if (rc == RC_OK)
        rc = move(&m, &e);
    progress_end(&m.bar);
    if (rc != RC_OK) {
        command_failed("migrate", &e);
        fputs("Nothing has changed: the old database goes on.\n", stderr);
        if (m.told_ms && moving_end(m.sign, &other) != RC_OK)
            fprintf(stderr, "kith migrate: %s: it is read-only for %d s more\n", other.text, MOVING_LEASE_MS / 1000);
    }
    int code = rc == RC_OK ? switch_over(&m, str_of(to)) : 1;
    sql_free(m.from);
    sql_free(m.sign);
    sql_free(m.to);
    return code;
}
