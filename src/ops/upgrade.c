/* kith upgrade: asks the running server to become this program. */
#include "ops/upgrade.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/options.h"
#include "fleet/master/handover.h"
#include "ops/commands.h"
#include "ops/local.h"

enum { LOOK_US = 20000, ANSWER_S = 90 };

/* What the lock file says (fleet/master/startup.h). */
struct status {
    int64_t    pid, tries;
    bool       ok;
    struct str text;
};

static enum rc read_status(const struct conf *conf, struct arena *a, struct status *ret, struct err *e)
{
    char *text = arena_get(a, 1024);
    int   fd = open(str_fmt(a, STR_FMT "/kith.lock", STR_ARG(conf->data)).p, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(e, RC_NOT_FOUND, "no Kith runs on " STR_FMT, STR_ARG(conf->data));
    ssize_t n = pread(fd, text, 1024, 0);
    close(fd);

    struct str rest = { text, n > 0 ? (size_t)n : 0 }, line, word;
    *ret = (struct status){ 0 };
    if (!str_next(&rest, '\n', &line) || !str_i64(line, 2, INT32_MAX, &ret->pid))
        return err_set(e, RC_UNAVAILABLE, "kith.lock in " STR_FMT " cannot be read", STR_ARG(conf->data));
    if (!str_next(&rest, '\n', &line) || !str_next(&line, ' ', &word) || !str_i64(word, 0, INT64_MAX, &ret->tries))
        return RC_OK; /* it is being written, or only being started */
    ret->ok = str_next(&line, ' ', &word) && str_is(word, "ok");
    ret->text = line;
    return RC_OK;
}

static enum rc leave_wish(const struct conf *conf, struct arena *a, const char *binary, struct err *e)
{
    struct str path = str_fmt(a, STR_FMT "/kith.upgrade", STR_ARG(conf->data)),
               fresh = str_fmt(a, STR_FMT ".new", STR_ARG(path));
    int  fd = open(fresh.p, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool good = fd >= 0 && write(fd, binary, strlen(binary)) == (ssize_t)strlen(binary);
    if (fd >= 0)
        close(fd);
    if (good && rename(fresh.p, path.p) == 0)
        return RC_OK;
    return err_set(e, RC_UNAVAILABLE, "cannot write in " STR_FMT ": %s", STR_ARG(conf->data), strerror(errno));
}

static enum rc await(const struct conf *conf, int64_t tries, struct err *e)
{
    int64_t end_us = clock_mono_us() + (int64_t)ANSWER_S * 1000000;

    while (clock_mono_us() < end_us) {
        auto_free(arena) a = arena_new(4096);
        struct status now;
        usleep(LOOK_US);
        if (!local_house_runs(conf, a))
            return err_set(e, RC_UNAVAILABLE, "the server went down");
        TRY(read_status(conf, a, &now, e));
        if (now.tries <= tries)
            continue;
        if (!now.ok)
            return err_set(e, RC_INVALID, "refused, the old one serves on: " STR_FMT, STR_ARG(now.text));
        printf("kith " STR_FMT " runs now (process %lld, as before)\n", STR_ARG(now.text), (long long)now.pid);
        return RC_OK;
    }
    return err_set(e, RC_UNAVAILABLE, "no answer in %d s: see the log", ANSWER_S);
}

enum rc upgrade_running(const struct conf *conf, struct arena *a, const char *binary, struct err *e)
{
    char          own[HANDOVER_PATH_MAX], path[PATH_MAX];
    struct status before;

    if (!local_house_runs(conf, a))
        return err_set(e, RC_NOT_FOUND, "no Kith runs on " STR_FMT, STR_ARG(conf->data));
    handover_own_path(own);
    if (!realpath(binary ? binary : own, path))
        return err_set(e, RC_NOT_FOUND, "%s: %s", binary ? binary : own, strerror(errno));
    TRY(read_status(conf, a, &before, e));
    TRY(leave_wish(conf, a, path, e));
    if (kill((pid_t)before.pid, SIGUSR2) < 0)
        return err_set(e, RC_DENIED, "process %lld: %s", (long long)before.pid, strerror(errno));
    return await(conf, before.tries, e);
}

int upgrade_main(int argc, char **argv)
{
    auto_free(arena) a = arena_new(4096);
    const char *binary = option_text(&argc, argv, "--binary");
    struct conf conf;
    struct err  e = { 0 };
    enum rc     rc = conf_load(&conf, a, &argc, argv, &e);

    if (rc == RC_OK && argc > 1)
        return command_misused(command_find("upgrade"));
    if (rc == RC_OK)
        rc = upgrade_running(&conf, a, binary, &e);
    if (rc != RC_OK)
        command_failed("upgrade", &e);
    return rc != RC_OK;
}
