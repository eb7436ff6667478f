/* io/http/http_query.h - the small texts inside a request: path, query, cookies, header parameters.
 *
 * Pure functions over bytes a stranger sent; each answers for any input.  Percent-decoding (RFC 3986) turns '+' into a
 * space only in queries.  Decoded texts are in the arena (or borrowed when nothing had to be decoded) and are valid
 * UTF-8 without NUL: anything else is answered by false / RC_MALFORMED, never passed on.
 * Limits: QUERY_BYTES_MAX for a whole query, QUERY_FIELDS_MAX fields. */
#pragma once
#include "base/err.h"
#include "base/str.h"

enum { QUERY_BYTES_MAX = 4096, QUERY_FIELDS_MAX = 32 };

struct query_field {
    struct str name, value;
};
struct query {
    struct query_field field[QUERY_FIELDS_MAX];
    size_t             n;
};

/* "a=1&b=x%20y".  A name that comes twice is RC_MALFORMED: two readers would see two requests. */
enum rc query_parse(struct arena *a, struct str text, struct query *ret, struct err *e) must_use;
/* The value; { NULL, 0 } when the name is not there, "" when it has no value. */
struct str query_get(const struct query *q, struct str name);

/* false for a broken escape, an encoded NUL or bytes that are not UTF-8. */
bool url_decode(struct arena *a, struct str s, bool plus_is_space, struct str *ret);

/* One cookie of a Cookie header (RFC 6265), undecoded; { NULL, 0 } when not there. */
struct str cookie_get(struct str header, struct str name);

/* A parameter of a header value: header_param("form-data; name=\"file\"", "name") is file.
 * Quoted strings are unescaped into the arena; { NULL, 0 } when not there. */
struct str header_param(struct arena *a, struct str value, struct str name);
/* The part before the first ';', trimmed: a media type. */
struct str header_main(struct str value);
/* Does a comma list ("gzip, br;q=0.5") hold this token with q > 0? */
bool header_accepts(struct str value, struct str token);
