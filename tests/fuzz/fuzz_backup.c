/* Any bytes as the first part of a backup, and behind a line of NULs as a piece of its tables: what is read is written the same. */
#include <stdlib.h>
#include "ops/backup/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool truth)
{
    if (!truth)
        abort();
}

static void piece(struct arena *a, const struct table *t, struct str bytes)
{
    auto_buf          again = buf_of(1 << 22);
    struct table_page page;
    struct table_sum  sum = { 0 };

    if (manifest_read_piece(a, t, bytes, &page, NULL) != RC_OK)
        return;
    tables_add(&sum, t, &page);
    manifest_piece(&again, t, &page);
    must(sum.rows == (int64_t)page.rows && page.rows <= MANIFEST_PIECE_ROWS && str_eq(buf_str(&again), bytes));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    auto_free(arena) a = arena_new(64 << 10);
    auto_buf        first = buf_of(1 << 22), second = buf_of(1 << 22);
    struct str      all = { (const char *)data, n };
    size_t          cut = size_min(str_find(all, S("\0\0"), 0), n);
    struct manifest m, again;

    if (manifest_read_first(a, str_head(all, cut), &m, NULL) != RC_OK)
        return 0;
    manifest_write_first(&first, &m);
    must(manifest_read_first(a, str_copy(a, buf_str(&first)), &again, NULL) == RC_OK);
    manifest_write_first(&second, &again);
    must(str_eq(buf_str(&first), buf_str(&second)));
    for (size_t i = 0; i < m.ntables; i++)
        piece(a, &m.table[i], str_from(all, cut + 2));
    manifest_write_last(&second, &m);
    enum rc rc = manifest_agrees(a, str_from(all, cut + 2), &m, NULL);
    must(rc == RC_OK || rc == RC_INVALID);
    return 0;
}
