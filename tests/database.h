/* tests/database.h - a database of a test's own: a file in its folder, or with KITH_TEST_DB=postgres a new one on the server that
 * KITH_TEST_URL names (tests/spec/postgres.py run ...).  Stops the process when that fails. */
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "io/sql/sql.h"

enum { DATABASE_URL_MAX = 256 };

static inline const char *database_server(void)
{
    const char *db = getenv("KITH_TEST_DB");
    return db && strcmp(db, "postgres") == 0 ? getenv("KITH_TEST_URL") : NULL;
}

static inline void database_do(const char *what, const char *folder, const char *name, const char *how)
{
    auto_free(sql) db = NULL;
    struct err e = { 0 };
    char       text[160];

    snprintf(text, sizeof text, "%s \"%s-%s\" %s", what, strrchr(folder, '/') + 1, name, how);
    if (sql_open(&db, str_of(database_server()), &e) != RC_OK || sql_script(db, &e, str_of(text)) != RC_OK) {
        fprintf(stderr, "%s: %s\n", text, e.text);
        abort();
    }
}

/* The url of one that is not there yet, called after the folder and its own name. */
static inline void database_make(const char *folder, const char *name, char ret[DATABASE_URL_MAX])
{
    const char *server = database_server();

    snprintf(ret, DATABASE_URL_MAX, "sqlite:%s/%s.db", folder, name);
    if (!server)
        return;
    const char *query = strchr(server, '?'), *path = query ? query : server + strlen(server);
    while (*--path != '/')
        ;
    database_do("create database", folder, name, "");
    snprintf(ret, DATABASE_URL_MAX, "%.*s/%s-%s%s", (int)(path - server), server, strrchr(folder, '/') + 1, name,
             query ? query : "");
}

static inline void database_drop(const char *folder, const char *name)
{
    static const char *const tails[] = { "", "-wal", "-shm" };

    for (size_t i = 0; i < countof(tails); i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s.db%s", folder, name, tails[i]);
        unlink(path);
    }
    if (database_server())
        database_do("drop database", folder, name, "with (force)");
}
