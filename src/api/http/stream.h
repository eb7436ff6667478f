/* api/http/stream.h - one who listens: an event stream (SSE) that stays open, and the list of those.
 *
 * Whoever has something to say appends to out (events end with an empty line) and calls stream_say().  A stream that
 * has not taken what was said before is passed by: stream_is_busy(). */
#pragma once
#include "api/http/api.h"

struct streams;
struct stream {
    struct stream  *next, **link;
    struct streams *all;
    struct req     *r;
    int64_t         opened_us, spoke_us;
    struct buf      out;
    bool            ends; /* after what is in out; the browser comes back by itself, and is asked again who it is */
};
/* Streams of one account stand side by side.  at: for whoever serves them in several turns, the one whose turn is next: it moves on when
 * that one leaves. */
struct streams {
    struct stream *first, *at;
};

/* s is in the request's arena; at most cap bytes wait in it.  What is written between the two is sent first. */
void    stream_init(struct stream *s, struct req *r, size_t cap);
enum rc stream_open(struct streams *all, struct stream *s); /* answers the request */
bool    stream_is_busy(const struct stream *s);
/* Sends what is in out, or a comment when nothing was said for long. */
void stream_say(struct stream *s, int64_t now_us);
/* "event: name", data open for one JSON value; close the event with stream_event_end(). */
struct json_out stream_event(struct stream *s, const char *name);
void            stream_event_end(struct stream *s);
