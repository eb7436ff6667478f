/* Refuses requests whose head is not sound. */
#include "io/http/http_int.h"

struct heads {
    struct str length, coding;
    int        lengths, codings, hosts;
    bool       expect, odd_name;
};

static bool is_token(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ascii_alpha(s.p[i]) && !ascii_digit(s.p[i]) && !memchr("!#$%&'*+-.^_`|~", s.p[i], 15))
            return false;
    return s.n > 0;
}

static enum MHD_Result count_head(void *to, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct heads *h = to;
    struct str    n = str_of(name), v = str_of(value ? value : "");

    (void)kind;
    if (!is_token(n)) {
        h->odd_name = true;
    } else if (str_ieq(n, S("content-length"))) {
        h->lengths++;
        h->length = str_trim(v);
    } else if (str_ieq(n, S("transfer-encoding"))) {
        h->codings++;
        h->coding = str_trim(v);
    } else if (str_ieq(n, S("host"))) {
        h->hosts++;
    } else if (str_ieq(n, S("expect"))) {
        h->expect = true;
    }
    return MHD_YES;
}

/* What the library's strict mode looks for is in here too: that mode would send the head of its answer twice. */
bool http_is_sound(struct http_request *q, const char *version, bool *ret_expects)
{
    struct heads h = { 0 };

    MHD_get_connection_values(q->mhd, MHD_HEADER_KIND, count_head, &h);
    *ret_expects = h.expect;
    if (h.odd_name || h.lengths + h.codings > 1 || h.hosts > 1 || (!h.hosts && strcmp(version, "HTTP/1.0") != 0))
        return false;
    if (str_find(q->path, S(" "), 0) != SIZE_MAX || str_find(q->query, S(" "), 0) != SIZE_MAX)
        return false;
    if (h.codings && !str_ieq(h.coding, S("chunked")))
        return false;
    q->length = h.codings ? -1 : 0;
    return !h.lengths || str_i64(h.length, 0, INT64_MAX, &q->length);
}
