/* What one image of the master leaves to the next over exec. */
#include "fleet/master/handover.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/log.h"

#define VARIABLE "KITH_HANDOVER"
enum { WORDS_MAX = 8192, ARGS_MAX = 256 };

static const struct {
    const char *name;
    size_t      at;
} descriptors[] = {
    { "lock", offsetof(struct handover, lock_fd) },         { "listen", offsetof(struct handover, listen_fd) },
    { "doorbell", offsetof(struct handover, doorbell_fd) }, { "asking", offsetof(struct handover, channel[0]) },
    { "answering", offsetof(struct handover, channel[1]) }, { "exe", offsetof(struct handover, exe_fd) },
};
static const char *const role_word[] = { [ROLE_HTTP] = "http", [ROLE_AGENT] = "agent", [ROLE_NURSERY] = "nursery" };

static int *descriptor(const struct handover *h, size_t i)
{
    return (int *)(void *)((char *)(uintptr_t)h + descriptors[i].at);
}

static void keep_over_exec(const struct handover *h, bool keep)
{
    for (size_t i = 0; i < countof(descriptors); i++) {
        int fd = *descriptor(h, i);
        if (fd >= 0)
            fcntl(fd, F_SETFD, keep ? 0 : FD_CLOEXEC);
    }
}

/* ---- taking over ---- */

static enum metrics_role role_of(struct str word)
{
    for (size_t r = 0; r < countof(role_word); r++)
        if (role_word[r] && str_is(word, role_word[r]))
            return (enum metrics_role)r;
    return ROLE_NONE;
}

static void take_old(struct handover *h, struct str list)
{
    struct str one, word;
    int64_t    pid;

    while (h->n < HANDOVER_OLD_MAX && str_next(&list, ',', &one))
        if (str_next(&one, ':', &word) && role_of(word) && str_i64(one, 2, INT32_MAX, &pid))
            h->old[h->n++] = (struct handover_child){ (pid_t)pid, role_of(word) };
}

static void take_word(struct handover *h, struct str name, struct str value, int64_t *pid)
{
    int64_t v = 0;

    if (str_is(name, "old")) {
        take_old(h, value);
        return;
    }
    if (!str_i64(value, 0, INT64_MAX, &v))
        return;
    for (size_t i = 0; i < countof(descriptors); i++)
        if (str_is(name, descriptors[i].name) && v <= INT_MAX && fcntl((int)v, F_GETFD) >= 0)
            *descriptor(h, i) = (int)v;
    if (str_is(name, "pid"))
        *pid = v;
    else if (str_is(name, "tries"))
        h->tries = v;
    else if (str_is(name, "fallen"))
        h->fallen = v != 0;
}

void handover_take(struct handover *ret)
{
    const char *text = getenv(VARIABLE), *why = getenv(VARIABLE "_WHY");
    struct str  words = str_of(text), word, name;
    int64_t     pid = 0;

    *ret = (struct handover){ .lock_fd = -1, .listen_fd = -1, .doorbell_fd = -1, .channel = { -1, -1 }, .exe_fd = -1 };
    if (!text)
        return;
    while (str_next(&words, ' ', &word))
        if (str_next(&word, '=', &name) && word.p)
            take_word(ret, name, word, &pid);
    ret->taken = pid == getpid() && ret->lock_fd >= 0;
    if (ret->taken)
        keep_over_exec(ret, false);
    snprintf(ret->why, sizeof ret->why, "%s", why ? why : "");
    unsetenv(VARIABLE);
    unsetenv(VARIABLE "_WHY");
}

/* ---- leaving ---- */

static void say(const struct handover *h, struct buf *b)
{
    buf_fmt(b, "pid=%d tries=%lld fallen=%d", (int)getpid(), (long long)h->tries, h->fallen);
    for (size_t i = 0; i < countof(descriptors); i++)
        if (*descriptor(h, i) >= 0)
            buf_fmt(b, " %s=%d", descriptors[i].name, *descriptor(h, i));
    for (size_t i = 0; i < h->n; i++)
        buf_fmt(b, "%s%s:%d", i ? "," : " old=", role_word[h->old[i].role], (int)h->old[i].pid);
    buf_put(b, (struct str){ "", 1 });
}

enum rc handover_to(const struct handover *h, const char *path, char **words, struct err *e)
{
    auto_buf b = buf_of(WORDS_MAX);
    char    *args[ARGS_MAX] = { (char *)(uintptr_t)(path ? path : "kith") };

    for (size_t i = 0; words[i] && i + 2 < ARGS_MAX; i++)
        args[i + 1] = words[i];
    say(h, &b);
    if (buf_full(&b))
        return err_set(e, RC_INTERNAL, "upgrade: too much to hand over");
    setenv(VARIABLE, b.p, 1);
    setenv(VARIABLE "_WHY", h->why, 1);
    keep_over_exec(h, true);
    if (path)
        execve(path, args, environ);
    else if (h->exe_fd >= 0)
        execveat(h->exe_fd, "", args, environ, AT_EMPTY_PATH);
    int why = errno;
    keep_over_exec(h, false);
    unsetenv(VARIABLE);
    unsetenv(VARIABLE "_WHY");
    return err_set(e, RC_UNAVAILABLE, "upgrade: %.150s cannot be run: %s", path ? path : "the old program",
                   strerror(why));
}

void handover_back(struct handover *h, char **words, const char *why)
{
    struct err e = { 0 };

    if (!h->taken || h->fallen || h->exe_fd < 0)
        return;
    log_event(LOG_ERROR, "master.fall_back", KZ("why", why));
    h->fallen = true;
    snprintf(h->why, sizeof h->why, "%s", why);
    if (handover_to(h, NULL, words, &e) != RC_OK)
        log_event(LOG_ERROR, "master.fall_back", KZ("why", e.text));
}

bool handover_is_given(void) { return getenv(VARIABLE) != NULL; }

void handover_refuse(char **words, const char *why)
{
    struct handover h;

    handover_take(&h);
    handover_back(&h, words, why);
}

void handover_own_path(char to[HANDOVER_PATH_MAX])
{
    static const char gone[] = " (deleted)";
    ssize_t           n = readlink("/proc/self/exe", to, HANDOVER_PATH_MAX - 1);
    size_t            tail = sizeof gone - 1;

    to[n > 0 ? n : 0] = 0;
    if (n > (ssize_t)tail && !strcmp(to + n - tail, gone))
        to[n - (ssize_t)tail] = 0;
}
