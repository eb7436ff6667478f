/* Reads an uploaded file as one run of cards, whatever its format. */
#include "work/upload.h"
#include "base/hash.h"
#include "contact/card.h"
#include "contact/charset/charset.h"
#include "contact/files/markup.h"
#include "contact/files/refused.h"
#include "contact/vcard/vcard_card.h"
#include "io/unzip.h"
#include "work/takeout.h"

enum { HEAD = 64 << 10, LOOK = 1 << 20 };

static bool holds(struct str text, const char *word) { return str_find(text, str_of(word), 0) != SIZE_MAX; }

static bool looks_like_vcard(struct str text)
{
    struct str head = str_head(text, 1 << 20);
    for (size_t i = 0; i + 11 <= head.n; i++)
        if ((head.p[i] | 32) == 'b' && str_ieq((struct str){ head.p + i, 11 }, S("BEGIN:VCARD")))
            return true;
    return false;
}

/* Programs sign their exports, by PRODID or by habits of their own. */
static struct str vcard_program(struct str text)
{
    static const struct {
        const char *sign, *program;
    } signs[] = {
        { "//iPhone OS", "iPhone" },
        { "//iOS", "iPhone" },
        { "Apple Inc.//iPad", "iPhone" },
        { "//Mac OS X", "Apple Contacts" },
        { "//macOS", "Apple Contacts" },
        { "//iCloud", "iCloud" },
        { "X-MS-OL-", "Outlook" },
        { "Microsoft Outlook", "Outlook" },
        { "X-ANDROID-CUSTOM", "Android" },
        { "ez-vcard", "Android" },
        { "Nextcloud", "Nextcloud" },
        { "Evolution", "Evolution" },
        { "Thunderbird", "Thunderbird" },
        { "Horde", "Horde" },
        { "X-ABUID", "Apple Contacts" },
        { "CATEGORIES:myContacts", "Gmail" },
        { "X-PHONETIC-FIRST-NAME", "Gmail" },
        { "Kith//", "Kith" },
    };
    struct str head = str_head(text, HEAD);
    for (size_t i = 0; i < countof(signs); i++)
        if (holds(head, signs[i].sign))
            return str_of(signs[i].program);
    return holds(head, "VERSION:2.1") ? S("Android") : S("");
}

/* ---- archives ---- */

static bool ends_in(struct str name, struct str end)
{
    return name.n > end.n && str_ieq(str_from(name, name.n - end.n), end);
}

static bool hidden(struct str name) { return str_starts(name, S("__MACOSX/")) || str_starts(name, S("originals/")); }

/* What to take: an ending or whole name, all of them or the first. */
struct choice {
    struct str ending;
    bool       all;
};

static bool is_chosen(const struct choice *c, struct str name)
{
    return str_eq(name, c->ending) || (!hidden(name) && ends_in(name, c->ending));
}

/* Takeout has a file for each label besides the one with all contacts, and names it in the user's language. */
static bool is_all_contacts(struct str name)
{
    static const char *const names[] = {
        "All Contacts",      "Alle Kontakte",      "Tous les contacts", "Todos los contactos", "Tutti i contatti",
        "Todos os contatos", "Todos os contactos", "Alle contacten",    "Wszystkie kontakty",  "Все контакты",
        "Tüm kişiler",       "Όλες οι επαφές",     "すべての連絡先",    "所有联系人",          "所有聯絡人",
    };
    if (!str_starts(name, S("Takeout/")) || !ends_in(name, S(".vcf")))
        return false;
    for (size_t i = 0; i < countof(names); i++)
        if (ends_in(str_head(name, name.n - 4), str_of(names[i])))
            return true;
    return false;
}

static enum rc choose(struct unzip z, struct choice *ret, struct err *e)
{
    static const struct choice in_order[] = {
        { S(".vcf"), true },   { S(".vcard"), true }, { S(".csv"), false }, { S(".json"), true },
        { S(".ldif"), false }, { S(".ldi"), false },  { S(".xml"), false }, { S(".html"), false },
    };
    struct refused_archive refused = { 0 };
    struct unzip_entry     entry;
    bool                   ours = false, cards = false, there[countof(in_order)] = { 0 };

