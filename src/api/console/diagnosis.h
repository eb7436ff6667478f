/* api/console/diagnosis.h - is all well?  What an operator reads first, in words: the worst of what is the matter, or that nothing is.
 *
 * Pure: numbers in, sentences out.  The console, its event stream and `kith top` say the same thing. */
#pragma once
#include "base/arena.h"
#include "base/str.h"

enum { DIAGNOSIS_KINDS = 16, DIAGNOSIS_MAX = 16 };

/* WELL; NOTE: worth knowing, nothing to do; WARN: somebody waits, or will; BAD: something is broken. */
enum mood { MOOD_WELL, MOOD_NOTE, MOOD_WARN, MOOD_BAD };
extern const char *const mood_name[];

struct look_kind {
    struct str name, held_by, service; /* held_by as fleet/law/scale.h says it, "" = nothing */
    int64_t    ready, dead, oldest_ms, slo_ms, running;
    bool       paused;
};
struct look {
    int64_t          visits, requests, errors, refused; /* in the last minute */
    int64_t          slow_us;                           /* 99 of 100 reads and writes are faster */
    int64_t          processes, processes_wanted, agents;
    int64_t          silent_ms; /* the database does not answer since; 0 = it does */
    int64_t          disk, disk_free;
    bool             disk_full;      /* less than the setting disk-floor is left */
    int64_t          backup_late_ms; /* the last good scheduled backup is so old, and that is too old; 0: all is well */
    int64_t          launch_factor, launch_ends_ms; /* 0: none */
    struct look_kind kind[DIAGNOSIS_KINDS];
    size_t           nkinds;
};

struct diagnosis {
    struct {
        enum mood  mood;
        struct str text;
    } line[DIAGNOSIS_MAX]; /* worst first */
    size_t n;              /* >= 1 */
};
void       diagnosis_of(struct arena *a, const struct look *look, struct diagnosis *ret);
struct str diagnosis_age(struct arena *a, int64_t ms); /* "0.4 s", "12 s", "14 min", "3.1 h" */
