/* ops/doctor.h - what a check of `kith doctor` is given, and what it finds. */
#pragma once
#include "base/conf.h"
#include "io/sql/sql.h"
#include "ops/findings.h"

struct patient {
    struct arena   *a;
    struct conf    *conf;
    struct sql     *db; /* NULL until the database was opened */
    struct findings findings;
};

/* advice: "" when all is well. */
void note(struct patient *p, enum health h, const char *what, struct str text, struct str advice);

/* doctor_postgres.c: nothing when the database is a file. */
void check_postgres(struct patient *p);

/* doctor_citus.c: prints the calls that spread this installation over several servers. */
int doctor_citus(const struct conf *conf, struct arena *a);
