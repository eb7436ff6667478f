/* surge/surge.c - `kith surge`: a launch day, compressed, played against a running Kith.  docs/surge.md */
#include <arpa/inet.h>
#include <math.h>
#include <netdb.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include "base/options.h"
#include "base/clock.h"
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

static enum rc number(int *argc, char **argv, const char *name, double least, double most, double *to, struct err *e)
{
    const char *text = option_text(argc, argv, name);
    char       *end = NULL;
    double      v = text ? strtod(text, &end) : *to;

    if (text && (end == text || *end || v < least || v > most))
        return err_set(e, RC_INVALID, "%s: want %g to %g, got '%.40s'", name, least, most, text);
    *to = v;
    return RC_OK;
}

static enum rc read_numbers(struct surge_options *o, int *argc, char **argv, struct err *e)
{
    double pid = 0, db_pid = 0, seed = 1;

    TRY(number(argc, argv, "--minutes", 0.02, 1440, &o->minutes, e));
    TRY(number(argc, argv, "--scale", 0.001, 100, &o->scale, e));
    TRY(number(argc, argv, "--seed", 0, 9007199254740992, &seed, e));
    TRY(number(argc, argv, "--every", 0.05, 3600, &o->every_s, e));
    TRY(number(argc, argv, "--pid", 2, 1 << 30, &pid, e));
    TRY(number(argc, argv, "--db-pid", 2, 1 << 30, &db_pid, e));
    TRY(number(argc, argv, "--price", 0, 1e6, &o->price_core_hour, e));
    TRY(number(argc, argv, "--drain", 0, 1440, &o->drain_minutes, e));
    TRY(number(argc, argv, "--idle", 0, 600, &o->idle_s, e));
    o->pid = (int)pid;
    o->db_pid = (int)db_pid;
    o->seed = (uint64_t)seed;
    return RC_OK;
}

static enum rc read_options(struct surge_options *o, int argc, char **argv, struct err *e)
{
    const char *profile = option_text(&argc, argv, "--profile");

    *o = (struct surge_options){ .profile = profile ? profile_find(str_of(profile)) : &profiles[0],
                                 .minutes = 5,
                                 .scale = 1,
                                 .every_s = 3,
                                 .drain_minutes = 10,
                                 .idle_s = 5,
                                 .report = option_text(&argc, argv, "--report"),
                                 .json = option_text(&argc, argv, "--json"),
                                 .chaos = option_text(&argc, argv, "--chaos"),
                                 .db_restart = option_text(&argc, argv, "--db-restart"),
                                 .own_server = option_given(&argc, argv, "--i-own-this-server"),
                                 .quiet = option_given(&argc, argv, "--quiet") };
    if (!o->profile)
        return err_set(e, RC_INVALID, "--profile: there is no day called '%.40s'", profile);
    TRY(read_numbers(o, &argc, argv, e));
    o->url = argv[1];
    return RC_OK;
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
    if (read_options(&r->o, argc, argv, &e) != RC_OK)
        return fprintf(stderr, "kith surge: %s\n", e.text), 2;
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
