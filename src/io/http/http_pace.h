/* io/http/http_pace.h - cuts off who reads an answer too slowly: memory and a place are held for it meanwhile.
 *
 * A reader has to take HTTP_READ_BYTES_PER_S on average over each window of time in which bytes waited for it; time in which the
 * server had nothing to send does not count.  What it took is what its TCP acknowledged.  Pure but for pace_taken(). */
#pragma once
#include "base/base.h"

enum { HTTP_READ_BYTES_PER_S = 1024 };

struct pace {
    int64_t looked_us, owed_us; /* when this was last looked at; how long bytes have waited in this window */
    int64_t taken;              /* at the beginning of the window */
};

/* A new answer: taken as pace_taken() says now. */
struct pace pace_of(int64_t taken, int64_t now_us);
/* Called about once a second.  owed: bytes wait for the reader now; taken: bytes since the connection began. */
bool pace_is_slow(struct pace *p, bool owed, int64_t taken, int64_t now_us, int64_t window_us);
/* Bytes of this TCP connection that its peer has acknowledged; 0 when the kernel does not say. */
int64_t pace_taken(int fd);
