/* ops/cmd_convert.c - `kith convert`: one format of contacts into another, stdin to stdout, no database. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/hash.h"
#include "base/options.h"
#include "contact/card.h"
#include "contact/charset/charset.h"
#include "contact/csv/csv_map.h"
#include "contact/files/files.h"
#include "contact/files/markup.h"
#include "contact/files/refused.h"
#include "contact/jcard/jcard.h"
#include "contact/jscontact.h"
#include "contact/vcard/vcard_card.h"
#include "io/unzip.h"
#include "ops/commands.h"
#include "ops/local.h"
#include "ops/table_options.h"
#include "work/import_choice.h"

enum { INPUT_MAX = 1 << 30, OUTPUT_CHUNK = 1 << 20, PROBLEMS_SHOWN = 1000, LOOK = 1 << 20 };

struct convert;

/* One card of the input: what it was and what it means (NULL when it means nothing). */
struct found {
    struct str   original;
    struct json *card;
    size_t       line;
};

struct reader {
    const char *name;
    bool (*looks)(struct str text);
    enum rc (*open)(struct convert *c, struct err *e);
    bool (*next)(struct convert *c, struct arena *a, struct found *ret);
};
struct writer {
    const char *name;
    void (*begin)(struct convert *c);
    void (*card)(struct convert *c, struct arena *a, const struct found *f);
    void (*end)(struct convert *c);
};

struct convert {
    const struct reader      *from;
    const struct writer      *to;
    bool                      keep, json, quiet; /* quiet: the first of two passes says nothing */
    struct str                raw, text;         /* the input, and the same as UTF-8 */
    struct arena             *a;                 /* as long as the command */
    struct buf                out, problems;
    size_t                    cards, nproblems, lost;
    bool                      broken_pipe;
    struct vcard_reader       vcard;
    struct jscontact_reader   jscontact;
    const struct file_format *format;
    struct file_reader        file;
    struct csv                csv;
    struct csv_map            csv_map;
    struct upload_choice      choice; /* of the command line */
    struct csv_plan           plan;
};

/* ---- problems ---- */

static void problem(struct convert *c, size_t line, const char *severity, struct str message)
{
    if (c->quiet || c->nproblems++ >= PROBLEMS_SHOWN)
        return;
    if (!c->json) {
        fprintf(stderr, "line %zu: %s: " STR_FMT "\n", line, severity, STR_ARG(message));
        return;
    }
    struct json_out o = json_out_of(&c->problems);
    if (c->problems.n)
        buf_char(&c->problems, ',');
    json_out_open(&o, JSON_ELEMENT, '{');
    json_out_i64(&o, S("card"), (int64_t)c->cards);
    json_out_i64(&o, S("line"), (int64_t)line);
    json_out_text(&o, S("severity"), str_of(severity));
    json_out_text(&o, S("message"), message);
    json_out_close(&o, '}');
}

static void lose(struct convert *c, const struct found *f, const struct err *e)
{
    c->lost += !c->quiet;
    problem(c, f->line, "error", str_of(e->text));
}

/* A card without UID gets one made of its bytes (RFC 9562 version 8): the same input gives the same output. */
static struct str uid_of(struct arena *a, struct str original)
{
    uint64_t high = hash64(original, 1), low = hash64(original, 2);
    return str_fmt(a, "urn:uuid:%08x-%04x-8%03x-%04x-%012llx", (unsigned)(high >> 32), (unsigned)(high >> 16 & 0xffff),
                   (unsigned)(high & 0xfff), (unsigned)(0x8000 | (low >> 48 & 0x3fff)),
                   (unsigned long long)(low & 0xffffffffffff));
}

/* ---- reading ---- */

static bool looks_vcard(struct str text) { return str_ieq(str_head(str_trim(text), 11), S("BEGIN:VCARD")); }

static enum rc open_vcard(struct convert *c, struct err *e)
{
    (void)e;
    c->vcard = vcard_reader_of(c->text, 1);
    return RC_OK;
}

static void told(struct convert *c, const struct vcard_report *report)
{
    static const char *const names[] = { "note", "warning", "error" };

    for (size_t i = 0; i < report->list.n; i++)
        problem(c, report->list.v[i].line, names[report->list.v[i].severity], report->list.v[i].message);
}

