/* api/http/execute.h - a request is carried out once, also when the database goes away in the middle.
 *
 * A request that writes is one transaction: what the handler does, the answer kept for its Idempotency-Key, and (PostgreSQL) a
 * mark that says "number n of this process was committed".  When the database does not answer (restart, fail-over, a busy file),
 * nothing of it is there, so the request waits, up to EXECUTE_WAIT_MS since the first failure, and is carried out anew; its
 * client sees a pause.  When the connection was lost during the commit itself, the mark tells after the reconnect whether it
 * was done: if so the answer that was ready is given, if not it is carried out anew.  Nothing is done twice, nothing that
 * was answered is lost; after the time: 503 with Retry-After.
 *
 * A request that is refused leaves nothing, unless it says r->lasting: a try that was counted, a line in the audit log.
 *
 * SQLite that is busy with another process's transaction is the same: the loop waits EXECUTE_PATIENCE_MS for it, and others are served
 * until the next attempt; who has waited for long is given more.  Agent and bulk work give way to it.
 *
 * A handler that goes on after its request's first turn (slices, an erasure) keeps its own order: what it does later is its own. */
#pragma once
#include "api/http/api.h"

enum { EXECUTE_WAIT_MS = 10000, EXECUTE_AGAIN_MS = 40, EXECUTE_PATIENCE_MS = 2 };

bool execute_reads_only(const struct req *r);
/* Before a request asks the database.  RC_UNAVAILABLE: nobody may just now (api/http/waiting.h), execute_waits() says when. */
enum rc execute_may_try(struct req *r, struct err *e) must_use;
/* After it; began_us: monotonic, when it began to ask. */
void execute_tried(struct req *r, enum rc rc, int64_t began_us);
/* What makes two requests with one Idempotency-Key the same. */
int64_t execute_hash(const struct req *r, struct str body);
/* run(r), in a transaction when the request writes. */
enum rc execute(struct req *r, handler *run, struct err *e) must_use;

/* Calls `again` later when rc says that the database failed it, there is time left, and no answer has begun: then true, and the
 * request's answer is empty again.  Otherwise the caller answers with rc. */
bool execute_waits(struct req *r, enum rc rc, void (*again)(struct req *r));
/* In again(): true: it was committed after all, the answer stands in r. */
bool execute_was_done(struct req *r);
void execute_done(struct req *r); /* the request ends */

/* After an RC_UNAVAILABLE of the database: in how many ms to try again. */
int64_t execute_again_ms(struct api *api);
/* Before a step of work in bulk: 0, or in how many ms to ask again, because somebody who waits for a page wants to write. */
int64_t execute_give_way_ms(struct api *api, int *times);
/* For work that goes on in later turns: may it try again?  failures: of this step, counted here. */
bool execute_tries_again(int *failures);
