/* Who came in and how: one-time codes, the second factor, sessions and tokens, the audit log, devices and addresses in words. */
#include "api/http/origin.h"
#include "base/clock.h"
#include "io/totp.h"
#include "store/account/second_factor.h"
#include "store_fixture.h"

static const int64_t USER = 7;

/* ---- RFC 4226, appendix D; RFC 6238, appendix B ---- */

static void codes_are_those_of_the_standards(void **state)
{
    static const uint32_t counted[] = {
        755224, 287082, 359152, 969429, 338314, 254676, 287922, 162583, 399871, 520489
    };
    static const struct {
        int64_t  time_s;
        uint32_t code;
    } timed[] = { { 59, 94287082 },         { 1111111109, 7081804 },  { 1111111111, 14050471 },
                  { 1234567890, 89005924 }, { 2000000000, 69279037 }, { 20000000000, 65353130 } };
    struct str secret = S("12345678901234567890");
    uint32_t   code;

    (void)state;
    for (size_t i = 0; i < countof(counted); i++) {
        check_ok(hotp(secret, i, 6, &code, &e));
        assert_int_equal(code, counted[i]);
    }
    for (size_t i = 0; i < countof(timed); i++) {
        check_ok(hotp(secret, (uint64_t)totp_step(timed[i].time_s * 1000), 8, &code, &e));
        assert_int_equal(code, timed[i].code);
    }
}

static void one_step_off_is_right_and_none_twice(void **state)
{
    struct str secret = S("12345678901234567890");
    int64_t    step, now_ms = 59000;

    (void)state;
    check_ok(totp_find(secret, S("287082"), now_ms, 0, &step, &e));
    assert_int_equal(step, 1);
    for (int off = -1; off <= 1; off++) {
        check_ok(totp_find(secret, S("287082"), now_ms + off * 30000, 0, &step, &e));
        assert_int_equal(step, 1);
    }
    check_ok(totp_find(secret, S("287082"), now_ms + 60000, 0, &step, &e));
    assert_int_equal(step, 0);
    check_ok(totp_find(secret, S("287082"), now_ms, 1, &step, &e));
    assert_int_equal(step, 0);
    check_ok(totp_find(secret, S("28708"), now_ms, 0, &step, &e));
    assert_int_equal(step, 0);
}

