/* ops/backup/cmd_restore.c - `kith restore FILE|-`: an installation out of a backup, in an empty house.
 *
 * A file is read and checked from end to end before anything is touched.  Then the database gets the schema of the backup's time and
 * the mark of one that is being filled (store/installation/moving.h), under which no `kith up` starts; every table is written, read
 * back and compared; the schema is brought up to date; and with the last commit the mark goes.  Whatever interrupts it, the mark
 * stays, and the same command begins again. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/options.h"
#include "io/blob/blob.h"
#include "io/bundle.h"
#include "io/search/search.h"
#include "ops/backup/backup_file.h"
#include "ops/backup/load.h"
#include "fleet/master/startup.h"
#include "ops/commands.h"
#include "ops/conf_file.h"
#include "ops/local.h"
#include "ops/progress.h"
#include "store/account/accounts.h"
#include "store/cards/cards.h"
#include "store/work/jobs.h"
#include "store/installation/backups.h"
#include "store/installation/moving.h"
#include "store/installation/schema_steps.h"

enum { TRANSACTION_ROWS = 5000, IDS_A_TIME = 500 };

struct restore {
    struct arena          *a;
    struct conf            conf;
    struct sql            *db;
    struct blob_dir       *blobs;
    struct blob_writer    *upload;
    const struct manifest *m;
    struct table          *table; /* of the database, in the order of the backup's */
    struct sql_guard       open;  /* the transaction that rows go into */
    int64_t                rows;  /* in it */
    struct buf             settings;
    struct progress        bar;
    int64_t                file_bytes; /* 0: a pipe */
    int                    lock_fd;
};

/* ---- what the backup gives ---- */

static enum rc commit(struct restore *r, struct err *e)
{
    struct sql_guard open = r->open;

    r->open = (struct sql_guard){ 0 };
    r->rows = 0;
    return sql_leave(&open, e);
}

static enum rc first(void *to, const struct manifest *m, struct err *e)
{
    struct restore *r = to;
    size_t          n;

    r->m = m;
    TRY(migrate_as(r->db, m->schema, m->nschema, e));
    TRY(arriving_begin(r->db, e));
    TRY(tables_list(r->db, r->a, &r->table, &n, e));
    TRY(tables_same(m->table, m->ntables, r->table, n, e));
    auto_rollback guard = { r->db };
    TRY(sql_begin(r->db, e));
    for (size_t i = 0; i < n; i++)
        TRY(tables_clear(r->db, &r->table[i], e));
    return sql_commit(r->db, e);
}

static enum rc rows(void *to, size_t table, const struct table_page *page, struct err *e)
{
    struct restore *r = to;

    TRY(sql_join(r->db, &r->open, e));
    TRY(tables_put(r->db, &r->table[table], page, e));
    r->rows += (int64_t)page->rows;
    bool large = page->rows < TABLE_PAGE; /* by their bytes, or the last of a table */
    return r->rows < TRANSACTION_ROWS && !large ? RC_OK : commit(r, e);
}

static enum rc read_table(struct sql *db, const struct table *t, struct table_sum *ret, struct err *e)
{
    struct table_page page[2], *before = NULL;
    size_t            at = 0;
    auto_free(arena) one = arena_new(1 << 20);
    auto_free(arena) other = arena_new(1 << 20);
    struct arena *const room[] = { one, other };

    for (;; before = &page[at], at = !at) {
        arena_reset(room[at]);
        TRY(tables_page(db, room[at], t, before, &page[at], e));
        if (page[at].rows == 0)
            return RC_OK;
        tables_add(ret, t, &page[at]);
    }
}

/* What is in the database now is what was read from the backup. */
static enum rc tables_end(void *to, struct err *e)
{
    struct restore *r = to;

    TRY(commit(r, e));
    for (size_t i = 0; i < r->m->ntables; i++) {
        struct table_sum there = { 0 };
        TRY(read_table(r->db, &r->table[i], &there, e));
        TRY(manifest_same_sum(&r->table[i], &r->m->sum[i], &there, e));
    }
    return RC_OK;
}

static enum rc upload_begin(void *to, struct str key, int64_t bytes, struct err *e)
{
    struct restore *r = to;

    if (!r->blobs)
        TRY(blob_open(&r->blobs, &r->conf, r->db, e));
    return blob_create_again(r->blobs, key, bytes, &r->upload, e);
}

static enum rc upload_bytes(void *to, struct str bytes, struct err *e)
{
    return blob_write(((struct restore *)to)->upload, bytes, e);
}

static enum rc upload_end(void *to, struct err *e)
{
    struct restore *r = to;
    struct str      key;

    return blob_finish(&r->upload, r->a, &key, e);
}

