/* Reads what server and kernel say of the server's processes, once a second. */
#include "surge/watch.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

const char *const watch_role_name[WATCH_ROLES] = { "master", "http", "agent", "nursery", "worker", "other" };

/* ---- /metrics ---- */

static const struct {
    const char *name;
    size_t      at;
} families[] = {
    { "kith_jobs_ready", offsetof(struct watch_kind, ready) },
    { "kith_jobs_claimed", offsetof(struct watch_kind, claimed) },
    { "kith_jobs_later", offsetof(struct watch_kind, later) },
    { "kith_jobs_dead", offsetof(struct watch_kind, dead) },
    { "kith_queue_oldest_seconds", offsetof(struct watch_kind, oldest_s) },
    { "kith_queue_oldest_urgent_seconds", offsetof(struct watch_kind, oldest_urgent_s) },
    { "kith_workers", offsetof(struct watch_kind, workers) },
    { "kith_workers_target", offsetof(struct watch_kind, target) },
    { "kith_jobs_done_total", offsetof(struct watch_kind, done) },
};

static struct watch_kind *kind_of(struct watch_metrics *m, struct str name)
{
    for (size_t i = 0; i < m->nkinds; i++)
        if (str_is(name, m->kind[i].name))
            return &m->kind[i];
    if (m->nkinds == WATCH_KINDS || name.n >= sizeof m->kind[0].name)
        return NULL;
    struct watch_kind *k = &m->kind[m->nkinds++];
    memcpy(k->name, name.p, name.n);
    return k;
}

static void take_kind(struct watch_metrics *m, struct str family, struct str label, double v)
{
    struct str lead = S("kind=\"");

    for (size_t i = 0; i < countof(families); i++) {
        if (!str_is(family, families[i].name) || !str_starts(label, lead))
            continue;
        struct str         name = str_from(label, lead.n);
        struct watch_kind *k = kind_of(m, str_head(name, str_find(name, S("\""), 0)));
        if (k)
            *(double *)(void *)((char *)k + families[i].at) = v;
        m->says_urgent = m->says_urgent || families[i].at == offsetof(struct watch_kind, oldest_urgent_s);
    }
}

static void take_line(struct watch_metrics *m, struct str line)
{
    const char *space = line.n && line.p[0] == 'k' ? memrchr(line.p, ' ', line.n) : NULL;
    char        number[32] = "";

    if (!space)
        return;
    struct str name = { line.p, (size_t)(space - line.p) }, value = str_from(line, name.n + 1), rest = name, family;
    memcpy(number, value.p, size_min(value.n, sizeof number - 1));
    double v = strtod(number, NULL);
    if (!str_next(&rest, '{', &family))
        return;
    take_kind(m, family, rest, v);
    if (str_is(family, "kith_proportional_bytes"))
        m->pss_bytes += v;
}

void watch_read_metrics(struct str text, struct watch_metrics *ret)
{
    struct str line;

    *ret = (struct watch_metrics){ .oldest_interactive_s = -1 };
    while (str_next(&text, '\n', &line))
        take_line(ret, line);
    for (size_t i = 0; i < ret->nkinds; i++) {
        ret->workers += ret->kind[i].workers;
        /* what is put off for days (expiry, say) is no work that waits */
        ret->waiting += ret->kind[i].ready + ret->kind[i].claimed;
        if (ret->says_urgent && ret->kind[i].oldest_urgent_s > ret->oldest_interactive_s)
            ret->oldest_interactive_s = ret->kind[i].oldest_urgent_s;
    }
}

/* ---- /proc ---- */

static ssize_t read_file(int pid, const char *name, char *to, size_t size)
{
    char path[96];

    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    ssize_t n = read(fd, to, size - 1);
    close(fd);
    to[n > 0 ? n : 0] = 0;
    return n;
}

static enum watch_role role_of(int pid)
{
    char title[64];

    if (read_file(pid, "cmdline", title, sizeof title) <= 0 || strncmp(title, "kith: ", 6) != 0)
        return WATCH_OTHER;
    for (enum watch_role r = 0; r < WATCH_OTHER; r++)
        if (strncmp(title + 6, watch_role_name[r], strlen(watch_role_name[r])) == 0)
            return r;
    return WATCH_OTHER;
}

static bool read_times(int pid, double *ret_own, double *ret_children)
{
    char               text[1024];
    unsigned long long user, system, cuser, csystem;

    if (read_file(pid, "stat", text, sizeof text) <= 0)
        return false;
    const char *rest = strrchr(text, ')'); /* a title may hold anything */
    if (!rest || sscanf(rest + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %llu %llu", &user, &system,
                        &cuser, &csystem) != 4)
        return false;
    double tick = (double)sysconf(_SC_CLK_TCK);
    *ret_own = (double)(user + system) / tick;
    *ret_children = (double)(cuser + csystem) / tick;
    return true;
}

static void add_memory(int pid, double *private, double *shared)
{
    char          text[256];
    unsigned long size, resident, common;

    if (read_file(pid, "statm", text, sizeof text) <= 0 || sscanf(text, "%lu %lu %lu", &size, &resident, &common) != 3)
        return;
    double page = (double)sysconf(_SC_PAGESIZE);
    *private += (double)(resident - common) * page;
    *shared = (double)common * page > *shared ? (double)common * page : *shared;
}

static void add_children(struct watch_tree *t, int pid)
{
    char  name[64], list[16384];
    char *at = list;

    snprintf(name, sizeof name, "task/%d/children", pid);
    if (read_file(pid, name, list, sizeof list) <= 0)
        return;
    while (t->n < WATCH_TREE_MAX) {
        char *end;
        long  child = strtol(at, &end, 10);
        if (end == at)
            return;
        t->proc[t->n++] = (struct watch_proc){ .pid = (int)child };
        at = end;
    }
}

/* Of workers there may be hundreds; once it is one, it stays one. */
static enum watch_role known_role(const struct watch_tree *before, size_t at, int pid)
{
    for (size_t i = 0; i < before->n; i++) {
        const struct watch_proc *p = &before->proc[(at + i) % before->n];
        if (p->pid == pid && p->role == WATCH_WORKER)
            return WATCH_WORKER;
    }
    return role_of(pid);
}

bool watch_tree_read(int pid, bool memory, struct watch_tree *ret)
{
    double private = 0, shared = 0;
    struct watch_tree before = *ret;

    *ret = (struct watch_tree){ .proc = { { .pid = pid } }, .n = 1 };
    for (size_t i = 0; i < ret->n; i++) {
        struct watch_proc *p = &ret->proc[i];
        double             own = 0, children = 0;
        p->role = (int)known_role(&before, i, p->pid);
        if (p->role != WATCH_WORKER)
            add_children(ret, p->pid);
        if (!read_times(p->pid, &own, &children) && i == 0)
            return false;
        if (memory)
            add_memory(p->pid, &private, &shared);
        p->cpu_s = own;
        ret->cpu_s[p->role] += own;
        /* the nursery waits for workers; whom the master waited for is gone, its role with it */
        ret->cpu_s[p->role == WATCH_NURSERY ? WATCH_WORKER : WATCH_OTHER] += children;
        ret->all_cpu_s += own + children;
    }
    ret->bytes = private + shared;
    return true;
}

double watch_own_cpu_s(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)u.ru_utime.tv_sec + (double)u.ru_stime.tv_sec +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}
