/* surge/surge.c - `kith surge`: a launch day, compressed, played against a running Kith.  docs/surge.md */
#include <arpa/inet.h>
#include <getopt.h>
#include <math.h>
#include <netdb.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include "base/clock.h"
#include "ops/commands.h"
#include "surge/run.h"
#include "surge/surge.h"

enum { OLDER_LEAST = 4, OLDER_AT_SCALE_1 = 20, OLDER_CARDS_MOST = 1000, ACTIVE_MAX = 20000, EXIT_MISSED = 3 };
static const int64_t START_IN_US = 300000;

/* ---- the address ---- */

static bool is_loopback(const struct sockaddr_storage *at)
{
    if (at->ss_family == AF_INET)
        return ntohl(((const struct sockaddr_in *)(const void *)at)->sin_addr.s_addr) >> 24 == 127;
    return at->ss_family == AF_INET6 &&
           IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)at)->sin6_addr);
}

static enum rc split_url(struct run *r, struct str url, char host[80], char port[8], struct err *e)
{
    struct str lead = S("http://"), rest, name, number = S("80");

    if (str_starts(url, S("https://")))
        return err_set(e, RC_INVALID,
                       "https is spoken by the proxy in front of Kith: give the address of Kith itself, http://...");
    if (!str_starts(url, lead))
        return err_set(e, RC_INVALID, "want http://ADDRESS:PORT");
    rest = str_from(url, lead.n);
    if (!str_next(&rest, '/', &name) || rest.n || name.n >= sizeof r->net.host)
        return err_set(e, RC_INVALID, "want http://ADDRESS:PORT and no path");
    memcpy(r->net.host, name.p, name.n);
    const char *colon = memrchr(name.p, ':', name.n);
    if (colon && !str_ends(name, S("]"))) {
        number = str_from(name, (size_t)(colon - name.p) + 1);
        name = str_head(name, (size_t)(colon - name.p));
    }
    if (name.n > 2 && name.p[0] == '[')
        name = (struct str){ name.p + 1, name.n - 2 };
    if (name.n == 0 || number.n > 5)
        return err_set(e, RC_INVALID, "want http://ADDRESS:PORT");
    snprintf(host, 80, STR_FMT, STR_ARG(name));
    snprintf(port, 8, STR_FMT, STR_ARG(number));
    return RC_OK;
}

static enum rc find_server(struct run *r, struct err *e)
{
    struct addrinfo *at = NULL, hints = { .ai_socktype = SOCK_STREAM };
    char             host[80], port[8];

    TRY(split_url(r, str_of(r->o.url), host, port, e));
    if (getaddrinfo(host, port, &hints, &at) != 0)
        return err_set(e, RC_INVALID, "%s is no address", host);
    memcpy(&r->net.at, at->ai_addr, at->ai_addrlen);
    r->net.at_bytes = at->ai_addrlen;
    freeaddrinfo(at);
    if (!is_loopback(&r->net.at) && !r->o.own_server)
        return err_set(e, RC_DENIED,
                       "%s is not this machine: a surge stops a server that is not made for it. Only with "
                       "--i-own-this-server, and only on one that is yours",
                       host);
    return RC_OK;
}

/* ---- the phases ---- */

static void raise_limits(void)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    signal(SIGPIPE, SIG_IGN);
    /* people outside do not wait for this machine's CPU: where it is allowed, neither does their stand-in */
    if (setpriority(PRIO_PROCESS, 0, -10) != 0)
        return;
}

static enum rc draw(struct run *r, struct err *e)
{
    r->run_s = r->o.minutes * 60;
    TRY(schedule_draw(r->a, r->o.profile, r->o.scale, r->run_s, r->o.seed, &r->schedule, e));
    r->nolder = (size_t)i64_max(OLDER_LEAST, (int64_t)(OLDER_AT_SCALE_1 * r->o.scale));
    r->naccounts = r->nolder + (size_t)r->schedule.of[ARRIVE_SIGN_UP];
    r->account = arena_array(r->a, struct account_made, r->naccounts);
    int64_t *sizes = arena_array(r->a, int64_t, r->naccounts);
    book_sizes(sizes, r->nolder, r->o.seed + 1);
    for (size_t i = 0; i < r->nolder; i++)
        sizes[i] = i64_min(sizes[i] * 2, OLDER_CARDS_MOST);
    book_sizes(sizes + r->nolder, r->naccounts - r->nolder, r->o.seed);
    return book_files_write(r->a, sizes, r->naccounts, r->o.seed, &r->books, e);
}