static enum rc settings(void *to, struct str text, struct err *e)
{
    struct restore *r = to;

    (void)e;
    buf_put(&r->settings, text);
    return RC_OK;
}

static void progress(void *to, int64_t bytes_read)
{
    struct restore *r = to;
    progress_show(&r->bar, bytes_read >> 10, i64_max(r->file_bytes, bytes_read) >> 10);
}

/* ---- what it becomes ---- */

/* The search index is made anew, by the workers of the first `kith up`. */
static enum rc index_account(struct restore *r, int64_t account, struct err *e)
{
    auto_free(arena) page = arena_new(64 << 10);
    struct card_filter all = { 0 };
    int64_t           *id, after = 0;
    size_t             n = 1;

    for (; n; after = n ? id[n - 1] : 0) {
        arena_reset(page);
        TRY(cards_ids_after(r->db, page, account, &all, after, IDS_A_TIME, &id, &n, e));
        TRY(jobs_add(r->db, account, KIND_INDEX, JOB_PRIO_BULK, id, n, e));
    }
    return RC_OK;
}

static enum rc index_all(struct restore *r, struct err *e)
{
    auto_rollback guard = { r->db };
    int64_t       account = 0;
    enum rc       rc;

    TRY(sql_begin(r->db, e));
    TRY(search_clear(r->db, e));
    while ((rc = accounts_next(r->db, account, &account, e)) == RC_OK)
        TRY(index_account(r, account, e));
    if (rc != RC_NOT_FOUND)
        return rc;
    return sql_commit(r->db, e);
}

/* Where the database is may be said elsewhere now: that line is never taken from the backup. */
static enum rc put_settings(struct restore *r, bool *ret_beside, struct err *e)
{
    struct str name = str_fmt(r->a, STR_FMT "/kith.conf", STR_ARG(r->conf.data)),
               url = conf_origin_of(&r->conf, "db") == CONF_DEFAULT ? S("") : r->conf.db;
    auto_buf b = buf_of(2 * CONF_FILE_MAX);

    *ret_beside = r->settings.n && access(name.p, F_OK) == 0;
    if (r->settings.n == 0)
        return RC_OK;
    conf_file_with_db(buf_str(&r->settings), url, &b);
    return conf_file_write(&r->conf, *ret_beside ? "kith.conf.restored" : "kith.conf", buf_str(&b), e);
}

static enum rc finish(struct restore *r, bool *ret_beside, struct err *e)
{
    auto_rollback guard = { 0 };

    TRY(migrate_up(r->db, NULL, e));
    TRY(backups_forget_all(r->db, e));
    TRY(index_all(r, e));
    TRY(put_settings(r, ret_beside, e));
    TRY(sql_join(r->db, &guard, e));
    TRY(arriving_end(r->db, e));
    return sql_leave(&guard, e);
}

/* ---- where it goes ---- */

static const char *const database_files[] = { "kith.db", "kith.db-wal", "kith.db-shm" };
static const char *const all_files[] = { "kith.db", "kith.db-wal", "kith.db-shm", "blobs", "kith.conf" };

static struct str in_data(struct restore *r, const char *name)
{
    return str_fmt(r->a, STR_FMT "/%s", STR_ARG(r->conf.data), name);
}

/* The old installation, whole, in a folder of its own beside the new one. */
static enum rc move_aside(struct restore *r, struct err *e)
{
    char      name[64];
    time_t    now = time(NULL);
    struct tm t;

    if (r->conf.db.n)
        return err_set(e, RC_INVALID,
                       "--replace moves files of the data folder aside: make an empty database and name it with --db");
    strftime(name, sizeof name, "before-restore-%Y%m%dT%H%M%SZ", gmtime_r(&now, &t));
    struct str folder = in_data(r, name);
    if (mkdir(folder.p, 0700) != 0)
        return err_set(e, RC_UNAVAILABLE, "cannot make " STR_FMT ": %s", STR_ARG(folder), strerror(errno));
    for (size_t i = 0; i < countof(all_files); i++) {
        struct str to = str_fmt(r->a, STR_FMT "/%s", STR_ARG(folder), all_files[i]);
        if (rename(in_data(r, all_files[i]).p, to.p) != 0 && errno != ENOENT)
            return err_set(e, RC_UNAVAILABLE, "cannot move %s aside: %s", all_files[i], strerror(errno));
    }
    printf("What was here is in " STR_FMT " now.\n", STR_ARG(folder));
    return RC_OK;
}

/* Nobody works on it, and nothing is in it that anybody would miss. */
static enum rc is_empty(struct restore *r, struct err *e)
{
    int64_t version, account, agents = 0;
    bool    half;

