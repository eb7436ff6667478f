/* Charsets: any bytes become UTF-8 of bounded size, by every name we know and by the guess; what is collected is bounded, and the guess is
 * one that can read. */
#include <stdlib.h>
#include "base/utf8.h"
#include "contact/charset/charset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool truth)
{
    if (!truth)
        abort();
}

static void read_as(enum charset cs, struct str text)
{
    auto_buf b = buf_of(text.n * 3 + 3);

    charset_put(&b, cs, text);
    must(!buf_full(&b) && utf8_valid(buf_str(&b)));
    must(charset_by_name(str_of(charset_name(cs))) == cs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str   text = { (const char *)data, n };
    auto_buf     words = buf_of(CHARSET_WORDS_MAX);
    size_t       bom;
    enum charset cs = charset_guess(text, &bom);

    must(bom <= n && cs < CHARSET_UNKNOWN);
    read_as(cs, str_from(text, bom));
    for (enum charset each = CHARSET_UTF8; each < CHARSET_UNKNOWN; each++)
        read_as(each, text);
    charset_collect(&words, text);
    must(words.n <= CHARSET_WORDS_MAX);
    cs = charset_words(buf_str(&words), cs);
    must(cs >= CHARSET_WINDOWS_874 && cs < CHARSET_UNKNOWN);
    charset_by_name(text);
    return 0;
}
