/* Writes fictional records the way well-known programs export them. */
#include "fiction/export_as.h"
#include "base/hash.h"

/* The ways programs write a number: as typed with the country, bare, or as people dial it at home. */
enum number_style { NUMBER_SPACED, NUMBER_BARE, NUMBER_NATIONAL };

static struct str number(struct arena *a, const struct culture *c, struct str e164, enum number_style style)
{
    struct str code = str_of(c->calling), rest = str_from(e164, code.n);

    if (!str_starts(e164, code) || style == NUMBER_BARE)
        return e164;
    if (str_eq(code, S("+1")) && rest.n == 10)
        return str_fmt(a, style == NUMBER_SPACED ? "+1 (%.3s) %.3s-%.4s" : "(%.3s) %.3s-%.4s", rest.p, rest.p + 3,
                       rest.p + 6);
    if (style == NUMBER_NATIONAL)
        return str_fmt(a, "%s" STR_FMT, c->flags & PEOPLE_TRUNK_0 ? "0" : "", STR_ARG(rest));
    size_t cut = rest.n > 8 ? 3 : 2;
    return str_fmt(a, STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(code), STR_ARG(str_head(rest, cut)),
                   STR_ARG(str_from(rest, cut)));
}

static void escaped(struct buf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (strchr(",;\\", s.p[i]))
            buf_char(b, '\\');
        buf_char(b, s.p[i]);
    }
}

/* name (with parameters), then the values with ';' between, folded at 75 bytes but never inside a character. */
static void line_of(struct buf *b, const char *name, const struct str *values, size_t n)
{
    auto_buf line = buf_of(1 << 16);
    buf_put(&line, str_of(name));
    buf_char(&line, ':');
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_char(&line, ';');
        escaped(&line, values[i]);
    }
    struct str rest = buf_str(&line);
    for (size_t width = 75; rest.n; width = 74) {
        size_t take = size_min(rest.n, width);
        while (take < rest.n && ((unsigned char)rest.p[take] & 0xc0) == 0x80)
            take--;
        if (width == 74)
            buf_char(b, ' ');
        buf_put(b, str_head(rest, take));
        buf_put(b, S("\r\n"));
        rest = str_from(rest, take);
    }
}
#define LINE(name, ...) line_of(b, name, (struct str[]){ __VA_ARGS__ }, countof(((struct str[]){ __VA_ARGS__ })))
#define LINE_IF(name, value)   \
    do {                       \
        if ((value).n)         \
            LINE(name, value); \
    } while (0)

static struct str uid_of(struct arena *a, const struct entry *e, uint64_t seed)
{
    uint64_t h = hash64_mix(seed, (uint64_t)e->p.number + 77), l = hash64_mix(h, 5);
    return str_fmt(a, "%08X-%04X-4%03X-A%03X-%012llX", (unsigned)(h >> 32), (unsigned)(h >> 16) & 0xffff,
                   (unsigned)h & 0xfff, (unsigned)(l >> 52), (unsigned long long)(l & 0xffffffffffff));
}

static void iphone(struct arena *a, struct buf *b, const struct entry *e, uint64_t seed)
{
    const struct person *p = &e->p;

    buf_put(b, S("BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:-//Apple Inc.//iPhone OS 17.5.1//EN\r\n"));
    LINE("N", e->surname, e->given, p->middle, S(""), p->generation);
    LINE("FN", e->full);
    if (e->company.n)
        LINE("ORG", e->company, S(""));
    LINE_IF("TITLE", p->title);
    LINE_IF("EMAIL;type=INTERNET;type=HOME;type=pref", p->mail);
    LINE_IF("EMAIL;type=INTERNET;type=WORK", p->work_mail);
    LINE_IF("TEL;type=CELL;type=VOICE;type=pref", number(a, p->culture, p->mobile, NUMBER_SPACED));
    LINE_IF("TEL;type=HOME;type=VOICE", number(a, p->culture, p->landline, NUMBER_SPACED));
    if (p->work_phone.n) {
        LINE("item1.TEL",
             number(a, p->company.culture ? p->company.culture : p->culture, p->work_phone, NUMBER_SPACED));
        buf_put(b, S("item1.X-ABLabel:Office\r\n"));
    }
    if (e->has_home) {
        LINE("item2.ADR;type=HOME;type=pref", S(""), S(""), p->street, p->city, p->region, p->postcode,
             str_of(p->culture->country_name));
        LINE("item2.X-ABADR", str_lower(a, str_of(p->culture->country)));
    }
    LINE_IF("NOTE", p->note);
    LINE_IF("BDAY;value=date", p->birthday);
    if (p->is_company)
        buf_put(b, S("X-ABShowAs:COMPANY\r\n"));
    LINE("UID", uid_of(a, e, seed));
    buf_put(b, S("REV:2026-03-14T09:26:53Z\r\nEND:VCARD\r\n"));
}

