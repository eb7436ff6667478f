/* ops/scale/scale_export.c - `kith scale export`: units for systemd and manifests for Kubernetes, from the settings of the fleet.
 *
 * The texts are deploy/templates/, compiled in; what stands in ${} is filled in here.  No password is ever written: the
 * database's address is the operator's to fill in. */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include "base/options.h"
#include "ops/local.h"
#include "ops/scale/cmd_scale.h"
#include "store/installation/embedded.h"
#include "work/worker.h"

enum {
    TEXT_MAX = 256 << 10,
    WORKERS_A_HOST = 1500,
    SLOTS = 8, /* workers in a pod: what two processors keep busy */
    SLOTS_MAX = 1000,
    NOTICE_S = 5, /* until nobody sends requests to a pod that is told to go */
    AFTER_DRAIN_S = 10,
    HOUSE_MIB = 512,  /* processes that are no workers, and the page cache of the database client */
    WORKER_MIB = 16,  /* a worker with a large unit in hand; idle ones take a fifth of one */
    BUSY_WORKERS = 64 /* more than that wait for processors or for a network */
};

extern const struct embedded deploy_files[];
extern const size_t          deploy_files_n;

enum flavour { SYSTEMD, K8S };
static const struct {
    const char  *name;
    enum flavour flavour;
} files[] = {
    { "kith.service", SYSTEMD },     { "kith.socket", SYSTEMD },        { "kith-http@.service", SYSTEMD },
    { "kith-http.socket", SYSTEMD }, { "kith-agent.service", SYSTEMD }, { "kith-work.slice", SYSTEMD },
    { "kith.env", SYSTEMD },         { "10-config.yaml", K8S },         { "20-http.yaml", K8S },
    { "30-agent.yaml", K8S },
};

/* ---- what is filled in ---- */

struct value {
    const char *name;
    struct str  text;
};
enum { VALUES_MAX = 20 };
struct values {
    struct value v[VALUES_MAX];
    size_t       n;
};

static void text_value(struct values *to, const char *name, struct str text)
{
    if (to->n < VALUES_MAX)
        to->v[to->n++] = (struct value){ name, text };
}

static void number_value(struct values *to, struct arena *a, const char *name, int64_t n)
{
    text_value(to, name, str_fmt(a, "%lld", (long long)n));
}

static struct str embedded(const char *name)
{
    for (size_t i = 0; i < deploy_files_n; i++)
        if (!strcmp(deploy_files[i].name, name))
            return str_of(deploy_files[i].text);
    return S("");
}

struct sums {
    int64_t min, max, weight, down_s;
};

/* Workers that serve a channel belong to every host that answers people: they are not what more hosts are started for. */
static struct sums sums_of(const struct scale_ask *q)
{
    struct sums s = { .weight = 1, .down_s = 1 };

    for (size_t i = 0; i < q->nkinds; i++) {
        const struct kind_row *k = &q->kinds[i];
        if (k->kind == KIND_PASSWORD)
            continue;
        s.min += k->min_workers;
        s.max += k->max_workers;
        s.weight = i64_max(s.weight, k->weight);
        s.down_s = i64_max(s.down_s, k->down_s);
    }
    return s;
}

static int64_t memory_mib(int64_t hands) { return HOUSE_MIB + WORKER_MIB * i64_min(hands, BUSY_WORKERS) + hands / 4; }

static int64_t parts(int64_t n, int64_t each) { return i64_max(1, (n + each - 1) / each); }

static void fill_in(struct values *to, const struct scale_ask *q, int64_t slots, struct str program, struct str image)
{
    struct sums s = sums_of(q);
    int64_t     hands = i64_min(i64_max(s.max, 1), WORKERS_A_HOST);

    text_value(to, "program", program);
    text_value(to, "image", image);
    text_value(to, "hardening", embedded("hardening"));
    number_value(to, q->a, "drain", q->conf->drain_s);
    number_value(to, q->a, "stop", q->conf->drain_s + AFTER_DRAIN_S);
    number_value(to, q->a, "notice", NOTICE_S);
    number_value(to, q->a, "grace", NOTICE_S + 2 * AFTER_DRAIN_S + q->conf->drain_s);
    number_value(to, q->a, "workers", hands);
    number_value(to, q->a, "weight", i64_min(s.weight, 100));
    number_value(to, q->a, "memory", memory_mib(hands));
    number_value(to, q->a, "memory_high", memory_mib(hands) * 9 / 10);
    number_value(to, q->a, "tasks", hands + 128);
    number_value(to, q->a, "slots", slots);
    number_value(to, q->a, "pod_memory", memory_mib(slots));
    number_value(to, q->a, "pods_min", parts(s.min, slots));
    number_value(to, q->a, "pods_max", parts(s.max, slots));
    number_value(to, q->a, "http_min", 2);
    number_value(to, q->a, "http_max", i64_max(4, parts(s.max, slots)));
    number_value(to, q->a, "down", s.down_s);
}

