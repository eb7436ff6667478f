/* Kills processes of the server, and restarts its database, while people are on it. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/clock.h"
#include "surge/run.h"

/* kill -9 of a random process of the kinds asked for, every few seconds.  Only processes below --pid are ever touched, and that must be the
 * master of a Kith. */
struct chaos {
    bool               role[WATCH_ROLES], db;
    int                kinds[WATCH_ROLES + 1], nkinds;
    struct rand_seeded dice;
    struct loop_timer  timer;
    pid_t              hook; /* the command that restarts the database, while it runs */
};
enum { KILL_DB = WATCH_ROLES };

static void strike(void *to);

static void later(struct run *r)
{
    int64_t ms = (int64_t)(r->o.every_s * 1000), jitter = (int64_t)rand_below(&r->chaos->dice, (uint64_t)ms / 2 + 1);

    loop_after(r->loop, &r->chaos->timer, ms * 3 / 4 + jitter, strike, r);
}

static void kill_one(struct run *r, int role)
{
    int    pids[WATCH_TREE_MAX];
    size_t n = 0;

    if (!watch_tree_read(r->o.pid, false, r->tree))
        return;
    for (size_t i = 1; i < r->tree->n; i++)
        if (r->tree->proc[i].role == role)
            pids[n++] = r->tree->proc[i].pid;
    if (n && kill(pids[rand_below(&r->chaos->dice, n)], SIGKILL) == 0)
        r->kills[role]++;
}

static void restart_db(struct run *r)
{
    struct chaos *c = r->chaos;

    if (c->hook > 0 && waitpid(c->hook, NULL, WNOHANG) == 0)
        return; /* still at it */
    c->hook = fork();
    if (c->hook == 0) {
        execl("/bin/sh", "sh", "-c", r->o.db_restart, (char *)NULL);
        _exit(127);
    }
    r->db_restarts += c->hook > 0;
}

static void strike(void *to)
{
    struct run *r = to;

    if (run_now_s(r, clock_mono_us()) > r->run_s)
        return; /* the day is over: what is left is finished in peace */
    int what = r->chaos->kinds[rand_below(&r->chaos->dice, (uint64_t)r->chaos->nkinds)];

    if (what == KILL_DB)
        restart_db(r);
    else
        kill_one(r, what);
    later(r);
}

static enum rc read_kinds(struct run *r, struct err *e)
{
    struct chaos *c = r->chaos;
    struct str    rest = str_of(r->o.chaos), word;

    while (str_next(&rest, ',', &word)) {
        int kind = -1;
        for (int i = WATCH_HTTP; i <= WATCH_WORKER; i++)
            kind = str_is(word, watch_role_name[i]) ? i : kind;
        kind = str_is(word, "db") ? KILL_DB : kind;
        if (kind < 0 || c->nkinds > WATCH_ROLES)
            return err_set(e, RC_INVALID, "--chaos: worker, agent, http, nursery, db, with commas between");
        c->kinds[c->nkinds++] = kind;
    }
    return RC_OK;
}

static bool is_master(struct run *r)
{
    return r->o.pid > 1 && watch_tree_read(r->o.pid, false, r->tree) && r->tree->proc[0].role == WATCH_MASTER;
}

enum rc chaos_open(struct run *r, struct err *e)
{
    if (!r->o.chaos)
        return RC_OK;
    r->chaos = arena_new_of(r->a, struct chaos);
    r->chaos->dice.state = r->o.seed ^ 0xc4a05;
    TRY(read_kinds(r, e));
    for (int i = 0; i < r->chaos->nkinds; i++) {
        if (r->chaos->kinds[i] == KILL_DB && !r->o.db_restart)
            return err_set(e, RC_INVALID, "--chaos db wants --db-restart COMMAND");
        if (r->chaos->kinds[i] != KILL_DB && !is_master(r))
            return err_set(e, RC_INVALID, "--chaos wants --pid: the master of the Kith that runs there");
    }
    return RC_OK;
}

void chaos_begin(struct run *r)
{
    if (r->chaos)
        later(r);
}

void chaos_end(struct run *r)
{
    if (!r->chaos)
        return;
    loop_cancel(&r->chaos->timer);
    if (r->chaos->hook > 0)
        waitpid(r->chaos->hook, NULL, 0);
    r->chaos->hook = 0;
}
