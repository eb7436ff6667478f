/* Any bytes as what processes of one installation send each other, of the kind that the first byte chooses: a question to a password worker,
 * its answer, the bytes behind a worker's head, in the message or in its file, and the words a master leaves to the next. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/arena.h"
#include "fleet/master/handover.h"
#include "fleet/nursery/messages.h"
#include "io/shared/password.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool truth)
{
    if (!truth)
        abort();
}

static void question(struct str bytes)
{
    struct password_question q;

    if (password_question_read(bytes, &q))
        must(q.password.n <= PASSWORD_BYTES_MAX && q.hash.n < PASSWORD_HASH_MAX);
}

static void answer(struct str bytes)
{
    struct password_answer one, again;
    auto_buf               b = buf_of(1 << 10);

    if (!password_answer_read(bytes, &one))
        return;
    struct str hash = str_of(one.hash);
    must(hash.n < PASSWORD_HASH_MAX);
    for (size_t i = 0; i < hash.n; i++)
        must(hash.p[i] > ' ' && hash.p[i] <= '~');
    password_answer_write(&b, &one);
    must(password_answer_read(buf_str(&b), &again) && !memcmp(&one, &again, sizeof one));
}

/* The first four bytes are the length the worker names, the fifth where it says they are. */
static void payload(struct str bytes)
{
    uint32_t       said = 0;
    struct payload p;

    if (bytes.n < 5)
        return;
    memcpy(&said, bytes.p, sizeof said);
    enum message_carrier by = (unsigned char)bytes.p[4] % 3;
    struct str           sent = str_from(bytes, 5);
    struct message m = { .got = sent, .fds = { memfd_create("fuzz", MFD_CLOEXEC | MFD_ALLOW_SEALING) }, .nfds = 1 };
    must(m.fds[0] >= 0 && write(m.fds[0], sent.p, sent.n) == (ssize_t)sent.n);
    if (message_payload(&m, 0, said, by, 1 << 20, &p, NULL) == RC_OK) {
        must(p.bytes.n == said && !memcmp(p.bytes.p, sent.p, said) && by != BY_SEALED);
        payload_done(&p);
    }
    message_close(&m);
}

/* Meant for this process or, mostly, not: the words begin with its number. */
static void handover(struct str bytes)
{
    auto_free(arena) a = arena_new(8192);
    struct handover h;

    setenv("KITH_HANDOVER", str_fmt(a, "pid=%d " STR_FMT, (int)getpid(), STR_ARG(bytes)).p, 1);
    setenv("KITH_HANDOVER_WHY", str_copy(a, bytes).p, 1);
    handover_take(&h);
    must(!handover_is_given() && h.n <= HANDOVER_OLD_MAX && strlen(h.why) < sizeof h.why);
    must(!h.taken || h.lock_fd >= 0);
    for (size_t i = 0; i < h.n; i++)
        must(h.old[i].pid > 1 && h.old[i].role != ROLE_NONE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static void (*const reader[])(struct str) = { question, answer, payload, handover };

    if (n)
        reader[data[0] % countof(reader)]((struct str){ (const char *)data + 1, n - 1 });
    return 0;
}
