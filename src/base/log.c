/* Log lines in logfmt, and the ring of the latest warnings that processes share. */
#include "base/log.h"
#include <unistd.h>
#include "base/buf.h"
#include "base/clock.h"
#include "base/rand.h"
#include "base/utf8.h"

static const char *const level_name[] = { "debug", "info", "warn", "error" };

/* What this process is, set once after fork: the one place where a log line gets its origin. */
static struct {
    enum log_level   least;
    const char      *process;
    struct log_ring *ring;
} self = { LOG_INFO, "kith", NULL };

void log_set(enum log_level least, const char *process)
{
    self.least = least;
    self.process = process;
}

void log_keep(struct log_ring *shared) { self.ring = shared; }

static void keep(struct log_ring *r, struct str line)
{
    uint64_t number = atomic_fetch_add(&r->newest, 1) + 1;
    size_t   at = number % LOG_KEPT, n = size_min(line.n, sizeof r->entry[at].text - 1);

    atomic_store_explicit(&r->entry[at].number, 0, memory_order_release);
    memcpy(r->entry[at].text, line.p, n);
    r->entry[at].text[n] = 0;
    atomic_store_explicit(&r->entry[at].number, number, memory_order_release);
}

bool log_kept_next(const struct log_ring *r, uint64_t *number, char to[LOG_KEPT_BYTES])
{
    uint64_t newest = atomic_load(&r->newest);

    if (*number + LOG_KEPT < newest)
        *number = newest - LOG_KEPT;
    while (*number < newest) {
        size_t at = ++*number % LOG_KEPT;
        if (atomic_load_explicit(&r->entry[at].number, memory_order_acquire) != *number)
            continue;
        memcpy(to, r->entry[at].text, sizeof r->entry[at].text);
        atomic_thread_fence(memory_order_acquire);
        if (atomic_load_explicit(&r->entry[at].number, memory_order_relaxed) == *number)
            return true;
    }
    return false;
}

enum log_level log_level_of(struct str name)
{
    for (size_t i = 0; i < countof(level_name); i++)
        if (str_is(name, level_name[i]))
            return (enum log_level)i;
    return LOG_INFO;
}

static void put_text(struct buf *b, struct str s)
{
    struct str part;
    buf_char(b, '"');
    for (bool more = false; str_next(&s, '"', &part); more = true) {
        if (more)
            buf_put(b, S("\\\""));
        utf8_put_plain(b, part);
    }
    buf_char(b, '"');
}

static void put_value(struct buf *b, const struct log_kv *kv)
{
    if (kv->t == KV_I) {
        buf_i64(b, kv->i);
    } else if (kv->t == KV_S) {
        put_text(b, kv->s);
    } else {
        char id[ID_CHARS];
        id_print(kv->i, id);
        buf_put(b, (struct str){ id, ID_CHARS });
    }
}

void log_event_(enum log_level level, const char *event, const struct log_kv *kv, size_t n)
{
    if (level < self.least)
        return;
    auto_buf b = buf_of(2048);
    int64_t  now = clock_ms();

    buf_fmt(&b, "%lld.%03d %s %s proc=%s", (long long)(now / 1000), (int)(now % 1000), level_name[level], event,
            self.process);
    for (size_t i = 0; i < n; i++) {
        buf_fmt(&b, " %s=", kv[i].k);
        put_value(&b, &kv[i]);
    }
    if (b.n == b.cap)
        b.n--;
    b.full = false;
    if (self.ring && level >= LOG_WARN)
        keep(self.ring, buf_str(&b));
    buf_char(&b, '\n');
    if (write(STDERR_FILENO, b.p, b.n) < 0)
        return; /* nowhere left to tell */
}
