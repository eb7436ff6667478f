/* Schedules in words: hourly, daily, weekly, and how many to keep. */
#include "base/schedule.h"
#include <time.h>

enum { HOUR_FIRST = 3, KEEP_FIRST = 7, KEEP_MAX = 1000 };

static bool parse_time(struct str text, struct schedule *s)
{
    struct str hour;

    return str_next(&text, ':', &hour) && text.p && text.n == 2 && hour.n <= 2 && str_i64(hour, 0, 23, &s->hour) &&
           str_i64(text, 0, 59, &s->minute);
}

static bool parse_every(struct str text, struct schedule *s)
{
    static const char *const words[] = {
        [SCHEDULE_OFF] = "off", [SCHEDULE_HOURLY] = "hourly", [SCHEDULE_DAILY] = "daily", [SCHEDULE_WEEKLY] = "weekly"
    };
    struct str word = S("");

    str_next(&text, ' ', &word);
    for (size_t i = 0; i < countof(words); i++) {
        if (!str_is(word, words[i]))
            continue;
        s->every = (enum schedule_every)i;
        return !text.p || (i >= SCHEDULE_DAILY && parse_time(str_trim(text), s));
    }
    return false;
}

bool schedule_parse(struct str text, struct schedule *ret)
{
    struct str rest = str_trim(text), every = S("");

    *ret = (struct schedule){ .hour = HOUR_FIRST, .keep = KEEP_FIRST };
    str_next(&rest, ',', &every);
    if (!every.n)
        return rest.p == NULL;
    if (!parse_every(str_trim(every), ret))
        return false;
    if (!rest.p)
        return true;
    rest = str_trim(rest);
    return str_starts(rest, S("keep ")) && str_i64(str_trim(str_from(rest, 5)), 1, KEEP_MAX, &ret->keep);
}

/* mktime() puts days and hours that are out of bounds right, also across a change of summer time. */
static int64_t moment(const struct schedule *s, struct tm t, int days_back)
{
    t.tm_mday -= days_back;
    t.tm_sec = 0;
    t.tm_isdst = -1;
    if (s->every != SCHEDULE_HOURLY) {
        t.tm_hour = (int)s->hour;
        t.tm_min = (int)s->minute;
    } else {
        t.tm_min = 0;
    }
    return (int64_t)mktime(&t) * 1000;
}

int64_t schedule_last(const struct schedule *s, int64_t now_ms)
{
    time_t    now = (time_t)(now_ms / 1000);
    struct tm t;

    if (s->every == SCHEDULE_OFF || !localtime_r(&now, &t))
        return 0;
    int     back = s->every == SCHEDULE_WEEKLY ? (t.tm_wday + 6) % 7 : 0;
    int64_t last = moment(s, t, back);
    if (last > now_ms)
        last = moment(s, t, back + (s->every == SCHEDULE_WEEKLY ? 7 : 1));
    return last;
}
