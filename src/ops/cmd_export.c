/* ops/cmd_export.c - `kith export`: the same files and the same zip as the browser gets, to standard output. */
#include <stdio.h>
#include <unistd.h>
#include "base/options.h"
#include "api/resources/export_zip.h"
#include "ops/commands.h"
#include "ops/local.h"
#include "ops/progress.h"

static const char *const names[EXPORT_FORMATS] = { "vcard3", "vcard4", "jscontact", "csv" };

struct export_run {
    struct export_pages pages;
    enum export_format  format;
    bool                zip, report;
    struct blob_dir    *blobs;
    int64_t             total, bytes;
    struct progress     bar;
};

static enum rc put_out(struct export_run *r, struct buf *b, struct err *e)
{
    if (b->n && fwrite(b->p, 1, b->n, stdout) != b->n)
        return err_set(e, RC_UNAVAILABLE, "writing the export failed: is the disk full?");
    r->bytes += (int64_t)b->n;
    buf_clear(b);
    progress_show(&r->bar, i64_min(r->pages.cards, r->total), r->total);
    return RC_OK;
}

static enum rc write_cards(struct export_run *r, struct arena *a, struct err *e)
{
    auto_buf        out = buf_of(EXPORT_CARD_BYTES);
    struct csv_plan plan = { 0 };
    bool            end = r->format != EXPORT_CSV;

    while (!end)
        TRY(export_plan(&r->pages, a, &plan, &end, e));
    if (r->format == EXPORT_CSV)
        export_rewind(&r->pages);
    do {
        TRY(export_card(&r->pages, r->format, &plan, &out, &end, e));
        TRY(put_out(r, &out, e));
    } while (!end);
    return RC_OK;
}

static enum rc write_zip(struct export_run *r, struct err *e)
{
    auto_buf           out = buf_of((size_t)EXPORT_CARD_BYTES + (16 << 20));
    struct export_zip *z = export_zip_new(r->blobs, &r->pages);
    bool               end = false;
    enum rc            rc = RC_OK;

    while (rc == RC_OK && !end) {
        rc = export_zip_step(z, &out, &end, e);
        if (rc == RC_OK)
            rc = put_out(r, &out, e);
    }
    export_zip_free(z);
    return rc;
}

static enum rc run(struct export_run *r, const struct conf *conf, struct arena *a, const char *email, struct err *e)
{
    auto_free(sql) db = NULL;
    __attribute__((cleanup(blob_dir_freep))) struct blob_dir *blobs = NULL;

    TRY(local_database(conf, a, &db, e));
    TRY(local_account(db, a, str_of(email), &r->pages.account, e));
    TRY(blob_open(&blobs, conf, db, e));
    r->blobs = blobs;
    r->pages.db = db;
    r->pages.most = conf->export_max_cards;
    r->pages.filter.state = CARD_LIVE;
    TRY(cards_count(db, r->pages.account, &r->pages.filter, &r->total, e));
    export_begin(&r->pages);
    r->bar = progress_of(r->report ? NULL : "exporting");
    enum rc rc = r->zip ? write_zip(r, e) : write_cards(r, a, e);
    progress_end(&r->bar);
    export_end(&r->pages);
    return rc == RC_OK && fflush(stdout) != 0
               ? err_set(e, RC_UNAVAILABLE, "writing the export failed: is the disk full?")
               : rc;
}

static bool read_format(const char *name, struct export_run *r)
{
    r->zip = !strcmp(name, "zip");
    for (int i = 0; i < EXPORT_FORMATS; i++) {
        if (!strcmp(name, names[i])) {
            r->format = (enum export_format)i;
            return true;
        }
    }
    return r->zip;
}

int export_main(int argc, char **argv)
{
    auto_free(arena) a = arena_new(64 << 10);
    struct conf       conf;
    struct export_run r = { 0 };
    struct err        e = { 0 };

    if (conf_load(&conf, a, &argc, argv, &e) != RC_OK)
        return command_failed("export", &e);
    r.report = option_given(&argc, argv, "--json");
    r.pages.original = option_given(&argc, argv, "--original");
    const char *email = option_text(&argc, argv, "--account"), *format = option_text(&argc, argv, "--format");
    if (!email || argc > 1 || !read_format(format ? format : "vcard4", &r))
        return command_misused(command_find("export"));
    if (isatty(STDOUT_FILENO))
        return fprintf(stderr, "kith export: send it to a file: kith export ... > contacts.vcf\n"), 2;
    if (run(&r, &conf, a, email, &e) != RC_OK)
        return command_failed("export", &e);
    if (r.report)
        fprintf(stderr, "{\"cards\":%lld,\"bytes\":%lld}\n", (long long)r.total, (long long)r.bytes);
    return 0;
}
