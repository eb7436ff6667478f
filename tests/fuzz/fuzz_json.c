/* Our JSON reader against jansson: both accept or both refuse, and what is accepted is the same data.
 * What we write reads back as the same data and writes as the same bytes. */
#include <stdlib.h>
#include "base/json.h"
#include "tests/fuzz/oracle_jansson.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static double number(struct str text)
{
    auto_buf b = buf_of(1 << 20);
    buf_put(&b, text);
    buf_char(&b, 0);
    return strtod(b.p, NULL);
}

/* Equal but for the spelling of numbers. */
static bool same(const struct json *x, const struct json *y)
{
    if (!y || x->type != y->type || (x->type >= JSON_ARRAY && x->n != y->n))
        return false;
    if (x->type == JSON_NUMBER) {
        double a = number(x->text), b = number(y->text);
        return !(a < b) && !(a > b);
    }
    if (x->type == JSON_STRING)
        return str_eq(x->text, y->text);
    const struct json *other = x->type == JSON_ARRAY ? y->first : NULL;
    json_each(item, x) {
        if (!same(item, x->type == JSON_ARRAY ? other : json_get(y, item->key)))
            return false;
        other = other ? other->next : NULL;
    }
    return true;
}

static void must(bool truth)
{
    if (!truth)
        abort();
}

/* What a tree has at most: of members in an object, of levels. */
static void measure(const struct json *v, unsigned depth, struct json_limits *most)
{
    bool object = v->type == JSON_OBJECT;

    most->depth = v->type >= JSON_ARRAY && depth > most->depth ? depth : most->depth;
    most->members = object && v->n > most->members ? v->n : most->members;
    json_each(item, v) {
        most->nodes++;
        must(!object || json_get(v, item->key) == item);
        measure(item, depth + 1, most);
    }
}

/* Limits of exactly what is there let it pass; one less of any refuses it, as too much and not as broken. */
static void limits(struct arena *a, struct str text, const struct json *v)
{
    struct json_limits has = { .bytes = text.n };
    struct json       *again;

    measure(v, 1, &has);
    must(json_parse_within(a, text, &has, &again, NULL) == RC_OK && json_equal(v, again));
    for (int which = 0; which < 4; which++) {
        struct json_limits less = has;
        bool               zero = which == 0   ? --less.bytes == 0
                                  : which == 1 ? less.depth < 2 || --less.depth == 0
                                  : which == 2 ? less.members < 2 || --less.members == 0
                                               : less.nodes < 2 || --less.nodes == 0;
        must(zero || json_parse_within(a, text, &less, &again, NULL) == RC_TOO_LARGE);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    auto_free(arena) a = arena_new(4096);
    auto_buf     once = buf_of(8 << 20), twice = buf_of(8 << 20);
    struct str   text = { (const char *)data, n };
    struct json *ours = NULL, *again = NULL;
    struct err   e = { 0 };
    bool         limit;
    enum rc      rc = json_parse(a, text, &ours, &e);
    char        *theirs = oracle_jansson(text.p, n, &limit);

    /* jansson loses a NUL that it pushes back behind a number or a word, and so accepts it; we do not */
    bool lost_nul = theirs && n && memchr(data, 0, n);
    must(rc == RC_OK ? theirs || limit : !theirs || lost_nul || strstr(e.text, "too deep"));
    if (rc == RC_OK) {
        struct json *reference = NULL;
        limits(a, text, ours);
        must(!theirs || (json_parse(a, str_of(theirs), &reference, NULL) == RC_OK && same(ours, reference)));
        json_write(&once, ours);
        must(json_parse(a, buf_str(&once), &again, NULL) == RC_OK && json_equal(ours, again));
        json_write(&twice, again);
        must(str_eq(buf_str(&once), buf_str(&twice)));
    }
    free(theirs);
    return 0;
}
