#include <setjmp.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>
#include "io/bundle.h"
#include "ops/backup/manifest.h"
#include "ops/conf_file.h"

static struct err e;
#define check_ok(call) assert_int_equal((call), RC_OK)

static int bundle(const char *const *name, const char *const *text, size_t n)
{
    auto_free(bundle_writer) w = NULL;
    int     fd = memfd_create("bundle", MFD_CLOEXEC);
    int64_t bytes = 0;

    check_ok(bundle_create(&w, fd, &e));
    for (size_t i = 0; i < n; i++)
        check_ok(bundle_put(w, str_of(name[i]), str_of(text[i]), &e));
    check_ok(bundle_seal(w, &bytes, &e));
    assert_int_equal(lseek(fd, 0, SEEK_END), bytes);
    lseek(fd, 0, SEEK_SET);
    return fd;
}

/* To its end, reading every second member. */
static enum rc read_to_end(int fd, size_t *ret_members)
{
    auto_free(bundle_reader) r = NULL;
    auto_buf             b = buf_of(1000);
    struct bundle_member m;
    bool                 end = false;

    *ret_members = 0;
    TRY(bundle_open(&r, fd, &e));
    for (; !end; *ret_members += !end) {
        TRY(bundle_next(r, &m, &end, &e));
        buf_clear(&b);
        if (!end && *ret_members % 2)
            TRY(bundle_read_all(r, &b, &e));
    }
    return RC_OK;
}

static const char *const NAMES[] = { "one", "two/2", "three" }, *const TEXTS[] = { "", "zwei", "many words" };

static void a_bundle_is_whole_or_refused(void **state)
{
    char   bytes[4096];
    size_t members = 0;
    int    fd = bundle(NAMES, TEXTS, 3);

    (void)state;
    check_ok(read_to_end(fd, &members));
    assert_int_equal(members, 3);
    ssize_t n = pread(fd, bytes, sizeof bytes, 0);
    close(fd);
    assert_true(n > 50);
    for (ssize_t cut = 0; cut < n - 16; cut++) {
        fd = memfd_create("cut", MFD_CLOEXEC);
        assert_int_equal(write(fd, bytes, (size_t)cut), cut);
        lseek(fd, 0, SEEK_SET);
        assert_int_equal(read_to_end(fd, &members), RC_INVALID);
        close(fd);
    }
}

static void a_changed_byte_breaks_the_seal(void **state)
{
    char   bytes[4096];
    size_t members = 0, refused = 0;
    int    fd = bundle(NAMES, TEXTS, 3);

    (void)state;
    ssize_t n = pread(fd, bytes, sizeof bytes, 0);
    close(fd);
    for (ssize_t at = 0; at < n; at++) {
        fd = memfd_create("changed", MFD_CLOEXEC);
        bytes[at] ^= 4;
        assert_int_equal(write(fd, bytes, (size_t)n), n);
        bytes[at] ^= 4;
        lseek(fd, 0, SEEK_SET);
        enum rc rc = read_to_end(fd, &members);
        assert_true(rc == RC_INVALID || (rc == RC_OK && members == 3)); /* dates and owners of tar count for nothing */
        refused += rc == RC_INVALID;
        close(fd);
    }
    assert_true(refused > (size_t)n / 2);
}

static void a_member_over_the_cap_is_refused(void **state)
{
    auto_free(bundle_reader) r = NULL;
    auto_buf             small = buf_of(5);
    struct bundle_member m;
    bool                 end;
    int                  fd = bundle(&NAMES[2], &TEXTS[2], 1);

    (void)state;
    check_ok(bundle_open(&r, fd, &e));
    check_ok(bundle_next(r, &m, &end, &e));
    assert_string_equal(m.name.p, "three");
    assert_int_equal(bundle_read_all(r, &small, &e), RC_TOO_LARGE);
    close(fd);
}

/* ---- the manifest ---- */

