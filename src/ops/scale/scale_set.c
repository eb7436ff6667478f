/* ops/scale/scale_set.c - `kith scale set` and `price`: settings changed one by one or from a file, checked before any is written. */
#include <stdio.h>
#include <stdlib.h>
#include "base/ini_file.h"
#include "base/buf.h"
#include "base/options.h"
#include "fleet/law/scale.h"
#include "ops/local.h"
#include "ops/scale/cmd_scale.h"
#include "store/installation/settings.h"

enum {
    FILE_BYTES_MAX = 256 << 10,
    SLO_MIN_MS = 100,
    SLO_MAX_MS = 86400000,
    MONEY_MAX_WHOLE = 1000000,
    CURRENCY_MAX = 8
};
#define MONEY_MAX (INT64_C(1000000) * MONEY_MAX_WHOLE)

/* ---- one setting of a kind ---- */

enum knob_type { COUNT, MILLISECONDS, SECONDS, SHARE, YES_NO };
static const struct knob {
    const char    *name;
    enum knob_type type;
    size_t         at; /* an int64_t, or for YES_NO a bool, of struct kind_row */
    int64_t        min, max;
    const char    *want;
} knobs[] = {
    { "min", COUNT, offsetof(struct kind_row, min_workers), 0, KIND_MAX_WORKERS, "0 to 2000 workers" },
    { "max", COUNT, offsetof(struct kind_row, max_workers), 1, KIND_MAX_WORKERS, "1 to 2000 workers" },
    { "slo_age", MILLISECONDS, offsetof(struct kind_row, slo_ms), SLO_MIN_MS, SLO_MAX_MS, "100ms to 1d" },
    { "rho", SHARE, offsetof(struct kind_row, rho_pct), 10, 100, "0.10 to 1.00, or 10% to 100%" },
    { "down", SECONDS, offsetof(struct kind_row, down_s), 0, SCALE_DOWN_MAX_S, "0s to 1h" },
    { "weight", COUNT, offsetof(struct kind_row, weight), 1, 100, "1 to 100" },
    { "paused", YES_NO, offsetof(struct kind_row, paused), 0, 1, "yes or no" },
};

static void *field(const struct kind_row *row, const struct knob *k) { return (char *)(uintptr_t)row + k->at; }

/* "0.85", "85%": per cent. */
static bool parse_share(struct str text, int64_t min, int64_t max, int64_t *ret)
{
    int64_t micro;

    if (text.n && text.p[text.n - 1] == '%')
        return str_i64(str_head(text, text.n - 1), min, max, ret);
    if (!scale_money(text, 1000000, &micro))
        return false;
    *ret = micro / 10000;
    return *ret >= min && *ret <= max;
}

static bool parse_knob(const struct knob *k, struct str value, struct kind_row *row)
{
    int64_t v = 0;
    bool    good = false;

    switch (k->type) {
    case COUNT: good = str_i64(value, k->min, k->max, &v); break;
    case MILLISECONDS: good = scale_duration_ms(value, k->min, k->max, &v); break;
    case SECONDS: good = scale_duration_ms(value, k->min * 1000, k->max * 1000, &v) && v % 1000 == 0, v /= 1000; break;
    case SHARE: good = parse_share(value, k->min, k->max, &v); break;
    case YES_NO: good = str_is(value, "yes") || str_is(value, "no"), v = str_is(value, "yes"); break;
    }
    if (good && k->type == YES_NO)
        *(bool *)field(row, k) = v != 0;
    else if (good)
        *(int64_t *)field(row, k) = v;
    return good;
}

static struct str knob_text(struct arena *a, const struct knob *k, const struct kind_row *row)
{
    int64_t v = k->type == YES_NO ? *(bool *)field(row, k) : *(int64_t *)field(row, k);

    switch (k->type) {
    case MILLISECONDS: return scale_duration(a, v);
    case SECONDS: return str_fmt(a, "%llds", (long long)v);
    case SHARE: return str_fmt(a, "%lld.%02lld", (long long)v / 100, (long long)v % 100);
    case YES_NO: return v ? S("yes") : S("no");
    case COUNT: break;
    }
    return str_fmt(a, "%lld", (long long)v);
}

