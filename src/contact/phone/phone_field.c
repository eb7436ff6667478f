/* Takes a field of a file apart into phones: the numbers, and the remarks beside them. */
#include "contact/phone/phone_field.h"

static bool is_digit(struct str s, size_t i) { return i < s.n && ascii_digit(s.p[i]); }

static bool has_digit(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (ascii_digit(s.p[i]))
            return true;
    return false;
}

/* Without the marks that part a remark from its number. */
static struct str bare(struct str s)
{
    s = str_trim(s);
    while (s.n && strchr("(:,;-.", s.p[0]))
        s = str_trim(str_from(s, 1));
    while (s.n && strchr("):,;-", s.p[s.n - 1]))
        s = str_trim(str_head(s, s.n - 1));
    return s;
}

/* Behind the last digit, or else before the first: "0170 2 (privat)", "Büro: 0711 1". */
static bool split(struct str s, struct str *ret_number, struct str *ret_remark)
{
    size_t end = s.n, begin = 0;

    while (end > 0 && !is_digit(s, end - 1))
        end--;
    while (begin < s.n && !is_digit(s, begin) && s.p[begin] != '+')
        begin++;
    *ret_remark = bare(str_from(s, end));
    *ret_number = str_head(s, end);
    if (ret_remark->n)
        return true;
    if (begin && s.p[begin - 1] == '(' && has_digit(str_from(s, begin)))
        begin--;
    *ret_remark = bare(str_head(s, begin));
    *ret_number = str_from(s, begin);
    return ret_remark->n > 0;
}

/* An extension or the letters of a vanity number are no remark: without them another number is dialled. */
static bool is_same_number(struct arena *a, struct str one, struct str other)
{
    struct phone x, y;

    return phone_parse(a, one, S(""), &x, NULL) == RC_OK && phone_parse(a, other, S(""), &y, NULL) == RC_OK &&
           str_eq(x.digits, y.digits) && str_eq(x.extension, y.extension) && str_eq(x.e164, y.e164);
}

bool phone_field_next(struct arena *a, struct phone_field *f, struct str *ret_number, struct str *ret_remark)
{
    struct str number;

    *ret_remark = S("");
    if (!phone_next(&f->rest, ret_number))
        return false;
    f->several = f->several || f->rest.n > 0;
    if (!f->several || !split(*ret_number, &number, ret_remark))
        return true;
    if (is_same_number(a, *ret_number, number))
        *ret_number = str_trim(number);
    else
        *ret_remark = S("");
    return true;
}
