/* Reads and writes dates and times of vCard and JSContact. */
#include "contact/vcard/vcard_date.h"
#include "contact/dates.h"

struct date {
    int64_t year, month, day;
};

/* n digits at *s, 0..; false when there are not so many. */
static bool digits(struct str *s, size_t n, int64_t *ret)
{
    if (s->n < n || !str_i64(str_head(*s, n), 0, 9999, ret))
        return false;
    *s = str_from(*s, n);
    return true;
}

static bool skip(struct str *s, char c)
{
    bool there = s->n && s->p[0] == c;
    if (there)
        *s = str_from(*s, 1);
    return there;
}

/* yyyy[-]mm[-]dd, yyyy-mm, yyyy, --mm[-]dd, --mm, ---dd; what is not said is -1. */
static bool date(struct str *s, struct date *ret)
{
    *ret = (struct date){ -1, -1, -1 };
    bool no_year = str_starts(*s, S("--"));
    if (no_year)
        *s = str_from(*s, 2);
    else if (s->n < 4 || !ascii_digit(s->p[3]) || !digits(s, 4, &ret->year))
        return false;
    if (no_year && skip(s, '-'))
        return digits(s, 2, &ret->day);
    skip(s, '-');
    if (!digits(s, 2, &ret->month))
        return !no_year;
    skip(s, '-');
    digits(s, 2, &ret->day);
    return true;
}

static int64_t days_of(struct date d)
{
    static const int64_t days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool                 leap = d.year % 4 == 0 && (d.year % 100 || d.year % 400 == 0);

    return d.month < 1 ? 31 : d.month == 2 && d.year > 0 && !leap ? 28 : days[d.month - 1];
}

static bool in_calendar(struct date d)
{
    return d.year <= 9999 && d.month != 0 && d.month <= 12 && d.day != 0 && d.day <= days_of(d);
}

static void add_part(struct arena *a, struct json *to, struct str key, int64_t v)
{
    if (v >= 0)
        json_add(to, key, json_new_i64(a, v));
}

static char *put_digits(char *to, int64_t v, int n)
{
    for (int i = n; i--; v /= 10)
        to[i] = (char)('0' + v % 10);
    return to + n;
}

struct time {
    struct date date;
    int64_t     hour, minute, second;
    struct str  fraction;
};

/* RFC 9553 1.4.5: a fraction has no zeros at its end. */
static struct str fraction(struct str *s)
{
    size_t n = 1, end;

    if (!s->n || s->p[0] != '.')
        return (struct str){ "", 0 };
    while (n < s->n && ascii_digit(s->p[n]))
        n++;
    for (end = n; end > 1 && s->p[end - 1] == '0'; end--)
        ;
    struct str all = str_head(*s, end > 1 ? end : 0);
    *s = str_from(*s, n);
    return all;
}

static bool time_utc(struct str s, struct time *t)
{
    if (!date(&s, &t->date) || t->date.year < 0 || t->date.month < 1 || t->date.day < 1 || !in_calendar(t->date) ||
        !skip(&s, 'T') || !digits(&s, 2, &t->hour))
        return false;
    skip(&s, ':');
    if (!digits(&s, 2, &t->minute))
        return false;
    skip(&s, ':');
    t->second = 0;
    if (s.n && ascii_digit(s.p[0]) && !digits(&s, 2, &t->second))
        return false;
    t->fraction = fraction(&s);
    return t->hour < 24 && t->minute < 60 && t->second < 61 &&
           (str_is(s, "Z") || str_is(s, "z") || str_is(s, "+00:00"));
}

struct str vcard_time_read(struct arena *a, struct str text)
{
    struct time t;

    if (!time_utc(str_trim(text), &t))
        return S("");
    const struct {
        int64_t v;
        int     digits;
        char    after;
    } parts[] = {
        { t.date.year, 4, '-' }, { t.date.month, 2, '-' }, { t.date.day, 2, 'T' },
        { t.hour, 2, ':' },      { t.minute, 2, ':' },     { t.second, 2, 0 },
    };
    char *to = arena_raw(a, 24 + t.fraction.n), *p = to;
    for (size_t i = 0; i < countof(parts); i++) {
        p = put_digits(p, parts[i].v, parts[i].digits);
        if (parts[i].after)
            *p++ = parts[i].after;
    }
    p = mempcpy(p, t.fraction.p, t.fraction.n);
    *p++ = 'Z';
    return (struct str){ to, (size_t)(p - to) };
}

