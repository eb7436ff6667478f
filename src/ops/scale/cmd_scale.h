/* ops/scale/cmd_scale.h - what the verbs of `kith scale` share.  Inside ops only.
 *
 * They work on the database of the installation, so from any of its hosts; agents see a change within a second. */
#pragma once
#include "base/conf.h"
#include "store/installation/kinds.h"
#include "store/installation/launches.h"
#include "store/installation/prices.h"
#include "store/installation/services.h"

struct scale_ask {
    struct conf     *conf;
    struct arena    *a;
    struct sql      *db;
    bool             json, misused;
    int              argc; /* the verb's own: argv[0] is its name */
    char           **argv;
    struct kind_row *kinds;
    size_t           nkinds;
    struct service   service[SERVICES_MAX];
    size_t           nservices;
    struct str       said, lines; /* what was changed: for the record, for the terminal */
};

enum rc scale_show(struct scale_ask *q, struct err *e) must_use;
enum rc scale_set(struct scale_ask *q, struct err *e) must_use;
enum rc scale_price(struct scale_ask *q, struct err *e) must_use;
enum rc scale_launch(struct scale_ask *q, struct err *e) must_use;
enum rc scale_land(struct scale_ask *q, struct err *e) must_use;
enum rc scale_export(struct scale_ask *q, struct err *e) must_use;
enum rc scale_plan(struct scale_ask *q, struct err *e) must_use;

/* The settings as a file that `kith scale set --file` reads back. */
enum rc scale_print_file(struct scale_ask *q, struct err *e) must_use;
/* Who is at the terminal, for the record. */
struct str scale_actor(struct arena *a);
/* What was changed: printed when all of it is written, and added to what scale_record() writes down: the row scale.last_change of
 * settings, which every agent logs. */
void    scale_say(struct scale_ask *q, struct str what);
enum rc scale_record(struct scale_ask *q, struct err *e) must_use;

struct service *scale_service_of(struct scale_ask *q, struct str name); /* NULL: none of that name */

/* ---- values as people write them ---- */
/* "500ms", "5s", "2m", "12h", "3d", a bare number is seconds; whole, within min..max milliseconds. */
bool       scale_duration_ms(struct str text, int64_t min, int64_t max, int64_t *ret);
struct str scale_duration(struct arena *a, int64_t ms); /* "5s": what scale_duration_ms() reads */
/* "0.04": millionths; at most six digits behind the point. */
bool       scale_money(struct str text, int64_t max_micro, int64_t *ret_micro);
struct str scale_money_text(struct arena *a, int64_t micro);
