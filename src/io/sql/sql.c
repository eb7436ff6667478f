/* The database: the calls common to both drivers. */
#include <assert.h>
#include "io/sql/sql_driver.h"

static const struct {
    struct str               scheme;
    const struct sql_driver *driver;
} drivers[] = {
    { S("sqlite:"), &sql_sqlite },
    { S("postgresql:"), &sql_postgres },
    { S("postgres:"), &sql_postgres },
};

static enum rc noted(struct sql *db, enum rc rc)
{
    db->troubles += rc == RC_UNAVAILABLE || rc == RC_STORAGE;
    return rc;
}

int64_t sql_troubles(const struct sql *db) { return db->troubles; }
bool    sql_in_doubt(const struct sql *db) { return db->in_doubt; }

static enum rc open_with(struct sql **ret, struct str url, int64_t serving_ms, struct err *e)
{
    for (size_t i = 0; i < countof(drivers); i++)
        if (str_starts(url, drivers[i].scheme))
            return drivers[i].driver->open(ret, str_from(url, drivers[i].scheme.n), serving_ms, e);
    return err_set(e, RC_INVALID, "database: the url must begin with sqlite: or postgresql:");
}

enum rc sql_open(struct sql **ret, struct str url, struct err *e) { return open_with(ret, url, 0, e); }

enum rc sql_open_serving(struct sql **ret, struct str url, int64_t wait_ms, struct err *e)
{
    assert(wait_ms > 0);
    return open_with(ret, url, wait_ms, e);
}

void sql_free(struct sql *db)
{
    if (db)
        db->driver->close(db);
}

enum rc sql_rows(struct sql *db, struct sql_rows *ret, struct err *e, const char *text, const struct sql_arg *args,
                 size_t nargs)
{
    rows_close(ret);
    *ret = (struct sql_rows){ .db = db, .text = text, .done = true };
    TRY(noted(db, db->driver->start(db, &ret->statement, text, args, nargs, e)));
    ret->done = false;
    return RC_OK;
}

static void with_key(struct sql_arg *args, const struct sql_each *x, size_t at)
{
    for (size_t i = 0; i < x->nargs; i++)
        args[i] = x->args[i];
    for (size_t i = 0; i < x->width; i++)
        args[x->nargs + i] = x->key[at * x->width + i];
}

/* The next key of a driver that takes one at a time. */
static bool next_key(struct sql_rows *r)
{
    struct sql_arg   args[SQL_ARGS_MAX];
    struct sql_each *x = &r->each;

    if (r->statement)
        r->db->driver->finish(r->db, r->statement);
    r->statement = NULL;
    if (++x->at >= x->n)
        return false;
    with_key(args, x, x->at);
    r->rc = noted(r->db, r->db->driver->start(r->db, &r->statement, r->text, args, x->nargs + x->width, &r->err));
    return r->rc == RC_OK;
}

enum rc sql_rows_each(struct sql *db, struct sql_rows *ret, struct err *e, const char *text, const struct sql_arg *args,
                      size_t nargs, const struct sql_arg *key, size_t width, size_t n)
{
    assert(width && nargs + width <= SQL_ARGS_MAX);
    rows_close(ret);
    *ret =
        (struct sql_rows){ .db = db, .text = text, .done = n == 0, .each = { args, key, nargs, width, n, SIZE_MAX } };
    if (n && db->driver->start_each)
        TRY(noted(db, db->driver->start_each(db, &ret->statement, text, &ret->each, e)));
    return RC_OK;
}

enum rc sql_run_each(struct sql *db, struct err *e, const char *text, const struct sql_arg *args, size_t nargs,
                     const struct sql_arg *key, size_t width, size_t n, int64_t *ret_changed)
{
    struct sql_each each = { args, key, nargs, width, n, 0 };
    struct sql_arg  own[SQL_ARGS_MAX];
    int64_t         changed = 0, all = 0;

    assert(width && nargs + width <= SQL_ARGS_MAX);
    if (n > 1 && db->driver->run_each)
        return noted(db, db->driver->run_each(db, text, &each, ret_changed, e));
    for (size_t i = 0; i < n; i++) {
        with_key(own, &each, i);
        TRY(sql_run(db, e, text, own, nargs + width, ret_changed ? &changed : NULL));
        all += changed;
    }
    if (ret_changed)
        *ret_changed = all;
    return RC_OK;
}

size_t rows_which(const struct sql_rows *r)
{
    return r->db->driver->start_each ? r->db->driver->which(r->statement) : r->each.at;
}