static bool next_vcard(struct convert *c, struct arena *a, struct found *ret)
{
    struct vcard        v;
    struct vcard_report report = { 0 };
    bool                more = vcard_next(&c->vcard, a, &v, &report);

    if (more)
        *ret = (struct found){ v.text, vcard_to_card(a, &v, uid_of(a, v.text), &report), v.first_line };
    told(c, &report);
    return more;
}

/* ---- the formats of contact/files/files.h ---- */

static bool looks_file(struct str text) { return file_recognise(str_head(text, LOOK)) != NULL; }

static enum rc open_file(struct convert *c, struct err *e)
{
    (void)e;
    if (!c->format)
        c->format = file_recognise(str_head(c->text, LOOK));
    c->file = file_open(c->a, c->format, c->text);
    return RC_OK;
}

static bool next_file(struct convert *c, struct arena *a, struct found *ret)
{
    struct vcard        v;
    struct vcard_report report = { 0 };

    if (!file_next(&c->file, a, &v, &report))
        return false;
    *ret = (struct found){ .original = v.text, .line = v.first_line };
    if (v.nlines)
        ret->card = vcard_to_card(a, &v, uid_of(a, v.text), &report);
    c->lost += !ret->card && !c->quiet;
    told(c, &report);
    return true;
}

static enum rc open_jscontact(struct convert *c, struct err *e)
{
    (void)e;
    c->jscontact = jscontact_open(c->text);
    return RC_OK;
}

static bool next_jscontact(struct convert *c, struct arena *a, struct found *ret)
{
    struct jscontact_item item;
    struct err            e = { 0 };

    if (!jscontact_next(&c->jscontact, &item))
        return false;
    *ret = (struct found){ .original = item.text, .line = item.line };
    if (card_parse(a, item.text, uid_of(a, item.text), &ret->card, &e) != RC_OK) {
        ret->card = NULL;
        lose(c, ret, &e);
    }
    return true;
}

static bool looks_csv(struct str text) { return text.n > 0; }

static enum rc open_csv(struct convert *c, struct err *e)
{
    TRY(csv_map_read(c->a, c->text, &c->choice.csv, &c->csv_map, e));
    c->csv = csv_resume(str_from(c->text, c->csv_map.body), c->csv_map.delimiter, c->csv_map.line);
    return RC_OK;
}

static bool next_csv(struct convert *c, struct arena *a, struct found *ret)
{
    struct csv_record r;
    struct err        e = { 0 };

    if (!csv_next(&c->csv, a, &r))
        return false;
    *ret = (struct found){ .original = r.raw, .line = r.line };
    if (r.fault)
        problem(c, r.line, "warning", str_of(r.fault));
    if (csv_card(a, &c->csv_map, &r, uid_of(a, r.raw), &ret->card, &e) != RC_OK) {
        ret->card = NULL;
        lose(c, ret, &e);
    }
    return true;
}

static const struct reader readers[] = {
    { "vcard", looks_vcard, open_vcard, next_vcard },
    { "file", looks_file, open_file, next_file },
    { "jscontact", jscontact_looks, open_jscontact, next_jscontact },
    { "csv", looks_csv, open_csv, next_csv },
};

/* ---- writing ---- */

static void flush(struct convert *c)
{
    for (size_t at = 0; at < c->out.n && !c->broken_pipe;) {
        ssize_t n = write(STDOUT_FILENO, c->out.p + at, c->out.n - at);
        if (n < 0 && errno == EINTR)
            continue;
        c->broken_pipe = n <= 0;
        at += n > 0 ? (size_t)n : 0;
    }
    buf_clear(&c->out);
}

static void nothing(struct convert *c) { (void)c; }
static void leave(struct convert *c, struct arena *a, const struct found *f) { (void)c, (void)a, (void)f; }

static void put_vcard_to(struct buf *b, struct convert *c, struct arena *a, const struct found *f,
                         enum vcard_version version)
{
    bool same = !strcmp(c->from->name, "vcard");
    vcard_write(b, a, f->card, version, same ? f->original : S(""));
}

static void put_vcard(struct convert *c, struct arena *a, const struct found *f, enum vcard_version version)
{
    put_vcard_to(&c->out, c, a, f, version);
}

static void put_vcard3(struct convert *c, struct arena *a, const struct found *f) { put_vcard(c, a, f, VCARD_3_0); }
static void put_vcard4(struct convert *c, struct arena *a, const struct found *f) { put_vcard(c, a, f, VCARD_4_0); }

