/* store/installation/samples.h - the history of the console: one row a host and minute for a day, one an hour for a month.
 *
 * The agent writes them (on a host without one: the first http process), so that what was counted in shared memory outlives it.
 * A row holds what happened since the one before; where that was stands in the shared area, so no process that dies loses or doubles
 * anything.  Rows of whole hours are those whose at_ms is a whole hour; a minute's never is. */
#pragma once
#include "io/shared/metrics.h"
#include "store/installation/sample.h"

enum { SAMPLE_EVERY_S = 60, SAMPLE_MINUTES_H = 26, SAMPLE_DAYS = 30, SAMPLES_MOST = 1500 };

/* This host now: numbers of the shared area as rates of the last minute, the machine, the agent's view of the queue.  No database. */
void sample_now(struct metrics *m, struct str data, struct sample *ret);
/* The same, but what is counted is counted since the last call of this; also looks how much memory Kith has (ms with many workers). */
void sample_since(struct metrics *m, struct str data, struct sample *ret);

/* sample_since() with the database's side and the price, written as a row.  On failure nothing is lost but this span. */
enum rc samples_keep(struct sql *db, struct metrics *m, struct str data, struct err *e) must_use;
/* Minutes older than SAMPLE_MINUTES_H become hours, hours older than SAMPLE_DAYS go.  Once an hour; several at once do no harm. */
enum rc samples_thin(struct sql *db, int64_t now_ms, struct err *e) must_use;

/* from <= at_ms < to in steps, hosts together, oldest first; steps without a row are left out.  RC_INVALID past SAMPLES_MOST steps. */
enum rc samples_list(struct sql *db, struct arena *a, int64_t from_ms, int64_t to_ms, int64_t step_ms,
                     struct sample **ret, size_t *ret_n, struct err *e) must_use;
/* The newest row of each host that wrote one since from_ms; as many hosts as there is room for. */
enum rc samples_hosts(struct sql *db, int64_t from_ms, struct sample *ret, size_t room, size_t *ret_n,
                      struct err *e) must_use;
