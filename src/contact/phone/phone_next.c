/* Parts the numbers of a phone field that holds several. */
#include "contact/phone/phone.h"
#include "contact/phone/phone_written.h"
#include "base/utf8.h"

/* Digits of any script, up to the end. */
static size_t digits_of(struct str s)
{
    size_t   n = 0;
    uint32_t c;

    while (utf8_next(&s, &c))
        n += phone_digit(c) >= 0;
    return n;
}

static bool is_or(struct str word)
{
    static const char *const words[] = { "and", "bzw", "bzw.", "e",    "et",    "i",   "lub", "o",     "oder",
                                         "of",  "or",  "ou",   "oraz", "resp.", "u.",  "und", "ve",    "veya",
                                         "y",   "&",   "и",    "или",  "ή",     "και", "或",  "または" };
    for (size_t i = 0; i < countof(words); i++)
        if (str_ieq(word, str_of(words[i])))
            return true;
    return false;
}

/* How many bytes at the head of s may part two numbers; *ret_weak: only when what follows begins like a number. */
static size_t separator(struct str s, bool blank_before, bool *ret_weak)
{
    char c = s.p[0];

    *ret_weak = c == '/' || c == ',' || c == '-';
    if (c == '\n' || c == '\r' || c == '\t' || c == ';' || c == '|' || c == '/' || c == ',')
        return 1;
    if (str_starts(s, S("、")) || str_starts(s, S("；")))
        return 3;
    size_t blank = str_find(str_head(s, 10), S(" "), 0);
    return blank_before && blank != SIZE_MAX && blank <= 9 && is_or(str_head(s, blank)) ? blank : 0;
}

static bool begins_number(struct str s)
{
    s = str_trim(s);
    while (s.n && s.p[0] == '(')
        s = str_from(s, 1);
    return s.n && (s.p[0] == '+' || s.p[0] == '0');
}

/* "0711/123456" is one number, "0711 1111111 / 0170 2222222" are two. */
static bool parts(struct str left, struct str right, bool weak)
{
    size_t     before = digits_of(left), behind = digits_of(right);
    uint32_t   c = 0;
    struct str rest = str_trim(right);

    if (!weak)
        return before >= 5 && behind >= 5 &&
               !(utf8_next(&rest, &c) && ascii_alpha((char)c) && memchr(right.p, '=', right.n));
    size_t least = str_ends(left, S(" ")) ? 5 : 7, most = str_ends(left, S(" ")) ? 13 : 15;
    return before >= least && behind >= 5 &&
           (begins_number(right) || (before >= 7 && behind >= 7 && before + behind > most));
}

/* Nothing in it could part two numbers: most fields. */
static bool is_one(struct str s)
{
    size_t i = s.n && s.p[0] == '+';

    while (i < s.n && (ascii_digit(s.p[i]) || s.p[i] == ' ' || s.p[i] == '(' || s.p[i] == ')' || s.p[i] == '.'))
        i++;
    return i == s.n;
}

bool phone_next(struct str *rest, struct str *ret_number)
{
    struct str s = str_trim(*rest);
    bool       weak, uri = str_ieq(str_head(s, 4), S("tel:")), one = is_one(s);
    size_t     digits = 0;

    for (size_t i = 0; i < s.n && i < PHONE_RAW_MAX && !uri && !one; i++) {
        size_t n = digits < 5 ? 0 : separator(str_from(s, i), i && s.p[i - 1] == ' ', &weak);
        bool   plus = s.p[i] == '+' && digits >= 7;
        digits += phone_digit((unsigned char)s.p[i]) >= 0 || (s.p[i] & 0xc0) == 0xc0;
        if (!plus && (!n || !parts(str_head(s, i), str_head(str_from(s, i + n), PHONE_RAW_MAX), weak)))
            continue;
        *ret_number = str_trim(str_head(s, i));
        *rest = str_from(s, i + n);
        return true;
    }
    *ret_number = s;
    *rest = S("");
    return s.n > 0;
}