/* ---- quota: "google:600/60s", "none" ---- */

struct service *scale_service_of(struct scale_ask *q, struct str name)
{
    for (size_t i = 0; i < q->nservices; i++)
        if (str_is(name, q->service[i].name))
            return &q->service[i];
    return NULL;
}

static struct str quota_text(struct scale_ask *q, const struct kind_row *row)
{
    const struct service *s = scale_service_of(q, row->service);

    if (!row->service.n)
        return S("none");
    if (!s || !s->limit_calls)
        return row->service;
    return str_fmt(q->a, STR_FMT ":%lld/" STR_FMT, STR_ARG(row->service), (long long)s->limit_calls,
                   STR_ARG(scale_duration(q->a, s->window_ms)));
}

static bool name_is_fine(struct str name)
{
    bool fine = name.n >= 1 && name.n <= SERVICE_NAME_MAX;
    for (size_t i = 0; i < name.n; i++)
        fine = fine && (ascii_alpha(name.p[i]) || ascii_digit(name.p[i]) || name.p[i] == '-' || name.p[i] == '_');
    return fine;
}

static enum rc set_quota(struct scale_ask *q, struct kind_row *row, struct str value, struct err *e)
{
    struct str      rest = value, name, calls = { NULL, 0 };
    struct service *s;
    int64_t         limit, window = 1000;

    if (str_is(value, "none")) {
        row->service = S("");
        return RC_OK;
    }
    if (!str_next(&rest, ':', &name) || !name_is_fine(name))
        return err_set(e, RC_INVALID, "quota: want none, NAME or NAME:CALLS/WINDOW as in google:600/60s");
    row->service = str_copy(q->a, name);
    if (!(s = scale_service_of(q, name))) {
        if (q->nservices == SERVICES_MAX)
            return err_set(e, RC_INVALID, "quota: there are %d services already", SERVICES_MAX);
        s = &q->service[q->nservices++];
        *s = (struct service){ .window_ms = 1000 };
        memcpy(s->name, name.p, name.n);
    }
    if (!rest.p)
        return RC_OK;
    if (!str_next(&rest, '/', &calls) || !str_i64(calls, 1, 1000000000, &limit) ||
        (rest.p && !scale_duration_ms(str_is(rest, "s") ? S("1s") : rest, 100, SLO_MAX_MS, &window)))
        return err_set(e, RC_INVALID, "quota: want NAME:CALLS/WINDOW as in google:600/60s, got '" STR_FMT "'",
                       STR_ARG(value));
    s->limit_calls = limit;
    s->window_ms = window;
    return RC_OK;
}

/* ---- prices ---- */

static const struct {
    const char *name, *row, *want;
} prices[] = {
    { "core_hour", "scale.price_core_hour_micro", "an amount as 0.04, six digits behind the point at most" },
    { "budget_hour", "scale.budget_hour_micro", "an amount as 5.00; 0 = no limit" },
    { "currency", "scale.currency", "1 to 8 letters" },
};

static enum rc set_price(struct scale_ask *q, struct str name, struct str value, struct err *e)
{
    int64_t micro;

    for (size_t i = 0; i < countof(prices); i++) {
        bool money = i < countof(prices) - 1;
        if (!str_is(name, prices[i].name))
            continue;
        if (money ? !scale_money(value, MONEY_MAX, &micro) : value.n > CURRENCY_MAX || !name_is_fine(value))
            return err_set(e, RC_INVALID, "%s: want %s, got '" STR_FMT "'", prices[i].name, prices[i].want,
                           STR_ARG(value));
        struct str text = money ? str_fmt(q->a, "%lld", (long long)micro) : value;
        struct str was = money ? S("0") : S("EUR"); /* as prices_read() */
        enum rc    rc = settings_get(q->db, q->a, str_of(prices[i].row), &was, e);
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
        if (str_eq(was, text))
            return RC_OK;
        scale_say(q, str_fmt(q->a, "%s is " STR_FMT " now", prices[i].name, STR_ARG(value)));
        return settings_set(q->db, str_of(prices[i].row), text, e);
    }
    return err_set(e, RC_NOT_FOUND, "no price '" STR_FMT "': core_hour, budget_hour, currency", STR_ARG(name));
}

