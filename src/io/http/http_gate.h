/* io/http/http_gate.h - reads every byte of a connection before the library does, and tells where something stands that two parsers could
 * read differently (RFC 9112): pure, no allocation, bytes may come in pieces of any size.
 *
 * Passed: METHOD SP /TARGET SP HTTP/1.0 or 1.1 CRLF; fields NAME ":" VALUE CRLF, of visible characters, spaces and tabs; one Host
 * (none in 1.0); no body, Content-Length of digits, or "Transfer-Encoding: chunked" with strict chunk lines and trailers; then the next.
 * Refused: folded fields, control characters, NUL, CR or LF alone, more or fewer spaces, a target without '/', lengths twice or
 * beside a coding, other codings, spaces behind a length or a coding, any other version.  One empty line before a request is passed over (RFC 9112, 2.2).
 * Limits: what the head costs in the library's HTTP_HEAD_COST bytes of a connection (its bytes, cookies twice, some for each field). */
#pragma once
#include "base/str.h"

enum { HTTP_HEAD_COST = 6500, HTTP_FIELD_COST = 72, HTTP_GATE_WORD = 32 };

struct http_gate {
    unsigned state;    /* 0: a request begins */
    uint32_t requests; /* whose head is complete */
    uint32_t cost, lines, hosts, lengths, codings, extension;
    uint64_t left;          /* of the body, or of the chunk */
    bool     old, trailers; /* old: HTTP/1.0; trailers: the fields are those after the last chunk */
    uint8_t  word_n, digits, field;
    char     word
        [HTTP_GATE_WORD]; /* method, version, name or value so far, in lower case; the rest of longer ones is of no interest */
};

/* How many of these bytes may go on, and with *ret_status not 0 (400, 413, 414, 431) that the connection ends behind them: what is refused
 * is cut off where its request began in these bytes, or is all of them. */
size_t http_gate_pass(struct http_gate *g, const char *p, size_t n, int *ret_status);
/* Is what was passed the beginning or middle of a body? */
bool http_gate_in_body(const struct http_gate *g);
