/* ops/cmd_queue.c - `kith queue`: whose work waits, hold it back, let it go on, see what was given up and try it again. */
#include <stdio.h>
#include "base/clock.h"
#include "base/json.h"
#include "base/rand.h"
#include "base/options.h"
#include "base/utf8.h"
#include "ops/commands.h"
#include "ops/local.h"
#include "store/installation/kinds.h"
#include "store/installation/queue.h"

enum { TOP_ACCOUNTS = 3, DEAD_SHOWN = 50, PAGE_BYTES = 1 << 20 };

/* What one call works on. */
struct ask {
    struct conf      conf;
    struct arena    *a;
    struct sql      *db;
    bool             json;
    int64_t          account, kind; /* 0 = all */
    struct kind_row *kinds;
    size_t           nkinds;
};

static struct str kind_name(const struct ask *q, int64_t kind)
{
    for (size_t i = 0; i < q->nkinds; i++)
        if ((int64_t)q->kinds[i].kind == kind)
            return q->kinds[i].name;
    return S("all kinds");
}

/* "4 s", "14 min", "3 h": how long ago. */
static struct str ago(struct arena *a, int64_t since_ms)
{
    int64_t s = since_ms ? i64_max(clock_ms() - since_ms, 0) / 1000 : 0;

    if (!since_ms)
        return S("-");
    return s < 120      ? str_fmt(a, "%lld s", (long long)s)
           : s < 7200   ? str_fmt(a, "%lld min", (long long)s / 60)
           : s < 172800 ? str_fmt(a, "%lld h", (long long)s / 3600)
                        : str_fmt(a, "%lld d", (long long)s / 86400);
}

static double seconds_since(int64_t ms) { return ms ? (double)i64_max(clock_ms() - ms, 0) / 1e3 : 0; }

/* ---- show ---- */

static enum rc show_top(struct ask *q, struct json_out *o, enum job_kind kind, struct err *e)
{
    struct queue_top *top = NULL;
    size_t            n = 0;

    if (!q->account)
        TRY(queue_top(q->db, q->a, kind, TOP_ACCOUNTS, &top, &n, e));
    json_out_open(o, S("accounts"), '[');
    for (size_t i = 0; i < n; i++) {
        struct str email = local_account_email(q->db, q->a, top[i].account);
        json_out_open(o, JSON_ELEMENT, '{');
        json_out_id(o, S("account"), top[i].account);
        json_out_text(o, S("email"), email);
        json_out_i64(o, S("ready"), top[i].ready);
        json_out_real(o, S("oldest_s"), seconds_since(top[i].oldest_ms));
        json_out_close(o, '}');
        if (!q->json)
            printf("  %-13.*s %9lld ready, oldest " STR_FMT "  " STR_FMT "\n", STR_ARG(id_text(q->a, top[i].account)),
                   (long long)top[i].ready, STR_ARG(ago(q->a, top[i].oldest_ms)), STR_ARG(email));
    }
    json_out_close(o, ']');
    return RC_OK;
}

static enum rc show_kind(struct ask *q, struct json_out *o, const struct kind_row *k, const struct job_counts *c,
                         struct err *e)
{
    if (!q->json)
        printf("%-10.*s %9lld %8lld %8lld %8lld %6lld %9.*s %9.*s  %s\n", STR_ARG(k->name), (long long)c->ready,
               (long long)c->urgent, (long long)c->claimed, (long long)c->later, (long long)c->dead,
               STR_ARG(ago(q->a, c->oldest_ms)), STR_ARG(ago(q->a, c->urgent_oldest_ms)), k->paused ? "paused" : "");
    json_out_open(o, JSON_ELEMENT, '{');
    json_out_text(o, S("kind"), k->name);
    json_out_i64(o, S("ready"), c->ready);
    json_out_i64(o, S("urgent"), c->urgent);
    json_out_i64(o, S("claimed"), c->claimed);
    json_out_i64(o, S("later"), c->later);
    json_out_i64(o, S("dead"), c->dead);
    json_out_real(o, S("oldest_s"), seconds_since(c->oldest_ms));
    json_out_real(o, S("oldest_urgent_s"), seconds_since(c->urgent_oldest_ms));
    json_out_bool(o, S("paused"), k->paused);
    TRY(show_top(q, o, k->kind, e));
    json_out_close(o, '}');
    return RC_OK;
}

