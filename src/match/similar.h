/* match/similar.h - how alike two names are. */
#pragma once
#include "base/str.h"

/* Jaro-Winkler in thousandths, of folded texts (bytes); exact integers, so it is the same everywhere.  At most 64 bytes count. */
int similar_jw(struct str x, struct str y);
/* One insertion, deletion, change or swap of neighbours away? */
bool similar_one_edit(struct str x, struct str y);
/* Two folded given names people use for one person: "bob" and "robert", "giannis" and "yannis", "sasha" and "aleksandr". */
bool similar_nickname(struct str x, struct str y);