/* ---- many at once ---- */

static struct kind_row *kind_named(struct kind_row *rows, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(rows[i].name, name))
            return &rows[i];
    return NULL;
}

static enum rc set_one(struct scale_ask *q, struct kind_row *row, struct str name, struct str value, struct err *e)
{
    if (str_is(name, "quota"))
        return set_quota(q, row, value, e);
    for (const struct knob *k = knobs; k < knobs + countof(knobs); k++)
        if (str_is(name, k->name))
            return parse_knob(k, value, row) ? RC_OK
                                             : err_set(e, RC_INVALID, STR_FMT ".%s: want %s, got '" STR_FMT "'",
                                                       STR_ARG(row->name), k->name, k->want, STR_ARG(value));
    return err_set(e, RC_NOT_FOUND, "no setting '" STR_FMT "': min, max, slo_age, rho, down, weight, paused, quota",
                   STR_ARG(name));
}

static struct str words_of_change(struct scale_ask *q, const struct kind_row *was, struct str was_quota,
                                  const struct kind_row *now)
{
    struct str said = S(""), quota = quota_text(q, now);

    for (const struct knob *k = knobs; k < knobs + countof(knobs); k++) {
        struct str before = knob_text(q->a, k, was), after = knob_text(q->a, k, now);
        if (!str_eq(before, after))
            said = str_join(q->a, said, S(", "),
                            str_fmt(q->a, "%s " STR_FMT " -> " STR_FMT, k->name, STR_ARG(before), STR_ARG(after)));
    }
    if (!str_eq(was_quota, quota))
        said = str_join(q->a, said, S(", "),
                        str_fmt(q->a, "quota " STR_FMT " -> " STR_FMT, STR_ARG(was_quota), STR_ARG(quota)));
    return said;
}

static enum rc write_kind(struct scale_ask *q, const struct kind_row *was, struct str was_quota,
                          const struct kind_row *now, struct err *e)
{
    struct str            said = words_of_change(q, was, was_quota, now);
    const struct service *s = scale_service_of(q, now->service);

    if (!said.n)
        return RC_OK;
    TRY(kinds_set(q->db, now, e));
    if (s) {
        TRY(services_ensure(q->db, s, 1, e));
        TRY(services_set(q->db, s, e));
    }
    scale_say(q, str_fmt(q->a, STR_FMT ": " STR_FMT, STR_ARG(now->name), STR_ARG(said)));
    return RC_OK;
}

static enum rc write_kinds(struct scale_ask *q, const struct kind_row *now, const struct str *was_quota, struct err *e)
{
    for (size_t i = 0; i < q->nkinds; i++)
        if (now[i].min_workers > now[i].max_workers)
            return err_set(e, RC_INVALID, STR_FMT ": min %lld is more than max %lld", STR_ARG(now[i].name),
                           (long long)now[i].min_workers, (long long)now[i].max_workers);
    for (size_t i = 0; i < q->nkinds; i++)
        TRY(write_kind(q, &q->kinds[i], was_quota[i], &now[i], e));
    return RC_OK;
}

/* ---- the file ---- */

struct file_read {
    struct scale_ask *q;
    struct kind_row  *rows;
    bool              prices; /* this pass: prices, or kinds */
};

static enum rc take_value(void *to, struct str in, struct str name, struct str value, struct err *e)
{
    struct file_read *f = to;
    bool              price = str_is(in, "price");
    struct kind_row  *row = str_starts(in, S("kind.")) ? kind_named(f->rows, f->q->nkinds, str_from(in, 5)) : NULL;

