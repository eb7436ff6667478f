/* api/console/console.h - what an operator sees: the whole installation at this moment, for one http process.
 *
 * Rows are read at most once a second, however many look, and only while somebody does.  When the database does not answer,
 * what was read last is shown with its age: a console that goes blank with the database is no console.
 * Numbers of this host are from shared memory, those of other hosts from their last row of the history (store/installation/samples.h). */
#pragma once
#include "api/http/stream.h"
#include "api/console/diagnosis.h"
#include "store/installation/database.h"
#include "store/installation/kinds.h"
#include "store/installation/backups.h"
#include "store/installation/launches.h"
#include "store/installation/prices.h"
#include "store/installation/samples.h"
#include "store/installation/services.h"

enum {
    CONSOLE_HOSTS = 16,
    CONSOLE_STREAMS = 16, /* of one http process */
    CONSOLE_EVERY_MS = 1000,
    CONSOLE_SUMS_MS = 30 * 1000,
    CONSOLE_ANEW_S = 600, /* then a stream ends: whoever comes back is asked again who they are */
    CONSOLE_BYTES_MAX = 512 << 10
};

/* All that is read from the database, at one moment. */
struct console_rows {
    struct arena        *a;
    int64_t              at_ms, sums_ms; /* 0: never */
    struct kind_row     *kind;
    struct agent_kind   *agent_kind;
    struct agent_slots  *agent;
    struct launch       *launch;
    size_t               nkinds, nagent_kinds, nagents, nlaunches, nservices, nhosts;
    struct service       service[SERVICES_MAX];
    struct sample        host[CONSOLE_HOSTS];      /* others than this one */
    struct sample        today, hour, hour_before; /* hour_before: the same hour of the day before */
    struct database      base;
    struct prices        prices;
    struct backups_state backup;
};

struct console {
    struct api         *api;
    struct console_rows rows[2]; /* the one in use, and the one being read */
    int                 use;
    int64_t             tried_ms, silent_since_ms; /* 0: it answers */
    struct streams      all;
    struct loop_timer   timer;
};
struct console *console_new(struct api *api);
void            console_free(struct console *c);

/* Reads what is older than a second.  Never fails: see above. */
void console_read(struct console *c);
/* This host as a sample. */
void console_here(struct console *c, struct sample *ret);
/* The members of GET /admin/fleet, into an object that is open. */
void console_write(struct console *c, struct arena *a, struct json_out *o);
/* The part of /metrics that needs the database. */
void console_metrics(struct console *c, struct buf *b);
/* What is the matter, for diagnosis_of(). */
void console_look(struct console *c, const struct sample *here, struct look *ret);
/* One agent_kind row a kind: sums over agents. */
struct agent_kind console_kind(const struct console_rows *r, enum job_kind kind);
/* Millionths of the currency an hour as things are now, and for the whole day if they stay so. */
void console_cost(const struct console_rows *r, const struct sample *here, int64_t *ret_hour, int64_t *ret_day);
