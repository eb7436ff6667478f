/* api/resources/events.h - who listens to what: the event streams (SSE) of one http process.
 *
 * A commit of any process changes sql_version(); while somebody listens it is looked at every EVENTS_POLL_MS.  When it moved, a round
 * begins: the accounts that listen are asked one after the other, once however many listen, in slices of EVENTS_SLICE_US.  An account
 * whose journal and work are as they were costs two short questions and its listeners nothing.  After a round follows a pause of ten
 * times what it took.  Nobody listens: nothing happens.  A stream that cannot keep up gets the newest state, never a backlog. */
#pragma once
#include "base/base.h"

enum {
    EVENTS_POLL_MS = 200,
    EVENTS_SLICE_US = 4000,
    EVENTS_AGAIN_S = 15,
    EVENTS_PER_ACCOUNT = 32,
    EVENTS_BYTES_MAX = 256 << 10
};

struct api;
struct events;
struct events *events_new(struct api *api);
void           events_free(struct events *v);
