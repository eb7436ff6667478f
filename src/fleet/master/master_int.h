/* fleet/master/master_int.h - the master's state, shared by master.c (beginning, drain, end), children.c (starting and watching the
 * processes) and turnover.c (replacing all of them, by the same program or a new one).  Nobody else includes it. */
#pragma once
#include "fleet/master/handover.h"
#include "fleet/master/master.h"
#include "io/loop.h"

enum { HTTP_MAX = 64, CHILDREN = HTTP_MAX + 2, HTTP_DRAIN_MS = 5000, KILL_GRACE_MS = 3000 };

struct child {
    struct master    *m;
    enum metrics_role role;
    unsigned          number;
    pid_t             pid; /* 0: not running */
    bool              ready;
    int64_t           started_us, backoff_ms;
    struct loop_timer again;
};

struct master {
    struct conf         conf;
    const struct fleet *fleet;
    struct shared       shared;
    struct arena       *arena; /* texts of configurations read again: the process's life */
    struct loop        *loop;
    int                 nursery[2], ready[2]; /* [0] agent's or reading end, [1] nursery's or writing end */
    struct child        child[CHILDREN];
    size_t              n;
    struct handover     over; /* lock and listening socket; over.old: the generation before, on its way out */
    char                own_path[HANDOVER_PATH_MAX];
    bool                settling; /* not every child has come up; over.old still serves */
    bool                wanted;   /* an upgrade was asked for meanwhile */
    bool                draining, agents_told, on_terminal;
    struct loop_timer   deadline, patience;
    size_t              stumbles;
    struct {
        pid_t             pid; /* 0: nothing is tried */
        int               words_fd;
        char              path[HANDOVER_PATH_MAX];
        struct loop_timer late;
    } check; /* of the program that shall replace this one */
};

/* ---- children.c ---- */
void children_start(struct master *m); /* a whole generation, with channels of its own */
void child_start(void *child);
void children_reap(struct master *m);
/* In a child, before anything else. */
void leave_master(const struct master *m, pid_t parent, const char *name);
/* Of this generation and the one before. */
size_t children_alive(const struct master *m, enum metrics_role role);
void   children_signal(const struct master *m, enum metrics_role role, int signal);

/* ---- turnover.c ---- */
void turnover_await(struct master *m);   /* until all of a generation are up: then the one before is told to leave */
void turnover_reload(struct master *m);  /* new processes, same program, configuration read again */
void turnover_upgrade(struct master *m); /* the same by a new program, if it proves fit */
bool turnover_reaped(struct master *m, pid_t pid, int status); /* true: it was the check */
/* A child died before the generation was up. */
void turnover_stumbled(struct master *m, const struct child *c);

/* ---- master.c ---- */
enum rc master_channels(struct master *m, struct err *e) must_use; /* those a generation has of its own */
void    master_after_death(struct master *m);                      /* while draining: who leaves next */
