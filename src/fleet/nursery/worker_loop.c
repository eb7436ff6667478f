/* A worker's life: receive a unit, run it, answer. */
#include "fleet/nursery/worker_loop.h"
#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <stdio.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "base/log.h"
#include "fleet/nursery/messages.h"

enum { KEEP_OUTPUT_BYTES = 256 << 10 };

struct self {
    const struct worker *w;
    int                  socket_fd, channel_fd, answer_fd; /* answer_fd: a file in memory for large answers */
    struct arena        *arena;
    struct buf           space, out;
};

static int64_t cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static enum rc run_unit(struct self *s, struct message *m, const struct unit_head *head, struct err *e)
{
    struct payload in;
    TRY(message_payload(m, sizeof *head, head->bytes, head->in_memfd ? BY_SEALED : BY_MESSAGE, UNIT_INPUT_MAX, &in, e));

    struct files files = { .n = m->nfds };
    memcpy(files.fd, m->fds, sizeof m->fds[0] * m->nfds);
    enum rc rc = s->w->run(s->arena, in.bytes, &files, &s->out, e);
    payload_done(&in);
    if (rc == RC_OK && buf_full(&s->out))
        return err_set(e, RC_TOO_LARGE, "%s: the answer passes %d MiB", s->w->name, UNIT_OUTPUT_MAX >> 20);
    return rc;
}

/* A unit that failed early has no answer: NULL is nothing that explicit_bzero() takes. */
static void overwrite(const char *p, size_t n)
{
    if (n)
        explicit_bzero((void *)(uintptr_t)p, n);
}

/* The next unit may be another account's: nothing of this one stays to be read. */
static void unit_clean(struct self *s, const struct message *m)
{
    arena_wipe(s->arena);
    overwrite(m->got.p, m->got.n);
    overwrite(s->out.p, s->out.n);
    buf_clear(&s->out);
    if (s->out.size > KEEP_OUTPUT_BYTES) {
        buf_done(&s->out);
        malloc_trim(0);
    }
}

/* false: the agent is gone. */
static bool serve_unit(struct self *s, bool leaving)
{
    struct message m;
    struct err     e = { 0 };
    if (message_recv(s->socket_fd, &s->space, &m, &e) != RC_OK || m.got.n < sizeof(struct unit_head))
        return false;

    struct unit_head head;
    memcpy(&head, m.got.p, sizeof head);
    int64_t            began_us = cpu_us();
    struct answer_head answer = { .leaving = leaving };
    answer.rc = (int32_t)run_unit(s, &m, &head, &e);
    message_close(&m);
    struct str out = answer.rc == RC_OK ? buf_str(&s->out) : S("");
    answer.retry_after_s = e.retry_after_s;
    answer.cpu_us = cpu_us() - began_us;
    answer.bytes = (uint32_t)out.n;
    answer.in_memfd = message_is_big(out);
    snprintf(answer.why, sizeof answer.why, "%s", e.text);
    enum rc rc = message_answer(s->socket_fd, &answer, sizeof answer, out, s->answer_fd, &e);
    unit_clean(s, &m);
    return rc == RC_OK;
}

static void serve_question(struct self *s)
{
    struct message m;
    struct files   none = { 0 };
    struct err     e = { 0 };

    if (message_recv(s->channel_fd, &s->space, &m, &e) != RC_OK)
        return; /* another worker was quicker */
    enum rc rc = m.nfds == 1 ? s->w->run(s->arena, m.got, &none, &s->out, &e) : RC_MALFORMED;
    if (rc == RC_OK)
        (void)!write(m.fds[0], s->out.p, s->out.n);
    else
        log_event(LOG_ERROR, "worker.question", KZ("rc", rc_name(rc)), KZ("why", e.text));
    message_close(&m); /* end of file is the answer to what went wrong */
    unit_clean(s, &m);
}

static void loop(struct self *s)
{
    struct pollfd wait[2] = { { .fd = s->socket_fd, .events = POLLIN }, { .fd = s->channel_fd, .events = POLLIN } };

    for (int served = 1; served <= WORKER_UNITS_MAX;) {
        if (poll(wait, 2, -1) < 0 && errno != EINTR)
            return;
        if (wait[0].revents && !serve_unit(s, served++ == WORKER_UNITS_MAX))
            return;
        if (wait[1].revents & POLLIN) {
            serve_question(s);
            served++;
        }
    }
}

/* The C library overwrites what is given back, but also what is got: so what every worker holds is got before, and stays untouched. */
static void overwrite_freed(struct self *s)
{
    (void)buf_room(&s->space, MESSAGE_MAX);
    (void)arena_raw(s->arena, 1);
    arena_reset(s->arena);
    mallopt(M_PERTURB, 1);
}

_Noreturn void worker_loop(const struct worker *w, const struct cage *cage, int socket_fd, int channel_fd)
{
    struct err  e = { 0 };
    struct self s = { .w = w,
                      .socket_fd = socket_fd,
                      .channel_fd = channel_fd,
                      .answer_fd = memfd_create("kith-answer", MFD_CLOEXEC),
                      .arena = arena_new(WORKER_IDLE_ARENA),
                      .space = buf_of(2 * MESSAGE_INLINE_MAX),
                      .out = buf_of(UNIT_OUTPUT_MAX) };

    overwrite_freed(&s);
    if (s.answer_fd < 0 || cage_enter(cage, w->memory_mb, &e) != RC_OK) {
        log_event(LOG_ERROR, "worker.cage", KZ("why", s.answer_fd < 0 ? strerror(errno) : e.text));
        _exit(1);
    }
    loop(&s);
    _exit(0);
}
