/* store/cards/tags.h - tags of live cards.  Written by cards_save() from the card's keywords; here they are read. */
#pragma once
#include "io/sql/sql.h"

struct tag_count {
    struct str tag;
    int64_t    count;
};
/* By name; at most 1,000. */
enum rc tags_list(struct sql *db, struct arena *a, int64_t account, struct tag_count **ret, size_t *ret_n,
                  struct err *e) must_use;