static enum rc show_pauses(struct ask *q, struct json_out *o, struct err *e)
{
    struct account_pause *p;
    size_t                n;

    TRY(queue_pauses(q->db, q->a, &p, &n, e));
    json_out_open(o, S("paused_accounts"), '[');
    for (size_t i = 0; i < n; i++) {
        struct str email = local_account_email(q->db, q->a, p[i].account), kind = kind_name(q, p[i].kind);
        json_out_open(o, JSON_ELEMENT, '{');
        json_out_id(o, S("account"), p[i].account);
        json_out_text(o, S("email"), email);
        json_out_text(o, S("kind"), p[i].kind ? kind : S("all"));
        json_out_time(o, S("since"), p[i].at_ms);
        json_out_close(o, '}');
        if (!q->json)
            printf("paused: %.*s " STR_FMT ", " STR_FMT ", for " STR_FMT "\n", STR_ARG(id_text(q->a, p[i].account)),
                   STR_ARG(email), STR_ARG(kind), STR_ARG(ago(q->a, p[i].at_ms)));
    }
    json_out_close(o, ']');
    return RC_OK;
}

static enum rc show(struct ask *q, struct err *e)
{
    struct job_counts counts[KINDS_END];
    auto_buf          b = buf_of(PAGE_BYTES);
    struct json_out   o = json_out_of(&b);

    TRY(jobs_counts(q->db, q->account, counts, e));
    if (!q->json)
        printf("%-10s %9s %8s %8s %8s %6s %9s %9s\n", "kind", "ready", "urgent", "claimed", "later", "dead", "oldest",
               "urgent's");
    json_out_open(&o, JSON_ELEMENT, '{');
    json_out_open(&o, S("kinds"), '[');
    for (size_t i = 0; i < q->nkinds; i++)
        if (q->kinds[i].kind < KINDS_END && (!q->kind || q->kind == (int64_t)q->kinds[i].kind))
            TRY(show_kind(q, &o, &q->kinds[i], &counts[q->kinds[i].kind], e));
    json_out_close(&o, ']');
    TRY(show_pauses(q, &o, e));
    json_out_close(&o, '}');
    if (q->json)
        printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
    return RC_OK;
}

/* ---- hold back, let go on ---- */

static enum rc set_paused(struct ask *q, bool paused, struct err *e)
{
    if (!q->account && !q->kind)
        return err_set(e, RC_INVALID, "say which kind, or whose jobs with --account");
    if (!q->account)
        TRY(queue_pause_kind(q->db, (enum job_kind)q->kind, paused, e));
    else
        TRY(paused ? queue_pause(q->db, q->account, q->kind, e) : queue_resume(q->db, q->account, q->kind, e));
    printf(STR_FMT "%s: %s within a second\n", STR_ARG(kind_name(q, q->kind)), q->account ? " of this account" : "",
           paused ? "held back" : "goes on");
    return RC_OK;
}
static enum rc pause_it(struct ask *q, struct err *e) { return set_paused(q, true, e); }
static enum rc resume_it(struct ask *q, struct err *e) { return set_paused(q, false, e); }

/* ---- what was given up ---- */

static enum rc dead_of(struct ask *q, struct json_out *o, int64_t account, int most, size_t *ret_n, struct err *e)
{
    struct dead_job *d;

    TRY(jobs_dead(q->db, q->a, account, q->kind, most, &d, ret_n, e));
    for (size_t i = 0; i < *ret_n; i++) {
        struct str kind = kind_name(q, (int64_t)d[i].kind);
        json_out_open(o, JSON_ELEMENT, '{');
        json_out_id(o, S("account"), account);
        json_out_text(o, S("kind"), kind);
        json_out_i64(o, S("subject"), d[i].subject);
        json_out_i64(o, S("attempts"), d[i].attempt);
        json_out_time(o, S("at"), d[i].at_ms);
        json_out_text(o, S("last_words"), d[i].why);
        json_out_close(o, '}');
        if (!q->json)
            printf("%.*s %-8.*s %lld attempts, " STR_FMT " ago: " STR_FMT "\n", STR_ARG(id_text(q->a, account)),
                   STR_ARG(kind), (long long)d[i].attempt, STR_ARG(ago(q->a, d[i].at_ms)),
                   STR_ARG(utf8_plain(q->a, d[i].why)));
    }
    return RC_OK;
}

