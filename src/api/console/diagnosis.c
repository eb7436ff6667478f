/* Says in sentences what is the matter with the installation, the worst first. */
#include "api/console/diagnosis.h"
#include <stdarg.h>
#include <stdio.h>

const char *const mood_name[] = { "well", "note", "warn", "bad" };

enum { SILENT_MS = 1500, SLOW_US = 500 * 1000, FULL_WARN = 10, FULL_BAD = 3 };

/* Why a kind has no more workers than it has, as fleet/law/scale.h names it. */
static const struct {
    const char *held_by, *text;
} reasons[] = {
    { "max", "all the workers it may have are at work" }, { "cpu", "every core is busy" },
    { "memory", "there is no room for more workers" },    { "budget", "the budget allows no more workers" },
    { "database", "the database saves no faster" },
};

struct str diagnosis_age(struct arena *a, int64_t ms)
{
    if (ms < 10000)
        return str_fmt(a, "%.1f s", (double)ms / 1e3);
    if (ms < 100000)
        return str_fmt(a, "%lld s", (long long)ms / 1000);
    if (ms < 100 * 60000)
        return str_fmt(a, "%lld min", (long long)ms / 60000);
    return str_fmt(a, "%.1f h", (double)ms / 3.6e6);
}

static void say(struct diagnosis *w, enum mood mood, struct str text)
{
    size_t at = w->n;

    if (w->n == DIAGNOSIS_MAX)
        return;
    for (; at > 0 && w->line[at - 1].mood < mood; at--)
        w->line[at] = w->line[at - 1];
    w->line[at].mood = mood;
    w->line[at].text = text;
    w->n++;
}

static void say_house(struct arena *a, const struct look *l, struct diagnosis *w)
{
    int64_t answered = i64_max(l->requests, 1);

    if (l->silent_ms > SILENT_MS)
        say(w, MOOD_BAD,
            str_fmt(a, "The database does not answer since " STR_FMT, STR_ARG(diagnosis_age(a, l->silent_ms))));
    if (l->processes < l->processes_wanted)
        say(w, l->processes ? MOOD_WARN : MOOD_BAD,
            str_fmt(a, "%lld of %lld processes up", (long long)l->processes, (long long)l->processes_wanted));
    if (!l->agents && l->silent_ms <= SILENT_MS)
        say(w, MOOD_BAD, S("No agent is at work: what is waiting, waits"));
    if (l->errors)
        say(w, l->errors * 100 > answered ? MOOD_BAD : MOOD_WARN,
            str_fmt(a, "%lld of %lld answers in the last minute were errors", (long long)l->errors,
                    (long long)answered));
    if (l->refused)
        say(w, MOOD_NOTE, str_fmt(a, "%lld were asked to come again later in the last minute", (long long)l->refused));
    if (l->slow_us > SLOW_US)
        say(w, MOOD_WARN,
            str_fmt(a, "Answers are slow: 1 of 100 takes longer than " STR_FMT,
                    STR_ARG(diagnosis_age(a, l->slow_us / 1000))));
    if (l->disk_full)
        say(w, MOOD_BAD, S("The disk is full: nothing new is taken until there is room, looking and deleting go on"));
    else if (l->disk && l->disk_free * 100 < l->disk * FULL_WARN)
        say(w, l->disk_free * 100 < l->disk * FULL_BAD ? MOOD_BAD : MOOD_WARN,
            str_fmt(a, "The disk is %lld %% full", (long long)(100 - l->disk_free * 100 / l->disk)));
}

static void say_backup(struct arena *a, const struct look *l, struct diagnosis *w)
{
    if (l->backup_late_ms)
        say(w, MOOD_WARN,
            str_fmt(a, "No good backup since " STR_FMT ": kith doctor says why",
                    STR_ARG(diagnosis_age(a, l->backup_late_ms))));
}

static struct str service_name(struct arena *a, struct str s)
{
    return s.n ? str_fmt(a, "%c" STR_FMT, ascii_upper(s.p[0]), STR_ARG(str_from(s, 1))) : S("outside");
}

static struct str behind(struct arena *a, const struct look_kind *k)
{
    struct str age = diagnosis_age(a, k->oldest_ms);

    if (str_is(k->held_by, "quota"))
        return str_fmt(a, "Held by the " STR_FMT " quota, " STR_FMT " behind", STR_ARG(service_name(a, k->service)),
                       STR_ARG(age));
    for (size_t i = 0; i < countof(reasons); i++)
        if (str_is(k->held_by, reasons[i].held_by))
            return str_fmt(a, STR_FMT " is " STR_FMT " behind: %s", STR_ARG(k->name), STR_ARG(age), reasons[i].text);
    return str_fmt(a, STR_FMT " is " STR_FMT " behind", STR_ARG(k->name), STR_ARG(age));
}

static void say_kind(struct arena *a, const struct look_kind *k, struct diagnosis *w)
{
    if (k->paused)
        say(w, k->ready ? MOOD_WARN : MOOD_NOTE,
            str_fmt(a, STR_FMT " is paused, %lld wait", STR_ARG(k->name), (long long)k->ready));
    else if (k->oldest_ms > k->slo_ms)
        say(w, MOOD_WARN, behind(a, k));
    if (k->dead)
        say(w, MOOD_NOTE,
            str_fmt(a, "%lld %s of " STR_FMT " given up", (long long)k->dead, k->dead == 1 ? "job" : "jobs",
                    STR_ARG(k->name)));
}

static struct str all_is_well(struct arena *a, const struct look *l)
{
    int64_t oldest = 0;

    for (size_t i = 0; i < l->nkinds; i++)
        oldest = l->kind[i].paused ? oldest : i64_max(oldest, l->kind[i].oldest_ms);
    struct str waits =
        oldest ? str_fmt(a, "oldest job " STR_FMT, STR_ARG(diagnosis_age(a, oldest))) : S("no job waits");
    return str_fmt(a, "All is well: %lld %s a minute, " STR_FMT ", %lld of %lld processes up", (long long)l->visits,
                   l->visits == 1 ? "visit" : "visits", STR_ARG(waits), (long long)l->processes,
                   (long long)l->processes_wanted);
}

void diagnosis_of(struct arena *a, const struct look *look, struct diagnosis *ret)
{
    *ret = (struct diagnosis){ 0 };
    say_house(a, look, ret);
    say_backup(a, look, ret);
    for (size_t i = 0; i < look->nkinds; i++)
        say_kind(a, &look->kind[i], ret);
    if (look->launch_factor > 1)
        say(ret, MOOD_NOTE, str_fmt(a, "Launch: everything may grow %lld times", (long long)look->launch_factor));
    if (ret->n && ret->line[0].mood > MOOD_NOTE)
        return;
    struct diagnosis notes = *ret;
    *ret = (struct diagnosis){ 0 };
    ret->line[ret->n].mood = MOOD_WELL;
    ret->line[ret->n++].text = all_is_well(a, look);
    for (size_t i = 0; i < notes.n && ret->n < DIAGNOSIS_MAX; i++)
        ret->line[ret->n++] = notes.line[i];
}
