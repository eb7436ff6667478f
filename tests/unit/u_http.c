/* The small texts inside a request, forms in pieces, and how often one may ask. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>
#include <sys/wait.h>
#include <cmocka.h>
#include "io/shared/limits.h"
#include "base/buf.h"
#include "io/http/http_multipart.h"
#include "io/http/http_pace.h"
#include "io/http/http_query.h"

static const struct limit A_MINUTE = { 60, 60 };

static void queries(void **state)
{
    static const struct {
        const char *text, *name, *value;
        enum rc     rc;
    } cases[] = {
        { "a=1&b=2", "b", "2", RC_OK },
        { "q=M%C3%BCller+x", "q", "Müller x", RC_OK },
        { "a", "a", "", RC_OK },
        { "", "a", NULL, RC_OK },
        { "a=%26%3d", "a", "&=", RC_OK },
        { "a=1&a=2", NULL, NULL, RC_MALFORMED },
        { "a=%00", NULL, NULL, RC_MALFORMED },
        { "a=%ff", NULL, NULL, RC_MALFORMED },
        { "a=%4", NULL, NULL, RC_MALFORMED },
    };
    auto_free(arena) a = arena_new(1024);
    struct query q;

    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        struct err e = { 0 };
        if (query_parse(a, str_of(cases[i].text), &q, &e) != cases[i].rc)
            fail_msg("%s: %s", cases[i].text, e.text);
        if (!cases[i].name)
            continue;
        struct str v = query_get(&q, str_of(cases[i].name));
        if ((v.p == NULL) != (cases[i].value == NULL) || (v.p && !str_is(v, cases[i].value)))
            fail_msg("%s: " STR_FMT, cases[i].text, STR_ARG(v));
    }
}

static void headers(void **state)
{
    auto_free(arena) a = arena_new(1024);

    (void)state;
    assert_true(str_is(cookie_get(S("a=b; kith_session=x=y; c"), S("kith_session")), "x=y"));
    assert_null(cookie_get(S("my_kith_session=x"), S("kith_session")).p);
    assert_true(str_is(header_param(a, S("form-data; name=\"fi;l\\\"e\"; filename=a.vcf"), S("name")), "fi;l\"e"));
    assert_true(str_is(header_param(a, S("form-data; name=\"x\"; filename=a.vcf"), S("FILENAME")), "a.vcf"));
    assert_null(header_param(a, S("text/plain; flag; x"), S("charset")).p);
    assert_true(str_is(header_main(S(" application/json ; charset=utf-8")), "application/json"));
    assert_true(header_accepts(S("gzip, deflate, br"), S("br")));
    assert_false(header_accepts(S("gzip;q=0.0, br;q=0"), S("br")));
    assert_true(header_accepts(S("GZIP; q=0.3"), S("gzip")));
}

static enum rc take(void *to, struct str bytes, struct err *e)
{
    (void)e;
    buf_put(to, bytes);
    return RC_OK;
}

static void forms_in_pieces(void **state)
{
#define PART \
    "--xy\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.vcf\"\r\nContent-Type: text/vcard\r\n\r\n"
    static const struct {
        const char *body, *want;
        enum rc     rc;
    } cases[] = {
        { PART "hello\r\n--xy--\r\n", "hello", RC_OK },
        { PART "\r\n--xy--", "", RC_OK },
        { PART "a\r\n--x\r\n\r\n--xz\r\r\n--xy--", "a\r\n--x\r\n\r\n--xz\r", RC_OK },
        { PART "\r\n\r\n--xy--", "\r\n", RC_OK },
        { "preamble\r\n--xy\r\nContent-Disposition: form-data; name=other\r\n\r\nno\r\n" PART "yes\r\n--xy--", "yes",
          RC_OK },
        { PART "one\r\n" PART "two\r\n--xy--", "one", RC_OK },
        { PART "no end", NULL, RC_MALFORMED },
        { "--xy\r\nContent-Disposition: form-data; name=other\r\n\r\nno\r\n--xy--", NULL, RC_MALFORMED },
        { "--xyz\r\n", NULL, RC_MALFORMED },
        { "", NULL, RC_MALFORMED },
    };
    auto_free(arena) a = arena_new(4096);

    (void)state;
    for (size_t i = 0; i < countof(cases); i++)
        for (size_t piece = 1; piece < 90; piece++) {
            struct multipart m;
            struct err       e = { 0 };
            auto_buf         got = buf_of(4096);
            enum rc rc = multipart_init(&m, a, S("multipart/form-data; boundary=xy"), S("file"), take, &got, &e);
            for (struct str rest = str_of(cases[i].body); rc == RC_OK && rest.n; rest = str_from(rest, piece))
                rc = multipart_feed(&m, str_head(rest, piece), &e);
            if (rc == RC_OK)
                rc = multipart_end(&m, &e);
            if (rc != cases[i].rc || (rc == RC_OK && !str_is(buf_str(&got), cases[i].want)))
                fail_msg("case %zu in pieces of %zu: rc %d %s: " STR_FMT, i, piece, rc, e.text, STR_ARG(buf_str(&got)));
            if (rc == RC_OK)
                assert_string_equal(m.file_name, "a.vcf");
        }
}

static void buckets(void **state)
{
    auto_free(limits) l = limits_new();
    struct limit_state s;
    int64_t            now_us = 1000000;

    (void)state;
    for (int i = 0; i < 60; i++)
        assert_true(limits_take(l, 7, A_MINUTE, 1, now_us, &s));
    assert_int_equal(s.remaining, 0);
    assert_false(limits_take(l, 7, A_MINUTE, 1, now_us, &s));
    assert_int_equal(s.retry_s, 1);
    assert_true(limits_take(l, 8, A_MINUTE, 60, now_us, &s));
    assert_true(limits_take(l, 7, A_MINUTE, 1, now_us + 1000000, &s));
    assert_false(limits_take(l, 7, A_MINUTE, 1, now_us + 1000000, &s));
    assert_true(limits_take(l, 7, A_MINUTE, 60, now_us + 100000000, &s));
    for (uint64_t key = 100; key < 100000; key++) /* more keys than buckets: each still starts full */
        assert_true(limits_take(l, key, A_MINUTE, 60, now_us + (int64_t)key, &s));
}