    *ret = (struct choice){ S(""), false };
    while (unzip_next(&z, &entry)) {
        ours = ours || str_is(entry.name, "manifest.json");
        cards = cards || str_is(entry.name, "contacts.json");
        for (size_t i = 0; i < countof(in_order); i++)
            there[i] |= is_chosen(&in_order[i], entry.name);
        if (is_all_contacts(entry.name) && !ret->ending.n)
            ret->ending = entry.name;
        refused_archive_entry(&refused, entry.name);
    }
    if (ours && cards)
        ret->ending = S("contacts.json");
    for (size_t i = 0; i < countof(in_order) && !ret->ending.n; i++) {
        if (i == 3) /* what programs pack may hold .json and .xml of theirs */
            TRY(refused_archive(&refused, e));
        if (there[i])
            *ret = in_order[i];
    }
    return ret->ending.n ? RC_OK
                         : err_set(e, RC_INVALID, "the archive holds no file of contacts (.vcf, .csv, .json or .ldif)");
}

/* The file with all contacts, with the photos beside it. */
static void join_photos(struct upload *u, struct arena *a, struct unzip z, struct str name)
{
    struct buf made = buf_of(UPLOAD_TEXT_MAX);
    size_t     folder = name.n;

    while (folder && name.p[folder - 1] != '/')
        folder--;
    takeout_join_photos(&made, a, z, str_head(name, folder), buf_str(&u->made));
    buf_done(&u->made);
    u->made = made;
}

static enum rc unpack(struct upload *u, struct arena *a, struct str file, struct err *e)
{
    struct unzip       z;
    struct unzip_entry entry;
    struct choice      choice;

    TRY(unzip_open(file, &z, e));
    struct unzip whole = z;
    TRY(choose(z, &choice, e));
    u->made = buf_of(UPLOAD_TEXT_MAX);
    u->zip = true;
    while (unzip_next(&z, &entry)) {
        if (!is_chosen(&choice, entry.name))
            continue;
        TRY(unzip_read(&entry, &u->made, e));
        buf_char(&u->made, '\n');
        if (!choice.all)
            break;
    }
    if (is_all_contacts(choice.ending))
        join_photos(u, a, whole, choice.ending);
    if (buf_full(&u->made))
        return err_set(e, RC_TOO_LARGE, "unpacked it is larger than %d MiB", UPLOAD_TEXT_MAX >> 20);
    u->text = buf_str(&u->made);
    return unzip_looks(u->text) ? err_set(e, RC_INVALID, "an archive inside an archive") : refused_bytes(u->text, e);
}

/* ---- what it is ---- */

static enum rc to_utf8(struct upload *u, enum charset cs, struct str text, struct err *e)
{
    struct buf made = buf_of(UPLOAD_TEXT_MAX);

    charset_put(&made, cs, text);
    buf_done(&u->made);
    u->made = made;
    u->text = buf_str(&u->made);
    return buf_full(&made) ? err_set(e, RC_TOO_LARGE, "the text is larger than %d MiB", UPLOAD_TEXT_MAX >> 20) : RC_OK;
}

static enum rc recognise_csv(struct upload *u, struct arena *a, const struct upload_choice *choice, struct err *e)
{
    u->format = UPLOAD_CSV;
    TRY(csv_map_read(a, u->text, &choice->csv, &u->map, e));
    for (size_t i = 0; i < u->map.n; i++)
        u->map.column[i].name = charset_to_utf8(a, CHARSET_UTF8, u->map.column[i].name);
    u->program = u->map.program;
    return RC_OK;
}

static enum rc recognise(struct upload *u, struct arena *a, const struct upload_choice *choice, struct err *e)
{
    size_t       bom;
    enum charset guess = charset_guess(str_head(u->text, CHARSET_LOOK), &bom);
    enum charset cs = choice->charset.n ? charset_by_name(choice->charset) : guess;
    bool         wide = cs == CHARSET_UTF16LE || cs == CHARSET_UTF16BE;