static void apps_get_secret_and_address(void **state)
{
    auto_free(arena) a = arena_new(1024);

    (void)state;
    assert_true(str_is(totp_text(a, S("12345678901234567890")), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
    assert_true(str_is(totp_uri(a, S("1234567890"), S("a+b@x.de")),
                       "otpauth://totp/Kith:a%2Bb%40x.de?secret=GEZDGNBVGY3TQOJQ&issuer=Kith"));
}

/* ---- the second factor ---- */

static struct str right_code(struct fixture *f, int64_t ahead)
{
    struct second_factor factor;
    uint32_t             code = 0;

    check_ok(second_factor_get(f->db, f->a, f->account, USER, &factor, &e));
    check_ok(hotp(factor.secret, (uint64_t)(totp_step(clock_ms()) + ahead), 6, &code, &e));
    return str_fmt(f->a, "%06u", code);
}

static enum rc try_code(struct fixture *f, struct str code)
{
    bool recovery;
    return second_factor_check(f->db, f->a, f->account, USER, code, &recovery, NULL);
}

static void set_up(struct fixture *f)
{
    char bytes[TOTP_SECRET_BYTES];

    rand_bytes(bytes, sizeof bytes);
    check_ok(second_factor_begin(f->db, f->account, USER, (struct str){ bytes, sizeof bytes }, &e));
}

static void a_factor_is_set_up_in_two_steps(void **state)
{
    struct fixture *f = *state;
    struct str      code;
    bool            on = true;

    assert_int_equal(try_code(f, S("123456")), RC_NOT_FOUND);
    set_up(f);
    set_up(f); /* begun anew: the first secret is forgotten */
    check_ok(second_factor_is_on(f->db, f->a, f->account, USER, &on, &e));
    assert_false(on);
    code = right_code(f, 0);
    assert_int_equal(try_code(f, str_fmt(f->a, " %.3s %.3s", code.p, code.p + 3)), RC_OK);
    check_ok(second_factor_turn_on(f->db, f->account, USER, &e));
    check_ok(second_factor_is_on(f->db, f->a, f->account, USER, &on, &e));
    assert_true(on);
    assert_int_equal(second_factor_begin(f->db, f->account, USER, S("12345678901234567890"), NULL), RC_CONFLICT);
    assert_int_equal(try_code(f, code), RC_DENIED); /* replayed */
    assert_int_equal(try_code(f, right_code(f, 1)), RC_OK);
    check_ok(second_factor_off(f->db, f->account, USER, &e));
    assert_int_equal(second_factor_off(f->db, f->account, USER, NULL), RC_NOT_FOUND);
}

static void guessing_is_made_slow_but_not_recovery(void **state)
{
    struct fixture      *f = *state;
    struct second_factor factor;
    struct str           code[RECOVERY_CODES];
    int64_t              now = clock_ms(), left;

    set_up(f);
    check_ok(second_factor_turn_on(f->db, f->account, USER, &e));
    check_ok(second_factor_codes(f->db, f->a, f->account, USER, code, &e));
    for (int i = 0; i < FACTOR_FREE_TRIES; i++)
        assert_int_equal(try_code(f, S("x")), RC_DENIED);
    check_ok(second_factor_get(f->db, f->a, f->account, USER, &factor, &e));
    assert_int_equal(factor.tries, FACTOR_FREE_TRIES);
    assert_true(factor.again_ms >= now + FACTOR_WAIT_S * 1000);
    assert_int_equal(try_code(f, right_code(f, 0)), RC_THROTTLED); /* not looked at */
    assert_int_equal(try_code(f, code[3]), RC_OK);
    assert_int_equal(try_code(f, code[3]), RC_DENIED); /* each once */
    assert_int_equal(try_code(f, S("0000-0000-0000-0000")), RC_DENIED);
    assert_int_equal(try_code(f, S("0000-0000-0000-0000-0")), RC_THROTTLED);
    check_ok(second_factor_codes_left(f->db, f->account, USER, &left, &e));
    assert_int_equal(left, RECOVERY_CODES - 1);
}

static void new_recovery_codes_end_the_old(void **state)
{
    struct fixture *f = *state;
    struct str      first[RECOVERY_CODES], second[RECOVERY_CODES];

    set_up(f);
    check_ok(second_factor_codes(f->db, f->a, f->account, USER, first, &e));
    check_ok(second_factor_codes(f->db, f->a, f->account, USER, second, &e));
    assert_int_equal(try_code(f, first[0]), RC_DENIED);
    assert_int_equal(try_code(f, second[0]), RC_OK);
    assert_int_equal(second[0].n, RECOVERY_CHARS + 3);
}

/* ---- sessions ---- */

static struct session new_session(struct fixture *f, enum session_kind kind, int64_t expires_ms, int64_t idle_until_ms,
                                  struct str *ret_secret)
{
    struct session s = { .account = f->account,
                         .user = USER,
                         .kind = kind,
                         .scope = SCOPE_READ,
                         .name = S("n"),
                         .device = S("Firefox on Linux"),
                         .address = S("192.0.2.1"),
                         .expires_ms = expires_ms,
                         .idle_until_ms = idle_until_ms };

    check_ok(sessions_create(f->db, f->a, &s, &s, ret_secret, &e));
    return s;
}

static void sessions_end_when_they_should(void **state)
{
    struct fixture *f = *state;
    int64_t         now = clock_ms();
    struct str      secret;
    struct session  found, *list;
    size_t          n;

    new_session(f, SESSION_BROWSER, now + 60000, now + 60000, &secret);
    check_ok(sessions_find(f->db, f->a, secret, &found, &e));
    assert_true(str_is(found.device, "Firefox on Linux") && found.scope == SCOPE_READ);
    new_session(f, SESSION_BROWSER, now - 1, 0, &secret);
    assert_int_equal(sessions_find(f->db, f->a, secret, &found, NULL), RC_UNAUTHENTICATED);
    new_session(f, SESSION_BROWSER, now + 60000, now - 1, &secret);
    assert_int_equal(sessions_find(f->db, f->a, secret, &found, NULL), RC_UNAUTHENTICATED);
    check_ok(sessions_list(f->db, f->a, f->account, USER, SESSION_BROWSER, &list, &n, &e));
    assert_int_equal(n, 1);
    check_ok(sessions_expire(f->db, f->account, &e));
    check_ok(sessions_list(f->db, f->a, f->account, USER + 1, SESSION_BROWSER, &list, &n, &e));
    assert_int_equal(n, 0);
}

static void a_use_is_written_now_and_then(void **state)
{
    struct fixture *f = *state;
    struct str      secret;
    struct session  s = new_session(f, SESSION_TOKEN, 0, 0, &secret), at = { .device = S("curl"), .address = S("::1") };
    bool            first;

    check_ok(sessions_seen(f->db, &s, &at, &first, &e));
    assert_true(first);
    check_ok(sessions_seen(f->db, &s, &at, &first, &e)); /* the same request a second time: somebody was faster */
    assert_false(first);
    check_ok(sessions_find(f->db, f->a, secret, &s, &e));
    assert_true(s.seen_ms > 0 && str_is(s.device, "curl"));
    at.device = S("wget");
    check_ok(sessions_seen(f->db, &s, &at, &first, &e));
    check_ok(sessions_find(f->db, f->a, secret, &s, &e));
    assert_true(str_is(s.device, "curl")); /* five minutes are not over */
}

static void only_the_right_kind_is_ended(void **state)
{
    struct fixture *f = *state;
    struct str      secret;
    struct session  token = new_session(f, SESSION_TOKEN, 0, 0, &secret),
                   one = new_session(f, SESSION_BROWSER, 0, 0, &secret);
    int64_t ended;

    new_session(f, SESSION_BROWSER, 0, 0, &secret);
    assert_int_equal(sessions_delete(f->db, f->account, USER, SESSION_BROWSER, token.id, NULL), RC_NOT_FOUND);
    assert_int_equal(sessions_delete(f->db, f->account, USER + 1, SESSION_TOKEN, token.id, NULL), RC_NOT_FOUND);
    check_ok(sessions_delete_others(f->db, f->account, USER, SESSION_BROWSER, one.id, &ended, &e));
    assert_int_equal(ended, 1);
    check_ok(sessions_delete(f->db, f->account, USER, SESSION_TOKEN, token.id, &e));
}

static void the_oldest_sessions_make_room(void **state)
{
    struct fixture *f = *state;
    struct str      secret;
    struct session *list, first = new_session(f, SESSION_BROWSER, 0, 0, &secret);
    size_t          n;

    new_session(f, SESSION_TOKEN, 0, 0, &secret);
    for (int i = 0; i < SESSIONS_MAX; i++) {
        check_ok(sessions_trim(f->db, f->account, USER, &e));
        new_session(f, SESSION_BROWSER, 0, 0, &secret);
    }
    check_ok(sessions_trim(f->db, f->account, USER, &e));
    check_ok(sessions_list(f->db, f->a, f->account, USER, SESSION_BROWSER, &list, &n, &e));
    assert_int_equal(n, SESSIONS_MAX);
    assert_true(list[n - 1].id > first.id);
    check_ok(sessions_list(f->db, f->a, f->account, USER, SESSION_TOKEN, &list, &n, &e));
    assert_int_equal(n, 1);
}

/* ---- the audit log ---- */

static struct audit entry(struct fixture *f, const char *address)
{
    return (struct audit){ .account = f->account,
                           .user = USER,
                           .what = AUDIT_LOGIN_FAILED,
                           .device = S("curl"),
                           .address = str_of(address),
                           .keep_until_ms = clock_ms() + 60000 };
}

static void the_same_again_is_counted(void **state)
{
    struct fixture *f = *state;
    struct audit    one = entry(f, "192.0.2.1"), other = entry(f, "192.0.2.2"), *list;
    size_t          n;

    for (int i = 0; i < 3; i++)
        check_ok(audit_add(f->db, &one, &e));
    check_ok(audit_add(f->db, &other, &e));
    check_ok(audit_page(f->db, f->a, f->account, 0, 10, &list, &n, &e));
    assert_int_equal(n, 2);
    assert_int_equal(list[1].times, 3);
    assert_true(str_is(list[0].address, "192.0.2.2") && list[0].what == AUDIT_LOGIN_FAILED);
    check_ok(audit_page(f->db, f->a, f->account, list[0].id, 10, &list, &n, &e));
    assert_int_equal(n, 1);
}

static void many_places_make_few_rows(void **state)
{
    struct fixture *f = *state;
    struct audit   *list;
    size_t          n;

    for (int i = 0; i < AUDIT_HOUR_MAX + 50; i++) {
        struct audit x = entry(f, str_fmt(f->a, "10.0.%d.%d", i / 200, i % 200).p);
        check_ok(audit_add(f->db, &x, &e));
    }
    check_ok(audit_page(f->db, f->a, f->account, 0, AUDIT_PAGE_MAX, &list, &n, &e));
    assert_int_equal(n, AUDIT_HOUR_MAX + 1);
    assert_int_equal(list[0].times, 50);
    assert_int_equal(list[0].address.n, 0);
}

static void what_is_old_goes_in_slices(void **state)
{
    struct fixture *f = *state;
    struct audit   *list;
    int64_t         gone;
    size_t          n;

    for (int i = 0; i < 15; i++) {
        struct audit x = entry(f, str_fmt(f->a, "10.0.0.%d", i).p);
        check_ok(audit_add(f->db, &x, &e));
    }
    check_ok(audit_expire(f->db, f->account, clock_ms(), 10, &gone, &e));
    assert_int_equal(gone, 0);
    check_ok(audit_expire(f->db, f->account, clock_ms() + 120000, 10, &gone, &e));
    assert_int_equal(gone, 10);
    check_ok(audit_page(f->db, f->a, f->account, 0, 50, &list, &n, &e));
    assert_int_equal(n, 5);
    assert_true(str_is(list[0].address, "10.0.0.14"));
}

static void texts_are_cut_between_letters(void **state)
{
    struct fixture *f = *state;
    struct audit    x = entry(f, "192.0.2.1"), *list;
    size_t          n;
    char            text[200];

    memset(text, 'x', sizeof text);
    memcpy(text + AUDIT_TEXT_MAX - 1, "\xc3\xa4", 2);
    x.detail = (struct str){ text, sizeof text };
    check_ok(audit_add(f->db, &x, &e));
    check_ok(audit_all(f->db, f->a, 0, 10, &list, &n, &e));
    assert_int_equal(n, 1);
    assert_int_equal(list[0].detail.n, AUDIT_TEXT_MAX - 1);
}

/* ---- in words ---- */

static void devices_have_names(void **state)
{
    static const char *const cases[][2] = {
        { "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux" },
        { "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 "
          "Edg/126.0",
          "Edge on Windows" },
        { "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile "
          "Safari/537.36",
          "Chrome on Android" },
        { "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 "
          "Safari/604.1",
          "Safari on iPhone" },
        { "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
          "Safari/605.1.15",
          "Safari on macOS" },
        { "curl/8.1.2", "curl" },
        { "python-requests/2.31", "python-requests" },
        { "<script>alert(1)</script>", "" },
        { "", "" },
    };
    auto_free(arena) a = arena_new(1024);

    (void)state;
    for (size_t i = 0; i < countof(cases); i++)
        if (!str_is(origin_device(a, str_of(cases[i][0])), cases[i][1]))
            fail_msg("%s is no %s", cases[i][0], cases[i][1]);
}

static void addresses_are_shortened(void **state)
{
    static const char *const cases[][2] = {
        { "192.0.2.7", "192.0.2.7" },
        { "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64" },
        { "::1", "::1" },
        { "127.0.0.1", "127.0.0.1" },
        { "unknown", "" },
    };
    auto_free(arena) a = arena_new(1024);

    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        struct address from = { { 0 } };
        address_parse(str_of(cases[i][0]), &from);
        if (!str_is(origin_address(a, &from), cases[i][1]))
            fail_msg("%s is not %s", cases[i][0], cases[i][1]);
    }
}

#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)

/* ---- logins ---- */

static void an_address_in_letters_finds_the_login_it_was_written_as(void **state)
{
    struct fixture *f = *state;
    struct user     u = { 0 };
    int64_t old = fixture_account(f, "eva@xn--mller-kva.example"), now = fixture_account(f, "eva@käse.example");

    check_ok(users_by_login(f->db, f->a, S("eva@müller.example"), &u, &e));
    assert_int_equal(u.account, old);
    check_ok(users_by_login(f->db, f->a, S("eva@käse.example"), &u, &e));
    assert_int_equal(u.account, now);
    assert_int_equal(users_by_login(f->db, f->a, S("eva@müller2.example"), &u, NULL), RC_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_those_of_the_standards),
        cmocka_unit_test(one_step_off_is_right_and_none_twice),
        cmocka_unit_test(apps_get_secret_and_address),
        WITH_STORE(a_factor_is_set_up_in_two_steps),
        WITH_STORE(guessing_is_made_slow_but_not_recovery),
        WITH_STORE(new_recovery_codes_end_the_old),
        WITH_STORE(sessions_end_when_they_should),
        WITH_STORE(a_use_is_written_now_and_then),
        WITH_STORE(only_the_right_kind_is_ended),
        WITH_STORE(the_oldest_sessions_make_room),
        WITH_STORE(the_same_again_is_counted),
        WITH_STORE(many_places_make_few_rows),
        WITH_STORE(what_is_old_goes_in_slices),
        WITH_STORE(texts_are_cut_between_letters),
        cmocka_unit_test(devices_have_names),
        cmocka_unit_test(addresses_are_shortened),
        cmocka_unit_test_setup_teardown(an_address_in_letters_finds_the_login_it_was_written_as, fixture_open,
                                        fixture_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
