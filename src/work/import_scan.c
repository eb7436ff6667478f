/* Looks through an uploaded file for the dry run and cuts it into chunks. */
#include "base/hash.h"
#include "base/map.h"
#include "base/pack.h"
#include "base/utf8.h"
#include "contact/card.h"
#include "contact/name.h"
#include "enrich/avatar.h"
#include "work/import_choice.h"

enum { SAMPLES = 3, SAMPLE_BYTES = 120, UNKNOWN_BYTES = 2000 };

struct scan {
    struct arena  *a; /* of the unit */
    struct upload *u;
    struct json   *preview, *errors;
    int64_t        cards, good, errors_total;
    VEC(struct import_cut) cuts;
    size_t in_cut; /* cards of the last one */
    VEC(struct import_known) known;
    VEC(int64_t) repeats;
    struct map uids;
};

static void add_error(struct scan *s, const struct upload_card *card, const struct vcard_problem *p)
{
    static const char *const names[] = { "note", "warning", "error" };

    if (p->severity == VCARD_NOTE || ++s->errors_total > IMPORT_ERRORS_KEPT)
        return;
    struct json *o = json_push(s->errors, json_new(s->a, JSON_OBJECT));
    json_add(o, S("card"), json_new_i64(s->a, s->cards));
    json_add(o, S("line"), json_new_i64(s->a, p->line));
    if (card->card)
        json_set_text(s->a, o, S("name"), str_copy(s->a, card_display_name(s->a, card->card)));
    json_set_text(s->a, o, S("message"), str_copy(s->a, p->message));
    json_set_text(s->a, o, S("severity"), str_of(names[p->severity]));
}

static struct str first_value(const struct json *card, enum card_map map)
{
    struct card_item it = card_first(card, map);
    return card_has(&it) ? it.value : S("");
}

static void add_preview(struct scan *s, const struct json *card)
{
    struct json     *o = json_push(s->preview, json_new(s->a, JSON_OBJECT));
    struct card_item home = card_first(card, CARD_ADDRESSES);
    struct str       place = card_has(&home) ? card_address_line(s->a, home.json) : S("");

    json_set_text(s->a, o, S("name"), str_copy(s->a, card_display_name(s->a, card)));
    json_set_text(s->a, o, S("company"), str_copy(s->a, first_value(card, CARD_ORGANIZATIONS)));
    json_set_text(s->a, o, S("title"), str_copy(s->a, first_value(card, CARD_TITLES)));
    json_set_text(s->a, o, S("email"), str_copy(s->a, first_value(card, CARD_EMAILS)));
    json_set_text(s->a, o, S("phone"), str_copy(s->a, first_value(card, CARD_PHONES)));
    json_set_text(s->a, o, S("place"), str_copy(s->a, place));
    json_set_text(s->a, o, S("initials"), str_copy(s->a, name_initials(s->a, card)));
    json_add(o, S("hue"), json_new_i64(s->a, avatar_hue(s->a, card)));
}

/* A UID two cards of the file share names neither: the later is kept as a card of its own, with a warning. */
static bool note_uid(struct scan *s, struct upload_card *card, int64_t fingerprint)
{
    uint64_t *seen = card->has_uid ? map_at_u64(&s->uids, hash64(card_uid(card->card), 21)) : NULL;

    if (!seen || !*seen) {
        if (seen)
            *seen = (uint64_t)fingerprint | 1;
        return false;
    }
    if (*seen == ((uint64_t)fingerprint | 1) || s->repeats.n >= IMPORT_REPEATS_MAX)
        return false;
    *vec_push(s->a, &s->repeats) = (int64_t)card->offset;
    struct vcard_problem twice = { card->line, VCARD_WARNING,
                                   S("its UID stands in an earlier card too; both are kept") };
    add_error(s, card, &twice);
    return true;
}

static void add_card(struct scan *s, struct arena *one, struct upload_card *card)
{
    int64_t fingerprint = hash63(card->original, 0);

    s->cards++;
    for (size_t i = 0; i < card->report.list.n; i++)
        add_error(s, card, &card->report.list.v[i]);
    if (!card->card)
        return;
    s->good++;
    bool repeat = note_uid(s, card, fingerprint);
    if (s->preview->n < IMPORT_PREVIEW)
        add_preview(s, card->card);
    if (s->known.n < IMPORT_KEYS_MAX)
        *vec_push(s->a, &s->known) =
            (struct import_known){ str_copy(s->a, import_remote_key(one, card, fingerprint, repeat)), fingerprint };
}