    TRY(migrate_version(r->db, &version, e));
    TRY(arriving_there(r->db, &half, e));
    if (version == 0 || half)
        return RC_OK;
    enum rc rc = accounts_next(r->db, 0, &account, e);
    if (rc == RC_OK)
        return err_set(e, RC_CONFLICT, "there is an installation already; %s",
                       r->conf.db.n ? "give an empty database with --db" : "--replace moves it aside first");
    if (rc == RC_NOT_FOUND && migrate_fits(r->db, NULL) == RC_OK)
        TRY(agents_count(r->db, &agents, e));
    if (agents)
        return err_set(e, RC_CONFLICT, "a Kith works on this database: stop it first");
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* A file without people in it, or filled half, begins anew: its schema may be of another time. */
static enum rc open_empty(struct restore *r, struct err *e)
{
    TRY(sql_open(&r->db, conf_database(&r->conf, r->a), e));
    TRY(is_empty(r, e));
    if (!r->conf.db.n) {
        sql_free(r->db);
        r->db = NULL;
        for (size_t i = 0; i < countof(database_files); i++)
            if (unlink(in_data(r, database_files[i]).p) != 0 && errno != ENOENT)
                return err_set(e, RC_UNAVAILABLE, "cannot begin %s anew: %s", database_files[i], strerror(errno));
        TRY(sql_open(&r->db, conf_database(&r->conf, r->a), e));
    }
    return sql_bulk(r->db, e);
}

static enum rc prepare(struct restore *r, bool replace, struct err *e)
{
    TRY(startup_lock(r->conf.data, &r->lock_fd, e)); /* until the end of this process nobody starts on it */
    if (replace)
        TRY(move_aside(r, e));
    return open_empty(r, e);
}

/* ---- all of it ---- */

static enum rc restore(struct restore *r, int fd, struct manifest *m, bool *ret_beside, struct err *e)
{
    struct load_sink sink = { first, rows, tables_end, upload_begin, upload_bytes, upload_end, settings, progress, r };

    r->bar = progress_of("restoring, KiB");
    enum rc rc = load_read(fd, &sink, r->a, m, e);
    progress_end(&r->bar);
    TRY(rc);
    return finish(r, ret_beside, e);
}

static enum rc open_file(struct restore *r, const char *path, int *ret, struct err *e)
{
    struct stat     st;
    struct manifest m;

    if (!strcmp(path, "-")) {
        *ret = STDIN_FILENO;
        return RC_OK;
    }
    TRY(backup_file_check(path, true, r->a, &m, e));
    *ret = open(path, O_RDONLY | O_CLOEXEC);
    if (*ret < 0 || fstat(*ret, &st) != 0)
        return err_set(e, RC_NOT_FOUND, "%s: %s", path, strerror(errno));
    r->file_bytes = st.st_size;
    return RC_OK;
}

static int tell(struct restore *r, const struct manifest *m, bool beside)
{
    printf("Restored: %lld rows of %zu tables and %lld uploads, each compared; the installation as it was at " STR_FMT
           ".\n",
           (long long)manifest_rows(m), m->ntables, (long long)m->uploads, STR_ARG(clock_rfc3339(r->a, m->made_ms)));
    if (beside)
        printf("Its settings are in kith.conf.restored, beside the kith.conf that was here.\n");
    if (m->uploads_gone)
        printf("%lld uploads had been deleted while it was made: their imports must be begun anew.\n",
               (long long)m->uploads_gone);
    return printf("`kith up` starts it; search fills up in its first minutes.\n") < 0;
}

static void end(struct restore *r)
{
    blob_writer_free(r->upload);
    if (r->open.db)
        sql_rollback(r->open.db);
    blob_free(r->blobs);
    sql_free(r->db);
    buf_done(&r->settings);
}

int restore_main(int argc, char **argv)
{
    auto_free(arena) a = arena_new(64 << 10);
    struct restore  r = { .a = a, .settings = buf_of(MANIFEST_CONF_MAX) };
    struct manifest m;
    struct err      e = { 0 };
    int             fd = -1;
    bool            beside = false;

    umask(077);
    if (conf_load(&r.conf, a, &argc, argv, &e) != RC_OK)
        return command_failed("restore", &e);
    bool replace = option_given(&argc, argv, "--replace");
    if (argc != 2 || (replace && !strcmp(argv[1], "-")))
        return command_misused(command_find("restore"));
    enum rc rc = open_file(&r, argv[1], &fd, &e);
    if (rc == RC_OK)
        rc = prepare(&r, replace, &e);
    if (rc == RC_OK)
        rc = restore(&r, fd, &m, &beside, &e);
    end(&r);
    if (rc != RC_OK)
        return command_failed("restore", &e);
    return tell(&r, &m, beside);
}
