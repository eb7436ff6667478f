/* io/sql/sql_driver.h - what a database driver gives to io/sql/sql.c.  Only sql.c, search.c and the drivers include it. */
#pragma once
#include "io/sql/sql.h"

struct search_driver;

enum sql_transaction { SQL_WRITES, SQL_LIGHT, SQL_VIEW };

struct sql_driver {
    const struct search_driver *search; /* the index that lives in this database */
    /* rest: what stands behind the scheme and its ':'; serving_ms: of sql_open_serving(), else 0 */
    enum rc (*open)(struct sql **ret, struct str rest, int64_t serving_ms, struct err *e);
    void (*close)(struct sql *db);
    /* Ready to step, arguments bound. */
    enum rc (*start)(struct sql *db, void **ret_statement, const char *text, const struct sql_arg *args, size_t nargs,
                     struct err *e);
    /* All keys in one question, the number of its key behind the columns of every row; NULL: sql.c asks for one key after the other. */
    enum rc (*start_each)(struct sql *db, void **ret_statement, const char *text, const struct sql_each *each,
                          struct err *e);
    size_t (*which)(void *statement);
    enum rc (*run_each)(struct sql *db, const char *text, const struct sql_each *each, int64_t *ret_changed,
                        struct err *e);
    enum rc (*step)(struct sql *db, void *statement, bool *ret_row, const char *text, struct err *e);
    void (*finish)(struct sql *db, void *statement);
    enum rc (*run)(struct sql *db, const char *text, const struct sql_arg *args, size_t nargs, int64_t *ret_changed,
                   struct err *e);
    int64_t (*column_i64)(void *statement, int column);
    struct str (*column_text)(void *statement, int column);
    enum rc (*begin)(struct sql *db, enum sql_transaction what, struct err *e);
    enum rc (*commit)(struct sql *db, struct err *e);
    void (*rollback)(struct sql *db);
    bool (*in_transaction)(const struct sql *db);
    int64_t (*version)(struct sql *db);
    bool (*ring)(struct sql *db);
    void (*patience)(struct sql *db, int64_t ms); /* NULL: it has its own */
    enum rc (*wait_ready)(struct sql *db, int64_t ms, struct err *e);
    enum rc (*script)(struct sql *db, struct str script, struct err *e);
    enum rc (*checkpoint)(struct sql *db, int64_t *ret_left, struct err *e);
    enum rc (*integrity)(struct sql *db, struct err *e);
    enum rc (*bulk)(struct sql *db, struct err *e);
    void (*release_memory)(struct sql *db);
};

struct sql {
    const struct sql_driver *driver;
    bool                     in_doubt; /* set by commit() */
    bool                     quiet;    /* sql_quiet() */
    int64_t                  troubles; /* RC_UNAVAILABLE and RC_STORAGE answered */
};                                     /* first member of a driver's own struct */

extern const struct sql_driver sql_sqlite, sql_postgres;