static struct str value_of(const struct values *v, struct str name)
{
    for (size_t i = 0; i < v->n; i++)
        if (str_is(name, v->v[i].name))
            return v->v[i].text;
    return S("");
}

static void expand(struct buf *to, struct str text, const struct values *v)
{
    for (size_t at; (at = str_find(text, S("${"), 0)) != SIZE_MAX;) {
        struct str name = str_from(text, at + 2);
        size_t     end = str_find(name, S("}"), 0);
        buf_put(to, str_head(text, at));
        if (end == SIZE_MAX)
            return;
        buf_put(to, value_of(v, str_head(name, end)));
        text = str_from(name, end + 1);
    }
    buf_put(to, text);
}

/* ---- where it goes ---- */

static enum rc write_file(struct str folder, const char *name, struct str text, struct arena *a, struct err *e)
{
    const char *path = str_fmt(a, STR_FMT "/%s", STR_ARG(folder), name).p;
    FILE       *f = fopen(path, "w");
    bool        written = f && fwrite(text.p, 1, text.n, f) == text.n;

    if (f && fclose(f) != 0)
        written = false;
    return written ? RC_OK : err_set(e, RC_UNAVAILABLE, "cannot write %.180s: %s", path, strerror(errno));
}

/* On stdout manifests are one stream that kubectl reads, units are told apart by a line. */
static void print_file(enum flavour flavour, const char *name, struct str text)
{
    printf("%s# %s\n" STR_FMT "%s", flavour == K8S ? "---\n" : "# ---- ", name, STR_ARG(text),
           flavour == K8S ? "" : "\n");
}

static enum rc put_files(const struct scale_ask *q, enum flavour flavour, const struct values *v, const char *folder,
                         struct err *e)
{
    if (folder && mkdir(folder, 0755) != 0 && errno != EEXIST)
        return err_set(e, RC_UNAVAILABLE, "cannot make %.180s: %s", folder, strerror(errno));
    for (size_t i = 0; i < countof(files); i++) {
        auto_buf b = buf_of(TEXT_MAX);
        if (files[i].flavour != flavour)
            continue;
        expand(&b, embedded(files[i].name), v);
        if (folder)
            TRY(write_file(str_of(folder), files[i].name, buf_str(&b), q->a, e));
        else
            print_file(flavour, files[i].name, buf_str(&b));
    }
    return RC_OK;
}

/* ---- the verb ---- */

/* A new installation's, when there is no database yet. */
static void first_kinds(struct scale_ask *q)
{
    q->kinds = arena_array(q->a, struct kind_row, workers_n);
    q->nkinds = workers_n;
    for (size_t i = 0; i < workers_n; i++)
        q->kinds[i] =
            kind_first((enum job_kind)workers[i]->kind, str_of(workers[i]->name), workers[i]->min, workers[i]->max);
}

enum rc scale_export(struct scale_ask *q, struct err *e)
{
    bool        systemd = option_given(&q->argc, q->argv, "--systemd"), k8s = option_given(&q->argc, q->argv, "--k8s");
    const char *slots_text = option_text(&q->argc, q->argv, "--slots"),
               *program = option_text(&q->argc, q->argv, "--program"),
               *image = option_text(&q->argc, q->argv, "--image");
    struct values v = { 0 };
    int64_t       slots = SLOTS;

    q->misused = systemd == k8s || q->argc > 2;
    if (q->misused)
        return RC_OK;
    if (slots_text && !str_i64(str_of(slots_text), 1, SLOTS_MAX, &slots))
        return err_set(e, RC_INVALID, "--slots: workers in a pod, 1 to %d", SLOTS_MAX);
    if (local_database(q->conf, q->a, &q->db, NULL) != RC_OK ||
        kinds_list(q->db, q->a, &q->kinds, &q->nkinds, e) != RC_OK)
        q->nkinds = 0;
    if (!q->nkinds)
        first_kinds(q);
    fill_in(&v, q, slots, program ? str_of(program) : S("/usr/bin/kith"), image ? str_of(image) : S("kith:latest"));
    return put_files(q, k8s ? K8S : SYSTEMD, &v, q->argc > 1 ? q->argv[1] : NULL, e);
}
