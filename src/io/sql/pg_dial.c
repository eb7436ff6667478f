/* Makes a connection to PostgreSQL by steps that do not block: name, connect, settings; one host of the url after the other. */
#include <assert.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>
#include "base/clock.h"
#include "io/sql/pg_int.h"
#include "io/sql/sql_dialect.h"

/* Every statement of the product finds its rows through an index, for each row it joins too.  Plans are made once, often while the
 * tables are still empty: the planner must not think that reading and keeping all there is would be cheaper.
 * A loop that serves others has little time: the server gives a statement up before this side gives the connection up, and what a
 * transaction holds does not outlive for long the way to its client. */
static const char SETTINGS[] = "set client_min_messages = warning; set standard_conforming_strings = on; set jit = off;"
                               "set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off;"
                               "set enable_material = off; set lock_timeout = '%lldms';"
                               "set statement_timeout = '%lldms'; set idle_in_transaction_session_timeout = '%llds';"
                               "listen kith; select 1 from pg_extension where extname = 'citus'";
enum { LOCK_MS = 8000, STATEMENT_MS = 60000, ADDRESSES_MAX = 400 };

static enum rc step(struct pg *db, struct err *e);

/* ---- hosts ---- */

static struct str value_of(const PQconninfoOption *all, const char *name)
{
    for (; all->keyword; all++)
        if (!strcmp(all->keyword, name))
            return str_of(all->val ? all->val : "");
    return S("");
}

static struct str part(struct arena *a, struct str list, size_t which)
{
    struct str item = S("");
    bool       single = str_find(list, S(","), 0) == SIZE_MAX;

    for (size_t i = 0; i <= (single ? 0 : which); i++)
        if (!str_next(&list, ',', &item))
            return S("");
    return str_copy(a, item);
}

static void take_hosts(struct pg *db, const PQconninfoOption *all)
{
    struct str host = value_of(all, "host"), address = value_of(all, "hostaddr"), port = value_of(all, "port");
    struct str longer = address.n ? address : host, one;

    for (struct str rest = longer; db->nhosts < PG_HOSTS_MAX && str_next(&rest, ',', &one); db->nhosts++)
        db->hosts[db->nhosts] = (struct pg_host){ host.n ? part(db->arena, host, db->nhosts) : S(""),
                                                  address.n ? part(db->arena, address, db->nhosts) : S(""),
                                                  port.n ? part(db->arena, port, db->nhosts) : S("") };
    db->nhosts = db->nhosts ? db->nhosts : 1;
}

enum rc pg_hosts(struct pg *db, struct err *e)
{
    char              line[160], *why = NULL;
    PQconninfoOption *all = PQconninfoParse(db->url, &why);

    if (!all) {
        struct str text = pg_one_line(why ? why : "the url cannot be read", line);
        err_set(e, RC_UNAVAILABLE, "database: " STR_FMT, STR_ARG(text));
        PQfreemem(why);
        return RC_UNAVAILABLE;
    }
    take_hosts(db, all);
    if (!str_i64(value_of(all, "connect_timeout"), 1, 3600, &db->connect_s))
        db->connect_s = PG_CONNECT_S;
    PQconninfoFree(all);
    return RC_OK;
}

/* ---- one attempt ---- */

static void backoff(struct pg *db)
{
    int64_t most = (int64_t)PG_BACKOFF_MS << (db->tries < 8 ? db->tries : 8);

    db->tries++;
    db->try_us = clock_mono_us() + (int64_t)rand_below(&db->jitter, (uint64_t)i64_min(most, PG_BACKOFF_MAX_MS) * 1000);
}

void pg_dial_end(struct pg *db)
{
    if (db->dial.phase == DIAL_NAME)
        pg_resolve_end(db->dial.resolver_fd, db->dial.resolver_pid);
    if (db->dial.c)
        PQfinish(db->dial.c);
    db->dial.c = NULL;
    db->dial.phase = DIAL_NONE;
}

/* The next attempt is the next host's; after the last of them there is a pause. */
static enum rc failed(struct pg *db, enum rc rc, const char *text, struct err *e)
{
    char       line[160];
    struct str why = pg_one_line(text, line);

    err_set(&db->away, rc, "database: " STR_FMT, STR_ARG(why));
    pg_dial_end(db);
    if (++db->dial.host >= db->nhosts) {
        db->dial.host = 0;
        backoff(db);
    }
    if (e)
        *e = db->away;
    return rc;
}

/* Addresses of one name from the tries-th on: an address that does not answer must not hide the others. */
static struct str turned(struct arena *a, struct str list, int tries)
{
    size_t n = 1, cut = 0;

