/* One row of the console's history: its JSON, and how two are joined. */
#include "store/installation/sample.h"

/* What becomes of a number when two samples become one. */
enum how { SUM, MOST, LEAST, MEAN, LAST };
struct field {
    const char *name;
    size_t      at;
    enum how    time, hosts;
};

#define OF_SAMPLE(name, member, time, hosts)               \
    {                                                      \
        name, offsetof(struct sample, member), time, hosts \
    }
static const struct field sample_fields[] = {
    OF_SAMPLE("span_s", span_s, SUM, MOST),
    OF_SAMPLE("visits", n[TALLY_VISITS], SUM, SUM),
    OF_SAMPLE("signups", n[TALLY_SIGNUPS], SUM, SUM),
    OF_SAMPLE("logins", n[TALLY_LOGINS], SUM, SUM),
    OF_SAMPLE("imports", n[TALLY_IMPORTS], SUM, SUM),
    OF_SAMPLE("contacts", n[TALLY_CONTACTS], SUM, SUM),
    OF_SAMPLE("errors", n[TALLY_ERRORS], SUM, SUM),
    OF_SAMPLE("refused", n[TALLY_REFUSED], SUM, SUM),
    OF_SAMPLE("jobs", n[TALLY_JOBS], SUM, SUM),
    OF_SAMPLE("visitors", visitors, MOST, SUM),
    OF_SAMPLE("cores", cores, LAST, SUM),
    OF_SAMPLE("cpu_permille", cpu_permille, MEAN, MEAN),
    OF_SAMPLE("load_milli", load_milli, MEAN, SUM),
    OF_SAMPLE("memory", memory, LAST, SUM),
    OF_SAMPLE("memory_used", memory_used, MEAN, SUM),
    OF_SAMPLE("disk", disk, LAST, SUM),
    OF_SAMPLE("disk_free", disk_free, LAST, LEAST),
    OF_SAMPLE("kith_memory", kith_memory, MEAN, SUM),
    OF_SAMPLE("processes", processes, MEAN, SUM),
    OF_SAMPLE("workers", workers, MEAN, SUM),
    OF_SAMPLE("restarts", restarts, SUM, SUM),
    OF_SAMPLE("db_bytes", db_bytes, LAST, MOST),
    OF_SAMPLE("db_ping_us", db_ping_us, MOST, MOST),
    OF_SAMPLE("db_connections", db_connections, MEAN, MOST),
    OF_SAMPLE("cost_micro", cost_micro, SUM, SUM),
};
_Static_assert(TALLIES == 8, "a field for every tally");

#define OF_CLASS(member, time, hosts)                               \
    {                                                               \
#member, offsetof(struct sample_class, member), time, hosts \
    }
static const struct field class_fields[] = { OF_CLASS(n, SUM, SUM), OF_CLASS(p50_us, MEAN, MEAN),
                                             OF_CLASS(p99_us, MOST, MOST) };

#define OF_KIND(member, time, hosts)                               \
    {                                                              \
#member, offsetof(struct sample_kind, member), time, hosts \
    }
static const struct field kind_fields[] = {
    OF_KIND(ready, MOST, MOST),     OF_KIND(claimed, MOST, MOST), OF_KIND(later, MOST, MOST), OF_KIND(dead, LAST, MOST),
    OF_KIND(oldest_ms, MOST, MOST), OF_KIND(workers, MEAN, SUM),  OF_KIND(target, MEAN, SUM), OF_KIND(done, SUM, SUM),
};

struct part {
    const struct field *field;
    size_t              n;
};
static const struct part root = { sample_fields, countof(sample_fields) },
                         of_class = { class_fields, countof(class_fields) },
                         of_kind = { kind_fields, countof(kind_fields) };

static int64_t *at(void *base, const struct field *f) { return (int64_t *)(void *)((char *)base + f->at); }
static int64_t  value(const void *base, const struct field *f)
{
    int64_t v;
    memcpy(&v, (const char *)base + f->at, sizeof v);
    return v;
}

/* ---- JSON ---- */

static bool is_nothing(const void *base, const struct part *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (value(base, &p->field[i]))
            return false;
    return true;
}

static void write_part(struct json_out *o, const void *base, const struct part *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (value(base, &p->field[i]))
            json_out_i64(o, str_of(p->field[i].name), value(base, &p->field[i]));
}

static void write_named(struct json_out *o, const char *name, const void *base, const struct part *p)
{
    if (is_nothing(base, p))
        return;
    json_out_open(o, str_of(name), '{');
    write_part(o, base, p);
    json_out_close(o, '}');
}

void sample_write(struct json_out *o, struct str key, const struct sample *s)
{
    json_out_open(o, key, '{');
    sample_members(o, s);
    json_out_close(o, '}');
}

void sample_members(struct json_out *o, const struct sample *s)
{
    write_part(o, s, &root);
    json_out_open(o, S("class"), '{');
    for (size_t c = 0; c < CLASSES; c++)
        write_named(o, tally_class_name[c], &s->class[c], &of_class);
    json_out_close(o, '}');
    json_out_open(o, S("kind"), '{');
    for (size_t k = 1; k < KINDS_END; k++)
        write_named(o, job_kind_name[k], &s->kind[k], &of_kind);
    json_out_close(o, '}');
}

static void read_part(const struct json *v, void *base, const struct part *p)
{
    for (size_t i = 0; i < p->n; i++)
        *at(base, &p->field[i]) = json_get_i64(v, str_of(p->field[i].name), 0);
}

void sample_read(const struct json *v, struct sample *ret)
{
    read_part(v, ret, &root);
    for (size_t c = 0; c < CLASSES; c++)
        read_part(json_get(json_get(v, S("class")), str_of(tally_class_name[c])), &ret->class[c], &of_class);
    for (size_t k = 1; k < KINDS_END; k++)
        read_part(json_get(json_get(v, S("kind")), str_of(job_kind_name[k])), &ret->kind[k], &of_kind);
}

/* ---- two become one ---- */

struct weights {
    int64_t one, other;
};

static int64_t together(enum how how, int64_t a, int64_t b, struct weights w)
{
    switch (how) {
    case SUM: return a + b;
    case MOST: return i64_max(a, b);
    case LEAST: return i64_min(a, b);
    case MEAN: return w.one + w.other ? (a * w.one + b * w.other) / (w.one + w.other) : b;
    case LAST: break;
    }
    return b;
}

static void join_part(void *a, const void *b, const struct part *p, bool hosts, struct weights w)
{
    for (size_t i = 0; i < p->n; i++) {
        const struct field *f = &p->field[i];
        *at(a, f) = together(hosts ? f->hosts : f->time, value(a, f), value(b, f), w);
    }
}

static void join(struct sample *s, const struct sample *other, bool hosts, struct weights w)
{
    for (size_t c = 0; c < CLASSES; c++) {
        struct weights by_requests = { s->class[c].n, other->class[c].n };
        join_part(&s->class[c], &other -> class[c], &of_class, hosts, by_requests);
    }
    for (size_t k = 1; k < KINDS_END; k++)
        join_part(&s->kind[k], &other->kind[k], &of_kind, hosts, w);
    join_part(s, other, &root, hosts, w);
}

void sample_after(struct sample *s, const struct sample *later)
{
    join(s, later, false, (struct weights){ s->span_s, later->span_s });
    s->at_ms = i64_max(s->at_ms, later->at_ms);
}

void sample_beside(struct sample *s, const struct sample *other)
{
    join(s, other, true, (struct weights){ s->cores, other->cores });
    s->at_ms = i64_max(s->at_ms, other->at_ms);
}
