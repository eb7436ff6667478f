/* ops/up.c - `kith up`: what the rooms bring (routes, workers, schema) put into the house the fleet holds up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "api/api.h"
#include "fleet/master.h"
#include "ops/commands.h"
#include "ops/demo.h"
#include "store/migrate.h"

/* The command line as it was typed, for SIGHUP: conf_load() takes words out of its argv. */
struct typed {
    int    n;
    char **words;
};

static enum rc reload(void *from, struct conf *ret, struct arena *a, struct err *e)
{
    const struct typed *t = from;
    int                 n = t->n;
    char              **words = arena_array(a, char *, (size_t)n + 1);

    for (int i = 0; i < n; i++)
        words[i] = (char *)(uintptr_t)str_copy(a, str_of(t->words[i])).p;
    return conf_load(ret, a, &n, words, e);
}

static enum rc migrate(const struct conf *conf, struct err *e)
{
    auto_free(arena) a = arena_new(1024);
    auto_free(sql) db = NULL;
    TRY(sql_open(&db, conf_database(conf, a), e));
    return migrate_up(db, NULL, e);
}

static struct typed keep(struct arena *a, int argc, char **argv)
{
    struct typed t = { argc, arena_array(a, char *, (size_t)argc + 1) };
    for (int i = 0; i < argc; i++)
        t.words[i] = (char *)(uintptr_t)str_copy(a, str_of(argv[i])).p;
    return t;
}

static void ready(const struct conf *conf, const char *address)
{
    if (conf->role == CONF_ROLE_AGENT) {
        printf("\nKith works here, for people who come by other hosts   health at %s   Ctrl+C stops it\n",
               address[0] ? address : "no address: set listen");
        fflush(stdout);
        return;
    }
    printf("\nKith is at http://%s   data in " STR_FMT "   Ctrl+C stops it\n%s\n", address, STR_ARG(conf->data),
           conf->demo ? "\"Try the demo\" on the page opens a fictional address book; or sign up for your own.\n" : "");
    fflush(stdout);
}

int up_main(int argc, char **argv)
{
    auto_free(arena) a = arena_new(4096);
    struct typed typed = keep(a, argc, argv);
    struct fleet fleet = { .workers = workers,
                           .workers_n = workers_n,
                           .http_main = http_main,
                           .migrate = migrate,
                           .reload = reload,
                           .reload_from = &typed,
                           .ready = ready };
    struct conf  conf;
    struct err   e = { 0 };
    enum rc      rc = conf_load(&conf, a, &argc, argv, &e);

    if (rc == RC_OK && argc > 1)
        return command_misused(command_find("up"));
    if (rc == RC_OK && conf.demo)
        demo_start(&conf);
    if (rc == RC_OK)
        rc = master_run(&conf, &fleet, &e);
    if (rc != RC_OK)
        fprintf(stderr, "kith up: %s\n", e.text);
    return rc != RC_OK;
}