static void begin_list(struct convert *c) { buf_put(&c->out, S("[\n")); }
static void end_list(struct convert *c) { buf_put(&c->out, S("\n]\n")); }
static void put_jscontact(struct convert *c, struct arena *a, const struct found *f)
{
    (void)a;
    if (c->cards > 1)
        buf_put(&c->out, S(",\n"));
    json_write(&c->out, f->card);
}

static bool next_card(struct convert *c, struct arena *a, struct found *ret)
{
    while (c->from->next(c, a, ret))
        if (ret->card || c->keep)
            return true;
    return false;
}

/* By way of the vCard 4.0 it would be. */
static void put_jcard(struct convert *c, struct arena *a, const struct found *f)
{
    auto_buf            text = buf_of(2 * VCARD_BYTES_MAX);
    struct vcard        v;
    struct vcard_report report = { 0 };

    if (c->cards > 1)
        buf_put(&c->out, S(",\n"));
    put_vcard_to(&text, c, a, f, VCARD_4_0);
    struct vcard_reader r = vcard_reader_of(buf_str(&text), 1);
    if (vcard_next(&r, a, &v, &report))
        jcard_write(&c->out, a, &v);
}

/* How many columns there must be is known when all cards were seen. */
static void begin_csv(struct convert *c)
{
    auto_free(arena) a = arena_new(1 << 16);
    struct found f;

    c->quiet = true;
    for (; next_card(c, a, &f); arena_reset(a))
        csv_plan_card(c->a, &c->plan, f.card);
    c->quiet = false;
    if (c->from->open(c, NULL) != RC_OK)
        abort(); /* it was open a moment ago */
    csv_write_header(&c->out, &c->plan);
}

static void put_csv(struct convert *c, struct arena *a, const struct found *f)
{
    csv_write_card(a, &c->out, &c->plan, f->card);
}

/* Every byte of the file: its mark, what stands between the cards, the header of a table. */
static void put_raw(struct convert *c) { buf_put(&c->out, c->raw); }

static const struct writer writers[] = {
    { "vcard3", nothing, put_vcard3, nothing },
    { "vcard4", nothing, put_vcard4, nothing },
    { "jscontact", begin_list, put_jscontact, end_list },
    { "jcard", begin_list, put_jcard, end_list },
    { "csv", begin_csv, put_csv, nothing },
};
static const struct writer keeper = { "original", nothing, leave, put_raw };

/* ---- the command ---- */

static enum rc read_input(struct buf *raw, struct err *e)
{
    for (;;) {
        char *to = buf_room(raw, 1 << 16);
        if (!to)
            return err_set(e, RC_TOO_LARGE, "more than %d MiB", INPUT_MAX >> 20);
        ssize_t n = read(STDIN_FILENO, to, 1 << 16);
        if (n < 0 && errno != EINTR)
            return err_set(e, RC_UNAVAILABLE, "stdin: %s", strerror(errno));
        if (n == 0)
            return RC_OK;
        raw->n += n > 0 ? (size_t)n : 0;
    }
}

/* vCards may say the charset line by line, so only UTF-16 is undone for the whole file there, and what the command line says. */
static void decode(struct convert *c, struct str raw)
{
    size_t       bom = 0;
    enum charset cs = charset_guess(raw, &bom);
    bool         said = c->choice.charset.n > 0;
    cs = said ? charset_by_name(c->choice.charset) : cs == CHARSET_UTF8 || bom ? cs : markup_charset(raw, cs);
    bool by_line = !said && looks_vcard(str_from(raw, bom)) && cs != CHARSET_UTF16LE && cs != CHARSET_UTF16BE;

    c->text = by_line ? str_from(raw, bom) : charset_to_utf8(c->a, cs, str_from(raw, bom));
    if (!by_line && cs != CHARSET_UTF8)
        problem(c, 1, "note", str_fmt(c->a, "read as %s", charset_name(cs)));
}

/* By the content: what is left when it is no vCard and no file of a known format may be no contacts at all. */
static enum rc find_reader(struct convert *c, struct err *e)
{
    for (size_t i = 0; !c->from && i < countof(readers); i++)
        c->from = readers[i].looks(c->text) ? &readers[i] : NULL;
    if (!c->from) /* an empty text */
        c->from = &readers[countof(readers) - 1];
    return c->from->open == open_vcard || c->from->open == open_file ? RC_OK : refused_text(c->text, e);
}

