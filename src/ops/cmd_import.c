/* ops/cmd_import.c - `kith import`: the same way a file takes in the browser: upload, dry run, commit, progress. */
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <unistd.h>
#include "base/json.h"
#include "base/options.h"
#include "base/utf8.h"
#include "ops/commands.h"
#include "ops/cmd_import.h"
#include "ops/progress.h"
#include "ops/table_options.h"
#include "store/work/imports.h"
#include "store/work/jobs.h"
#include "store/installation/moving.h"
#include "store/cards/records.h"

enum { LOOK_US = 50000, COUNT_US = 250000 };

static void fd_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static enum rc upload(struct import_run *r, const char *path, int64_t *ret, struct err *e)
{
    __attribute__((cleanup(fd_close))) int fd = open(path, O_RDONLY | O_CLOEXEC);
    auto_free(blob_writer) w = NULL;
    char       bytes[8192], name[4096];
    struct str key;
    ssize_t    n;

    if (fd < 0)
        return err_set(e, RC_NOT_FOUND, "cannot be read");
    TRY(blob_create(r->blobs, r->account, r->conf->upload_max_mb << 20, &w, e));
    while ((n = read(fd, bytes, sizeof bytes)) > 0)
        TRY(blob_write(w, (struct str){ bytes, (size_t)n }, e));
    if (n < 0)
        return err_set(e, RC_UNAVAILABLE, "reading it stopped in the middle");
    int64_t size = blob_written(w);
    TRY(blob_finish(&w, r->a, &key, e));
    snprintf(name, sizeof name, "%s", path);
    TRY(imports_create(r->db, r->account, str_of(basename(name)), key, size, r->options, ret, e));
    return jobs_add(r->db, r->account, KIND_IMPORT, JOB_PRIO_NOW, ret, 1, e);
}

/* Until the import is in one of these states. */
static enum rc wait_state(struct import_run *r, int64_t id, const char *what, const char *one, const char *other,
                          struct import *ret, struct err *e)
{
    struct progress   bar = progress_of(r->quiet ? NULL : what);
    struct arena_mark mark = arena_mark(r->a);

    for (;; usleep(LOOK_US)) {
        sql_ring(r->db);
        TRY(imports_get(r->db, r->a, r->account, id, ret, e));
        if (str_is(ret->state, one) || str_is(ret->state, other))
            break;
        progress_show(&bar, ret->chunks_done, ret->chunks);
        arena_rewind(r->a, mark);
    }
    progress_end(&bar);
    return RC_OK;
}

static void print_problems(struct arena *a, const struct json *summary)
{
    json_each(p, json_get(summary, S("errors"))) {
        int64_t line = json_get_i64(p, S("line"), 0);
        fprintf(stderr, "  line %lld: " STR_FMT "\n", (long long)line,
                STR_ARG(utf8_plain(a, json_get_text(p, S("message")))));
    }
}

static void print_dry_run(const struct import_run *r, const char *path, const struct import *it)
{
    struct json *summary = NULL;

    if (r->json || r->quiet)
        return; /* the line at the end has it all */
    if (json_parse(r->a, it->summary_json, &summary, NULL) != RC_OK)
        return;
    printf("%s: " STR_FMT, path, STR_ARG(json_get_text(summary, S("format"))));
    struct str program = json_get_text(summary, S("program")), encoding = json_get_text(summary, S("encoding"));
    if (program.n)
        printf(" of " STR_FMT, STR_ARG(program));
    if (encoding.n && !str_is(encoding, "utf-8"))
        printf(", read as " STR_FMT, STR_ARG(encoding));
    printf(", %lld cards, %lld with problems", (long long)json_get_i64(summary, S("cards"), 0),
           (long long)json_get_i64(summary, S("bad"), 0));
    int64_t unknown = json_get_i64(summary, S("columns_unknown"), 0);
    if (unknown)
        printf(", %lld of %u columns not understood", (long long)unknown, json_get(summary, S("columns"))->n);
    printf("\n");
    fflush(stdout);
    print_problems(r->a, summary);
}

static void print_done(const struct import_run *r, const char *path, const struct import *it)
{
    auto_buf        b = buf_of(4 << 20);
    struct json_out o = json_out_of(&b);

    if (r->quiet)
        return;
    if (!r->json) {
        printf("%s: %lld created, %lld updated, %lld unchanged, %lld failed\n", path, (long long)it->created,
               (long long)it->updated, (long long)it->skipped, (long long)it->failed);
        return;
    }
    json_out_open(&o, JSON_ELEMENT, '{');
    json_out_text(&o, S("file"), str_of(path));
    json_out_text(&o, S("state"), it->state);
    json_out_i64(&o, S("created"), it->created);
    json_out_i64(&o, S("updated"), it->updated);
    json_out_i64(&o, S("skipped"), it->skipped);
    json_out_i64(&o, S("failed"), it->failed);
    json_out_raw(&o, S("summary"), it->summary_json);
    json_out_close(&o, '}');
    printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
}

/* As the browser's commit does: the name given, else the program that wrote the file, else the file's own. */
static enum rc name_source(struct import_run *r, const struct import *it, struct err *e)
{
    struct json *options = NULL, *summary = NULL;
    struct str   name = S("");
    int64_t      source;

