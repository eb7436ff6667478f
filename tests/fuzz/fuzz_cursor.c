/* Any text as the cursor of a list, of cards or of pairs by its first byte: what is read can be asked for, and the place it names gives the same
 * cursor. */
#include <stdlib.h>
#include "base/utf8.h"
#include "store/cards/cards_cursor.h"
#include "store/cards/pairs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool truth)
{
    if (!truth)
        abort();
}

static void cards(struct arena *a, struct str text, unsigned which)
{
    struct card_page  p = { .sort = which % 4, .descending = which & 4, .cursor = text };
    struct card_place at;

    if (!cards_cursor_read(a, &p, &at))
        return;
    must(utf8_valid(at.text) && !memchr(at.text.p, 0, at.text.n) && at.number >= 0);
    struct card_row row = { .id = at.number, .seq = at.number, .sort_key = at.text, .company = at.text };
    if (p.sort == CARDS_BY_NAME || p.sort == CARDS_BY_COMPANY || !at.text.n)
        must(str_eq(cards_cursor(a, &p, &row), text));
}

static void pairs(struct arena *a, struct str text)
{
    struct pair pair = { 0 }, again = { 0 };

    if (!pairs_cursor_read(text, &pair))
        return;
    must(pair.low >= 0 && pair.high >= 0);
    must(pairs_cursor_read(pairs_cursor(a, &pair), &again));
    must(again.score == pair.score && again.low == pair.low && again.high == pair.high);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    auto_free(arena) a = arena_new(8192);

    if (!n)
        return 0;
    struct str text = { (const char *)data + 1, n - 1 };
    if (data[0] & 8)
        pairs(a, text);
    else
        cards(a, text, data[0]);
    return 0;
}
