/* What an operator changes: limits of a kind, a launch and its end, jobs that were given up.  Agents follow within a second. */
#include "api/http/handlers.h"
#include "api/http/origin.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/installation/kinds.h"
#include "store/installation/launches.h"
#include "store/installation/queue.h"

enum { HOUR_MS = 3600 * 1000, HOURS_MAX = 24 * LAUNCH_DAYS_MAX, REDRIVE_ACCOUNTS = 500 };

/* Leaves *ret as it is when the member is not there. */
static enum rc body_i64(struct req *r, const char *name, int64_t min, int64_t max, int64_t *ret, struct err *e)
{
    struct json *v = json_get(r->body, str_of(name));
    int64_t      n = 0;

    if (!v)
        return RC_OK;
    if (!json_i64(v, &n) || n < min || n > max)
        return answer_invalid(r, name, e, "%s must be a whole number of %lld to %lld", name, (long long)min,
                              (long long)max);
    *ret = n;
    return RC_OK;
}

static enum rc body_bool(struct req *r, const char *name, bool *ret, struct err *e)
{
    struct json *v = json_get(r->body, str_of(name));

    if (v && v->type != JSON_TRUE && v->type != JSON_FALSE)
        return answer_invalid(r, name, e, "%s must be true or false", name);
    *ret = v ? v->type == JSON_TRUE : *ret;
    return RC_OK;
}

static enum rc kind_named(struct req *r, struct str name, struct kind_row *ret, struct err *e)
{
    struct kind_row *list;
    size_t           n;

    TRY(kinds_list(r->db, r->a, &list, &n, e));
    for (size_t i = 0; i < n; i++)
        if (str_eq(list[i].name, name)) {
            *ret = list[i];
            return RC_OK;
        }
    return err_set(e, RC_NOT_FOUND, "no such kind of work");
}

static enum rc read_changes(struct req *r, struct kind_row *k, struct err *e)
{
    static const char *const known[] = { "min", "max", "slo_ms", "rho_pct", "down_s", "weight", "paused" };

    json_each(m, r->body) {
        size_t i = 0;
        while (i < countof(known) && !str_is(m->key, known[i]))
            i++;
        if (i == countof(known))
            return answer_invalid(r, "", e, "no setting \"" STR_FMT "\"", STR_ARG(str_head(m->key, 40)));
    }
    TRY(body_i64(r, "min", 0, KIND_MAX_WORKERS, &k->min_workers, e));
    TRY(body_i64(r, "max", 0, KIND_MAX_WORKERS, &k->max_workers, e));
    TRY(body_i64(r, "slo_ms", 100, 24 * HOUR_MS, &k->slo_ms, e));
    TRY(body_i64(r, "rho_pct", 10, 99, &k->rho_pct, e));
    TRY(body_i64(r, "down_s", 0, 3600, &k->down_s, e));
    TRY(body_i64(r, "weight", 1, 100, &k->weight, e));
    TRY(body_bool(r, "paused", &k->paused, e));
    if (k->min_workers > k->max_workers)
        return answer_invalid(r, "min", e, "min must not be more than max");
    return RC_OK;
}

enum rc admin_kind(struct req *r, struct err *e)
{
    struct json_out *o = &r->json;
    struct kind_row  k;

    if (!r->body)
        return err_set(e, RC_MALFORMED, "the body must be an object of settings");
    TRY(kind_named(r, r->part[0], &k, e));
    TRY(read_changes(r, &k, e));
    TRY(kinds_set(r->db, &k, e));
    log_event(LOG_INFO, "admin.kind", KS("kind", k.name), KI("min", k.min_workers), KI("max", k.max_workers),
              KI("paused", k.paused), KID("user", r->user));
    TRY(req_audit(r, AUDIT_ADMIN_ACT, str_join(r->a, S("workers of"), S(" "), k.name), e));
    json_out_open(o, JSON_ELEMENT, '{');
    json_out_text(o, S("kind"), k.name);
    json_out_i64(o, S("min"), k.min_workers);
    json_out_i64(o, S("max"), k.max_workers);
    json_out_i64(o, S("slo_ms"), k.slo_ms);
    json_out_i64(o, S("rho_pct"), k.rho_pct);
    json_out_i64(o, S("down_s"), k.down_s);
    json_out_i64(o, S("weight"), k.weight);
    json_out_bool(o, S("paused"), k.paused);
    json_out_close(o, '}');
    return RC_OK;
}

enum rc admin_launch(struct req *r, struct err *e)
{
    struct launch    l = { .starts_ms = clock_ms(), .actor = req_actor(r), .plan_json = S("{}") };
    struct json_out *o = &r->json;
    int64_t          hours = 0;

    TRY(body_i64(r, "factor", 2, LAUNCH_FACTOR_MAX, &l.factor, e));
    TRY(body_i64(r, "hours", 1, HOURS_MAX, &hours, e));
    if (!l.factor || !hours)
        return answer_invalid(r, l.factor ? "hours" : "factor", e, "a launch has a factor and hours");
    l.ends_ms = l.starts_ms + hours * HOUR_MS;
    TRY(launches_begin(r->db, &l, e));
    log_event(LOG_INFO, "admin.launch", KI("factor", l.factor), KI("hours", hours), KID("user", r->user));
    TRY(req_audit(r, AUDIT_ADMIN_ACT, S("launch begun"), e));
    r->status = 201;
    json_out_open(o, JSON_ELEMENT, '{');
    json_out_i64(o, S("factor"), l.factor);
    json_out_time(o, S("starts"), l.starts_ms);
    json_out_time(o, S("ends"), l.ends_ms);
    json_out_close(o, '}');
    return RC_OK;
}

static enum rc answer_count(struct req *r, const char *name, int64_t n)
{
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_i64(&r->json, str_of(name), n);
    json_out_close(&r->json, '}');
    return RC_OK;
}

enum rc admin_land(struct req *r, struct err *e)
{
    int64_t n = 0;

    TRY(launches_land(r->db, clock_ms(), &n, e));
    log_event(LOG_INFO, "admin.land", KI("launches", n), KID("user", r->user));
    TRY(req_audit(r, AUDIT_ADMIN_ACT, S("launch ended"), e));
    return answer_count(r, "landed", n);
}

/* Account by account; what is left after so many is for the next call. */
enum rc admin_redrive(struct req *r, struct err *e)
{
    struct kind_row k = { 0 };
    struct str      name = S("");
    int64_t         account = 0, all = 0;

    TRY(req_text(r, "kind", 0, 40, &name, e));
    if (name.n)
        TRY(kind_named(r, name, &k, e));
    for (int i = 0; i < REDRIVE_ACCOUNTS; i++) {
        enum rc rc = queue_next_dead(r->db, account, &account, e);
        size_t  n = 1;
        if (rc == RC_NOT_FOUND)
            break;
        TRY(rc);
        while (n) {
            TRY(jobs_redrive(r->db, account, (int64_t)k.kind, &n, e));
            all += (int64_t)n;
        }
    }
    log_event(LOG_INFO, "admin.redrive", KI("jobs", all), KID("user", r->user));
    TRY(req_audit(r, AUDIT_ADMIN_ACT, S("given up work tried again"), e));
    return answer_count(r, "redriven", all);
}
