/* Reads and prints durations and amounts of money. */
#include "ops/scale/cmd_scale.h"
#include "base/buf.h"

static const struct {
    const char *name;
    int64_t     ms;
} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 }, { "d", 86400000 } };

bool scale_duration_ms(struct str text, int64_t min, int64_t max, int64_t *ret)
{
    size_t  digits = 0;
    int64_t n, unit = 0;

    while (digits < text.n && ascii_digit(text.p[digits]))
        digits++;
    struct str name = str_from(text, digits);
    for (size_t i = 0; i < countof(units); i++)
        if (str_is(name.n ? name : S("s"), units[i].name))
            unit = units[i].ms;
    if (!unit || !str_i64(str_head(text, digits), 0, max / unit, &n) || n * unit < min)
        return false;
    *ret = n * unit;
    return true;
}

struct str scale_duration(struct arena *a, int64_t ms)
{
    size_t i = countof(units) - 1;

    while (i > 0 && (!ms || ms % units[i].ms))
        i--;
    return ms ? str_fmt(a, "%lld%s", (long long)(ms / units[i].ms), units[i].name) : S("0s");
}

bool scale_money(struct str text, int64_t max_micro, int64_t *ret_micro)
{
    struct str whole = { NULL, 0 }, rest = text;
    int64_t    units_, part = 0, scale = 1000000;

    if (!str_next(&rest, '.', &whole) || !str_i64(whole, 0, max_micro / 1000000, &units_) || rest.n > 6)
        return false;
    if (rest.n && !str_i64(rest, 0, 999999, &part))
        return false;
    for (size_t i = 0; i < rest.n; i++)
        scale /= 10;
    *ret_micro = units_ * 1000000 + part * scale;
    return *ret_micro <= max_micro;
}

struct str scale_money_text(struct arena *a, int64_t micro)
{
    struct str text = str_fmt(a, "%lld.%06lld", (long long)(micro / 1000000), (long long)(micro % 1000000));

    for (size_t least = text.n - 4; text.n > least && text.p[text.n - 1] == '0';)
        text.n--;
    return text;
}
