/* Two letters of region, then a number: no key but one that means itself, and the parts are what they say. */
#include <stdlib.h>
#include "contact/phone/phone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool truth)
{
    if (!truth)
        abort();
}

static void only_digits(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        must(ascii_digit(s.p[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    auto_free(arena) a = arena_new(4096);
    struct str   text = { (const char *)data, n }, region = str_head(text, 2), raw = str_from(text, 2);
    struct phone p, again;

    if (phone_parse(a, raw, region, &p, NULL) != RC_OK)
        return 0;
    only_digits(p.digits);
    only_digits(p.tail);
    only_digits(p.extension);
    must(p.digits.n >= 1 && p.digits.n <= PHONE_DIGITS_MAX && p.tail.n <= PHONE_TAIL);
    if (!p.e164.n)
        return 0;
    must(p.e164.p[0] == '+');
    only_digits(str_from(p.e164, 1));
    must(phone_parse(a, p.e164, S(""), &again, NULL) == RC_OK && str_eq(again.e164, p.e164) &&
         str_eq(again.tail, p.tail) && !strcmp(again.region, p.region));
    return 0;
}