static void say(const struct run *r, const char *fmt, ...) printf_like(2, 3);
static void say(const struct run *r, const char *fmt, ...)
{
    va_list ap;

    if (r->o.quiet)
        return;
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
}

/* Sets the alarm for the next arrival; on time to the microsecond, which the loop's timers are not. */
static void set_alarm(struct run *r, int fd)
{
    struct itimerspec at = { 0 };

    if (r->next_event == r->schedule.n)
        return;
    int64_t us = i64_max(1, r->start_us + r->schedule.event[r->next_event].at_us);
    at.it_value = (struct timespec){ us / 1000000, us % 1000000 * 1000 };
    timerfd_settime(fd, TFD_TIMER_ABSTIME, &at, NULL);
}

static void on_alarm(int fd, uint32_t events, void *to)
{
    struct run *r = to;
    uint64_t    rings;

    (void)events;
    if (read(fd, &rings, sizeof rings) < 0)
        return;
    while (r->next_event < r->schedule.n && r->active < ACTIVE_MAX) {
        const struct event *e = &r->schedule.event[r->next_event];
        int64_t             late_us = clock_mono_us() - (r->start_us + e->at_us);
        if (late_us < 0)
            break;
        hist_add(&r->lag, late_us);
        r->next_event++;
        visitors_arrive(r, e);
    }
    set_alarm(r, fd);
}

static bool all_done(const struct run *r)
{
    return r->next_event == r->schedule.n && r->active == 0 && run_now_s(r, clock_mono_us()) >= r->run_s;
}

static double tree_cpu_s(struct run *r, int pid)
{
    return pid && watch_tree_read(pid, false, r->tree) ? r->tree->all_cpu_s : 0;
}

static double last_processed_s(const struct run *r)
{
    double last = 0;
    for (size_t i = r->nolder; i < r->naccounts; i++)
        last = fmax(last, r->account[i].processed_s);
    return last;
}

static void play(struct run *r)
{
    int    alarm = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    double cpu_s = tree_cpu_s(r, r->o.pid), db_cpu_s = tree_cpu_s(r, r->o.db_pid), own_s = watch_own_cpu_s();
    double most_s = r->run_s + r->o.drain_minutes * 60;

    r->start_us = clock_mono_us() + START_IN_US;
    r->score.counts = true;
    loop_watch(r->loop, alarm, EPOLLIN, on_alarm, r);
    set_alarm(r, alarm);
    seconds_begin(r);
    while (!all_done(r) && run_now_s(r, clock_mono_us()) < most_s)
        loop_turn(r->loop, 200);
    r->score.counts = false;
    r->net.over = true;
    r->finished_s = r->active ? 0 : last_processed_s(r);
    r->cpu_s = tree_cpu_s(r, r->o.pid) - cpu_s;
    r->db_cpu_s = tree_cpu_s(r, r->o.db_pid) - db_cpu_s;
    r->own_cpu_s = watch_own_cpu_s() - own_s;
    seconds_end(r);
    loop_unwatch(r->loop, alarm);
    close(alarm);
}

static enum rc run_all(struct run *r, struct err *e)
{
    TRY(find_server(r, e));
    TRY(chaos_open(r, e));
    say(r, "writing address books ... ");
    TRY(draw(r, e));
    say(r, "%lld contacts for %zu accounts, %lld MiB\n", (long long)r->books.cards, r->naccounts,
        (long long)(r->books.bytes >> 20));
    say(r, "making %zu accounts that are there before ...\n", r->nolder);
    visitors_open(r);
    TRY(prepare_run(r, e));
    if (r->o.idle_s > 0)
        seconds_idle(r, r->o.idle_s, &r->idle_before_cores, &r->idle_before_bytes);
    r->sent = r->imported = r->processed = 0;
    chaos_begin(r);
    say(r, "%zu arrivals in %.0f s, %lld of them sign up\n", r->schedule.n, r->run_s,
        (long long)r->schedule.of[ARRIVE_SIGN_UP]);
    play(r);
    chaos_end(r);
    visitors_close(r);
    r->net.over = false;
    say(r, "\nlooking for every contact ...\n");
    check_accounts(r);
    if (r->o.idle_s > 0) {
        say(r, "waiting for the calm afterwards ...\n");
        double forget, bytes;
        seconds_idle(r, 70, &forget, &bytes);
        seconds_idle(r, r->o.idle_s, &r->idle_after_cores, &r->idle_after_bytes);
    }
    verdict_reach(r);
    report_print(r);
    if (r->o.json)
        TRY(report_json(r, r->o.json, e));
    return r->o.report ? page_write(r, r->o.report, e) : RC_OK;
}

