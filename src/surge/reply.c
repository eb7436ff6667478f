/* Reads one HTTP response in whatever pieces it comes. */
#include "surge/reply.h"

enum { LINE_MAX_BYTES = 1024 };
static const int64_t LENGTH_MAX = (int64_t)1 << 53;

void reply_reset(struct reply *r)
{
    struct buf head = r->head;

    buf_clear(&head);
    head.cap = REPLY_HEAD_MAX;
    *r = (struct reply){ .take = r->take, .to = r->to, .head = head };
}

void reply_done(struct reply *r) { buf_done(&r->head); }

static struct str next_line(struct str *rest)
{
    struct str line;
    if (!str_next(rest, '\n', &line))
        return S("");
    return str_ends(line, S("\r")) ? str_head(line, line.n - 1) : line;
}

struct str reply_header(const struct reply *r, const char *name)
{
    struct str rest = buf_str(&r->head), want = str_of(name);

    next_line(&rest);
    while (rest.n) {
        struct str line = next_line(&rest);
        if (line.n > want.n && line.p[want.n] == ':' && str_ieq(str_head(line, want.n), want))
            return str_trim(str_from(line, want.n + 1));
    }
    return (struct str){ NULL, 0 };
}

static bool header_twice(const struct reply *r, const char *name)
{
    struct str rest = buf_str(&r->head), want = str_of(name);
    int        n = 0;

    while (rest.n) {
        struct str line = next_line(&rest);
        n += line.n > want.n && line.p[want.n] == ':' && str_ieq(str_head(line, want.n), want);
    }
    return n > 1;
}

static enum rc check_fields(const struct reply *r, struct err *e)
{
    struct str rest = buf_str(&r->head);
    int        fields = 0;

    next_line(&rest);
    while (rest.n) {
        struct str line = next_line(&rest);
        size_t     colon = str_find(line, S(":"), 0);
        if (!line.n)
            break;
        if (colon == SIZE_MAX || colon == 0 || line.p[0] == ' ' || line.p[colon - 1] == ' ' ||
            ++fields > REPLY_FIELDS_MAX)
            return err_set(e, RC_MALFORMED, "a broken header line");
    }
    return RC_OK;
}

static enum rc read_lengths(struct reply *r, struct err *e)
{
    struct str length = reply_header(r, "Content-Length"), coding = reply_header(r, "Transfer-Encoding");

    if (header_twice(r, "Content-Length") || header_twice(r, "Transfer-Encoding") || (length.p && coding.p))
        return err_set(e, RC_MALFORMED, "two lengths");
    if (coding.p && !str_ieq(coding, S("chunked")))
        return err_set(e, RC_MALFORMED, "an unknown coding");
    if (length.p && !str_i64(length, 0, LENGTH_MAX, &r->left))
        return err_set(e, RC_MALFORMED, "a length that is no number");
    bool empty = r->head_only || r->status == 204 || r->status == 304;
    if (empty || (length.p && !r->left))
        r->done = true;
    r->state = coding.p ? REPLY_CHUNK_LINE : length.p ? REPLY_LENGTH : REPLY_CLOSE;
    return RC_OK;
}

static enum rc read_head(struct reply *r, struct err *e)
{
    struct str head = buf_str(&r->head), rest = head, line = next_line(&rest);
    int64_t    status;

    if (!str_starts(line, S("HTTP/1.")) || line.n < 12 || (line.p[7] != '0' && line.p[7] != '1') || line.p[8] != ' ' ||
        !str_i64(str_head(str_from(line, 9), 3), 100, 599, &status) || (line.n > 12 && line.p[12] != ' '))
        return err_set(e, RC_MALFORMED, "no HTTP/1.1 response");
    if (memchr(head.p, 0, head.n))
        return err_set(e, RC_MALFORMED, "NUL in a response's head");
    TRY(check_fields(r, e));
    if (status < 200) { /* 100 Continue and its like: the real one follows */
        buf_clear(&r->head);
        return RC_OK;
    }
    r->status = (int)status;
    struct str connection = reply_header(r, "Connection");
    r->keeps = line.p[7] == '1' && !str_ieq(connection, S("close"));
    return read_lengths(r, e);
}

