/* ops/top.c - `kith top`: the queue and the workers of the server on this machine, as it prints them itself at /metrics. */
#include <poll.h>
#include <stdlib.h>
#include <stdio.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/conf.h"
#include "base/json.h"
#include "base/map.h"
#include "ops/commands.h"
#include "ops/http_get.h"

enum { KINDS_MAX = 32 };

/* One reading of /metrics: the samples by their full text, `kith_jobs_ready{kind="enrich"}`. */
struct reading {
    struct map map;
    struct str kinds[KINDS_MAX];
    size_t     nkinds;
    int64_t    at_us;
};

static double number(struct str s)
{
    char text[40] = { 0 };
    memcpy(text, s.p, size_min(s.n, sizeof text - 1));
    return strtod(text, NULL);
}

static double sample(const struct reading *r, struct arena *a, const char *name, struct str kind)
{
    struct str key = kind.n ? str_fmt(a, "%s{kind=\"" STR_FMT "\"}", name, STR_ARG(kind)) : str_of(name);
    uint64_t  *at = map_find(&r->map, key);
    double     v = 0;
    if (at)
        memcpy(&v, at, sizeof v);
    return v;
}

static void note_kind(struct reading *r, struct str name)
{
    struct str lead = S("kith_workers{kind=\"");
    if (!str_starts(name, lead) || r->nkinds == KINDS_MAX)
        return;
    name = str_from(name, lead.n);
    r->kinds[r->nkinds++] = str_head(name, str_find(name, S("\""), 0));
}

static enum rc take_reading(const struct conf *conf, struct arena *a, struct reading *r, struct err *e)
{
    struct str body, line;
    int        status;

    TRY(http_get(conf->listen, "/metrics", a, &status, &body, e));
    if (status != 200)
        return err_set(e, RC_UNAVAILABLE, "/metrics answers %d", status);
    *r = (struct reading){ .map = map_of(a), .at_us = clock_mono_us() };
    while (str_next(&body, '\n', &line)) {
        const char *space = line.n && line.p[0] != '#' ? memrchr(line.p, ' ', line.n) : NULL;
        if (!space)
            continue;
        struct str name = { line.p, (size_t)(space - line.p) };
        double     v = number(str_from(line, name.n + 1));
        memcpy(map_at(&r->map, name), &v, sizeof v);
        note_kind(r, name);
    }
    return RC_OK;
}

/* What happened per second since the reading before. */
static double rate(const struct reading *now, const struct reading *before, struct arena *a, const char *name,
                   struct str kind)
{
    double seconds = before->at_us ? (double)(now->at_us - before->at_us) / 1e6 : 0;
    return seconds > 0 ? (sample(now, a, name, kind) - sample(before, a, name, kind)) / seconds : 0;
}

static void print_screen(const struct reading *now, const struct reading *before, struct arena *a)
{
    printf("%-10s %9s %8s %8s %6s %9s %8s %8s %9s\n", "kind", "waiting", "claimed", "later", "dead", "oldest s",
           "workers", "target", "done/s");
    for (size_t i = 0; i < now->nkinds; i++) {
        struct str k = now->kinds[i];
        printf("%-10.*s %9.0f %8.0f %8.0f %6.0f %9.1f %8.0f %8.0f %9.0f\n", STR_ARG(k),
               sample(now, a, "kith_jobs_ready", k), sample(now, a, "kith_jobs_claimed", k),
               sample(now, a, "kith_jobs_later", k), sample(now, a, "kith_jobs_dead", k),
               sample(now, a, "kith_queue_oldest_seconds", k), sample(now, a, "kith_workers", k),
               sample(now, a, "kith_workers_target", k), rate(now, before, a, "kith_jobs_done_total", k));
    }
    fflush(stdout);
}

static void print_json(const struct reading *now, struct arena *a)
{
    auto_buf        b = buf_of(64 << 10);
    struct json_out o = json_out_of(&b);

    json_out_open(&o, JSON_ELEMENT, '{');
    for (size_t i = 0; i < now->nkinds; i++) {
        struct str k = now->kinds[i];
        json_out_open(&o, k, '{');
        json_out_i64(&o, S("waiting"), (int64_t)sample(now, a, "kith_jobs_ready", k));
        json_out_i64(&o, S("claimed"), (int64_t)sample(now, a, "kith_jobs_claimed", k));
        json_out_i64(&o, S("later"), (int64_t)sample(now, a, "kith_jobs_later", k));
        json_out_i64(&o, S("dead"), (int64_t)sample(now, a, "kith_jobs_dead", k));
        json_out_real(&o, S("oldest_s"), sample(now, a, "kith_queue_oldest_seconds", k));
        json_out_i64(&o, S("workers"), (int64_t)sample(now, a, "kith_workers", k));
        json_out_i64(&o, S("done"), (int64_t)sample(now, a, "kith_jobs_done_total", k));
        json_out_close(&o, '}');
    }
    json_out_close(&o, '}');
    printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
}

static bool key_pressed(int wait_ms)
{
    struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
    char          c;
    if (!isatty(STDIN_FILENO)) {
        usleep((unsigned)wait_ms * 1000);
        return false;
    }
    return poll(&in, 1, wait_ms) > 0 && read(STDIN_FILENO, &c, 1) >= 0;
}

int top_main(int argc, char **argv)
{
    auto_free(arena) settings = arena_new(4096);
    struct conf conf;
    struct err  e = { 0 };
    bool        json = false, once = !isatty(STDOUT_FILENO);

    if (conf_load(&conf, settings, &argc, argv, &e) != RC_OK)
        return fprintf(stderr, "kith top: %s\n", e.text), 1;
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--json"))
            json = once = true;
        else if (!strcmp(argv[i], "--once"))
            once = true;
        else
            return command_misused(command_find("top"));
    }
    /* two arenas in turn: the reading before stays readable while the next is taken */
    auto_free(arena) one = arena_new(256 << 10);
    auto_free(arena) two = arena_new(256 << 10);
    struct reading before = { 0 }, now;
    for (int turn = 0;; turn++) {
        struct arena *a = turn % 2 ? two : one;
        arena_reset(a);
        if (take_reading(&conf, a, &now, &e) != RC_OK)
            return fprintf(stderr, "kith top: %s; is `kith up` running? (--listen says where)\n", e.text), 1;
        if (json)
            return print_json(&now, a), 0;
        if (!once)
            printf("\033[H\033[2Jkith at " STR_FMT "   (Enter ends)\n\n", STR_ARG(conf.listen));
        print_screen(&now, &before, a);
        if (once || key_pressed(1000))
            return 0;
        before = now;
    }
}