    if (!wide && cs != CHARSET_UTF8 && !choice->charset.n)
        cs = markup_charset(u->text, cs);
    u->encoding = charset_name(cs);
    u->text = str_from(u->text, bom);
    if (wide || (choice->charset.n && cs != CHARSET_UTF8)) {
        TRY(to_utf8(u, cs, u->text, e));
        cs = CHARSET_UTF8;
    }
    if (looks_like_vcard(u->text)) { /* its reader knows charsets of single values */
        u->program = vcard_program(u->text);
        return RC_OK;
    }
    if (memchr(u->text.p, 0, size_min(u->text.n, HEAD)))
        return refused_binary(e);
    if (cs != CHARSET_UTF8)
        TRY(to_utf8(u, cs, u->text, e));
    const struct file_format *file = file_recognise(str_head(u->text, LOOK));
    if (file) {
        u->format = UPLOAD_FILE;
        u->file = file_open(a, file, u->text);
        u->program = u->file.program;
        return RC_OK;
    }
    TRY(refused_text(u->text, e));
    if (jscontact_looks(str_head(u->text, HEAD))) {
        u->format = UPLOAD_JSCONTACT;
        u->list = jscontact_open(u->text).list;
        return RC_OK;
    }
    return recognise_csv(u, a, choice, e);
}

enum rc upload_open(struct upload *u, struct arena *a, struct str file, const struct upload_choice *choice,
                    struct err *e)
{
    static const struct upload_choice none = { .charset = { "", 0 }, .csv = { .region = { "", 0 } } };

    *u = (struct upload){ .text = file, .program = S(""), .encoding = "" };
    choice = choice ? choice : &none;
    TRY(refused_bytes(file, e));
    if (unzip_looks(file))
        TRY(unpack(u, a, file, e));
    if (str_trim(str_head(u->text, HEAD)).n == 0)
        return err_set(e, RC_INVALID, "the file is empty");
    return recognise(u, a, choice, e);
}

void upload_done(struct upload *u) { buf_done(&u->made); }

static const char *const names[] = { "vcard", "csv", "jscontact" };

const char *upload_format_name(const struct upload *u)
{
    return u->format == UPLOAD_FILE ? u->file.format->name : names[u->format];
}

bool upload_format_known(struct str name)
{
    for (size_t i = 0; i < countof(names); i++)
        if (str_is(name, names[i]))
            return true;
    return file_format_of(name) != NULL;
}

/* ---- its cards ---- */

struct str upload_uid(struct arena *a, struct str original)
{
    uint64_t h = hash64(original, 11), l = hash64(original, 12);
    return str_fmt(a, "urn:uuid:%08x-%04x-8%03x-b%03x-%012llx", (unsigned)(h >> 32), (unsigned)(h >> 16) & 0xffff,
                   (unsigned)h & 0xfff, (unsigned)(l >> 52), (unsigned long long)(l & 0xffffffffffff));
}

struct upload_reader upload_read(struct upload *u, size_t start, size_t bytes, uint32_t first_line)
{
    bool csv = u->format == UPLOAD_CSV;

    if (csv && start < u->map.body) { /* the header is no card */
        size_t end = start + bytes;
        start = u->map.body;
        bytes = end > start ? end - start : 0;
        first_line = (uint32_t)u->map.line;
    }
    start = size_min(start, u->text.n);
    struct str           range = str_head(str_from(u->text, start), bytes);
    struct upload_reader r = {
        .u = u,
        .text = range,
        .start = start,
        .end = start + range.n,
        .vcards = vcard_reader_of(range, first_line),
        .csv = csv_resume(range, u->map.delimiter, first_line),
        .cards = start ? (struct jscontact_reader){ .file = range, .line = first_line, .list = u->list }
                       : jscontact_open(range),
        .file = u->format == UPLOAD_FILE ? file_range(&u->file, start, bytes, first_line) : (struct file_reader){ 0 },
    };
    r.vcards.near.look = u->text;
    return r;
}

