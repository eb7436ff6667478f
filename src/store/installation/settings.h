/* store/installation/settings.h - a few values of the whole installation: keys of this server, whether the demo was made. */
#pragma once
#include "io/sql/sql.h"

enum rc settings_get(struct sql *db, struct arena *a, struct str name, struct str *ret,
                     struct err *e) must_use; /* RC_NOT_FOUND */
enum rc settings_set(struct sql *db, struct str name, struct str value, struct err *e) must_use;
/* Sets it only when it is not there; ret: what is there after. One of many that start at once wins. */
enum rc settings_ensure(struct sql *db, struct arena *a, struct str name, struct str value, struct str *ret,
                        struct err *e) must_use;
