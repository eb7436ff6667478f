/* enrich/enrich.h - what can be known of a contact from what is there: no network, compiled-in tables, pure.
 *
 *     struct fact *facts;  size_t n;
 *     enrich_card(arena, card, &(struct enrich_hints){ .region = S("DE") }, &facts, &n);
 *
 * One best fact a field.  Evidence is fused: an address beats a landline, a landline a mobile, a number the country of a
 * mail domain.  Never overwrites: a fact that says what the card already says is dropped.  At most FACTS_MAX.
 * Values: country ISO 3166-1 alpha-2, region ISO 3166-2 or a city's name, seniority and function the enums below, timezone an
 * IANA name, company a name.  Labels are for people, English. */
#pragma once
#include "contact/card.h"

enum { FACTS_MAX = 16 };

struct fact {
    struct str field; /* country region timezone company seniority function industry */
    struct str value, label;
    struct str rule;       /* "country.phone": see enrich_rule_text() */
    int        confidence; /* 1 .. 100 */
    struct str from;       /* the entry it was read from: "phones/p1" */
};
struct enrich_hints {
    struct str region;
}; /* country of numbers that name none, ISO code; may be empty */

void enrich_card(struct arena *a, const struct json *card, const struct enrich_hints *hints, struct fact **ret,
                 size_t *ret_n);

/* One sentence that explains a rule to the user; "" when there is no such rule. */
struct str enrich_rule_text(struct str rule);
/* "Head of department" of seniority "head" ...; the value itself when unknown. */
struct str enrich_label(struct str field, struct str value);

/* The stored row (store/cards/facts.h): what was found now, with the decisions of before.  A value that was rejected once stays rejected,
 * whatever rule finds it; accepted ones stay; proposals that no longer hold go.  earlier_json may be "". */
struct json *enrich_row(struct arena *a, struct str earlier_json, const struct fact *facts, size_t n);