/* Text that must be made anew for every chunk is cut into fewer. */
static size_t chunk_bytes(const struct upload *u)
{
    size_t some = u->made.n / IMPORT_CHUNKS_MADE;
    return some < IMPORT_CHUNK_BYTES ? IMPORT_CHUNK_BYTES : size_min(some, IMPORT_CHUNK_MOST);
}

static void cut_before(struct scan *s, const struct upload_card *card, size_t each)
{
    struct import_cut *last = s->cuts.n ? &s->cuts.v[s->cuts.n - 1] : NULL;

    if (last && card->offset - (size_t)last->start < each && s->in_cut < IMPORT_CHUNK_CARDS) {
        s->in_cut++;
        return;
    }
    s->in_cut = 1;
    if (last)
        last->bytes = (int64_t)card->offset - last->start;
    *vec_push(s->a, &s->cuts) = (struct import_cut){ last ? (int64_t)card->offset : 0, 0, last ? card->line : 1 };
}

static void cut_end(struct scan *s)
{
    if (s->cuts.n)
        s->cuts.v[s->cuts.n - 1].bytes = (int64_t)s->u->text.n - s->cuts.v[s->cuts.n - 1].start;
}

static struct json *columns(struct scan *s)
{
    struct json      *list = json_new(s->a, JSON_ARRAY);
    struct csv        rows = csv_resume(str_from(s->u->text, s->u->map.body), s->u->map.delimiter, s->u->map.line);
    struct csv_record row[SAMPLES];
    size_t            n = 0;

    while (n < SAMPLES && csv_next(&rows, s->a, &row[n]))
        n++;
    for (size_t c = 0; c < s->u->map.n; c++) {
        struct json *o = json_push(list, json_new(s->a, JSON_OBJECT)), *sample = json_new(s->a, JSON_ARRAY);
        struct str   target = s->u->map.column[c].target;
        json_set_text(s->a, o, S("column"), s->u->map.column[c].name);
        for (size_t i = 0; i < n; i++)
            json_push(sample, json_new_text(s->a, c < row[i].n ? utf8_head(row[i].field[c], SAMPLE_BYTES) : S("")));
        json_add(o, S("sample"), sample);
        json_add(o, S("target"), target.n ? json_new_text(s->a, target) : json_new(s->a, JSON_NULL));
        if (csv_target_is_date(target))
            json_set_text(s->a, o, S("date_order"), date_order_name(s->u->map.column[c].dates));
    }
    return list;
}

static struct json *targets(struct scan *s)
{
    struct json *list = json_new(s->a, JSON_ARRAY);
    for (size_t i = 0; i < csv_targets_n; i++)
        json_push(list, json_new_text(s->a, str_of(csv_targets[i])));
    return list;
}

/* What is wrong with the whole file, before what is wrong with its cards. */
static void add_warning(struct scan *s, struct str message)
{
    struct vcard_problem     p = { (uint32_t)s->u->map.head_line, VCARD_WARNING, message };
    const struct upload_card none = { 0 };
    add_error(s, &none, &p);
}

/* Columns of a header that only their cells explain: the user sees what they were taken for. */
static struct str guessed(struct scan *s)
{
    auto_buf b = buf_of(UNKNOWN_BYTES);

    for (size_t i = 0; s->u->map.header && i < s->u->map.n; i++) {
        const struct csv_column *c = &s->u->map.column[i];
        if (c->by_content)
            buf_join(
                &b, S(", "),
                str_fmt(s->a, STR_FMT " as " STR_FMT, STR_ARG(utf8_head(c->name, SAMPLE_BYTES)), STR_ARG(c->target)));
    }
    return str_copy(s->a, buf_str(&b));
}

/* Said loudly: a column that nobody understood, cards that will have no name, dates that could be read two ways. */
static void add_doubts(struct scan *s)
{
    const struct csv_map *map = &s->u->map;
    size_t                n;
    struct str            unknown = csv_map_unknown(s->a, map, &n), taken = guessed(s);

    if (taken.n)
        add_warning(s, str_fmt(s->a, "known only by what is in them: " STR_FMT, STR_ARG(taken)));
    if (!csv_map_names_cards(map))
        add_warning(s,
                    S("no column for a name, an e-mail address or a phone number was recognised: choose the columns"));
    if (n)
        add_warning(s,
                    str_fmt(s->a, "%zu of %zu columns not understood, their values are kept beside the card: " STR_FMT,
                            n, map->n, STR_ARG(utf8_head(unknown, UNKNOWN_BYTES))));
    for (size_t i = 0; i < map->n; i++)
        if (csv_target_is_date(map->column[i].target) && !map->column[i].dates && map->column[i].open_dates)
            add_warning(s, str_fmt(s->a,
                                   "column \"" STR_FMT
                                   "\": %zu dates could be day/month or month/day and are kept as text: say "
                                   "date_order dmy or mdy",
                                   STR_ARG(map->column[i].name), map->column[i].open_dates));
}