/* Calls `each` for the account that was named, or for all that have buried jobs. */
static enum rc each_dead(struct ask *q, enum rc (*each)(struct ask *q, int64_t account, void *to, struct err *e),
                         void *to, struct err *e)
{
    if (q->account)
        return each(q, q->account, to, e);
    for (int64_t account = 0;;) {
        enum rc rc = queue_next_dead(q->db, account, &account, e);
        if (rc != RC_OK)
            return rc == RC_NOT_FOUND ? RC_OK : rc;
        TRY(each(q, account, to, e));
    }
}

struct listing {
    struct json_out *o;
    size_t           n;
};

static enum rc list_account(struct ask *q, int64_t account, void *to, struct err *e)
{
    struct listing *l = to;
    size_t          n = 0;

    if (l->n < DEAD_SHOWN)
        TRY(dead_of(q, l->o, account, (int)(DEAD_SHOWN - l->n), &n, e));
    l->n += n;
    return RC_OK;
}

static enum rc dead(struct ask *q, struct err *e)
{
    auto_buf        b = buf_of(PAGE_BYTES);
    struct json_out o = json_out_of(&b);
    struct listing  l = { &o, 0 };

    json_out_open(&o, JSON_ELEMENT, '[');
    TRY(each_dead(q, list_account, &l, e));
    json_out_close(&o, ']');
    if (q->json)
        printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
    else if (l.n == DEAD_SHOWN)
        printf("(the first %d; `kith queue show` counts them)\n", DEAD_SHOWN);
    else if (!l.n)
        puts("nothing was given up");
    return RC_OK;
}

static enum rc redrive_account(struct ask *q, int64_t account, void *to, struct err *e)
{
    int64_t *all = to;

    for (size_t n = 1; n; *all += (int64_t)n)
        TRY(jobs_redrive(q->db, account, q->kind, &n, e));
    return RC_OK;
}

static enum rc redrive(struct ask *q, struct err *e)
{
    int64_t all = 0;

    TRY(each_dead(q, redrive_account, &all, e));
    if (q->json)
        printf("{\"redriven\":%lld}\n", (long long)all);
    else
        printf("%lld jobs are ready again\n", (long long)all);
    return RC_OK;
}

/* ---- the command ---- */

static const struct {
    const char *name;
    enum rc (*run)(struct ask *q, struct err *e);
} verbs[] = {
    { "show", show }, { "pause", pause_it }, { "resume", resume_it }, { "dead", dead }, { "redrive", redrive },
};

static enum rc prepare(struct ask *q, const char *account, const char *kind, struct err *e)
{
    TRY(local_database(&q->conf, q->a, &q->db, e));
    TRY(local_account_of(q->db, q->a, account, &q->account, e));
    TRY(kinds_list(q->db, q->a, &q->kinds, &q->nkinds, e));
    if (!kind || !strcmp(kind, "all"))
        return RC_OK;
    for (size_t i = 0; i < q->nkinds && !q->kind; i++)
        q->kind = str_is(q->kinds[i].name, kind) ? (int64_t)q->kinds[i].kind : 0;
    return q->kind ? RC_OK : err_set(e, RC_NOT_FOUND, "no kind of work is called '%.40s': see `kith queue show`", kind);
}

int queue_main(int argc, char **argv)
{
    auto_free(arena) a = arena_new(64 << 10);
    struct ask  q = { .a = a, .json = option_given(&argc, argv, "--json") };
    const char *account = option_text(&argc, argv, "--account");
    struct err  e = { 0 };
    size_t      v = 0;

    enum rc     rc = conf_load(&q.conf, a, &argc, argv, &e);
    const char *verb = argc > 1 ? argv[1] : "show";
    while (v < countof(verbs) && strcmp(verbs[v].name, verb))
        v++;
    if (rc == RC_OK && (argc > 3 || v == countof(verbs)))
        return command_misused(command_find("queue"));
    if (rc == RC_OK)
        rc = prepare(&q, account, argc > 2 ? argv[2] : NULL, &e);
    if (rc == RC_OK)
        rc = verbs[v].run(&q, &e);
    sql_free(q.db);
    return rc == RC_OK ? 0 : command_failed("queue", &e);
}