static void gmail(struct arena *a, struct buf *b, const struct entry *e, uint64_t seed)
{
    const struct person *p = &e->p;

    (void)a, (void)seed;
    buf_put(b, S("BEGIN:VCARD\r\nVERSION:3.0\r\n"));
    LINE("FN", e->full);
    LINE("N", e->surname, e->given, p->middle, S(""), p->generation);
    LINE_IF("EMAIL;TYPE=INTERNET;TYPE=HOME", p->mail);
    LINE_IF("EMAIL;TYPE=INTERNET;TYPE=WORK", p->work_mail);
    LINE_IF("TEL;TYPE=CELL", p->mobile);
    LINE_IF("TEL;TYPE=HOME", p->landline);
    LINE_IF("TEL;TYPE=WORK", p->work_phone);
    if (e->has_home)
        LINE("ADR;TYPE=HOME", S(""), S(""), p->street, p->city, p->region, p->postcode, str_of(p->culture->country));
    LINE_IF("ORG", e->company);
    LINE_IF("TITLE", p->title);
    LINE_IF("BDAY", p->birthday);
    LINE_IF("NOTE", p->note);
    buf_put(b, S("CATEGORIES:myContacts\r\nEND:VCARD\r\n"));
}

/* vCard 2.1: a value that is not ASCII is quoted-printable in UTF-8. */
static void line21(struct buf *b, const char *name, const struct str *values, size_t n)
{
    bool plain = true;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < values[i].n; k++)
            plain = plain && (unsigned char)values[i].p[k] < 0x80;
    buf_put(b, str_of(name));
    if (!plain)
        buf_put(b, S(";CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE"));
    buf_char(b, ':');
    size_t column = 0;
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_char(b, ';');
        for (size_t k = 0; k < values[i].n; k++) {
            unsigned char c = (unsigned char)values[i].p[k];
            if (!plain && column > 66) {
                buf_put(b, S("=\r\n"));
                column = 0;
            }
            if (plain && c == ';')
                buf_char(b, '\\');
            if (!plain && (c >= 0x7f || c == '=' || c == ';'))
                buf_fmt(b, "=%02X", c);
            else
                buf_char(b, (char)c);
            column += c >= 0x7f ? 3 : 1;
        }
    }
    buf_put(b, S("\r\n"));
}
#define LINE21(name, ...) line21(b, name, (struct str[]){ __VA_ARGS__ }, countof(((struct str[]){ __VA_ARGS__ })))
#define LINE21_IF(name, value)   \
    do {                         \
        if ((value).n)           \
            LINE21(name, value); \
    } while (0)

