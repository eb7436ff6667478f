/* Any text as title, number, address and mailbox of a card: facts stay within their bounds and read back. */
#include <stdlib.h>
#include "base/utf8.h"
#include "contact/card.h"
#include "enrich/avatar.h"
#include "enrich/enrich.h"
#include "match/score.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool truth)
{
    if (!truth)
        abort();
}

static void entry(struct arena *a, struct json *card, struct str map, struct str member, struct str value)
{
    json_set_text(a, json_child(a, json_child(a, card, map), S("x1")), member, value);
}

static struct json *card_of(struct arena *a, struct str text)
{
    struct json *card = card_new(a, S("u"));
    entry(a, card, S("titles"), S("name"), text);
    entry(a, card, S("phones"), S("number"), text);
    entry(a, card, S("emails"), S("address"), text);
    entry(a, card, S("addresses"), S("full"), text);
    json_set_text(a, json_child(a, card, S("name")), S("full"), text);
    return card;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    auto_free(arena) a = arena_new(64 << 10);
    auto_buf     b = buf_of(8 << 20);
    struct str   text = { (const char *)data, utf8_valid_prefix((struct str){ (const char *)data, n }) };
    struct fact *facts;
    struct match m;
    size_t       found;
    struct json *card = card_of(a, text), *back;

    enrich_card(a, card, &(struct enrich_hints){ S("US") }, &facts, &found);
    must(found <= FACTS_MAX);
    for (size_t i = 0; i < found; i++)
        must(facts[i].confidence >= 1 && facts[i].confidence <= 100 && facts[i].value.n &&
             enrich_rule_text(facts[i].rule).n);
    json_write(&b, enrich_row(a, S(""), facts, found));
    must(buf_full(&b) || json_parse(a, buf_str(&b), &back, NULL) == RC_OK);
    int hue = avatar_hue(a, card);
    must(hue >= 0 && hue < 360);

    size_t             half = utf8_head(text, text.n / 2).n;
    struct match_card *pair[2] = { match_card(a, card, S("US")),
                                   match_card(a, card_of(a, str_head(text, half)), S("US")) };
    match_score(a, pair[0], pair[1], match_ctx(a, pair, 2), &m);
    int sum = 0;
    for (size_t i = 0; i < m.n; i++)
        sum += m.evidence[i].points;
    must(sum == m.score);
    match_score(a, pair[1], pair[0], NULL, &m);
    return 0;
}
