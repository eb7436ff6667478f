/* Room on the disk, and what is kept in reserve of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/arena.h"
#include "io/disk.h"

static void the_floor_is_a_share_of_a_small_disk(void **state)
{
    struct disk d;

    (void)state;
    assert_false(disk_look(S("/nowhere/at/all"), 512, &d));
    assert_false(disk_is_low(S("/nowhere/at/all"), 512));
    assert_true(disk_look(S("/tmp"), 1, &d));
    assert_int_equal(d.floor, i64_min(1 << 20, d.bytes / 8));
    assert_true(disk_look(S("/tmp"), 1 << 20, &d));
    assert_true(d.floor <= d.bytes / 8);
    assert_false(disk_is_low(S("/tmp"), 0));
}

static void the_reserve_is_spent_once(void **state)
{
    char folder[] = "/tmp/kith-disk-XXXXXX";
    auto_free(arena) a = arena_new(256);
    struct stat st;
    struct disk d;

    (void)state;
    assert_non_null(mkdtemp(folder));
    struct str where = str_of(folder), file = str_fmt(a, "%s/kith.reserve", folder);
    assert_false(disk_spend_reserve(where));
    assert_true(disk_look(where, 0, &d));
    disk_keep_reserve(where, 0);
    disk_keep_reserve(where, 0);
    bool there = stat(file.p, &st) == 0;
    assert_int_equal(there, d.free >= 3 * i64_min(DISK_RESERVE_BYTES, d.bytes / 50));
    if (there) {
        assert_int_equal(st.st_mode & 0777, 0600);
        assert_int_equal(st.st_size, i64_min(DISK_RESERVE_BYTES, d.bytes / 50));
    }
    assert_int_equal(disk_spend_reserve(where), there);
    assert_false(disk_spend_reserve(where));
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_floor_is_a_share_of_a_small_disk),
        cmocka_unit_test(the_reserve_is_spent_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
