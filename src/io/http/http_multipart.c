/* Reads one part of multipart/form-data as a stream (RFC 7578). */
#include "io/http/http_multipart.h"
#include <stdio.h>
#include "io/http/http_query.h"

enum rc multipart_init(struct multipart *m, struct arena *a, struct str content_type, struct str field,
                       enum rc (*take)(void *to, struct str bytes, struct err *e), void *to, struct err *e)
{
    struct str boundary = header_param(a, content_type, S("boundary"));

    if (!str_ieq(header_main(content_type), S("multipart/form-data")) || boundary.n == 0 ||
        boundary.n > MULTIPART_BOUNDARY_MAX)
        return err_set(e, RC_MALFORMED, "multipart/form-data needs a boundary of 1 to %d bytes",
                       MULTIPART_BOUNDARY_MAX);
    *m = (struct multipart){
        .field = field, .take = take, .to = to, .mark_n = boundary.n + 4, .matched = 2, .unseen = 2
    };
    memcpy(m->mark, "\r\n--", 4);
    memcpy(m->mark + 4, boundary.p, boundary.n);
    return RC_OK;
}

static enum rc give(struct multipart *m, struct str bytes, struct err *e)
{
    return m->state == MULTIPART_BODY && m->wanted && bytes.n ? m->take(m->to, bytes, e) : RC_OK;
}

/* Looks for the mark; bytes before it go to the part.  A mark can only start at its CR, which is nowhere else in it,
 * so after a failed match only the present byte can start the next one. */
static enum rc feed_body(struct multipart *m, struct str *bytes, struct err *e)
{
    size_t held = m->matched, i = 0; /* held: matched bytes from before this piece */

    for (; i < bytes->n && m->matched < m->mark_n; i++) {
        char c = bytes->p[i];
        if (c == m->mark[m->matched]) {
            m->matched++;
            continue;
        }
        if (held) {
            TRY(give(m, (struct str){ m->mark + m->unseen, held - m->unseen }, e));
            held = m->unseen = 0;
        }
        m->matched = c == '\r';
    }
    size_t matched_here = m->matched - held;
    TRY(give(m, str_head(*bytes, i - matched_here), e));
    *bytes = str_from(*bytes, i);
    if (m->matched == m->mark_n) {
        m->matched = 0;
        m->state = MULTIPART_BETWEEN;
        m->line_n = m->lines = 0;
    }
    return RC_OK;
}

static void take_disposition(struct multipart *m, struct str line)
{
    auto_free(arena) a = arena_new(MULTIPART_LINE_MAX * 2);
    size_t colon = str_find(line, S(":"), 0);

    if (colon == SIZE_MAX || !str_ieq(str_trim(str_head(line, colon)), S("content-disposition")))
        return;
    struct str value = str_from(line, colon + 1);
    m->wanted = !m->found && str_eq(header_param(a, value, S("name")), m->field);
    if (m->wanted)
        snprintf(m->file_name, sizeof m->file_name, STR_FMT, STR_ARG(header_param(a, value, S("filename"))));
}

/* Adds bytes up to a LF to the line; true when the line is complete (without its line end). */
static bool feed_line(struct multipart *m, struct str *bytes, struct str *ret)
{
    size_t end = str_find(*bytes, S("\n"), 0), n = end == SIZE_MAX ? bytes->n : end;

    if (m->line_n + n > sizeof m->line)
        n = sizeof m->line - m->line_n, end = SIZE_MAX;
    memcpy(m->line + m->line_n, bytes->p, n);
    m->line_n += n;
    *bytes = str_from(*bytes, end == SIZE_MAX ? n : n + 1);
    *ret = (struct str){ m->line, m->line_n - (m->line_n && m->line[m->line_n - 1] == '\r') };
    return end != SIZE_MAX;
}

static enum rc feed_head(struct multipart *m, struct str *bytes, struct err *e)
{
    struct str line;

    if (!feed_line(m, bytes, &line))
        return m->line_n < sizeof m->line ? RC_OK
                                          : err_set(e, RC_MALFORMED, "a header line of a form part is too long");
    m->line_n = 0;
    if (m->state == MULTIPART_BETWEEN) { /* what follows the boundary on its line */
        if (str_eq(str_trim(line), S("--"))) {
            m->state = MULTIPART_END;
        } else if (str_trim(line).n) {
            return err_set(e, RC_MALFORMED, "text after a form boundary");
        } else {
            m->state = MULTIPART_HEAD;
            m->wanted = false;
        }
    } else if (line.n) {
        if (++m->lines > MULTIPART_LINES_MAX)
            return err_set(e, RC_MALFORMED, "a form part has too many header lines");
        take_disposition(m, line);
    } else {
        m->state = MULTIPART_BODY;
        m->found = m->found || m->wanted;
        m->matched = m->unseen = 2; /* in an empty part the head's line end is the mark's */
    }
    return RC_OK;
}

enum rc multipart_feed(struct multipart *m, struct str bytes, struct err *e)
{
    while (bytes.n && m->state != MULTIPART_END) {
        if (m->state == MULTIPART_START || m->state == MULTIPART_BODY)
            TRY(feed_body(m, &bytes, e));
        else
            TRY(feed_head(m, &bytes, e));
    }
    return RC_OK;
}

enum rc multipart_end(const struct multipart *m, struct err *e)
{
    bool closing = m->state == MULTIPART_BETWEEN && m->line_n >= 2 && !memcmp(m->line, "--", 2);

    if (m->state != MULTIPART_END && !closing)
        return err_set(e, RC_MALFORMED, "the form ends before its last boundary");
    return m->found ? RC_OK : err_set(e, RC_MALFORMED, "the form has no part \"" STR_FMT "\"", STR_ARG(m->field));
}
