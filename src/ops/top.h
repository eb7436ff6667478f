/* ops/top.h - one reading of /metrics, and the screen made of it.  Inside ops only. */
#pragma once
#include "base/buf.h"
#include "base/conf.h"
#include "base/map.h"

enum { TOP_KINDS = 32, TOP_SERVICES = 8, TOP_HELD = 16 };

/* Samples by their full text, `kith_jobs_ready{kind="enrich"}`. */
struct reading {
    struct map map;
    struct str kind[TOP_KINDS], service[TOP_SERVICES];
    struct {
        struct str kind, by;
    } held[TOP_HELD];
    size_t  nkinds, nservices, nheld;
    int64_t at_us;
};

enum rc top_read(const struct conf *conf, struct arena *a, struct reading *r, struct err *e) must_use;
double  top_value(const struct reading *r, struct str sample); /* 0 when it is not there */
/* NAME{LABEL="VALUE"} */
double     top_of(const struct reading *r, struct arena *a, const char *name, const char *label, struct str value);
struct str top_held_by(const struct reading *r, struct str kind); /* "" when nothing holds it */
/* Lines of at most `columns` characters, at most `rows`; colour: with escape sequences.  before: for what happened per second. */
void top_screen(struct buf *b, struct arena *a, const struct reading *now, const struct reading *before, size_t columns,
                size_t rows, bool colour);
