/* base/log.h - one event per line on stderr, logfmt: time level event key=value ...
 *
 * The event name is a constant you can search for; everything that varies is a key.  No personal data (but the address of a
 * failed log-in, api/http/guesses.h):
 * ids and counts, never names, addresses or file contents.  A line is cut at 2 KB and written by one
 * write(), so lines of several processes do not mix.
 *
 * Warnings and errors are kept too, the newest LOG_KEPT of them, in a ring that all processes share: what the console shows. */
#pragma once
#include <stdatomic.h>
#include "base/err.h"
#include "base/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
struct log_kv {
    const char *k;
    enum { KV_I, KV_S, KV_ID } t;
    int64_t    i;
    struct str s;
};
#define KI(key, v)  ((struct log_kv){ .k = key, .t = KV_I, .i = (v) })
#define KS(key, v)  ((struct log_kv){ .k = key, .t = KV_S, .s = (v) })
#define KZ(key, z)  KS(key, str_of(z))
#define KID(key, v) ((struct log_kv){ .k = key, .t = KV_ID, .i = (v) }) /* printed as base 32 text */

enum { LOG_KEPT = 200, LOG_KEPT_BYTES = 400 };
struct log_ring {
    _Atomic uint64_t newest; /* number of the newest entry, 0 = none yet */
    struct {
        _Atomic uint64_t number; /* 0 while it is written */
        char             text[LOG_KEPT_BYTES - sizeof(uint64_t)];
    } entry[LOG_KEPT];
};
void log_keep(struct log_ring *shared); /* from now on, also in processes forked after it; NULL: not any more */
/* The first entry after *number that is still there, as it was logged (cut, NUL-terminated); *number becomes its own.  false: none.
 * An entry that is written over while it is read is passed by. */
bool log_kept_next(const struct log_ring *r, uint64_t *number, char to[LOG_KEPT_BYTES]);

void log_set(enum log_level least, const char *process); /* process: shown as proc=; at start of each process */
enum log_level log_level_of(struct str name);            /* of conf.log_level; LOG_INFO when it is none */
void           log_event_(enum log_level level, const char *event, const struct log_kv *kv, size_t n);
#define log_event(level, event, ...) \
    log_event_(level, event, (const struct log_kv[]){ __VA_ARGS__ }, countof(((const struct log_kv[]){ __VA_ARGS__ })))