/* Processes that share the area share the limit: 60 calls of 400 are let through, and those of a minute later. */
static void buckets_of_all_processes(void **state)
{
    auto_free(limits) l = limits_new();
    struct limit_state s;
    int                let_through = 0, status;
    pid_t              child[4];

    (void)state;
    for (size_t i = 0; i < countof(child); i++) {
        child[i] = fork();
        if (child[i] == 0) {
            int n = 0;
            for (int call = 0; call < 100; call++)
                n += limits_take(l, 7, A_MINUTE, 1, 5000000, &s);
            _exit(n);
        }
    }
    for (size_t i = 0; i < countof(child); i++) {
        assert_int_equal(waitpid(child[i], &status, 0), child[i]);
        let_through += WEXITSTATUS(status);
    }
    assert_int_equal(let_through, 60);
    assert_true(limits_take(l, 7, A_MINUTE, 60, 65000000, &s));
    limits_give(l, 7, A_MINUTE, 2, 65000000);
    assert_true(limits_take(l, 7, A_MINUTE, 2, 65000000, &s));
    assert_false(limits_take(l, 7, A_MINUTE, 1, 65000000, &s));
}

enum { SECOND = 1000000 };

/* Sixty looks, a second apart; a reader that takes `a_second` bytes in each; true: it was cut off. */
static bool is_cut(struct pace *p, int64_t a_second, bool owed)
{
    int64_t from = p->taken, at = p->looked_us;
    bool    slow = false;

    for (int i = 1; i <= 60; i++)
        slow = pace_is_slow(p, owed, from + i * a_second, at + (int64_t)i * SECOND, 60 * SECOND) || slow;
    return slow;
}

static void slow_readers(void **state)
{
    struct pace p = pace_of(5000, 7 * SECOND);

    (void)state;
    assert_false(is_cut(&p, 1100, true));
    assert_false(is_cut(&p, 0, false)); /* it has all there is */
    assert_true(is_cut(&p, 900, true));
    assert_false(is_cut(&p, 100000, true));
    assert_true(is_cut(&p, 0, true)); /* what it took earlier is no credit */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buckets_of_all_processes), cmocka_unit_test(queries), cmocka_unit_test(headers),
        cmocka_unit_test(forms_in_pieces),          cmocka_unit_test(buckets), cmocka_unit_test(slow_readers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
