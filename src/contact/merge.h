/* contact/merge.h - two ways cards become one.  Pure and deterministic.
 *
 * merge_three(): one card changed on two sides.  Field by field: what only one side changed is taken; what both changed alike
 * is taken once; what both changed differently is a conflict and `ours` stays.  Maps are merged by entry id; entries that are
 * new on both sides and differ only in their id are one entry; new entries that share an id but differ both stay (theirs
 * gets a new id).  Removing on one side and changing on the other is a conflict, and the changed value stays.  Arrays are one value,
 * but name.components and address components follow their object; so is what is nested deeper than MERGE_DEPTH_MAX levels.
 * Costs time and memory in proportion to the cards.  Of more than MERGE_CONFLICTS_MAX conflicts, or a card's bytes of their names, the first
 * are told.
 *   merge_three(b, x, b) = x     merge_three(b, b, x) = x     merge_three(b, x, x) = x
 *
 * merge_people(): two cards of one person (duplicates).  Multi-valued fields are united after canonical comparison (one phone
 * in two formats once, with the richer label, contexts and the international spelling); single fields follow `choices`, else a
 * rule; nothing is dropped: a single value that loses stays as alternative entry where the field has room (titles,
 * nicknames for names, notes for everything else).
 *   choices: {"name":"a"|"b"|"both", "organizations":..., ...}, keys are top members of a card; "a" is `winner`.
 *   For a multi-valued field "a" or "b" takes only that side's entries.
 * Rules: name = the longer one when they agree (all words of the shorter are in it), else winner's; kind, uid, created of the winner;
 * language, birthday etc.: winner's unless it has none, or the other is more complete (a birthday with year). */
#pragma once
#include "base/json.h"

enum { MERGE_DEPTH_MAX = 8, MERGE_CONFLICTS_MAX = 1000 };

struct merge_conflict {
    struct str         pointer;              /* without '/': "name/full" */
    const struct json *base, *ours, *theirs; /* NULL = not there */
};
struct merge {
    struct json           *card;
    struct merge_conflict *conflict;
    size_t                 nconflicts;
};

void merge_three(struct arena *a, const struct json *base, const struct json *ours, const struct json *theirs,
                 struct merge *ret);

/* region: for phones without a country, may be empty.  choices may be NULL.  RC_INVALID for a choice that is none, RC_TOO_LARGE
 * when a field would hold more than CARD_ITEMS_MAX entries, or an object more members than a card may have. */
enum rc merge_people(struct arena *a, const struct json *winner, const struct json *loser, const struct json *choices,
                     struct str region, struct json **ret, struct err *e) must_use;
