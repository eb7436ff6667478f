/* surge/watch.h - what the server says of itself (/metrics) and what the kernel says of its processes (/proc), once a second.
 *
 * Processes are those of the tree below a process id, named by their titles ("kith: agent").  CPU time is what they and their children that
 * ended have used; what a process used that nobody waited for is lost with it. */
#pragma once
#include "base/str.h"

enum { WATCH_KINDS = 16, WATCH_TREE_MAX = 2048 };
enum watch_role { WATCH_MASTER, WATCH_HTTP, WATCH_AGENT, WATCH_NURSERY, WATCH_WORKER, WATCH_OTHER, WATCH_ROLES };
extern const char *const watch_role_name[WATCH_ROLES];

struct watch_kind {
    char   name[24];
    double ready, claimed, later, dead, oldest_s, oldest_urgent_s, workers, target, done;
};
struct watch_metrics {
    struct watch_kind kind[WATCH_KINDS];
    size_t            nkinds;
    bool              says_urgent;
    double            oldest_interactive_s; /* -1: the server does not say */
    double            pss_bytes;            /* 0: the server does not say */
    double            workers, waiting;     /* of all kinds: alive; ready, claimed and later */
};
/* Whatever the text holds; unknown lines are skipped. */
void watch_read_metrics(struct str text, struct watch_metrics *ret);

struct watch_proc {
    int    pid;
    int    role; /* enum watch_role */
    double cpu_s;
};
struct watch_tree {
    struct watch_proc proc[WATCH_TREE_MAX];
    size_t            n;
    double            cpu_s[WATCH_ROLES], all_cpu_s; /* since they began */
    double            bytes;                         /* private memory of all and the largest shared part */
};
/* ret: zeroed, or what was read before (titles are not read again).  memory: also fill bytes, which costs as much again.
 * Some 10 us a process.  false when there is no such process. */
bool   watch_tree_read(int pid, bool memory, struct watch_tree *ret);
double watch_own_cpu_s(void);
