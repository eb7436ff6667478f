/* io/sql_driver.h - what a database driver gives to io/sql.c.  Only sql.c and sql_*.c include it. */
#pragma once
#include "io/sql.h"

struct search_driver;

struct sql_driver {
    const char                 *scheme; /* before the ':' of a url */
    const struct search_driver *search; /* the index that lives in this database */
    enum rc (*open)(struct sql **ret, struct str rest, struct err *e);
    void (*close)(struct sql *db);
    /* Ready to step, arguments bound. */
    enum rc (*start)(struct sql *db, void **ret_statement, const char *text, const struct sql_arg *args, size_t nargs,
                     struct err *e);
    enum rc (*step)(struct sql *db, void *statement, bool *ret_row, const char *text, struct err *e);
    void (*finish)(struct sql *db, void *statement);
    int64_t (*changed)(struct sql *db); /* rows of the last statement that wrote */
    bool (*in_transaction)(const struct sql *db);
    int64_t (*column_i64)(void *statement, int column);
    struct str (*column_text)(void *statement, int column);
    const char *begin; /* text that begins a writing transaction */
    const char *view;  /* and a reading one */
    int64_t (*version)(struct sql *db);
    enum rc (*script)(struct sql *db, struct str script, struct err *e);
    enum rc (*checkpoint)(struct sql *db, int64_t *ret_left, struct err *e);
    enum rc (*integrity)(struct sql *db, struct err *e);
    enum rc (*bulk)(struct sql *db, struct err *e);
    void (*release_memory)(struct sql *db);
};

struct sql {
    const struct sql_driver *driver;
}; /* first member of a driver's own struct */

extern const struct sql_driver sql_sqlite;
