#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/json.h"

static void broken_texts_are_refused(void **state)
{
    static const struct {
        const char *text, *why;
    } cases[] = {
        { "", "unexpected end" },
        { "{", "member name" },
        { "[1,]", "unexpected character" },
        { "{\"a\":1,}", "member name" },
        { "01", "broken number" },
        { "1.", "broken number" },
        { "-", "broken number" },
        { "\"a", "without its end" },
        { "\"\t\"", "control character" },
        { "\"\\x\"", "broken escape" },
        { "\"\\ud800\"", "broken escape" },
        { "\"\\u0000\"", "broken escape" },
        { "nul", "unexpected character" },
        { "1 2", "text after" },
        { "{\"a\":1,\"a\":2}", "duplicate" },
        { "\"\xff\"", "not UTF-8" },
        { "[1 2]", "',' or ']'" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(1024);
        struct json *v;
        struct err   e = { 0 };
        assert_int_equal(json_parse(a, str_of(cases[i].text), &v, &e), RC_MALFORMED);
        if (!strstr(e.text, cases[i].why))
            fail_msg("'%s': want %s, got %s", cases[i].text, cases[i].why, e.text);
    }
    auto_free(arena) a = arena_new(1024);
    struct json *v;
    assert_int_equal(json_parse(a, (struct str){ 0 }, &v, NULL), RC_MALFORMED); /* no text at all */
}

static void fault_is_located(void **state)
{
    auto_free(arena) a = arena_new(1024);
    struct json *v;
    struct err   e = { 0 };
    (void)state;
    assert_int_equal(json_parse(a, S("{\n \"a\": 1,\n \"b\" 2}"), &v, &e), RC_MALFORMED);
    assert_string_equal(e.text, "json: line 3 column 6: ':' expected");
}

static void what_is_read_is_written(void **state)
{
    static const char *const cases[] = {
        "{\"b\":1,\"a\":[true,false,null,-0.5e+10,\"\\\"\\\\\\n\\u0001\"]}",
        "[]",
        "{}",
        "\"\xc3\xa4\xf0\x9f\x98\x80\"",
        "12345678901234567890123456789.000",
        "[[[[]]]]",
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(1024);
        auto_buf     b = buf_of(4096);
        struct json *v;
        assert_int_equal(json_parse(a, str_of(cases[i]), &v, NULL), RC_OK);
        json_write(&b, v);
        buf_char(&b, 0);
        assert_string_equal(b.p, cases[i]);
    }
}

static void members_are_set_replaced_and_removed(void **state)
{
    auto_free(arena) a = arena_new(1024);
    auto_buf     b = buf_of(4096);
    struct json *v;
    (void)state;
    assert_int_equal(json_parse(a, S("{\"a\":1,\"b\":{\"x/y\":\"deep\"},\"c\":3}"), &v, NULL), RC_OK);
    assert_true(str_is(json_text(json_pointer(v, a, S("/b/x~1y"))), "deep"));
    json_set_text(a, v, S("b"), S("two"));
    assert_true(json_remove(v, S("c")));
    assert_false(json_remove(v, S("c")));
    json_set(v, S("d"), json_new_i64(a, -4));
    json_write(&b, v);
    buf_char(&b, 0);
    assert_string_equal(b.p, "{\"a\":1,\"b\":\"two\",\"d\":-4}");
    assert_int_equal(json_get_i64(v, S("d"), 0), -4);
}

static void equality_ignores_member_order(void **state)
{
    auto_free(arena) a = arena_new(1024);
    struct json *x, *y;
    (void)state;
    assert_int_equal(json_parse(a, S("{\"a\":1,\"b\":[1,2]}"), &x, NULL), RC_OK);
    assert_int_equal(json_parse(a, S("{\"b\":[1,2],\"a\":1}"), &y, NULL), RC_OK);
    assert_true(json_equal(x, y));
    json_push(json_get(y, S("b")), json_new_i64(a, 3));
    assert_false(json_equal(x, y));
}

static void streamed_output_has_its_commas(void **state)
{
    auto_buf        b = buf_of(4096);
    struct json_out o = json_out_of(&b);
    (void)state;
    json_out_open(&o, JSON_ELEMENT, '{');
    json_out_text(&o, S("a"), S("x\"\xff"));
    json_out_open(&o, S("l"), '[');
    json_out_i64(&o, JSON_ELEMENT, 1);
    json_out_bool(&o, JSON_ELEMENT, true);
    json_out_close(&o, ']');
    json_out_time(&o, S("t"), 1795457050544);
    json_out_close(&o, '}');
    buf_char(&b, 0);
    assert_string_equal(b.p, "{\"a\":\"x\\\"\xef\xbf\xbd\",\"l\":[1,true],\"t\":\"2026-11-23T18:04:10.544Z\"}");
}

/* ---- objects of many members: what the index says is what a walk over the list would say ---- */

enum { MANY = 300 };

static struct str name_of(struct arena *a, unsigned i) { return str_fmt(a, "m%u", i); }

static struct json *many(struct arena *a, unsigned n)
{
    struct json *v = json_new(a, JSON_OBJECT);
    for (unsigned i = 0; i < n; i++)
        json_set(v, name_of(a, i), json_new_i64(a, i));
    return v;
}

/* Every member is found by its name, in the order of the list, and no other. */
static void index_is_the_list(struct arena *a, const struct json *object, const int *wanted)
{
    unsigned n = 0;

    for (unsigned i = 0; i < MANY; i++) {
        const struct json *v = json_get(object, name_of(a, i));
        assert_int_equal(v != NULL, wanted[i] >= 0);
        if (v)
            assert_int_equal(json_get_i64(object, name_of(a, i), -1), wanted[i]);
    }
    const struct json *last = NULL;
    json_each(v, object) {
        assert_ptr_equal(json_get(object, v->key), v);
        last = v;
        n++;
    }
    assert_int_equal(n, object->n);
    assert_ptr_equal(last, object->last);
}

static void large_objects_are_found_set_and_removed(void **state)
{
    auto_free(arena) a = arena_new(1 << 16);
    struct json *v = many(a, MANY);
    int          wanted[MANY];
    unsigned     step = 7919; /* coprime to MANY: every member once, in no order */
    (void)state;

    for (int i = 0; i < MANY; i++)
        wanted[i] = i;
    index_is_the_list(a, v, wanted);
    for (unsigned k = 0; k < MANY; k++) {
        unsigned i = k * step % MANY;
        if (k % 3 == 0) {
            assert_true(json_remove(v, name_of(a, i)));
            assert_false(json_remove(v, name_of(a, i)));
            wanted[i] = -1;
        } else {
            json_set(v, name_of(a, i), json_new_i64(a, wanted[i] = (int)i + 1000));
        }
        if (k % 10 == 0)
            index_is_the_list(a, v, wanted);
    }
    index_is_the_list(a, v, wanted);
    while (v->first)
        json_remove(v, v->first->key);
    assert_int_equal(v->n, 0);
    assert_null(v->last);
    json_set(v, S("m1"), json_new_i64(a, 1));
    assert_non_null(json_get(v, S("m1")));
}

static void large_objects_are_equal_in_any_order(void **state)
{
    auto_free(arena) a = arena_new(1 << 16);
    struct json *x = many(a, MANY), *y = json_new(a, JSON_OBJECT), *copy;
    (void)state;

    for (unsigned i = MANY; i--;)
        json_add(y, name_of(a, i), json_new_i64(a, i));
    assert_true(json_equal(x, y));
    copy = json_copy(a, y);
    json_set(copy, S("m150"), json_new_i64(a, -1));
    assert_false(json_equal(x, copy));
    assert_true(json_equal(x, y));
}

static void large_objects_have_no_name_twice(void **state)
{
    auto_free(arena) a = arena_new(1 << 16);
    auto_buf     b = buf_of(1 << 16);
    struct json *v;
    struct err   e = { 0 };
    (void)state;

    json_write(&b, many(a, MANY));
    assert_int_equal(json_parse(a, buf_str(&b), &v, NULL), RC_OK);
    assert_int_equal(v->n, MANY);
    assert_int_equal(json_get_i64(v, S("m299"), -1), 299);
    b.n--;
    buf_put(&b, S(",\"m17\":0}"));
    assert_int_equal(json_parse(a, buf_str(&b), &v, &e), RC_MALFORMED);
    assert_non_null(strstr(e.text, "duplicate member"));
}

static void limits_are_judged_and_named(void **state)
{
    static const struct {
        const char        *text;
        struct json_limits limits;
        const char        *why; /* NULL: within */
    } cases[] = {
        { "[1,2]", { .bytes = 5 }, NULL },
        { "[1,2]", { .bytes = 4 }, "5 bytes, at most 4" },
        { "{\"a\":{\"b\":1},\"c\":2}", { .members = 2 }, NULL },
        { "{\"a\":1,\"b\":2,\"c\":3}", { .members = 2 }, "too many members in one object, at most 2" },
        { "[1,2,3]", { .members = 2 }, NULL },
        { "[1,[2],{\"a\":3}]", { .nodes = 5 }, NULL },
        { "[1,[2],{\"a\":3}]", { .nodes = 4 }, "too many values, at most 4" },
        { "[[]]", { .depth = 2 }, NULL },
        { "[[[]]]", { .depth = 2 }, "column 4: nested too deep, at most 2" },
        /* what stands behind a limit is not read */
        { "{\"a\":1,\"b\":!!!", { .members = 1 }, "too many members" },
        { "[[[!!!", { .depth = 2 }, "nested too deep" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(1024);
        struct json *v;
        struct err   e = { 0 };
        enum rc      rc = json_parse_within(a, str_of(cases[i].text), &cases[i].limits, &v, &e);
        assert_int_equal(rc, cases[i].why ? RC_TOO_LARGE : RC_OK);
        if (cases[i].why && !strstr(e.text, cases[i].why))
            fail_msg("'%s': want %s, got %s", cases[i].text, cases[i].why, e.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(broken_texts_are_refused),
        cmocka_unit_test(fault_is_located),
        cmocka_unit_test(what_is_read_is_written),
        cmocka_unit_test(members_are_set_replaced_and_removed),
        cmocka_unit_test(equality_ignores_member_order),
        cmocka_unit_test(streamed_output_has_its_commas),
        cmocka_unit_test(large_objects_are_found_set_and_removed),
        cmocka_unit_test(large_objects_are_equal_in_any_order),
        cmocka_unit_test(large_objects_have_no_name_twice),
        cmocka_unit_test(limits_are_judged_and_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
