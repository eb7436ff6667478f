/* A response: in one piece or byte by byte it is read the same way, and never past its end. */
#include <stdlib.h>
#include "base/hash.h"
#include "surge/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct seen {
    uint64_t hash;
    int64_t  bytes;
};

static void take(void *to, struct str bytes)
{
    struct seen *s = to;
    for (size_t i = 0; i < bytes.n; i++)
        s->hash = s->hash * 1099511628211u + (unsigned char)bytes.p[i];
    s->bytes += (int64_t)bytes.n;
}

static enum rc read_all(struct reply *r, struct str all, size_t piece, size_t *ret_used)
{
    size_t at = 0;
    while (at < all.n && !r->done) {
        struct str part = str_head(str_from(all, at), piece);
        size_t     used = 0;
        TRY(reply_feed(r, part, &used, NULL));
        if (used > part.n || (used < part.n && !r->done))
            abort();
        at += used;
    }
    *ret_used = at;
    return r->done ? RC_OK : reply_end(r, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str   all = { (const char *)data, n };
    struct seen  one = { 0 }, two = { 0 };
    struct reply whole = { .take = take, .to = &one }, bytes = { .take = take, .to = &two };
    size_t       end_one = 0, end_two = 0;

    enum rc rc = read_all(&whole, all, n, &end_one), again = read_all(&bytes, all, 1, &end_two);
    if (rc != again)
        abort();
    if (rc == RC_OK && (end_one != end_two || whole.status != bytes.status || whole.keeps != bytes.keeps ||
                        one.hash != two.hash || one.bytes != two.bytes || one.bytes != whole.body_bytes))
        abort();
    reply_done(&whole);
    reply_done(&bytes);
    return 0;
}