static void add_table(struct scan *s, struct json *o)
{
    char   delimiter[2] = { s->u->map.delimiter, 0 };
    size_t unknown;

    (void)csv_map_unknown(s->a, &s->u->map, &unknown);
    json_add(o, S("columns"), columns(s));
    json_add(o, S("targets"), targets(s));
    json_add(o, S("columns_unknown"), json_new_i64(s->a, (int64_t)unknown));
    json_set_text(s->a, o, S("delimiter"),
                  str_copy(s->a, str_is(str_of(delimiter), "\t") ? S("tab") : str_of(delimiter)));
    json_add(o, S("has_header"), json_new_bool(s->a, s->u->map.header));
    json_add(o, S("decided"), import_decided(s->a, &s->u->map));
}

static struct json *summary(struct scan *s)
{
    struct json *o = json_new(s->a, JSON_OBJECT), *repeats = json_new(s->a, JSON_ARRAY);

    json_set_text(s->a, o, S("format"), s->u->zip ? S("zip") : str_of(upload_format_name(s->u)));
    json_set_text(s->a, o, S("program"), s->u->program);
    json_set_text(s->a, o, S("encoding"), str_of(s->u->encoding));
    json_add(o, S("cards"), json_new_i64(s->a, s->cards));
    json_add(o, S("good"), json_new_i64(s->a, s->good));
    json_add(o, S("bad"), json_new_i64(s->a, s->cards - s->good));
    json_add(o, S("errors_total"), json_new_i64(s->a, s->errors_total));
    json_add(o, S("errors"), s->errors);
    json_add(o, S("preview"), s->preview);
    if (s->u->format == UPLOAD_CSV)
        add_table(s, o);
    for (size_t i = 0; i < s->repeats.n; i++)
        json_push(repeats, json_new_i64(s->a, s->repeats.v[i]));
    if (repeats->n)
        json_add(o, S("repeats"), repeats);
    return o;
}

static void answer(struct scan *s, struct buf *out)
{
    auto_buf text = buf_of(UNIT_OUTPUT_MAX);

    json_write(&text, summary(s));
    pack_u32(out, 0);
    pack_str(out, buf_str(&text));
    pack_u32(out, (uint32_t)s->cuts.n);
    for (size_t i = 0; i < s->cuts.n; i++) {
        pack_i64(out, s->cuts.v[i].start);
        pack_i64(out, s->cuts.v[i].bytes);
        pack_i64(out, s->cuts.v[i].line);
    }
    pack_u32(out, (uint32_t)s->known.n);
    for (size_t i = 0; i < s->known.n; i++) {
        pack_str(out, s->known.v[i].remote_key);
        pack_i64(out, s->known.v[i].fingerprint);
    }
}

enum rc import_run_scan(struct arena *a, const struct import_ask *ask, struct upload *u, struct buf *out, struct err *e)
{
    struct scan s = {
        .a = a, .u = u, .preview = json_new(a, JSON_ARRAY), .errors = json_new(a, JSON_ARRAY), .uids = map_of(a)
    };
    struct upload_reader r = upload_read(u, 0, u->text.n, 1);
    struct upload_card   card;
    auto_free(arena) one = arena_new(64 << 10);
    size_t each = chunk_bytes(u);

    (void)ask;
    if (u->format == UPLOAD_CSV)
        add_doubts(&s);
    for (; upload_next(&r, one, &card); arena_reset(one)) {
        cut_before(&s, &card, each);
        add_card(&s, one, &card);
    }
    cut_end(&s);
    if (s.cuts.n > IMPORT_CUTS_MAX)
        return err_set(e, RC_TOO_LARGE, "the file holds more than %d contacts: part it",
                       IMPORT_CUTS_MAX * IMPORT_CHUNK_CARDS);
    if (!s.cards)
        return err_set(e, RC_INVALID, "no contact was found in this file");
    answer(&s, out);
    return RC_OK;
}
