/* The strict reader in front of the library: one state a byte of a head, bodies in one step. */
#include "io/http/http_gate.h"

enum state {
    START,    /* of a request; one empty line may stand here */
    START_LF, /* of that empty line */
    METHOD,
    TARGET_FIRST,
    TARGET,
    VERSION,
    LINE_LF,
    FIELD_FIRST, /* of a head or of trailers: a name, or the end */
    NAME,
    VALUE,
    FIELD_LF,
    HEAD_LF,
    BODY,
    CHUNK_SIZE,
    CHUNK_EXTENSION,
    CHUNK_LF,
    CHUNK,
    CHUNK_CR,
    CHUNK_END_LF,
};
enum field { PLAIN, HOST, LENGTH, CODING, COOKIE };
enum {
    EXTENSION_MAX = 256,
    SIZE_DIGITS_MAX = 15,
    FIELDS_MAX = 100,
    MALFORMED = 400,
    LARGE_BODY = 413,
    LONG_TARGET = 414,
    LARGE_HEAD = 431
};

static bool is_token(char c) { return ascii_alpha(c) || ascii_digit(c) || (c && strchr("!#$%&'*+-.^_`|~", c)); }

static bool is_text(char c) { return c == '\t' || ((unsigned char)c >= ' ' && c != 0x7f); }

