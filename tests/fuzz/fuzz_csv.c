/* CSV: every byte is in a record's place or between records; a chunk read from a record on gives the same records; rows make
 * valid cards; what we write reads back field by field. */
#include <stdlib.h>
#include "base/utf8.h"
#include "contact/card.h"
#include "contact/csv/csv_map.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool truth)
{
    if (!truth)
        abort();
}

static void same_fields(const struct csv_record *x, const struct csv_record *y)
{
    must(x->n == y->n && x->line == y->line);
    for (size_t i = 0; i < x->n; i++)
        must(str_eq(x->field[i], y->field[i]));
}

/* Written with our quoting, a record is read as the same fields. */
static void written(struct arena *a, const struct csv_record *r)
{
    auto_buf          b = buf_of(8 << 20);
    struct csv_record again;

    for (size_t i = 0; i < r->n; i++)
        csv_put(&b, i == 0, r->field[i], true);
    csv_end(&b);
    struct csv c = csv_resume(buf_str(&b), ',', 1);
    if (r->n == 1 && !r->field[0].n)
        return; /* an empty line */
    must(csv_next(&c, a, &again) && again.n == r->n && !again.fault);
    for (size_t i = 0; i < r->n; i++)
        must(str_eq(csv_plain(again.field[i]), csv_plain(r->field[i])) ||
             str_eq(csv_plain(again.field[i]), r->field[i]));
}

static void as_cards(struct arena *a, struct str text)
{
    struct csv_map    map;
    struct csv_record r;
    struct json      *card;

    if (!utf8_valid(text) || csv_map_read(a, text, NULL, &map, NULL) != RC_OK)
        return;
    struct csv c = csv_resume(str_from(text, map.body), map.delimiter, map.line);
    for (int rows = 0; rows < 20 && csv_next(&c, a, &r); rows++) {
        auto_buf        b = buf_of(8 << 20);
        struct csv_plan plan = { 0 };
        if (csv_card(a, &map, &r, S("u"), &card, NULL) != RC_OK)
            continue;
        must(card_check(card, NULL) == RC_OK);
        csv_plan_card(a, &plan, card);
        csv_write_header(&b, &plan);
        csv_write_card(a, &b, &plan, card);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    auto_free(arena) a = arena_new(1 << 16);
    struct str        text = { (const char *)data, n };
    struct csv        c = csv_open(text);
    struct csv_record r, again;
    size_t            at = c.at;

    while (csv_next(&c, a, &r)) {
        size_t place = (size_t)(r.raw.p - text.p);
        must(place >= at && place + r.raw.n <= c.at && c.at <= n);
        struct csv chunk = csv_resume(str_from(text, place), c.delimiter, r.line);
        must(csv_next(&chunk, a, &again));
        same_fields(&r, &again);
        written(a, &r);
        at = c.at;
    }
    as_cards(a, text);
    return 0;
}