bool rows_next(struct sql_rows *r)
{
    bool row = false, one_by_one = r->each.n && !r->db->driver->start_each;

    if (r->done || (one_by_one && !r->statement && !next_key(r)))
        return false;
    do
        r->rc = noted(r->db, r->db->driver->step(r->db, r->statement, &row, r->text, &r->err));
    while (!row && r->rc == RC_OK && one_by_one && next_key(r));
    r->done = !row;
    return row;
}

enum rc rows_end(struct sql_rows *r, struct err *e)
{
    enum rc rc = r->rc;

    if (rc != RC_OK && e)
        *e = r->err;
    rows_close(r);
    return rc;
}

void rows_close(struct sql_rows *r)
{
    if (r->statement)
        r->db->driver->finish(r->db, r->statement);
    r->statement = NULL;
    r->done = true;
}

int64_t row_i64(const struct sql_rows *r, int column) { return r->db->driver->column_i64(r->statement, column); }

struct str row_text(const struct sql_rows *r, int column) { return r->db->driver->column_text(r->statement, column); }

enum rc sql_run(struct sql *db, struct err *e, const char *text, const struct sql_arg *args, size_t nargs,
                int64_t *ret_changed)
{
    return noted(db, db->driver->run(db, text, args, nargs, ret_changed, e));
}

enum rc sql_one_i64(struct sql *db, struct err *e, const char *text, const struct sql_arg *args, size_t nargs,
                    int64_t *ret)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, text, args, nargs));
    if (rows_next(&rows)) {
        *ret = row_i64(&rows, 0);
        return RC_OK;
    }
    TRY(rows_end(&rows, e));
    return err_set(e, RC_NOT_FOUND, "not found");
}

enum rc sql_begin(struct sql *db, struct err *e)
{
    assert(!sql_in_transaction(db));
    return noted(db, db->driver->begin(db, SQL_WRITES, e));
}

enum rc sql_join_light(struct sql *db, struct sql_guard *own, struct err *e)
{
    if (sql_in_transaction(db))
        return RC_OK;
    TRY(noted(db, db->driver->begin(db, SQL_LIGHT, e)));
    own->db = db;
    return RC_OK;
}

enum rc sql_commit(struct sql *db, struct err *e)
{
    db->in_doubt = false;
    return noted(db, db->driver->commit(db, e));
}

void sql_rollback(struct sql *db)
{
    if (sql_in_transaction(db))
        db->driver->rollback(db);
}

bool sql_in_transaction(const struct sql *db) { return db->driver->in_transaction(db); }

void sql_guard_done(struct sql_guard *g)
{
    if (g->db)
        sql_rollback(g->db);
}

enum rc sql_join(struct sql *db, struct sql_guard *own, struct err *e)
{
    if (sql_in_transaction(db))
        return RC_OK;
    TRY(sql_begin(db, e));
    own->db = db;
    return RC_OK;
}

enum rc sql_leave(struct sql_guard *own, struct err *e)
{
    if (!own->db)
        return RC_OK;
    TRY(sql_commit(own->db, e));
    own->db = NULL;
    return RC_OK;
}

enum rc sql_view(struct sql *db, struct sql_guard *view, struct err *e)
{
    if (sql_in_transaction(db))
        return RC_OK;
    TRY(noted(db, db->driver->begin(db, SQL_VIEW, e)));
    view->db = db;
    return RC_OK;
}

int64_t sql_version(struct sql *db) { return db->driver->version(db); }

void sql_quiet(struct sql *db, bool on) { db->quiet = on; }

bool sql_ring(struct sql *db) { return db->driver->ring(db); }

void sql_patience(struct sql *db, int64_t ms)
{
    if (db->driver->patience)
        db->driver->patience(db, ms);
}

enum rc sql_wait_ready(struct sql *db, int64_t ms, struct err *e) { return db->driver->wait_ready(db, ms, e); }

enum rc sql_script(struct sql *db, struct err *e, struct str script) { return db->driver->script(db, script, e); }

enum rc sql_checkpoint(struct sql *db, int64_t *ret_left, struct err *e)
{
    return db->driver->checkpoint(db, ret_left, e);
}

enum rc sql_integrity(struct sql *db, struct err *e) { return db->driver->integrity(db, e); }

enum rc sql_bulk(struct sql *db, struct err *e) { return db->driver->bulk(db, e); }

void sql_release_memory(struct sql *db) { db->driver->release_memory(db); }