static void outlook(struct arena *a, struct buf *b, const struct entry *e, uint64_t seed)
{
    const struct person *p = &e->p;

    (void)seed;
    buf_put(b, S("BEGIN:VCARD\r\nVERSION:2.1\r\n"));
    LINE21("N;LANGUAGE=en-us", e->surname, e->given, p->middle, S(""), p->generation);
    LINE21("FN", e->full);
    LINE21_IF("ORG", e->company);
    LINE21_IF("TITLE", p->title);
    LINE21_IF("NOTE", p->note);
    LINE21_IF("TEL;WORK;VOICE",
              number(a, p->company.culture ? p->company.culture : p->culture, p->work_phone, NUMBER_NATIONAL));
    LINE21_IF("TEL;HOME;VOICE", number(a, p->culture, p->landline, NUMBER_NATIONAL));
    LINE21_IF("TEL;CELL;VOICE", number(a, p->culture, p->mobile, NUMBER_SPACED));
    if (e->has_home)
        LINE21("ADR;HOME;PREF", S(""), S(""), p->street, p->city, p->region, p->postcode,
               str_of(p->culture->country_name));
    LINE21_IF("EMAIL;PREF;INTERNET", p->work_mail);
    LINE21_IF("EMAIL;INTERNET", p->mail);
    LINE21_IF("BDAY", p->birthday);
    buf_put(b, S("X-MS-OL-DESIGN;CHARSET=utf-8:<card xmlns=\"http://schemas.microsoft.com/office/outlook/12/"
                 "electronicbusinesscards\" ver=\"1.0\" layout=\"left\" "
                 "bgcolor=\"ffffff\"/>\r\nREV:20260412T080000Z\r\nEND:VCARD\r\n"));
}

static void android(struct arena *a, struct buf *b, const struct entry *e, uint64_t seed)
{
    const struct person *p = &e->p;

    (void)seed;
    buf_put(b, S("BEGIN:VCARD\r\nVERSION:2.1\r\n"));
    LINE21("N", e->surname, e->given, p->middle, S(""), p->generation);
    LINE21("FN", e->full);
    LINE21_IF("TEL;CELL", number(a, p->culture, p->mobile, NUMBER_NATIONAL));
    LINE21_IF("TEL;HOME", number(a, p->culture, p->landline, NUMBER_NATIONAL));
    LINE21_IF("TEL;WORK", p->work_phone);
    LINE21_IF("EMAIL;HOME", p->mail);
    LINE21_IF("EMAIL;WORK", p->work_mail);
    LINE21_IF("ORG", e->company);
    LINE21_IF("TITLE", p->title);
    LINE21_IF("NOTE", p->note);
    LINE21_IF("BDAY", p->birthday);
    buf_put(b, S("END:VCARD\r\n"));
}

static void cell(struct buf *b, struct str s, char end)
{
    bool quote = false;
    for (size_t i = 0; i < s.n; i++)
        quote = quote || strchr(",\"\r\n", s.p[i]);
    if (quote)
        buf_char(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"')
            buf_char(b, '"');
        buf_char(b, s.p[i]);
    }
    if (quote)
        buf_char(b, '"');
    buf_char(b, end);
}

static void google_header(struct buf *b)
{
    buf_put(
        b,
        S("First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Middle Name,Phonetic Last Name,Name Prefix,"
          "Name Suffix,Nickname,File As,Organization Name,Organization Title,Organization Department,Birthday,Notes,"
          "Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - "
          "Value,Phone 2 - Label,Phone 2 - Value,Phone 3 - Label,Phone 3 - Value\n"));
}

static void google_row(struct arena *a, struct buf *b, const struct entry *e, uint64_t seed)
{
    const struct person *p = &e->p;
    const struct str     none = S("");
    const struct str     cells[] = {
            e->given,
            p->middle,
            e->surname,
            none,
            none,
            none,
            none,
            p->generation,
            none,
            none,
            e->company,
            p->title,
            none,
            p->birthday,
            p->note,
            none,
            S("* myContacts"),
        p->mail.n ? S("* Home") : none,
            p->mail,
        p->work_mail.n ? S("Work") : none,
            p->work_mail,
        p->mobile.n ? S("Mobile") : none,
            p->mobile,
        p->landline.n ? S("Home") : none,
            p->landline,
        p->work_phone.n ? S("Work") : none,
            p->work_phone,
    };

    (void)a, (void)seed;
    for (size_t i = 0; i < countof(cells); i++)
        cell(b, cells[i], i + 1 < countof(cells) ? ',' : '\n');
}

const struct program programs[] = {
    { "iphone.vcf", "iPhone", NULL, iphone },
    { "gmail.vcf", "Gmail", NULL, gmail },
    { "outlook.vcf", "Outlook", NULL, outlook },
    { "android.vcf", "Android", NULL, android },
    { "google.csv", "Google", google_header, google_row },
};
const size_t programs_n = countof(programs);