static bool next_vcard(struct upload_reader *r, struct arena *a, struct upload_card *ret)
{
    struct vcard v;

    if (!vcard_next(&r->vcards, a, &v, &ret->report))
        return false;
    ret->original = v.text;
    ret->line = v.first_line;
    ret->has_uid = vcard_find(&v, VC_UID) != NULL;
    ret->card = v.nlines ? vcard_to_card(a, &v, upload_uid(a, v.text), &ret->report) : NULL;
    if (!ret->card)
        vcard_report_add(a, &ret->report, v.first_line, VCARD_ERROR, "a card without any line");
    return true;
}

static bool next_row(struct upload_reader *r, struct arena *a, struct upload_card *ret)
{
    struct csv_record row;
    struct err        why = { 0 };

    if (!csv_next(&r->csv, a, &row))
        return false;
    ret->original = row.raw;
    ret->line = (uint32_t)row.line;
    for (size_t i = 0; i < row.n; i++) /* only the first bytes of the file were looked at, or its BOM was believed */
        row.field[i] = charset_to_utf8(a, CHARSET_UTF8, row.field[i]);
    struct str uid = upload_uid(a, row.raw);
    if (csv_card(a, &r->u->map, &row, uid, &ret->card, &why) != RC_OK) {
        ret->card = NULL;
        vcard_report_add(a, &ret->report, ret->line, VCARD_ERROR, "%s", why.text);
        return true;
    }
    ret->has_uid = !str_eq(card_uid(ret->card), uid);
    if (row.fault)
        vcard_report_add(a, &ret->report, ret->line, VCARD_WARNING, "%s", row.fault);
    return true;
}

static bool next_json(struct upload_reader *r, struct arena *a, struct upload_card *ret)
{
    struct jscontact_item item;
    struct err            why = { 0 };

    if (!jscontact_next(&r->cards, &item))
        return false;
    ret->original = item.text;
    ret->line = (uint32_t)item.line;
    struct str uid = upload_uid(a, item.text);
    if (item.broken || card_parse(a, item.text, uid, &ret->card, &why) != RC_OK) {
        ret->card = NULL;
        vcard_report_add(a, &ret->report, ret->line, VCARD_ERROR, "%s", item.broken ? "the card is cut off" : why.text);
        return true;
    }
    ret->has_uid = !str_eq(card_uid(ret->card), uid);
    return true;
}

static bool next_of_file(struct upload_reader *r, struct arena *a, struct upload_card *ret)
{
    struct vcard v;

    if (!file_next(&r->file, a, &v, &ret->report))
        return false;
    ret->original = v.text;
    ret->line = v.first_line;
    ret->has_uid = vcard_find(&v, VC_UID) != NULL;
    ret->card = v.nlines ? vcard_to_card(a, &v, upload_uid(a, v.text), &ret->report) : NULL;
    return true;
}

/* A card past the limits of cards is a problem of its line; its original is kept like that of any that cannot be read. */
static void hold_to_limits(struct arena *a, struct upload_card *card)
{
    struct err why = { 0 };

    if (!card->card || jscontact_bounds(card->card, &why) == RC_OK)
        return;
    card->card = NULL;
    vcard_report_add(a, &card->report, card->line, VCARD_ERROR, "%s", why.text);
}

bool upload_next(struct upload_reader *r, struct arena *a, struct upload_card *ret)
{
    static bool (*const next[])(struct upload_reader *, struct arena *,
                                struct upload_card *) = { [UPLOAD_VCARD] = next_vcard,
                                                          [UPLOAD_CSV] = next_row,
                                                          [UPLOAD_JSCONTACT] = next_json,
                                                          [UPLOAD_FILE] = next_of_file };

    *ret = (struct upload_card){ 0 };
    if (!next[r->u->format](r, a, ret))
        return false;
    hold_to_limits(a, ret);
    ret->offset = r->start + (size_t)(ret->original.p - r->text.p);
    return true;
}
