/* contact/fold.h - text as people compare it: "  Ánna  MÜLLER" and "anna muller" are one name.
 *
 * NFKC, case folded, marks of Latin, Greek, Cyrillic, Hebrew and Arabic stripped (vowel signs of Indic and Thai
 * scripts stay: they are letters), Cyrillic and Greek written in Latin letters, letters Unicode does not take apart
 * (ø ł đ þ æ) in ASCII.  White space runs become one blank, none at the ends.  Broken UTF-8 and control characters
 * count as white space.  fold_text(fold_text(x)) = fold_text(x).
 * ASCII text takes a short way; the output is at most some 18 times as long as the input (ligatures). */
#pragma once
#include "base/str.h"

struct str fold_text(struct arena *a, struct str s);

/* The same with the German spelling of umlauts (ä = ae, ö = oe, ü = ue; also å = aa): an alias to index beside
 * fold_text().  Empty when it would be the same text. */
struct str fold_alias(struct arena *a, struct str s);

/* The words of a folded text: runs of letters and digits; apostrophes and dots inside a word vanish ("o'brien" ->
 * "obrien", "u.s." -> "us"), everything else separates.  The word is in the arena or borrowed.
 *     for (struct str rest = fold_text(a, s), word; fold_word(a, &rest, &word); ) */
bool fold_word(struct arena *a, struct str *rest, struct str *ret_word);

/* Everything but letters and digits taken out: "b and-b" -> "bandb".  For keys. */
struct str fold_bare(struct arena *a, struct str s);