static enum rc feed_head(struct reply *r, struct str bytes, size_t *ret_used, struct err *e)
{
    size_t before = r->head.n, from = before > 3 ? before - 3 : 0;
    size_t take = size_min(bytes.n, REPLY_HEAD_MAX - before);

    buf_put(&r->head, str_head(bytes, take));
    size_t end = str_find(buf_str(&r->head), S("\r\n\r\n"), from);
    *ret_used = take;
    if (end == SIZE_MAX)
        return r->head.n < REPLY_HEAD_MAX ? RC_OK : err_set(e, RC_MALFORMED, "a response's head is too long");
    *ret_used = end + 4 - before;
    r->head.n = end + 4;
    return read_head(r, e);
}

static size_t feed_body(struct reply *r, struct str bytes)
{
    size_t n = r->state == REPLY_CLOSE ? bytes.n : size_min(bytes.n, (size_t)r->left);

    if (r->take && n)
        r->take(r->to, str_head(bytes, n));
    r->body_bytes += (int64_t)n;
    if (r->state == REPLY_CLOSE)
        return n;
    r->left -= (int64_t)n;
    if (!r->left && r->state == REPLY_LENGTH)
        r->done = true;
    else if (!r->left)
        r->state = REPLY_CHUNK_END;
    return n;
}

static int hex_of(char c)
{
    return ascii_digit(c) ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* The lines between chunks, a byte at a time: they are short.  r->left gathers the length; r->line counts bytes; an extension (after
 * ';') is refused. */
static enum rc feed_line(struct reply *r, char c, struct err *e)
{
    if (++r->line > LINE_MAX_BYTES)
        return err_set(e, RC_MALFORMED, "a chunk's line is too long");
    if (r->state == REPLY_CHUNK_END && c != '\r' && c != '\n')
        return err_set(e, RC_MALFORMED, "a chunk is longer than it said");
    if (r->state == REPLY_CHUNK_LINE && c != '\r' && c != '\n' && c != ';') {
        int digit = hex_of(c);
        if (digit < 0 || r->left > LENGTH_MAX / 16)
            return err_set(e, RC_MALFORMED, "a chunk's length is no number");
        r->left = r->left * 16 + digit;
    }
    if (r->state == REPLY_CHUNK_LINE && c == ';')
        return err_set(e, RC_MALFORMED, "a chunk with an extension");
    if (c != '\n')
        return RC_OK;
    bool empty = r->line <= 2;
    r->line = 0;
    if (r->state == REPLY_CHUNK_END) {
        r->state = REPLY_CHUNK_LINE;
        r->left = 0;
    } else if (r->state == REPLY_TRAILER) {
        r->done = empty;
    } else if (empty) {
        return err_set(e, RC_MALFORMED, "a chunk without a length");
    } else {
        r->state = r->left ? REPLY_CHUNK : REPLY_TRAILER;
    }
    return RC_OK;
}

enum rc reply_feed(struct reply *r, struct str bytes, size_t *ret_used, struct err *e)
{
    size_t at = 0;

    r->head.cap = REPLY_HEAD_MAX;
    while (at < bytes.n && !r->done) {
        struct str rest = str_from(bytes, at);
        size_t     used = 1;
        if (r->state == REPLY_HEAD)
            TRY(feed_head(r, rest, &used, e));
        else if (r->state == REPLY_LENGTH || r->state == REPLY_CLOSE || r->state == REPLY_CHUNK)
            used = feed_body(r, rest);
        else
            TRY(feed_line(r, rest.p[0], e));
        at += used;
    }
    *ret_used = at;
    return RC_OK;
}

enum rc reply_end(struct reply *r, struct err *e)
{
    if (r->state == REPLY_CLOSE && !r->done) {
        r->done = true;
        r->keeps = false;
    }
    return r->done ? RC_OK : err_set(e, RC_UNAVAILABLE, "the connection ended within a response");
}
