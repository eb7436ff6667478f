/* fleet/fleet.h - what the process tree is given from above: the kinds of workers, the http process, the schema, the settings.
 *
 * fleet knows neither contacts nor HTTP: kith.c and ops/up.c fill this in, and master, nursery and agent pass it on. */
#pragma once
#include "io/shared/shared.h"
#include "work/worker.h"

/* What fleet cannot know by itself; kith.c and ops/up.c fill it in. */
struct fleet {
    const struct worker *const *workers; /* all kinds */
    size_t                      workers_n;
    http_process               *http_main;
    /* In a short-lived child before anything else starts. */
    enum rc (*migrate)(const struct conf *conf, struct err *e);
    char **words; /* the command line from "up" on, ended by NULL: for reload() and for the next program */
    /* Reads the configuration again (SIGHUP), from words; may be NULL. */
    enum rc (*reload)(char **words, struct conf *ret, struct arena *a, struct err *e);
    /* In the master, once it answers at this address: what to tell the person at the terminal; may be NULL. */
    void (*ready)(const struct conf *conf, const char *address);
};