static enum rc convert(struct convert *c, struct err *e)
{
    auto_free(arena) a = arena_new(1 << 16);
    struct found f;

    if (!c->from)
        TRY(find_reader(c, e));
    TRY(c->from->open(c, e));
    c->to->begin(c);
    for (; next_card(c, a, &f) && !c->broken_pipe; arena_reset(a)) {
        c->cards++;
        c->to->card(c, a, &f);
        if (c->out.n > OUTPUT_CHUNK)
            flush(c);
    }
    c->to->end(c);
    flush(c);
    return c->broken_pipe ? err_set(e, RC_UNAVAILABLE, "stdout: %s", strerror(errno)) : RC_OK;
}

static void say(const struct convert *c, enum rc rc, const struct err *e)
{
    if (rc != RC_OK && !c->json)
        command_failed("convert", e);
    if (c->json) {
        auto_buf        b = buf_of(1 << 24);
        struct json_out o = json_out_of(&b);
        json_out_open(&o, JSON_ELEMENT, '{');
        json_out_i64(&o, S("cards"), (int64_t)c->cards);
        json_out_i64(&o, S("lost"), (int64_t)c->lost);
        json_out_text(&o, S("error"), rc == RC_OK ? S("") : str_of(e->text));
        json_out_i64(&o, S("problemsTotal"), (int64_t)c->nproblems);
        json_out_raw(&o, S("problems"), str_fmt(c->a, "[" STR_FMT "]", STR_ARG(buf_str(&c->problems))));
        json_out_close(&o, '}');
        fprintf(stderr, STR_FMT "\n", STR_ARG(buf_str(&b)));
    } else if (c->nproblems > PROBLEMS_SHOWN) {
        fprintf(stderr, "... %zu more\n", c->nproblems - PROBLEMS_SHOWN);
    }
}

static const struct reader *reader_of(struct convert *c, const char *name)
{
    c->format = file_format_of(str_of(name));
    if (c->format)
        name = "file";
    for (size_t i = 0; name && i < countof(readers); i++)
        if (!strcmp(readers[i].name, name))
            return &readers[i];
    return NULL;
}

static const struct writer *writer_of(const char *name)
{
    for (size_t i = 0; name && i < countof(writers); i++)
        if (!strcmp(writers[i].name, name))
            return &writers[i];
    return NULL;
}

/* The options as an import has them. */
static enum rc choose(struct convert *c, const struct table_options *t, struct err *e)
{
    struct json      *o = json_new(c->a, JSON_OBJECT);
    struct import_ask ask = { .region = S("") };
    auto_buf          b = buf_of(1 << 20);

    TRY(table_options_put(c->a, t, o, e));
    json_write(&b, o);
    ask.options_json = str_copy(c->a, buf_str(&b));
    import_choice(c->a, &ask, &c->choice);
    return RC_OK;
}

int convert_main(int argc, char **argv)
{
    auto_free(arena) a = arena_new(1 << 16);
    auto_buf       raw = buf_of(INPUT_MAX);
    struct convert c = { .a = a, .out = buf_of((size_t)1 << 31), .problems = buf_of(1 << 22) };
    struct err     e = { 0 };
    const char    *from = option_text(&argc, argv, "--from"), *to = option_text(&argc, argv, "--to");

    struct table_options table = table_options_take(&argc, argv);

    c.keep = option_given(&argc, argv, "--keep");
    c.json = option_given(&argc, argv, "--json");
    c.from = reader_of(&c, from);
    c.to = c.keep ? &keeper : writer_of(to);
    if (argc > 1 || !c.to || (from && !c.from))
        return command_misused(command_find("convert"));
    enum rc rc = choose(&c, &table, &e);
    if (rc == RC_OK)
        rc = read_input(&raw, &e);
    if (rc == RC_OK && !from)
        rc = refused_bytes(buf_str(&raw), &e);
    if (rc == RC_OK && unzip_looks(buf_str(&raw)))
        rc = err_set(&e, RC_INVALID, "a .zip: unpack it first, or read it with kith import");
    if (rc == RC_OK) {
        c.raw = buf_str(&raw);
        decode(&c, c.raw);
        rc = convert(&c, &e);
    }
    say(&c, rc, &e);
    buf_done(&c.out);
    buf_done(&c.problems);
    return rc != RC_OK || c.lost > 0;
}
