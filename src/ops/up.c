/* ops/up.c - `kith up`: what the rooms bring (routes, workers, schema) put into the house the fleet holds up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "api/http/api.h"
#include "base/version.h"
#include "base/options.h"
#include "fleet/master/handover.h"
#include "fleet/master/master.h"
#include "ops/commands.h"
#include "ops/demo.h"
#include "ops/local.h"
#include "ops/upgrade.h"
#include "store/installation/schema_steps.h"
#include "store/installation/moving.h"

/* The command line as it was typed, for SIGHUP: conf_load() takes words out of its argv. */
static enum rc reload(char **typed, struct conf *ret, struct arena *a, struct err *e)
{
    int n = 0;
    while (typed[n])
        n++;
    char **words = arena_array(a, char *, (size_t)n + 1);
    for (int i = 0; i < n; i++)
        words[i] = (char *)(uintptr_t)str_copy(a, str_of(typed[i])).p;
    return conf_load(ret, a, &n, words, e);
}

static enum rc migrate(const struct conf *conf, struct err *e)
{
    auto_free(arena) a = arena_new(1024);
    auto_free(sql) db = NULL;
    bool half; /* or gone */
    TRY(sql_open(&db, conf_database(conf, a), e));
    TRY(arriving_there(db, &half, e));
    if (half)
        return err_set(e, RC_INVALID,
                       "a move into it was not finished: `kith migrate` or `kith restore` again, from where it came");
    TRY(migrate_up(db, NULL, e));
    TRY(moving_is_gone(db, &half, e));
    return half ? err_set(e, RC_INVALID, "the installation was moved away from it; `kith migrate --stay` uses it again")
                : RC_OK;
}

/* Without --check and --replace: what is done once is no part of what is done again. */
static char **keep(struct arena *a, int argc, char **argv)
{
    char **words = arena_array(a, char *, (size_t)argc + 1);
    int    n = 0;

    for (int i = 0; i < argc; i++)
        if (strcmp(argv[i], "--check") && strcmp(argv[i], "--replace"))
            words[n++] = (char *)(uintptr_t)str_copy(a, str_of(argv[i])).p;
    return words;
}

/* Would this program come up with these settings?  Asked by the master it shall replace. */
static enum rc check(const struct conf *conf, struct arena *a, struct err *e)
{
    auto_free(sql) db = NULL;
    const char *running = getenv("KITH_RUNNING_DB");

    if (running && !str_is(conf_database(conf, a), running))
        return err_set(e, RC_INVALID, "the database cannot change while Kith runs: stop it, start it anew");
    TRY(local_database(conf, a, &db, e));
    enum rc fits = migrate_fits(db, e);
    if (fits != RC_OK && fits != RC_NOT_FOUND)
        return fits;
    printf("kith %s\n", kith_version);
    return RC_OK;
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

static enum rc serve(const struct conf *conf, char **words, struct err *e)
{
    struct fleet fleet = { .workers = workers,
                           .workers_n = workers_n,
                           .http_main = http_main,
                           .migrate = migrate,
                           .words = words,
                           .reload = reload,
                           .ready = ready };
    if (conf->demo && !handover_is_given())
        demo_start(conf);
    return master_run(conf, &fleet, e);
}

int up_main(int argc, char **argv)
{
    auto_free(arena) a = arena_new(4096);
    char      **words = keep(a, argc, argv);
    bool        checks = option_given(&argc, argv, "--check"), replaces = option_given(&argc, argv, "--replace");
    struct conf conf;
    struct err  e = { 0 };
    enum rc     rc = conf_load(&conf, a, &argc, argv, &e);

    if (rc == RC_OK && argc > 1)
        return command_misused(command_find("up"));
    if (rc == RC_OK && checks)
        rc = check(&conf, a, &e);
    else if (rc == RC_OK && replaces && local_house_runs(&conf, a))
        rc = upgrade_running(&conf, a, NULL, &e);
    else if (rc == RC_OK)
        rc = serve(&conf, words, &e);
    if (rc != RC_OK && !checks)
        handover_refuse(words, e.text);
    if (rc != RC_OK)
        command_failed("up", &e);
    return rc != RC_OK;
}