    for (size_t i = 0; i < list.n; i++)
        n += list.p[i] == ',';
    for (size_t i = 0; i < (size_t)tries % n; i++)
        cut = str_find(list, S(","), cut) + 1;
    return cut ? str_join(a, str_from(list, cut), S(","), str_head(list, cut - 1)) : str_copy(a, list);
}

/* host, port: as often as there are addresses. */
static const char *repeated(struct arena *a, struct str word, struct str addresses)
{
    auto_buf all = buf_of(8192);

    buf_put(&all, word);
    for (size_t i = 0; word.n && i < addresses.n; i++)
        if (addresses.p[i] == ',') {
            buf_char(&all, ',');
            buf_put(&all, word);
        }
    return str_copy(a, buf_str(&all)).p;
}

static enum rc dial_host(struct pg *db, struct str addresses, struct err *e)
{
    auto_free(arena) a = arena_new(1024);
    const struct pg_host *h = &db->hosts[db->dial.host];
    struct str            list = h->address.n ? h->address : turned(a, addresses, db->tries);
    char                  title[17] = "";

    prctl(PR_GET_NAME, title);
    /* What comes later wins. */
    const char *const names[] = { "application_name",
                                  "client_encoding",
                                  "keepalives_idle",
                                  "keepalives_interval",
                                  "keepalives_count",
                                  "tcp_user_timeout",
                                  "gssencmode",
                                  "target_session_attrs",
                                  "dbname",
                                  "host",
                                  "hostaddr",
                                  "port",
                                  NULL };
    const char *const values[] = { title,
                                   "UTF8",
                                   "10",
                                   "5",
                                   "3",
                                   "20000",
                                   "disable",
                                   "read-write",
                                   db->url,
                                   repeated(a, h->host, list),
                                   list.n ? list.p : NULL,
                                   repeated(a, h->port, list),
                                   NULL };
    db->dial.c = PQconnectStartParams(names, values, 1);
    db->dial.phase = DIAL_CONNECT;
    db->dial.events = POLLOUT;
    if (!db->dial.c || PQstatus(db->dial.c) == CONNECTION_BAD)
        return failed(db, RC_UNAVAILABLE, db->dial.c ? PQerrorMessage(db->dial.c) : "out of memory", e);
    return RC_OK;
}

static bool is_name(struct str host)
{
    bool letters = false;

    for (size_t i = 0; i < host.n; i++)
        letters |= host.p[i] != '.' && !ascii_digit(host.p[i]);
    return letters && host.p[0] != '/' && host.p[0] != '@' && str_find(host, S(":"), 0) == SIZE_MAX;
}

static enum rc start(struct pg *db, struct err *e)
{
    const struct pg_host *h = &db->hosts[db->dial.host];

    db->dial.until_us = clock_mono_us() + db->connect_s * 1000000;
    if (db->serving && !h->address.n && is_name(h->host) &&
        pg_resolve_start(h->host.p, &db->dial.resolver_fd, &db->dial.resolver_pid)) {
        db->dial.phase = DIAL_NAME;
        db->dial.events = POLLIN;
        return RC_OK;
    }
    return dial_host(db, S(""), e);
}

/* ---- its steps: each is called when the socket has what dial.events ask for ---- */

static enum rc name_step(struct pg *db, struct err *e)
{
    char    text[ADDRESSES_MAX];
    ssize_t n = read(db->dial.resolver_fd, text, sizeof text - 1);

    pg_resolve_end(db->dial.resolver_fd, db->dial.resolver_pid);
    db->dial.phase = DIAL_NONE;
    if (n <= 0)
        return failed(db, RC_UNAVAILABLE, "the host's name is not known", e);
    return dial_host(db, (struct str){ text, (size_t)n }, e);
}

static enum rc ask_settings(struct pg *db, struct err *e)
{
    PGconn     *c = db->dial.c;
    const char *encoding = PQparameterStatus(c, "server_encoding");
    char        text[1024];

    if (PQserverVersion(c) < PG_VERSION_LEAST) {
        snprintf(text, sizeof text, "PostgreSQL %d is too old, 14 or newer is needed", PQserverVersion(c) / 10000);
        return failed(db, RC_INVALID, text, e);
    }
    if (!encoding || strcmp(encoding, "UTF8") != 0) {
        snprintf(text, sizeof text, "its encoding is %s, it must be UTF8", encoding ? encoding : "unknown");
        return failed(db, RC_INVALID, text, e);
    }
    PQsetNoticeReceiver(c, pg_unheard, NULL);
    snprintf(text, sizeof text, SETTINGS, (long long)(db->serving ? db->wait_ms / 4 : LOCK_MS),
             (long long)(db->serving ? db->wait_ms * 4 / 5 : STATEMENT_MS), (long long)db->idle_s);
    if (PQsetnonblocking(c, 1) != 0 || !PQsendQuery(c, text))
        return failed(db, RC_UNAVAILABLE, PQerrorMessage(c), e);
    db->dial.phase = DIAL_SETTINGS;
    db->dial.events = POLLIN | POLLOUT;
    return RC_OK;
}

