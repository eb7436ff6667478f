/* work/all_kinds.h - the kinds of work, one file each; work/workers.c lists them. */
#pragma once
#include "work/worker.h"

extern const struct worker worker_import, worker_enrich, worker_dedupe, worker_index, worker_undo, worker_expire;

/* ISO code the account's numbers without a country belong to; "" when it has set none. */
enum rc account_country(struct sql *db, struct arena *a, int64_t account, struct str *ret, struct err *e) must_use;