    if (json_parse(r->a, it->options_json, &options, NULL) == RC_OK)
        name = json_get_text(options, S("source_name"));
    if (!name.n && json_parse(r->a, it->summary_json, &summary, NULL) == RC_OK)
        name = json_get_text(summary, S("program"));
    TRY(sources_ensure(r->db, r->account, S("file"), name.n ? name : it->file_name, &source, e));
    return imports_options(r->db, r->account, it->id, it->options_json, source, it->book, e);
}

enum rc import_file(struct import_run *r, const char *path, struct err *e)
{
    struct import it;
    int64_t       id;

    TRY(upload(r, path, &id, e));
    TRY(wait_state(r, id, "reading", "ready", "failed", &it, e));
    print_dry_run(r, path, &it);
    if (str_is(it.state, "failed"))
        return err_set(e, RC_INVALID, "nothing in it could be read as contacts");
    if (r->dry) {
        if (r->json)
            print_done(r, path, &it);
        TRY(blob_delete(r->blobs, it.file_blob, e));
        return imports_delete(r->db, r->account, id, e);
    }
    TRY(name_source(r, &it, e));
    TRY(imports_start(r->db, r->a, r->account, id, e));
    TRY(wait_state(r, id, "importing", "done", "failed", &it, e));
    print_done(r, path, &it);
    return RC_OK;
}

/* What follows an import: enriching, duplicates, the index. */
static enum rc wait_work(struct import_run *r, struct err *e)
{
    struct progress   bar = progress_of("cleaning");
    struct job_counts n[KINDS_END];
    int64_t           most = 0, left;

    do {
        usleep(COUNT_US); /* counting reads the whole queue */
        TRY(jobs_counts(r->db, r->account, n, e));
        left = 0;
        for (int k = 1; k < KINDS_END; k++)
            left += n[k].ready + n[k].claimed;
        most = i64_max(most, left);
        progress_show(&bar, most - left, most);
    } while (left);
    progress_end(&bar);
    return RC_OK;
}

static enum rc add_table(struct arena *a, const struct table_options *t, struct str *options, struct err *e)
{
    struct json *o;
    auto_buf     b = buf_of(1 << 20);

    TRY(json_parse(a, *options, &o, e));
    TRY(table_options_put(a, t, o, e));
    json_write(&b, o);
    *options = str_copy(a, buf_str(&b));
    return RC_OK;
}

struct str import_options(struct arena *a, const char *source, const char *country, const char *tag)
{
    struct json *o = json_new(a, JSON_OBJECT);
    struct buf   b = buf_of(1 << 16);

    json_set_text(a, o, S("mode"), S("both"));
    if (source)
        json_set_text(a, o, S("source_name"), str_of(source));
    if (country)
        json_set_text(a, o, S("country"), str_of(country));
    if (tag)
        json_push(json_set(o, S("tags"), json_new(a, JSON_ARRAY)), json_new_text(a, str_of(tag)));
    json_write(&b, o);
    struct str text = str_copy(a, buf_str(&b));
    buf_done(&b);
    return text;
}

static enum rc run(struct import_run *r, const char *email, int files, char **file, int *ret_failed, struct err *e)
{
    auto_house house = { 0 };
    auto_free(sql) db = NULL;
    __attribute__((cleanup(blob_dir_freep))) struct blob_dir *blobs = NULL;

    TRY(local_house_open(r->conf, r->a, &house, e));
    TRY(local_database(r->conf, r->a, &db, e));
    TRY(moving_refuse(db, e));
    TRY(blob_open(&blobs, r->conf, db, e));
    r->db = db;
    r->blobs = blobs;
    TRY(local_account(db, r->a, str_of(email), &r->account, e));
    for (int i = 0; i < files; i++) {
        if (import_file(r, file[i], e) == RC_OK)
            continue;
        err_in(e, RC_INVALID, "%s", file[i]);
        command_failed("import", e);
        ++*ret_failed;
    }
    return wait_work(r, e);
}

int import_main(int argc, char **argv)
{
    auto_free(arena) a = arena_new(64 << 10);
    struct conf       conf;
    struct import_run r = { .conf = &conf, .a = a };
    struct err        e = { 0 };
    int               failed = 0;

    if (conf_load(&conf, a, &argc, argv, &e) != RC_OK)
        return command_failed("import", &e);
    r.dry = option_given(&argc, argv, "--dry-run");
    r.json = option_given(&argc, argv, "--json");
    const char *email = option_text(&argc, argv, "--account"), *source = option_text(&argc, argv, "--source"),
               *country = option_text(&argc, argv, "--country"), *tag = option_text(&argc, argv, "--tag");
    struct table_options table = table_options_take(&argc, argv);
    if (!email || argc < 2)
        return command_misused(command_find("import"));
    r.options = import_options(a, source, country, tag);
    if (add_table(a, &table, &r.options, &e) != RC_OK || run(&r, email, argc - 1, argv + 1, &failed, &e) != RC_OK)
        return command_failed("import", &e);
    return failed != 0;
}
