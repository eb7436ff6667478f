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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(broken_texts_are_refused),      cmocka_unit_test(fault_is_located),
        cmocka_unit_test(what_is_read_is_written),       cmocka_unit_test(members_are_set_replaced_and_removed),
        cmocka_unit_test(equality_ignores_member_order), cmocka_unit_test(streamed_output_has_its_commas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
