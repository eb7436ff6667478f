/* ops/doctor_citus.c - `kith doctor --citus`: the calls that spread an installation over several servers, made from the tables that are
 * there.  deploy/citus.md says why each is as it is. */
#include <stdio.h>
#include "ops/doctor.h"
#include "ops/local.h"
#include "store/installation/server.h"
#include "ops/commands.h"

/* Written all the time and never joined with what is distributed: on the coordinator they cost least. */
static const struct str stay[] = { S("samples"), S("backups"), S("services"), S("schema_version"), S("arriving") };

static bool stays(struct str name)
{
    for (size_t i = 0; i < countof(stay); i++)
        if (str_eq(stay[i], name))
            return true;
    return false;
}

enum { ACCOUNTS, LOGINS, SMALL, STAY, PARTS };
static const char *const part_title[PARTS] = { "-- an account's rows, all on one server",
                                               "-- who logs in is found by address",
                                               "-- small and read everywhere: a copy on each server",
                                               "-- these stay on the coordinator" };

static int part_of(const struct server_table *t)
{
    return stays(t->name) ? STAY : str_is(t->name, "logins") ? LOGINS : str_is(t->key, "account_id") ? ACCOUNTS : SMALL;
}

static void print(const struct server_table *t, int part)
{
    switch (part) {
    case ACCOUNTS:
        printf("select create_distributed_table('" STR_FMT "', 'account_id'%s);\n", STR_ARG(t->name),
               str_is(t->name, "accounts") ? "" : ", colocate_with => 'accounts'");
        break;
    case LOGINS:
        printf("select create_distributed_table('" STR_FMT "', '" STR_FMT "', colocate_with => 'none');\n",
               STR_ARG(t->name), STR_ARG(t->key));
        break;
    case SMALL: printf("select create_reference_table('" STR_FMT "');\n", STR_ARG(t->name)); break;
    case STAY: printf("--   " STR_FMT "\n", STR_ARG(t->name)); break;
    }
}

int doctor_citus(const struct conf *conf, struct arena *a)
{
    auto_free(sql) db = NULL;
    struct server_table *t = NULL;
    struct err           e = { 0 };
    size_t               n = 0;
    enum rc              rc = local_database(conf, a, &db, &e);

    if (rc == RC_OK && conf_embedded(conf))
        rc = err_set(&e, RC_INVALID, "Citus is PostgreSQL: give --db postgresql://...");
    if (rc == RC_OK)
        rc = server_tables(db, a, &t, &n, &e);
    for (size_t i = 0; rc == RC_OK && i < n; i++)
        if (t[i].strays)
            rc = err_set(&e, RC_INVALID, "table " STR_FMT " has a unique index that does not begin with " STR_FMT,
                         STR_ARG(t[i].name), STR_ARG(t[i].key));
    if (rc != RC_OK)
        return command_failed("doctor", &e);
    printf("create extension if not exists citus;\n");
    for (int part = 0; part < PARTS; part++) {
        puts(part_title[part]);
        for (size_t i = 0; i < n; i++) /* accounts first: the others lie beside it */
            if (part == ACCOUNTS && str_is(t[i].name, "accounts"))
                print(&t[i], part);
        for (size_t i = 0; i < n; i++)
            if (part_of(&t[i]) == part && !str_is(t[i].name, "accounts"))
                print(&t[i], part);
    }
    return 0;
}
