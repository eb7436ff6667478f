/* store_fixture.h - a migrated database of its own (tests/database.h), one account with a book; for tests of store/ and its users. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/rand.h"
#include "store/cards/cards.h"
#include "store/installation/schema_steps.h"
#include "store/account/usage.h"
#include "store/account/users.h"
#include "tests/database.h"

struct fixture {
    char          folder[64], url[DATABASE_URL_MAX];
    struct sql   *db;
    struct arena *a;
    int64_t       account, book;
};

#define check_ok(call)                                           \
    do {                                                         \
        struct err e = { 0 };                                    \
        enum rc    rc_ = (call);                                 \
        if (rc_ != RC_OK)                                        \
            fail_msg("%s: %s: %s", #call, rc_name(rc_), e.text); \
    } while (0)

static inline int64_t fixture_account(struct fixture *f, const char *email)
{
    struct user   user = { 0 };
    struct signup s = { .email = str_of(email), .email_key = str_of(email), .account_name = S("Test") };

    check_ok(users_sign_up(f->db, f->a, &s, &user, &e));
    return user.account;
}

static inline int fixture_open(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    snprintf(f->folder, sizeof f->folder, "/tmp/kith-test-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    database_make(f->folder, "kith", f->url);
    f->a = arena_new(64 << 10);
    check_ok(sql_open(&f->db, str_of(f->url), &e));
    check_ok(migrate_up(f->db, NULL, &e));
    f->account = fixture_account(f, "ann@example.com");
    *state = f;
    return 0;
}

/* Whatever a test did, what is kept beside the rows is what they come to. */
static inline void fixture_usage_is_exact(struct fixture *f)
{
    static const struct usage none;
    struct usage              wrong_by;
    bool                      due = false;

    check_ok(usage_count(f->db, f->account, &due, &wrong_by, &e));
    if (due)
        assert_memory_equal(&wrong_by, &none, sizeof none);
}

static inline int fixture_close(void **state)
{
    struct fixture *f = *state;

    fixture_usage_is_exact(f);
    sql_free(f->db);
    arena_free(f->a);
    database_drop(f->folder, "kith");
    rmdir(f->folder);
    free(f);
    return 0;
}

static inline struct str fixture_card(struct arena *a, const char *uid, const char *name, const char *more)
{
    return str_fmt(a, "{\"@type\":\"Card\",\"version\":\"1.0\",\"uid\":\"%s\",\"name\":{\"full\":\"%s\"}%s}", uid, name,
                   more);
}

static inline struct card_batch fixture_batch(const struct fixture *f, int64_t batch)
{
    return (struct card_batch){ .account = f->account, .actor = S("user:test"), .batch = batch };
}

/* Saves one card; returns its id. */
static inline int64_t fixture_save(struct fixture *f, int64_t id, struct str json, int64_t batch)
{
    struct card_change c = { .id = id, .json = json };
    struct card_batch  b = fixture_batch(f, batch);

    check_ok(cards_save(f->db, f->a, &b, &c, 1, NULL, &e));
    return c.id;
}

static inline struct card_row fixture_get(struct fixture *f, int64_t id)
{
    struct card_row row = { 0 };

    check_ok(cards_get(f->db, f->a, f->account, id, &row, &e));
    return row;
}
