/* Wall clock, monotonic clock, and RFC 3339 texts of times. */
#include "base/clock.h"
#include <time.h>

int64_t clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_mono_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

struct str clock_rfc3339(struct arena *a, int64_t ms)
{
    time_t    s = (time_t)(ms >= 0 ? ms / 1000 : (ms - 999) / 1000);
    int       milli = (int)(ms - (int64_t)s * 1000);
    struct tm t;
    char      text[40];

    gmtime_r(&s, &t);
    size_t n = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &t);
    return milli ? str_fmt(a, "%.*s.%03dZ", (int)n, text, milli) : str_fmt(a, "%.*sZ", (int)n, text);
}

static bool field(struct str *s, size_t digits, char end, int min, int max, int *ret)
{
    int64_t v;
    if (s->n < digits || !str_i64(str_head(*s, digits), min, max, &v) || s->p[0] == '-')
        return false;
    *ret = (int)v;
    *s = str_from(*s, digits);
    if (!end)
        return true;
    if (!s->n || s->p[0] != end)
        return false;
    *s = str_from(*s, 1);
    return true;
}

static bool offset_minutes(struct str s, int *ret)
{
    int hours, minutes, sign;

    if (s.n == 1 && (s.p[0] == 'Z' || s.p[0] == 'z')) {
        *ret = 0;
        return true;
    }
    if (!s.n || (s.p[0] != '+' && s.p[0] != '-'))
        return false;
    sign = s.p[0] == '-' ? -1 : 1;
    s = str_from(s, 1);
    if (!field(&s, 2, ':', 0, 23, &hours) || !field(&s, 2, 0, 0, 59, &minutes) || s.n)
        return false;
    *ret = sign * (hours * 60 + minutes);
    return true;
}

bool clock_parse(struct str s, int64_t *ret_ms)
{
    struct tm t = { 0 };
    int       milli = 0, offset;

    if (!field(&s, 4, '-', 0, 9999, &t.tm_year) || !field(&s, 2, '-', 1, 12, &t.tm_mon) ||
        !field(&s, 2, 0, 1, 31, &t.tm_mday) || !s.n || (s.p[0] != 'T' && s.p[0] != 't'))
        return false;
    s = str_from(s, 1);
    if (!field(&s, 2, ':', 0, 23, &t.tm_hour) || !field(&s, 2, ':', 0, 59, &t.tm_min) ||
        !field(&s, 2, 0, 0, 60, &t.tm_sec))
        return false;
    if (s.n && s.p[0] == '.') {
        int scale = 100;
        for (s = str_from(s, 1); s.n && ascii_digit(s.p[0]); s = str_from(s, 1), scale /= 10)
            milli += (s.p[0] - '0') * scale;
    }
    if (!offset_minutes(s, &offset))
        return false;
    t.tm_year -= 1900;
    t.tm_mon -= 1;
    *ret_ms = ((int64_t)timegm(&t) - offset * 60) * 1000 + milli;
    return true;
}
