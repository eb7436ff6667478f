/* Any bytes as an archive: entries lie within it, at most as many and as large as they may be, and unpack to the bytes they claim. */
#include <stdlib.h>
#include "io/unzip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool truth)
{
    if (!truth)
        abort();
}

static bool lies_in(struct str part, struct str all)
{
    return part.p >= all.p && part.n <= all.n && (size_t)(part.p - all.p) <= all.n - part.n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    enum { ROOM = 1 << 20 };
    struct str         file = { (const char *)data, n };
    struct unzip       z;
    struct unzip_entry one;
    size_t             count = 0;
    uint64_t           total = 0;

    if (unzip_open(file, &z, NULL) != RC_OK)
        return 0;
    for (; unzip_next(&z, &one); count++) {
        auto_buf b = buf_of(ROOM);
        must(lies_in(one.name, file) && lies_in(one.packed, file));
        total += one.bytes;
        enum rc rc = unzip_read(&one, &b, NULL);
        must(rc != RC_OK || b.n == one.bytes);
        must(rc == RC_OK || b.n == 0);
        must(rc != RC_TOO_LARGE || one.bytes > ROOM);
    }
    must(count == z.entries && count <= UNZIP_ENTRIES_MAX && total <= UNZIP_TOTAL_MAX);
    return 0;
}
