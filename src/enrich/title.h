/* enrich/title.h - job titles -> seniority and function.
 * Ordered rules over folded words, first hit wins: English, German, French, Spanish, Italian, Portuguese, Dutch, Nordic, Polish,
 * Greek, Russian (both reach the rules transliterated, contact/fold.h), Turkish; Japanese, Chinese, Korean by substring.
 *   seniority: owner founder cxo partner vp head director manager senior staff entry intern
 *   function:  engineering product design marketing sales finance legal human_resources operations support research education
 *              health hospitality manufacturing purchasing administration consulting public_service media real_estate */
#pragma once
#include "base/str.h"

struct title {
    struct str seniority, function;
    int        seniority_confidence, function_confidence;
}; /* "" = no rule says */
void title_read(struct arena *a, struct str text, struct title *ret);
