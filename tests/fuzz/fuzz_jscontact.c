/* Files of cards: the reader's ranges follow each other and each card parses from its range; whatever passes the check can be
 * looked at, told in words, given keys and merged with itself. */
#include <stdlib.h>
#include "contact/card.h"
#include "contact/diff.h"
#include "contact/jscontact.h"
#include "contact/keys.h"
#include "contact/merge.h"
#include "contact/name.h"
#include "tests/patch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool truth)
{
    if (!truth)
        abort();
}

static void use(struct arena *a, const struct json *card)
{
    struct card_head    head;
    struct json        *merged, *again;
    struct diff_change *changes;
    int64_t             keys[KEYS_MAX];

    must(card_check(card, NULL) == RC_OK);
    card_head(a, card, &head);
    must(head.name.n > 0 && name_initials(a, card).n > 0);
    must(keys_of_card(a, card, S("DE"), keys) <= KEYS_MAX);
    diff_changes(a, card_new(a, S("u")), card, &changes);
    must(merge_people(a, card, card_new(a, S("u")), NULL, S(""), &merged, NULL) == RC_OK && json_equal(merged, card));
    must(merge_people(a, card_new(a, S("u")), card, NULL, S(""), &merged, NULL) == RC_OK &&
         card_check(merged, NULL) == RC_OK);
    must(diff_apply(a, merged, patch_between(a, merged, card), &again, NULL) == RC_OK && json_equal(again, card));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    auto_free(arena) a = arena_new(1 << 16);
    struct str              file = { (const char *)data, n };
    struct jscontact_reader r = jscontact_open(file);
    struct jscontact_item   item;
    size_t                  at = 0;

    jscontact_looks(file);
    for (int cards = 0; cards < 50 && jscontact_next(&r, &item); cards++) {
        struct json *card;
        size_t       place = (size_t)(item.text.p - file.p);
        must(place >= at && item.text.n > 0 && place + item.text.n <= n && item.line > 0);
        at = place + item.text.n;
        if (card_parse(a, item.text, S("u1"), &card, NULL) == RC_OK) {
            must(!item.broken);
            use(a, card);
        }
    }
    return 0;
}
