/* Refuses passwords that are tried first: common ones, the e-mail address, repetitions, runs. */
#include "base/password_rules.h"

enum { UNIT_MAX = 4, AROUND_MAX = 8, CORE_MIN = 4 };

struct lowered {
    char   text[PASSWORD_BYTES_MAX];
    size_t n;
};

static struct lowered lower(struct str s)
{
    struct lowered l = { .n = size_min(s.n, PASSWORD_BYTES_MAX) };

    for (size_t i = 0; i < l.n; i++)
        l.text[i] = ascii_lower(s.p[i]);
    return l;
}

/* ---- common ones ---- */

static uint32_t fnv1a(struct str s)
{
    uint32_t h = 0x811c9dc5u;

    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (uint8_t)s.p[i]) * 0x01000193u;
    return h;
}

static bool is_listed(struct str word)
{
    uint32_t want = fnv1a(word);
    size_t   low = 0, high = common_passwords_n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (common_passwords[middle] < want)
            low = middle + 1;
        else
            high = middle;
    }
    return word.n && low < common_passwords_n && common_passwords[low] == want;
}

/* "p4$$w0rd" -> "password". */
static char spelt(char c)
{
    static const char from[] = "4@301!5$7", to[] = "aaeolisst";
    const char       *at = c ? strchr(from, c) : NULL;
    return at ? to[at - from] : c;
}

static bool is_plain_letter(char c) { return ascii_alpha(c) || (unsigned char)c >= 0x80; }

/* Without the digits and signs at its ends; all of it when they are more than AROUND_MAX, or little is left. */
static struct str core_of(struct str s)
{
    struct str core = s;

    while (core.n && !is_plain_letter(core.p[0]))
        core = str_from(core, 1);
    while (core.n && !is_plain_letter(core.p[core.n - 1]))
        core.n--;
    return s.n - core.n <= AROUND_MAX && core.n >= CORE_MIN ? core : s;
}

static bool is_common(struct str word)
{
    struct lowered other = lower(word);

    for (size_t i = 0; i < other.n; i++)
        other.text[i] = spelt(other.text[i]);
    return is_listed(word) || is_listed((struct str){ other.text, other.n });
}

/* ---- repetitions and runs ---- */

/* The shortest piece it consists of, again and again; itself when there is none shorter. */
static size_t unit_of(struct str s)
{
    for (size_t unit = 1; unit <= s.n / 2; unit++)
        if (memcmp(s.p, s.p + unit, s.n - unit) == 0)
            return unit;
    return s.n;
}

static bool runs_along(struct str s, const char *line)
{
    size_t n = strlen(line), same = 1, back = 1;

    for (size_t i = 1; i < s.n; i++) {
        const char *at = s.p[i - 1] ? strchr(line, s.p[i - 1]) : NULL;
        if (!at)
            return false;
        size_t here = (size_t)(at - line);
        same += line[(here + 1) % n] == s.p[i];
        back += line[(here + n - 1) % n] == s.p[i];
    }
    return same == s.n || back == s.n;
}

static bool is_run(struct str s)
{
    static const char *const lines[] = { "1234567890",
                                         "0123456789",
                                         "abcdefghijklmnopqrstuvwxyz",
                                         "qwertyuiopasdfghjklzxcvbnm",
                                         "qwertzuiopasdfghjklyxcvbnm",
                                         "azertyuiopqsdfghjklmwxcvbn" };

    for (size_t i = 0; i < countof(lines); i++)
        if (runs_along(s, lines[i]))
            return true;
    return false;
}

/* ---- all together ---- */

const char *password_fault(struct str password, struct str email)
{
    struct lowered p = lower(password), mail = lower(str_trim(email));
    struct str     low = { p.text, p.n }, address = { mail.text, mail.n }, core = core_of(low);
    struct str     local = str_head(address, size_min(str_find(address, S("@"), 0), address.n));

    if (password.n < PASSWORD_BYTES_MIN)
        return "the password is too short: take at least 10 characters, a short sentence is best";
    if (password.n > PASSWORD_BYTES_MAX)
        return "the password is too long: 1024 bytes are enough";
    if (address.n && (str_eq(low, address) || str_eq(low, local) || str_eq(core, core_of(local))))
        return "the password is the e-mail address: that is tried first";
    size_t unit = unit_of(low);
    if (unit <= UNIT_MAX)
        return "the password is one short piece again and again: that is tried first";
    if (is_run(low) || is_run(core))
        return "the password is a run of the alphabet, the digits or the keyboard: that is tried first";
    if (is_common(low) || is_common(core) || is_common(str_head(low, unit)))
        return "the password is one of the most common ones, or nearly: that is tried first";
    return NULL;
}