static enum rc connect_step(struct pg *db, struct err *e)
{
    switch (PQconnectPoll(db->dial.c)) {
    case PGRES_POLLING_READING: db->dial.events = POLLIN; return RC_OK;
    case PGRES_POLLING_WRITING: db->dial.events = POLLOUT; return RC_OK;
    case PGRES_POLLING_OK: return ask_settings(db, e);
    default: return failed(db, RC_UNAVAILABLE, PQerrorMessage(db->dial.c), e);
    }
}

static enum rc made(struct pg *db, struct err *e)
{
    if (!PQenterPipelineMode(db->dial.c))
        return failed(db, RC_UNAVAILABLE, PQerrorMessage(db->dial.c), e);
    db->c = db->dial.c;
    db->dial = (struct pg_dial){ .host = db->dial.host };
    db->link++;
    db->largest_bytes = 0;
    db->tries = 0;
    db->hasty = false;
    db->heard++; /* what was said meanwhile was not heard */
    return RC_OK;
}

static enum rc settings_step(struct pg *db, struct err *e)
{
    PGconn *c = db->dial.c;
    int     unsent = PQflush(c);
    bool    ok = unsent >= 0 && PQconsumeInput(c);

    db->dial.events = unsent ? POLLIN | POLLOUT : POLLIN;
    while (ok && !PQisBusy(c)) {
        PGresult *r = PQgetResult(c);
        if (!r)
            return made(db, e);
        if (PQresultStatus(r) == PGRES_TUPLES_OK)
            db->words = PQntuples(r) > 0 ? &sql_dialect_citus_statement : &sql_dialect_postgres_statement;
        ok = PQresultStatus(r) == PGRES_TUPLES_OK || PQresultStatus(r) == PGRES_COMMAND_OK;
        PQclear(r);
    }
    return ok ? RC_OK : failed(db, RC_UNAVAILABLE, PQerrorMessage(c), e);
}

static enum rc step(struct pg *db, struct err *e)
{
    switch (db->dial.phase) {
    case DIAL_NONE: return start(db, e);
    case DIAL_NAME: return name_step(db, e);
    case DIAL_CONNECT: return connect_step(db, e);
    case DIAL_SETTINGS: return settings_step(db, e);
    }
    assert(false);
    return RC_INTERNAL;
}

/* ---- all of them ---- */

/* true: the next step can be made. */
static bool may_step(struct pg *db, int64_t until_us)
{
    int64_t       left_us = i64_min(until_us, db->dial.until_us) - clock_mono_us();
    struct pollfd p = { .fd = db->dial.phase == DIAL_NAME ? db->dial.resolver_fd : PQsocket(db->dial.c),
                        .events = (short)db->dial.events };

    return poll(&p, 1, (int)i64_max(0, (left_us + 999) / 1000)) > 0;
}

static enum rc no_answer(struct pg *db, struct err *e)
{
    const struct pg_host *h = &db->hosts[db->dial.host];
    char                  text[160];

    snprintf(text, sizeof text, "the server " STR_FMT " does not answer within %lld s",
             STR_ARG(str_head(h->address.n ? h->address : h->host, 100)), (long long)db->connect_s);
    return failed(db, RC_UNAVAILABLE, text, e);
}

enum rc pg_dial(struct pg *db, int64_t wait_ms, struct err *e)
{
    int64_t until_us = clock_mono_us() + wait_ms * 1000, began_us = clock_mono_us();

    if (!db->dial.phase)
        TRY(step(db, e));
    while (!db->c && may_step(db, until_us))
        TRY(step(db, e));
    if (db->c)
        return RC_OK;
    if (clock_mono_us() >= db->dial.until_us)
        return no_answer(db, e);
    if (clock_mono_us() - began_us > 1000)
        db->dial.rested_us = clock_mono_us();
    if (!db->away.text[0])
        err_set(&db->away, RC_UNAVAILABLE, "database: being connected");
    if (e)
        *e = db->away;
    return RC_UNAVAILABLE;
}

enum rc pg_connect(struct pg *db, struct err *e)
{
    enum rc rc = RC_UNAVAILABLE;

    pg_dial_end(db);
    db->dial.host = 0;
    for (size_t i = 0; i < db->nhosts && rc == RC_UNAVAILABLE; i++)
        rc = pg_dial(db, db->connect_s * 1000 + 1000, e);
    return rc;
}