    if (!price && !row)
        return err_set(e, RC_NOT_FOUND, "no section [" STR_FMT "]: [kind.NAME] of `kith scale show`, or [price]",
                       STR_ARG(in));
    if (price && f->prices)
        return set_price(f->q, name, value, e);
    return !price && !f->prices ? set_one(f->q, row, name, value, e) : RC_OK;
}

enum rc scale_print_file(struct scale_ask *q, struct err *e)
{
    struct prices p;

    TRY(prices_read(q->db, q->a, &p, e));
    printf("# read back by `kith scale set --file FILE`\n");
    for (size_t i = 0; i < q->nkinds; i++) {
        printf("\n[kind." STR_FMT "]\n", STR_ARG(q->kinds[i].name));
        for (const struct knob *k = knobs; k < knobs + countof(knobs); k++)
            printf("%s = " STR_FMT "\n", k->name, STR_ARG(knob_text(q->a, k, &q->kinds[i])));
        printf("quota = " STR_FMT "\n", STR_ARG(quota_text(q, &q->kinds[i])));
    }
    printf("\n[price]\ncore_hour = " STR_FMT "\nbudget_hour = " STR_FMT "\ncurrency = " STR_FMT "\n",
           STR_ARG(scale_money_text(q->a, p.core_hour_micro)), STR_ARG(scale_money_text(q->a, p.budget_hour_micro)),
           STR_ARG(p.currency));
    return RC_OK;
}

/* ---- the verbs ---- */

static enum rc set_words(struct scale_ask *q, struct kind_row *rows, struct err *e)
{
    struct kind_row *row = q->argc > 1 ? kind_named(rows, q->nkinds, str_of(q->argv[1])) : NULL;

    q->misused = q->argc < 3;
    if (q->misused)
        return RC_OK;
    if (!row)
        return err_set(e, RC_NOT_FOUND, "no kind of work is called '%.40s': see `kith scale show`", q->argv[1]);
    for (int i = 2; i < q->argc; i++) {
        struct str rest = str_of(q->argv[i]), name;
        if (!str_next(&rest, '=', &name) || !rest.p)
            return err_set(e, RC_INVALID, "'%.60s': want NAME=VALUE", q->argv[i]);
        TRY(set_one(q, row, name, rest, e));
    }
    return RC_OK;
}

/* All or nothing. */
enum rc scale_set(struct scale_ask *q, struct err *e)
{
    const char      *path = option_text(&q->argc, q->argv, "--file");
    struct kind_row *rows = arena_array(q->a, struct kind_row, q->nkinds);
    struct str      *quota = arena_array(q->a, struct str, q->nkinds);
    struct file_read f = { .q = q, .rows = rows };
    auto_rollback    guard = { q->db };

    for (size_t i = 0; i < q->nkinds; i++) {
        rows[i] = q->kinds[i];
        quota[i] = quota_text(q, &rows[i]);
    }
    q->misused = q->misused || (path && q->argc > 1);
    if (!q->misused)
        TRY(path ? ini_file_read(q->a, path, take_value, &f, e) : set_words(q, rows, e));
    if (q->misused)
        return RC_OK;
    TRY(sql_begin(q->db, e));
    TRY(write_kinds(q, rows, quota, e));
    f.prices = true;
    if (path)
        TRY(ini_file_read(q->a, path, take_value, &f, e));
    TRY(scale_record(q, e));
    return sql_commit(q->db, e);
}

enum rc scale_price(struct scale_ask *q, struct err *e)
{
    auto_rollback guard = { q->db };

    q->misused = q->argc < 2;
    if (q->misused)
        return RC_OK;
    TRY(sql_begin(q->db, e));
    for (int i = 1; i < q->argc; i++) {
        struct str rest = str_of(q->argv[i]), name;
        if (!str_next(&rest, '=', &name) || !rest.p)
            return err_set(e, RC_INVALID, "'%.60s': want NAME=VALUE", q->argv[i]);
        TRY(set_price(q, name, rest, e));
    }
    TRY(scale_record(q, e));
    return sql_commit(q->db, e);
}