static int hex_of(char c)
{
    c = ascii_lower(c);
    return ascii_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static struct str word_of(const struct http_gate *g) { return (struct str){ g->word, g->word_n }; }

static void word_put(struct http_gate *g, char c)
{
    if (g->word_n < HTTP_GATE_WORD)
        g->word[g->word_n++] = ascii_lower(c);
}

/* ---- the parts of a head ---- */

static int step_to(struct http_gate *g, unsigned next)
{
    g->state = next;
    g->word_n = 0;
    return 0;
}

static int line_end(struct http_gate *g)
{
    bool is_new = str_is(word_of(g), "http/1.1");
    g->old = str_is(word_of(g), "http/1.0");
    return is_new || g->old ? step_to(g, LINE_LF) : MALFORMED;
}

static int name_end(struct http_gate *g)
{
    static const struct {
        const char *name;
        enum field  field;
    } known[] = {
        { "host", HOST }, { "content-length", LENGTH }, { "transfer-encoding", CODING }, { "cookie", COOKIE }
    };

    g->field = PLAIN;
    for (size_t i = 0; i < countof(known); i++)
        if (str_is(word_of(g), known[i].name))
            g->field = (uint8_t)known[i].field;
    g->hosts += g->field == HOST;
    g->lengths += g->field == LENGTH;
    g->codings += g->field == CODING;
    g->cost += HTTP_FIELD_COST;
    return ++g->lines > FIELDS_MAX ? LARGE_HEAD : step_to(g, VALUE);
}

/* Of a length or a coding.  Spaces behind it, which are allowed, would be part of it to the library, so they are not passed. */
static struct str value_of(const struct http_gate *g)
{
    struct str v = word_of(g);
    while (v.n && (v.p[0] == ' ' || v.p[0] == '\t'))
        v = str_from(v, 1);
    return v;
}

static int length_end(struct http_gate *g, struct str v)
{
    int64_t n = 0;
    for (size_t i = 0; i < v.n; i++)
        if (!ascii_digit(v.p[i]))
            return MALFORMED;
    if (!v.n || g->word_n == HTTP_GATE_WORD)
        return v.n ? LARGE_BODY : MALFORMED;
    if (!str_i64(v, 0, INT64_MAX, &n))
        return LARGE_BODY;
    g->left = (uint64_t)n;
    return step_to(g, FIELD_LF);
}

static int value_end(struct http_gate *g)
{
    if (g->field == LENGTH)
        return length_end(g, value_of(g));
    return g->field == CODING && !str_is(value_of(g), "chunked") ? MALFORMED : step_to(g, FIELD_LF);
}

static int head_end(struct http_gate *g)
{
    bool one_host = g->hosts == 1 || (g->old && !g->hosts);
    if (!one_host || g->lengths + g->codings > 1 || (g->codings && g->old))
        return MALFORMED;
    g->requests++;
    return step_to(g, g->codings ? CHUNK_SIZE : g->left ? BODY : START);
}

static void request_begin(struct http_gate *g)
{
    uint32_t requests = g->requests;
    *g = (struct http_gate){ .requests = requests };
}

/* ---- one byte ---- */

static int start(struct http_gate *g, char c)
{
    bool first = g->state == START;
    if (g->state == START_LF)
        return c == '\n' ? step_to(g, METHOD) : MALFORMED;
    if (first)
        request_begin(g);
    if (first && c == '\r')
        return step_to(g, START_LF);
    if (c == ' ')
        return g->word_n ? step_to(g, TARGET_FIRST) : MALFORMED;
    g->state = METHOD;
    word_put(g, c);
    return is_token(c) && g->word_n < HTTP_GATE_WORD ? 0 : MALFORMED;
}

static int request_line(struct http_gate *g, char c)
{
    if (g->state == TARGET_FIRST)
        return c == '/' ? step_to(g, TARGET) : MALFORMED;
    if (g->state == TARGET)
        return c == ' ' ? step_to(g, VERSION) : c > ' ' && c < 0x7f ? 0 : MALFORMED;
    if (g->state == LINE_LF)
        return c == '\n' ? step_to(g, FIELD_FIRST) : MALFORMED;
    if (c == '\r')
        return line_end(g);
    if (g->word_n < 5 ? c != "HTTP/"[g->word_n] : g->word_n > 8)
        return MALFORMED; /* in capitals */
    word_put(g, c);
    return 0;
}

/* A length that comes after what it is the length of. */
static int trailers_end(struct http_gate *g)
{
    return g->lengths || g->codings || g->hosts ? MALFORMED : step_to(g, START);
}

static int fields(struct http_gate *g, char c)
{
    if (g->state == HEAD_LF)
        return c != '\n' ? MALFORMED : g->trailers ? trailers_end(g) : head_end(g);
    if (g->state == FIELD_LF)
        return c == '\n' ? step_to(g, FIELD_FIRST) : MALFORMED;
    if (g->state == VALUE) {
        if (c == '\r')
            return value_end(g);
        g->cost += g->field == COOKIE;
        word_put(g, c);
        return is_text(c) ? 0 : MALFORMED;
    }
    if (g->state == FIELD_FIRST && c == '\r')
        return step_to(g, HEAD_LF);
    if (c == ':')
        return g->word_n ? name_end(g) : MALFORMED;
    g->state = NAME;
    word_put(g, c);
    return is_token(c) ? 0 : MALFORMED;
}

static int size_end(struct http_gate *g) { return g->digits ? step_to(g, CHUNK_LF) : MALFORMED; }

static int chunk_begin(struct http_gate *g)
{
    g->digits = 0;
    if (g->left)
        return step_to(g, CHUNK);
    g->hosts = g->lengths = g->codings = g->lines = g->cost = 0;
    g->trailers = true;
    return step_to(g, FIELD_FIRST);
}

static int chunk_size(struct http_gate *g, char c)
{
    int digit = hex_of(c);
    if (digit >= 0 && g->digits < SIZE_DIGITS_MAX) {
        g->left = (g->digits++ ? g->left << 4 : 0) + (uint64_t)digit;
        return 0;
    }
    g->extension = 0;
    return c == '\r' ? size_end(g) : c == ';' && g->digits ? step_to(g, CHUNK_EXTENSION) : MALFORMED;
}

static int chunks(struct http_gate *g, char c)
{
    if (g->state == CHUNK_SIZE)
        return chunk_size(g, c);
    if (g->state == CHUNK_EXTENSION && c != '\r')
        return is_text(c) && ++g->extension < EXTENSION_MAX ? 0 : MALFORMED;
    if (g->state == CHUNK_EXTENSION)
        return size_end(g);
    if (g->state == CHUNK_LF)
        return c == '\n' ? chunk_begin(g) : MALFORMED;
    if (g->state == CHUNK_CR)
        return c == '\r' ? step_to(g, CHUNK_END_LF) : MALFORMED;
    return c == '\n' ? step_to(g, CHUNK_SIZE) : MALFORMED;
}

static int step(struct http_gate *g, char c)
{
    if (g->state >= CHUNK_SIZE)
        return chunks(g, c);
    int fault = g->state <= METHOD ? start(g, c) : g->state <= LINE_LF ? request_line(g, c) : fields(g, c);
    if (fault || ++g->cost <= HTTP_HEAD_COST)
        return fault;
    return g->state == TARGET ? LONG_TARGET : LARGE_HEAD;
}

/* What needs no look, in one step. */
static size_t skip(struct http_gate *g, size_t n)
{
    size_t take = g->left < n ? (size_t)g->left : n;
    g->left -= take;
    if (!g->left)
        step_to(g, g->state == BODY ? START : CHUNK_CR);
    return take;
}

bool http_gate_in_body(const struct http_gate *g) { return g->state >= BODY || g->trailers; }

size_t http_gate_pass(struct http_gate *g, const char *p, size_t n, int *ret_status)
{
    size_t began = 0; /* of the request that is read, if it began in these bytes */

    *ret_status = 0;
    for (size_t i = 0; i < n;) {
        if (g->state == BODY || g->state == CHUNK) {
            i += skip(g, n - i);
            continue;
        }
        began = g->state == START ? i : began;
        *ret_status = step(g, p[i++]);
        if (*ret_status)
            return began;
    }
    return n;
}
