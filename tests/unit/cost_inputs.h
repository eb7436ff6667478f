/* tests/unit/cost_inputs.h - what somebody would send who wants to be expensive: shapes of any size. */
#pragma once
#include "base/buf.h"

/* Appends about `bytes` bytes.  Two texts of one shape with variant 0 and 1 are alike in size; as cards they have the same entries in
 * the other order, with other values at the end, so that whoever compares them has to look at everything. */
struct cost_shape {
    const char *name;
    void (*put)(struct buf *b, const struct cost_shape *s, size_t bytes, int variant);
    const char *head, *each, *tail; /* each: "#" is a number, "$" a text of 800 bytes; NULL where put() makes its own */
};

extern const struct cost_shape cost_cards[], cost_vcards[], cost_csvs[], cost_files[], cost_texts[];
extern const size_t            cost_cards_n, cost_vcards_n, cost_csvs_n, cost_files_n, cost_texts_n;
