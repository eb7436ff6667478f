/* How alike two names are (Jaro-Winkler, one edit, nicknames). */
#include "match/similar.h"
#include "match/nicknames.h"

/* Jaro by bit masks: one pass a character of x over a mask of the places in y that hold it. */
static unsigned places_of(char c, struct str y, uint64_t *ret)
{
    uint64_t mask = 0;
    for (size_t i = 0; i < y.n; i++)
        mask |= (uint64_t)(y.p[i] == c) << i;
    *ret = mask;
    return mask != 0;
}

static uint64_t window(size_t i, size_t reach, size_t n)
{
    size_t   from = i > reach ? i - reach : 0, to = size_min(n, i + reach + 1);
    uint64_t upto = to >= 64 ? UINT64_MAX : (1ull << to) - 1;
    return from >= to ? 0 : upto & ~((1ull << from) - 1);
}

int similar_jw(struct str x, struct str y)
{
    uint64_t in_x = 0, in_y = 0, at;
    unsigned common = 0, swapped = 0;

    x = str_head(x, 64), y = str_head(y, 64);
    if (!x.n || !y.n)
        return 0;
    if (str_eq(x, y))
        return 1000;
    size_t longest = x.n > y.n ? x.n : y.n, reach = longest / 2 ? longest / 2 - 1 : 0;
    for (size_t i = 0; i < x.n; i++)
        if (places_of(x.p[i], y, &at) && (at &= window(i, reach, y.n) & ~in_y)) {
            in_x |= 1ull << i;
            in_y |= at & -at;
            common++;
        }
    if (!common)
        return 0;
    uint64_t left_x = in_x, left_y = in_y;
    for (; left_x; left_x &= left_x - 1, left_y &= left_y - 1)
        swapped += x.p[__builtin_ctzll(left_x)] != y.p[__builtin_ctzll(left_y)];
    unsigned m = common * 1000;
    unsigned jaro = (m / (unsigned)x.n + m / (unsigned)y.n + (m - swapped / 2 * 1000) / common) / 3;
    unsigned prefix = 0;
    while (prefix < 4 && prefix < x.n && prefix < y.n && x.p[prefix] == y.p[prefix])
        prefix++;
    return (int)(jaro > 700 ? jaro + prefix * (1000 - jaro) / 10 : jaro);
}

bool similar_one_edit(struct str x, struct str y)
{
    if (x.n > y.n)
        return similar_one_edit(y, x);
    if (y.n - x.n > 1)
        return false;
    size_t same = 0;
    while (same < x.n && x.p[same] == y.p[same])
        same++;
    struct str rest_x = str_from(x, same), rest_y = str_from(y, same);
    if (x.n < y.n)
        return str_eq(rest_x, str_from(rest_y, 1));
    return str_eq(str_from(rest_x, 1), str_from(rest_y, 1)) ||
           (rest_x.n > 1 && rest_x.p[0] == rest_y.p[1] && rest_x.p[1] == rest_y.p[0] &&
            str_eq(str_from(rest_x, 2), str_from(rest_y, 2)));
}

bool similar_nickname(struct str x, struct str y)
{
    for (size_t i = 0; i < nickname_groups_n; i++) {
        struct str rest = str_of(nickname_groups[i]), name;
        bool       has_x = false, has_y = false;
        while (str_next(&rest, ' ', &name)) {
            has_x = has_x || str_eq(name, x);
            has_y = has_y || str_eq(name, y);
        }
        if (has_x && has_y)
            return true;
    }
    return false;
}
