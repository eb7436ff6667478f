#include "io/blob.h"
#include "store_fixture.h"

static struct str written(struct blob_dir *d, struct arena *a, int64_t account, const char *text)
{
    struct blob_writer *w = NULL;
    struct str          key = { 0 };

    check_ok(blob_create(d, account, 1000, &w, &e));
    check_ok(blob_write(w, str_of(text), &e));
    check_ok(blob_write(w, S("!"), &e));
    assert_int_equal(blob_written(w), (int64_t)strlen(text) + 1);
    check_ok(blob_finish(&w, a, &key, &e));
    return key;
}

static void what_is_written_is_read_and_deleted(void **state)
{
    char folder[] = "/tmp/kith-blob-XXXXXX", text[16] = { 0 };
    auto_free(arena) a = arena_new(4096);
    struct blob_dir *d = NULL;
    struct str       key;
    int              fd = -1;
    int64_t          bytes = 0, one = id_new();

    (void)state;
    assert_non_null(mkdtemp(folder));
    check_ok(blob_open(&d, str_of(folder), &e));
    key = written(d, a, one, "hello");
    check_ok(blob_fd(d, key, &fd, &bytes, &e));
    assert_int_equal(bytes, 6);
    assert_int_equal(read(fd, text, sizeof text), 6);
    assert_string_equal(text, "hello!");
    close(fd);
    check_ok(blob_delete(d, key, &e));
    check_ok(blob_delete(d, key, &e));
    assert_int_equal(blob_fd(d, key, &fd, &bytes, NULL), RC_NOT_FOUND);
    written(d, a, one, "a");
    written(d, a, one, "b");
    check_ok(blob_delete_account(d, one, &e));
    check_ok(blob_delete_account(d, one, &e));
    blob_free(d);
    assert_int_equal(rmdir(folder), 0);
}

static void caps_and_keys_are_checked(void **state)
{
    static const char *const keys[] = { "", "../../etc/passwd", "0000000000000/../00000000000", "x/y",
                                        "0000000000001/0000000000001/a" };
    char                     folder[] = "/tmp/kith-blob-XXXXXX";
    struct blob_dir         *d = NULL;
    struct blob_writer      *w = NULL;
    int                      fd = -1;
    int64_t                  bytes = 0, one = id_new();

    (void)state;
    assert_non_null(mkdtemp(folder));
    check_ok(blob_open(&d, str_of(folder), &e));
    check_ok(blob_create(d, one, 3, &w, &e));
    assert_int_equal(blob_write(w, S("four"), NULL), RC_TOO_LARGE);
    blob_writer_free(w);
    for (size_t i = 0; i < countof(keys); i++)
        assert_int_equal(blob_fd(d, str_of(keys[i]), &fd, &bytes, NULL), RC_INVALID);
    check_ok(blob_delete_account(d, one, &e));
    blob_free(d);
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_and_deleted),
        cmocka_unit_test(caps_and_keys_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
