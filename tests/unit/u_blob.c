#include "io/blob/blob_driver.h"
#include "base/clock.h"
#include "store_fixture.h"

#define WITH_DB(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)

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

static void is(struct blob_dir *d, struct str key, const char *text)
{
    char    got[64] = { 0 };
    int     fd = -1;
    int64_t bytes = 0;

    check_ok(blob_fd(d, key, &fd, &bytes, &e));
    assert_int_equal(bytes, (int64_t)strlen(text));
    assert_int_equal(read(fd, got, sizeof got), bytes);
    assert_string_equal(got, text);
    close(fd);
}

static bool there(struct blob_dir *d, struct str key)
{
    int     fd = -1;
    int64_t bytes = 0;
    enum rc rc = blob_fd(d, key, &fd, &bytes, NULL);

    assert_true(rc == RC_OK || rc == RC_NOT_FOUND);
    if (rc == RC_OK)
        close(fd);
    return rc == RC_OK;
}

/* Both drivers pass the same; each ends with nothing kept. */
static void blobs_are_written_read_and_deleted(struct blob_dir *d, struct arena *a)
{
    int64_t    one = id_new(), two = id_new();
    struct str key = written(d, a, one, "hello"), kept, other, keep[1];

    is(d, key, "hello!");
    is(d, key, "hello!");
    check_ok(blob_delete(d, key, &e));
    check_ok(blob_delete(d, key, &e));
    assert_false(there(d, key));

    key = written(d, a, one, "a");
    kept = written(d, a, one, "b");
    other = written(d, a, two, "c");
    keep[0] = kept;
    check_ok(blob_collect(d, one, NULL, 0, clock_ms() - 60000, &e));
    assert_true(there(d, key));
    check_ok(blob_collect(d, one, keep, 1, clock_ms() + 60000, &e));
    assert_false(there(d, key));
    is(d, kept, "b!");
    is(d, other, "c!");
    check_ok(blob_delete_account(d, one, &e));
    check_ok(blob_delete_account(d, one, &e));
    assert_false(there(d, kept));
    assert_true(there(d, other));
    for (int i = 0; i < BLOB_LIST + 3; i++)
        written(d, a, two, "many");
    check_ok(blob_delete_account(d, two, &e));
}

static void caps_and_keys_are_checked(struct blob_dir *d)
{
    static const char *const keys[] = { "", "../../etc/passwd", "0000000000000/../00000000000", "x/y",
                                        "0000000000001/0000000000001/a" };
    struct blob_writer      *w = NULL;
    int                      fd = -1;
    int64_t                  bytes = 0, one = id_new();

    check_ok(blob_create(d, one, 3, &w, &e));
    assert_int_equal(blob_write(w, S("four"), NULL), RC_TOO_LARGE);
    blob_writer_free(w);
    for (size_t i = 0; i < countof(keys); i++)
        assert_int_equal(blob_fd(d, str_of(keys[i]), &fd, &bytes, NULL), RC_INVALID);
    check_ok(blob_delete_account(d, one, &e));
}

static void files_of_a_folder(void **state)
{
    char folder[] = "/tmp/kith-blob-XXXXXX";
    auto_free(arena) a = arena_new(4096);
    struct blob_dir *d = NULL;

    (void)state;
    assert_non_null(mkdtemp(folder));
    check_ok(blob_open_folder(&d, str_of(folder), &e));
    blobs_are_written_read_and_deleted(d, a);
    caps_and_keys_are_checked(d);
    blob_free(d);
    assert_int_equal(rmdir(folder), 0);
}

static int64_t rows_of(struct sql *db, const char *text)
{
    int64_t n = -1;
    check_ok(sql_one_i64(db, &e, text, SQL_NONE, &n));
    return n;
}

static void tables_of_the_database(void **state)
{
    static const char FILES[] = "select count(*) from files", CHUNKS[] = "select count(*) from file_chunks";
    struct fixture   *f = *state;
    struct blob_dir  *d = NULL;

    check_ok(blob_open_sql(&d, f->db, &e));
    blob_keep(d);
    blobs_are_written_read_and_deleted(d, f->a);
    caps_and_keys_are_checked(d);
    blob_free(d);
    assert_int_equal(rows_of(f->db, FILES), 0);
    assert_int_equal(rows_of(f->db, CHUNKS), 0);
}