/* ---- options ---- */

enum {
    MINUTES = 256,
    SCALE,
    SEED,
    PROFILE,
    REPORT,
    JSON,
    CHAOS,
    EVERY,
    PID,
    DB_PID,
    DB_RESTART,
    OWN,
    QUIET,
    PRICE,
    DRAIN,
    IDLE
};

static const struct option options[] = {
    { "profile", required_argument, NULL, PROFILE },
    { "minutes", required_argument, NULL, MINUTES },
    { "scale", required_argument, NULL, SCALE },
    { "seed", required_argument, NULL, SEED },
    { "report", required_argument, NULL, REPORT },
    { "json", required_argument, NULL, JSON },
    { "chaos", required_argument, NULL, CHAOS },
    { "every", required_argument, NULL, EVERY },
    { "pid", required_argument, NULL, PID },
    { "db-pid", required_argument, NULL, DB_PID },
    { "db-restart", required_argument, NULL, DB_RESTART },
    { "price", required_argument, NULL, PRICE },
    { "drain", required_argument, NULL, DRAIN },
    { "idle", required_argument, NULL, IDLE },
    { "i-own-this-server", no_argument, NULL, OWN },
    { "quiet", no_argument, NULL, QUIET },
    { 0 },
};

static bool within(double v, double least, double most) { return v >= least && v <= most; }

static bool take_option(struct surge_options *o, int c)
{
    double v = optarg ? strtod(optarg, NULL) : 0;

    switch (c) {
    case PROFILE: return (o->profile = profile_find(str_of(optarg))) != NULL;
    case MINUTES: o->minutes = v; return within(v, 0.02, 1440);
    case SCALE: o->scale = v; return within(v, 0.001, 100);
    case SEED: o->seed = strtoull(optarg, NULL, 10); return true;
    case REPORT: o->report = optarg; return true;
    case JSON: o->json = optarg; return true;
    case CHAOS: o->chaos = optarg; return true;
    case EVERY: o->every_s = v; return within(v, 0.05, 3600);
    case PID: o->pid = (int)v; return within(v, 2, 1 << 30);
    case DB_PID: o->db_pid = (int)v; return within(v, 2, 1 << 30);
    case DB_RESTART: o->db_restart = optarg; return true;
    case PRICE: o->price_core_hour = v; return within(v, 0, 1e6);
    case DRAIN: o->drain_minutes = v; return within(v, 0, 1440);
    case IDLE: o->idle_s = v; return within(v, 0, 600);
    case OWN: return o->own_server = true;
    case QUIET: return o->quiet = true;
    default: return false;
    }
}

static bool read_options(struct surge_options *o, int argc, char **argv)
{
    *o = (struct surge_options){ .profile = &profiles[0],
                                 .minutes = 5,
                                 .scale = 1,
                                 .seed = 1,
                                 .every_s = 3,
                                 .price_core_hour = 0,
                                 .drain_minutes = 10,
                                 .idle_s = 5 };
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;)
        if (!take_option(o, c))
            return false;
    if (optind + 1 != argc)
        return false;
    o->url = argv[optind];
    return true;
}

int surge_main(int argc, char **argv)
{
    auto_free(arena) a = arena_new(1 << 20);
    auto_free(loop) loop = loop_new();
    struct run *r = arena_new_of(a, struct run);
    struct err  e = { 0 };

    r->a = a;
    r->loop = loop;
    r->books.fd = -1;
    if (!read_options(&r->o, argc, argv))
        return command_misused(command_find("surge"));
    raise_limits();
    r->tree = arena_new_of(a, struct watch_tree);
    r->db_tree = arena_new_of(a, struct watch_tree);
    r->net.loop = loop;
    r->net.score = &r->score;
    r->net.dice.state = r->o.seed ^ 0xd1ce;
    r->idle_before_cores = r->idle_after_cores = -1;
    snprintf(r->tag, sizeof r->tag, "%08llx", (unsigned long long)rand_u64() & 0xffffffff);
    enum rc rc = run_all(r, &e);
    visitors_close(r);
    book_files_close(&r->books);
    if (rc != RC_OK)
        return fprintf(stderr, "kith surge: %s\n", e.text), 1;
    return r->verdict.good && r->verdict.valid ? 0 : EXIT_MISSED;
}
