/* What this host does when several share one database. */
#include "fleet/role.h"
#include <unistd.h>
#include "fleet/nursery/worker_loop.h"

enum { HTTP_PROCESSES_MAX = 64 };

static size_t key_of(const char *name)
{
    size_t i = 0;
    while (!str_is(str_of(conf_keys[i].name), name))
        i++;
    return i;
}

enum rc role_check(const struct conf *conf, struct err *e)
{
    if (conf->role == CONF_ROLE_ALL || !conf_embedded(conf))
        return RC_OK;
    return err_set(
        e, RC_INVALID,
        "role: several hosts need a database all of them reach: give --db postgresql://... (SQLite is a file of this "
        "host, which then does everything: --role all)");
}

bool role_listens(const struct conf *conf)
{
    return conf->role != CONF_ROLE_AGENT || conf->origin[key_of("listen")] != CONF_DEFAULT;
}

bool role_claims(const struct conf *conf) { return conf->role != CONF_ROLE_HTTP; }

int64_t role_http_processes(const struct conf *conf)
{
    if (conf->role == CONF_ROLE_AGENT)
        return role_listens(conf);
    return conf->http_processes ? conf->http_processes : i64_min(sysconf(_SC_NPROCESSORS_ONLN), HTTP_PROCESSES_MAX);
}

size_t role_workers(const struct conf *conf, const struct fleet *fleet, const struct worker **ret)
{
    size_t n = 0;
    for (size_t i = 0; i < fleet->workers_n; i++) {
        bool serves = worker_serves_channel(fleet->workers[i]);
        if (conf->role == CONF_ROLE_ALL || serves == (conf->role == CONF_ROLE_HTTP))
            ret[n++] = fleet->workers[i];
    }
    return n;
}