static struct json *timestamp(struct arena *a, struct str utc)
{
    struct json *stamp = json_new(a, JSON_OBJECT);

    json_add(stamp, S("@type"), json_new_text(a, S("Timestamp")));
    json_add(stamp, S("utc"), json_new_text(a, utc));
    return stamp;
}

/* What stands behind a date: a time of its place ("T144137", " 14:41:37+02:00"). */
static bool is_time(struct str s)
{
    for (size_t i = 1; i < s.n; i++)
        if (!ascii_digit(s.p[i]) && !memchr(":.+-,Zz ", s.p[i], 8))
            return false;
    return s.n > 2 && (s.p[0] == 'T' || s.p[0] == 't' || s.p[0] == ' ') && ascii_digit(s.p[1]);
}

static bool date_in_words(struct arena *a, struct str text, struct date *ret)
{
    struct written_date w;

    if (!dates_read(a, text, DATE_ORDER_LOOK, &w))
        return false;
    *ret = (struct date){ w.year ? w.year : -1, w.month ? w.month : -1, w.day ? w.day : -1 };
    return in_calendar(*ret);
}

struct json *vcard_date_read(struct arena *a, struct str text, int64_t omit_year)
{
    struct str  s = str_trim(text), utc;
    struct date d;
    bool        read = date(&s, &d) && in_calendar(d) && (d.year >= 0 || d.month >= 0 || d.day >= 0);

    if (read && s.n && d.day > 0 && is_time(s)) {
        utc = vcard_time_read(a, text);
        if (utc.n && !str_ends(utc, S("T00:00:00Z")))
            return timestamp(a, utc);
    } else if ((!read || s.n) && !date_in_words(a, text, &d)) {
        return NULL;
    }
    if (d.year == 0 || (omit_year && d.year == omit_year))
        d.year = -1;
    struct json *to = json_new(a, JSON_OBJECT);
    add_part(a, to, S("year"), d.year);
    add_part(a, to, S("month"), d.month);
    add_part(a, to, S("day"), d.day);
    return to->n ? to : NULL;
}

static void put_number(struct buf *b, const char *before, int width, int64_t v)
{
    buf_fmt(b, "%s%0*d", before, width, (int)v);
}

bool vcard_date_write(struct buf *b, const struct json *date, bool basic)
{
    struct str  utc = json_get_text(date, S("utc"));
    int64_t     year = json_get_i64(date, S("year"), -1), month = json_get_i64(date, S("month"), -1);
    int64_t     day = json_get_i64(date, S("day"), -1);
    const char *dash = basic ? "" : "-";

    if (utc.n) {
        for (size_t i = 0; i < utc.n; i++)
            if (!basic || (utc.p[i] != '-' && utc.p[i] != ':'))
                buf_char(b, utc.p[i]);
        return true;
    }
    if ((year < 0 && month < 0 && day < 0) || (year >= 0 && month < 0 && day >= 0))
        return false;
    if (year >= 0)
        put_number(b, "", 4, year);
    else
        buf_put(b, S("--"));
    if (month >= 0)
        put_number(b, year < 0 ? "" : day < 0 ? "-" : dash, 2, month);
    if (day >= 0)
        put_number(b, month < 0 ? "-" : dash, 2, day);
    return true;
}

bool vcard_date_write_apple(struct buf *b, const struct json *date)
{
    int64_t month = json_get_i64(date, S("month"), -1), day = json_get_i64(date, S("day"), -1);

    if (json_get(date, S("year")) || json_get(date, S("utc")) || month < 0 || day < 0)
        return false;
    put_number(b, "1604-", 2, month);
    put_number(b, "-", 2, day);
    return true;
}
