/* match/score.h - are two cards the same person?  Points for every piece of evidence, in words people can check.
 *
 *     struct match_card *x = match_card(a, card, region), *y = ...;
 *     struct match_ctx  *ctx = match_ctx(a, all, n);         // learns which values many different people wear
 *     struct match m;
 *     match_score(a, x, y, ctx, &m);
 *
 * Points are centibits (100 = twice as likely) after Fellegi and Sunter; m.score is the sum of the points shown, always.
 * The certainty follows from the score alone (certainty_of), so a list by score is a list by certainty:
 * certain: two independent strong identifiers agree and nothing contradicts - same name and same personal mailbox, mobile or
 *          profile; or cards of equal content.  Only these are merged without asking.  Never when a word of the given names differs (an
 *          initial or a short form does not), nor what is a couple, a family or a function (contact/person.h).
 * likely, possible: suggestions.  A contradiction (birthday, Jr./Sr., another given name on one family's line) caps at possible.
 * Pure, order-free: (x, y) and (y, x) score alike.  The scorer is simple on purpose; whoever replaces it keeps this header. */
#pragma once
#include "base/json.h"

enum certainty { MATCH_NO, MATCH_POSSIBLE, MATCH_LIKELY, MATCH_CERTAIN };
enum { MATCH_EVIDENCE_MAX = 16, MATCH_POSSIBLE_POINTS = 600, MATCH_LIKELY_POINTS = 900, MATCH_CERTAIN_POINTS = 1500 };

struct evidence {
    struct str field; /* member of the card: "emails" "phones" "name" ... */
    struct str label; /* "E-mail" */
    struct str a, b;  /* what either side says, as written */
    int        points;
    struct str text; /* "same e-mail address, worn by nobody else" */
};
struct match {
    int             score;
    enum certainty  certainty;
    size_t          n;
    struct evidence evidence[MATCH_EVIDENCE_MAX];
};

struct match_card; /* a card in comparable form; borrows from the card, lives in the arena */
struct match_ctx;

/* region: ISO code for numbers without a country, may be empty. */
struct match_card *match_card(struct arena *a, const struct json *card, struct str region);
struct match_ctx  *match_ctx(struct arena *a, struct match_card *const *cards, size_t n);
/* ctx may be NULL: nothing is known to be shared. */
void match_score(struct arena *a, const struct match_card *x, const struct match_card *y, const struct match_ctx *ctx,
                 struct match *ret);

enum certainty certainty_of(int64_t score);
const char    *certainty_name(enum certainty c); /* "certain" "likely" "possible" "no" */
/* The stored form (pairs.evidence_json): [{field, label, a, b, points, text}]. */
void match_write(struct buf *b, const struct match *m);
