/* The first byte chooses a reader.  Properties: a query's decoded texts are valid UTF-8 without NUL, a form gives the same bytes
 * in whatever pieces it arrives. */
#include <stdlib.h>
#include "base/buf.h"
#include "base/utf8.h"
#include "io/http/http_multipart.h"
#include "io/http/http_query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool true_of_every_input)
{
    if (!true_of_every_input)
        abort();
}

static void fuzz_query(struct arena *a, struct str text)
{
    struct query q;
    struct err   e;

    if (query_parse(a, text, &q, &e) != RC_OK)
        return;
    for (size_t i = 0; i < q.n; i++) {
        must(utf8_valid(q.field[i].name) && utf8_valid(q.field[i].value));
        must(!memchr(q.field[i].value.p, '\0', q.field[i].value.n));
        must(query_get(&q, q.field[i].name).p == q.field[i].value.p);
    }
}

static void fuzz_header(struct arena *a, struct str text)
{
    struct str cookie = cookie_get(text, S("kith_session")), param = header_param(a, text, S("boundary"));

    must(cookie.n <= text.n && param.n <= text.n && header_main(text).n <= text.n);
    header_accepts(text, S("gzip"));
}

static enum rc take(void *to, struct str bytes, struct err *e)
{
    (void)e;
    buf_put(to, bytes);
    return RC_OK;
}

static enum rc read_form(struct arena *a, struct str text, size_t piece, struct buf *out)
{
    struct multipart m;
    struct err       e;

    TRY(multipart_init(&m, a, S("multipart/form-data; boundary=b"), S("file"), take, out, &e));
    for (struct str rest = text; rest.n; rest = str_from(rest, size_min(piece, rest.n)))
        TRY(multipart_feed(&m, str_head(rest, piece), &e));
    return multipart_end(&m, &e);
}

static void fuzz_form(struct arena *a, struct str text)
{
    auto_buf whole = buf_of(1 << 20), pieces = buf_of(1 << 20);
    enum rc  rc = read_form(a, text, SIZE_MAX, &whole);

    must(read_form(a, text, 1, &pieces) == rc);
    must(rc != RC_OK || str_eq(buf_str(&whole), buf_str(&pieces)));
    must(whole.n <= text.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static void (*const reader[])(struct arena *, struct str) = { fuzz_query, fuzz_header, fuzz_form };
    auto_free(arena) a = arena_new(8192);

    if (n)
        reader[data[0] % countof(reader)](a, (struct str){ (const char *)data + 1, n - 1 });
    return 0;
}