/* More than a piece, more than the pieces read at once; nothing of it is seen before it is whole. */
static void a_large_file(struct blob_dir *d, struct fixture *f)
{
    struct blob_writer *w = NULL;
    struct str          key;
    size_t              size = (17 << 18) + 12345;
    char               *bytes = malloc(size), *got = malloc(size);
    int                 fd = -1;
    int64_t             n = 0;

    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)(i * 7 + i / 1000);
    check_ok(blob_create(d, f->account, 1 << 30, &w, &e));
    for (size_t at = 0; at < size; at += 100000)
        check_ok(blob_write(w, (struct str){ bytes + at, size_min(100000, size - at) }, &e));
    struct str half = str_join(f->a, id_text(f->a, f->account), S("/"), id_text(f->a, ((struct blob_writer *)w)->id));
    assert_false(there(d, half));
    check_ok(blob_finish(&w, f->a, &key, &e));
    check_ok(blob_fd(d, key, &fd, &n, &e));
    assert_int_equal(n, (int64_t)size);
    assert_int_equal(read(fd, got, size), (int64_t)size);
    assert_memory_equal(got, bytes, size);
    close(fd);
    struct blob_reader *r = NULL;
    struct buf          read_back = buf_of(size);
    bool                end = false;
    check_ok(blob_read(d, key, &r, &n, &e));
    assert_int_equal(n, (int64_t)size);
    while (!end) {
        size_t before = read_back.n;
        check_ok(blob_next(r, &read_back, &end, &e));
        assert_in_range(read_back.n - before, 1, BLOB_PIECE);
    }
    blob_reader_free(r);
    assert_int_equal(read_back.n, size);
    assert_memory_equal(read_back.p, bytes, size);
    buf_done(&read_back);
    free(bytes);
    free(got);
    check_ok(blob_delete(d, key, &e));
    assert_int_equal(blob_read(d, key, &r, &n, NULL), RC_NOT_FOUND);
}

static void a_large_file_in_the_database(void **state)
{
    struct fixture  *f = *state;
    struct blob_dir *d = NULL;

    check_ok(blob_open_sql(&d, f->db, &e));
    a_large_file(d, f);
    blob_free(d);
}

static void a_large_file_in_a_folder(void **state)
{
    struct fixture  *f = *state;
    struct blob_dir *d = NULL;

    check_ok(blob_open_folder(&d, str_of(f->folder), &e));
    a_large_file(d, f);
    check_ok(blob_delete_account(d, f->account, &e));
    blob_free(d);
}

/* The setting was changed: what the other driver kept is still there. */
static void blobs_of_the_setting_before(void **state)
{
    struct fixture  *f = *state;
    char             folder[] = "/tmp/kith-blob-XXXXXX";
    struct blob_dir *files = NULL, *tables = NULL;
    struct conf      conf;

    assert_non_null(mkdtemp(folder));
    conf_defaults(&conf);
    conf.data = str_of(folder);
    conf.blobs = CONF_BLOBS_FILE;
    check_ok(blob_open(&files, &conf, f->db, &e));
    struct str first = written(files, f->a, f->account, "first");
    conf.blobs = CONF_BLOBS_DB;
    check_ok(blob_open(&tables, &conf, f->db, &e));
    struct str second = written(tables, f->a, f->account, "second");
    is(tables, first, "first!");
    is(files, second, "second!");
    check_ok(blob_delete_account(tables, f->account, &e));
    assert_false(there(files, first));
    assert_false(there(files, second));
    blob_free(files);
    blob_free(tables);
    struct str path = str_fmt(f->a, "%s/blobs", folder);
    assert_int_equal(rmdir(path.p), 0);
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_of_a_folder),   WITH_DB(tables_of_the_database),
        WITH_DB(a_large_file_in_the_database), WITH_DB(a_large_file_in_a_folder),
        WITH_DB(blobs_of_the_setting_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