static struct table cards(void)
{
    return (struct table){ .name = S("cards"),
                           .column = { S("account_id"), S("name"), S("photo") },
                           .type = { SQL_I64, SQL_TEXT, SQL_BLOB },
                           .ncolumns = 3,
                           .nkey = 1 };
}

static void rows_are_read_as_written(void **state)
{
    auto_free(arena) a = arena_new(4096);
    auto_buf       b = buf_of(4096);
    struct table   t = cards();
    struct sql_arg value[] = { I64(-5), TEXT(S("")), BLOB(S("\0\xff")), I64(INT64_MAX), TEXT(S("Änne")), BLOB(S("")) };
    struct table_page page = { value, 2 }, back;
    struct table_sum  was = { 0 }, is = { 0 };

    (void)state;
    manifest_piece(&b, &t, &page);
    check_ok(manifest_read_piece(a, &t, buf_str(&b), &back, &e));
    tables_add(&was, &t, &page);
    tables_add(&is, &t, &back);
    check_ok(manifest_same_sum(&t, &was, &is, &e));
    back.value[4].s = S("Anne");
    tables_add(&was, &t, &page);
    tables_add(&is, &t, &back);
    assert_int_equal(manifest_same_sum(&t, &was, &is, &e), RC_INVALID);
    assert_non_null(strstr(e.text, "table cards"));
    for (size_t cut = 1; cut < b.n; cut++) /* whole rows are rows: the sums tell that some are missing */
        assert_true(manifest_read_piece(a, &t, str_head(buf_str(&b), cut), &back, &e) == RC_INVALID || back.rows == 1);
}

static void sums_must_agree(void **state)
{
    auto_free(arena) a = arena_new(4096);
    auto_buf         b = buf_of(4096), first = buf_of(4096);
    struct table     t = cards();
    struct table_sum sum = { 0xfedcba9876543210, 12 };
    struct str       schema = S("0001_init.sql");
    struct manifest  m = { S("0.1.0"), S("sqlite"), 1700000000123, &schema, 1, &t, &sum, 1, 2, 34, 0 }, read;

    (void)state;
    manifest_write_first(&first, &m);
    check_ok(manifest_read_first(a, buf_str(&first), &read, &e));
    assert_true(read.made_ms == m.made_ms && read.nschema == 1 && str_eq(read.schema[0], schema));
    check_ok(tables_same(&t, 1, read.table, read.ntables, &e));
    manifest_write_last(&b, &m);
    check_ok(manifest_agrees(a, buf_str(&b), &m, &e));
    sum.rows--;
    assert_int_equal(manifest_agrees(a, buf_str(&b), &m, &e), RC_INVALID);
    sum.rows++;
    m.uploads--;
    assert_int_equal(manifest_agrees(a, buf_str(&b), &m, &e), RC_INVALID);
}

static void a_later_format_is_refused(void **state)
{
    auto_free(arena) a = arena_new(4096);
    struct manifest m;

    (void)state;
    assert_int_equal(manifest_read_first(a, S("{\"format\":2}"), &m, &e), RC_INVALID);
    assert_non_null(strstr(e.text, "format 2"));
}

/* ---- kith.conf ---- */

static void the_line_of_the_database_is_exchanged(void **state)
{
    auto_buf b = buf_of(1000);

    (void)state;
    conf_file_with_db(S("# db of ours\nlisten = :80\n db=postgresql://a:b@c/d\ndemo = yes"), S("sqlite:x"), &b);
    assert_true(str_is(buf_str(&b), "# db of ours\nlisten = :80\ndemo = yes\ndb = sqlite:x\n"));
    buf_clear(&b);
    conf_file_with_db(S("db = x\n"), S(""), &b);
    assert_int_equal(b.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bundle_is_whole_or_refused),
        cmocka_unit_test(a_changed_byte_breaks_the_seal),
        cmocka_unit_test(a_member_over_the_cap_is_refused),
        cmocka_unit_test(rows_are_read_as_written),
        cmocka_unit_test(sums_must_agree),
        cmocka_unit_test(a_later_format_is_refused),
        cmocka_unit_test(the_line_of_the_database_is_exchanged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
