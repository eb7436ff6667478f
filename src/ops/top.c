/* ops/top.c - `kith top`: the console of the server on this machine in a terminal, from what it prints itself at /metrics. */
#include "ops/top.h"
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "base/options.h"
#include "base/clock.h"
#include "base/json.h"
#include "ops/commands.h"
#include "ops/http_get.h"

enum { SCREEN_BYTES_MAX = 64 << 10, COLUMNS = 80, ROWS = 24 };

/* ---- reading ---- */

static double number(struct str s)
{
    char text[40] = { 0 };
    memcpy(text, s.p, size_min(s.n, sizeof text - 1));
    return strtod(text, NULL);
}

double top_value(const struct reading *r, struct str sample)
{
    uint64_t *at = map_find(&r->map, sample);
    double    v = 0;

    if (at)
        memcpy(&v, at, sizeof v);
    return v;
}

double top_of(const struct reading *r, struct arena *a, const char *name, const char *label, struct str value)
{
    return top_value(r, str_fmt(a, "%s{%s=\"" STR_FMT "\"}", name, label, STR_ARG(value)));
}

struct str top_held_by(const struct reading *r, struct str kind)
{
    for (size_t i = 0; i < r->nheld; i++)
        if (str_eq(r->held[i].kind, kind))
            return r->held[i].by;
    return S("");
}

/* The first label's value of a sample that begins with lead; "" when it does not. */
static struct str label_after(struct str sample, struct str lead, struct str *ret_rest)
{
    if (!str_starts(sample, lead))
        return S("");
    struct str value = str_from(sample, lead.n);
    size_t     end = size_min(str_find(value, S("\""), 0), value.n);
    *ret_rest = str_from(value, end);
    return str_head(value, end);
}

static void note_names(struct reading *r, struct str sample)
{
    struct str rest, none, name;

    if ((name = label_after(sample, S("kith_workers{kind=\""), &rest)).n && r->nkinds < TOP_KINDS)
        r->kind[r->nkinds++] = name;
    else if ((name = label_after(sample, S("kith_service_limit{service=\""), &rest)).n && r->nservices < TOP_SERVICES)
        r->service[r->nservices++] = name;
    else if ((name = label_after(sample, S("kith_kind_held{kind=\""), &rest)).n && r->nheld < TOP_HELD) {
        r->held[r->nheld].kind = name;
        r->held[r->nheld++].by = label_after(rest, S("\",by=\""), &none);
    }
}

enum rc top_read(const struct conf *conf, struct arena *a, struct reading *r, struct err *e)
{
    struct str body, sample;
    int        status;

    TRY(http_get(conf->listen, "/metrics", a, &status, &body, e));
    if (status != 200)
        return err_set(e, RC_UNAVAILABLE, "/metrics answers %d", status);
    *r = (struct reading){ .map = map_of(a), .at_us = clock_mono_us() };
    while (str_next(&body, '\n', &sample)) {
        const char *space = sample.n && sample.p[0] != '#' ? memrchr(sample.p, ' ', sample.n) : NULL;
        if (!space)
            continue;
        struct str name = { sample.p, (size_t)(space - sample.p) };
        double     v = number(str_from(sample, name.n + 1));
        memcpy(map_at(&r->map, name), &v, sizeof v);
        note_names(r, name);
    }
    return RC_OK;
}

/* ---- showing ---- */

static void print_json(const struct reading *now, struct arena *a)
{
    auto_buf        b = buf_of(64 << 10);
    struct json_out o = json_out_of(&b);

    json_out_open(&o, JSON_ELEMENT, '{');
    for (size_t i = 0; i < now->nkinds; i++) {
        struct str k = now->kind[i];
        json_out_open(&o, k, '{');
        json_out_i64(&o, S("waiting"), (int64_t)top_of(now, a, "kith_jobs_ready", "kind", k));
        json_out_i64(&o, S("claimed"), (int64_t)top_of(now, a, "kith_jobs_claimed", "kind", k));
        json_out_i64(&o, S("later"), (int64_t)top_of(now, a, "kith_jobs_later", "kind", k));
        json_out_i64(&o, S("dead"), (int64_t)top_of(now, a, "kith_jobs_dead", "kind", k));
        json_out_real(&o, S("oldest_s"), top_of(now, a, "kith_queue_oldest_seconds", "kind", k));
        json_out_i64(&o, S("workers"), (int64_t)top_of(now, a, "kith_workers", "kind", k));
        json_out_i64(&o, S("wanted"), (int64_t)top_of(now, a, "kith_kind_wanted_workers", "kind", k));
        json_out_text(&o, S("held_by"), top_held_by(now, k));
        json_out_i64(&o, S("done"), (int64_t)top_of(now, a, "kith_jobs_done_total", "kind", k));
        json_out_close(&o, '}');
    }
    json_out_close(&o, '}');
    printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
}

/* A window that changes its size interrupts this: the screen is drawn anew at once. */
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

static void resized(int signal) { (void)signal; }

static void draw(struct arena *a, const struct reading *now, const struct reading *before, bool once)
{
    auto_buf       b = buf_of(SCREEN_BYTES_MAX);
    struct winsize size = { 0 };
    bool           terminal = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;

    if (!once)
        buf_put(&b, S("\033[H\033[2J"));
    top_screen(&b, a, now, before,
               terminal && size.ws_col ? size.ws_col
               : once                  ? SCREEN_BYTES_MAX
                                       : COLUMNS,
               once ? SCREEN_BYTES_MAX : (terminal && size.ws_row ? size.ws_row : ROWS) - 1u, terminal);
    fwrite(b.p, 1, b.n, stdout);
    fflush(stdout);
}

/* Two arenas in turn: the reading before stays readable while the next is taken. */
static int watch(const struct conf *conf, bool json, bool once)
{
    auto_free(arena) one = arena_new(256 << 10);
    auto_free(arena) two = arena_new(256 << 10);
    struct reading before = { 0 }, now;
    struct err     e = { 0 };

    for (int turn = 0;; turn++) {
        struct arena *a = turn % 2 ? two : one;
        arena_reset(a);
        if (top_read(conf, a, &now, &e) != RC_OK)
            return command_failed("top", &e) + (fputs("is `kith up` running? (--listen says where)\n", stderr) < 0);
        if (json)
            return print_json(&now, a), 0;
        draw(a, &now, &before, once);
        if (once || key_pressed(1000))
            return 0;
        before = now;
    }
}

int top_main(int argc, char **argv)
{
    auto_free(arena) settings = arena_new(4096);
    struct sigaction on_resize = { .sa_handler = resized };
    struct conf      conf;
    struct err       e = { 0 };
    bool             json = option_given(&argc, argv, "--json"),
         once = option_given(&argc, argv, "--once") || json || !isatty(STDOUT_FILENO);

    if (conf_load(&conf, settings, &argc, argv, &e) != RC_OK)
        return command_failed("top", &e);
    sigaction(SIGWINCH, &on_resize, NULL);
    return watch(&conf, json, once);
}
