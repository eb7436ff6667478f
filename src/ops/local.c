/* What commands share: the data folder, its database, an account by e-mail, a server of one's own. */
#include "ops/local.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/rand.h"
#include "contact/email.h"
#include "store/installation/schema_steps.h"
#include "store/account/users.h"

enum { START_MS = 15000, LOOK_US = 20000 };

enum rc local_database(const struct conf *conf, struct arena *a, struct sql **ret, struct err *e)
{
    if (!conf->db.n && access(str_fmt(a, STR_FMT "/kith.db", STR_ARG(conf->data)).p, F_OK) != 0)
        return err_set(e, RC_NOT_FOUND, "no database in " STR_FMT " (--data says where; `kith up` makes one)",
                       STR_ARG(conf->data));
    return sql_open(ret, conf_database(conf, a), e);
}

bool local_house_runs(const struct conf *conf, struct arena *a)
{
    int fd = open(str_fmt(a, STR_FMT "/kith.lock", STR_ARG(conf->data)).p, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool held = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(fd);
    return held;
}

/* A house of our own: any free port, one http process, and gone when we are. */
static pid_t start_house(const struct conf *conf, struct arena *a)
{
    struct str  log = str_fmt(a, STR_FMT "/kith.log", STR_ARG(conf->data));
    char *const argv[] = { "kith",
                           "up",
                           "--listen",
                           "127.0.0.1:0",
                           "--http-processes",
                           "1",
                           "--data",
                           (char *)(uintptr_t)str_copy(a, conf->data).p,
                           NULL };
    pid_t       pid = fork();

    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (conf->db.n) /* not in its arguments: it may hold a password */
        setenv("KITH_DB", str_copy(a, conf->db).p, 1);
    int fd = open(log.p, O_WRONLY | O_CREAT | O_APPEND, 0600), nothing = open("/dev/null", O_RDWR);
    dup2(nothing, STDIN_FILENO);
    dup2(fd >= 0 ? fd : nothing, STDOUT_FILENO);
    dup2(fd >= 0 ? fd : nothing, STDERR_FILENO);
    execv("/proc/self/exe", argv);
    _exit(127);
}

static bool schema_is_new(const struct conf *conf, struct arena *a)
{
    auto_free(sql) db = NULL;
    return local_database(conf, a, &db, NULL) == RC_OK && migrate_fits(db, NULL) == RC_OK;
}

enum rc local_house_wait(const struct conf *conf, struct arena *a, struct local_house *h, struct err *e)
{
    int status;

    for (int64_t until = clock_mono_us() + START_MS * 1000; clock_mono_us() < until; usleep(LOOK_US)) {
        if (schema_is_new(conf, a))
            return RC_OK;
        if (h->child && waitpid(h->child, &status, WNOHANG) == h->child) {
            h->child = 0;
            break;
        }
    }
    return err_set(e, RC_UNAVAILABLE, "the workers did not start: " STR_FMT "/kith.log says why", STR_ARG(conf->data));
}

enum rc local_house_open(const struct conf *conf, struct arena *a, struct local_house *ret, struct err *e)
{
    ret->child = 0;
    if (!local_house_runs(conf, a)) {
        mkdir(conf->data.p, 0700);
        ret->child = start_house(conf, a);
        if (ret->child < 0)
            return err_set(e, RC_UNAVAILABLE, "cannot start a process: %s", strerror(errno));
    }
    return local_house_wait(conf, a, ret, e);
}

void local_house_close(struct local_house *h)
{
    if (h->child <= 0)
        return;
    kill(h->child, SIGTERM);
    waitpid(h->child, NULL, 0);
    h->child = 0;
}

enum rc local_account(struct sql *db, struct arena *a, struct str email, int64_t *ret, struct err *e)
{
    struct str  key;
    struct user user;

    TRY(email_login_key(a, email, &key, e));
    if (users_by_login(db, a, key, &user, e) != RC_OK)
        return err_set(e, RC_NOT_FOUND,
                       "nobody signed up with this address: do so in the browser, or `kith account add`");
    *ret = user.account;
    return RC_OK;
}

enum rc local_account_of(struct sql *db, struct arena *a, const char *what, int64_t *ret, struct err *e)
{
    *ret = 0;
    return !what || id_parse(str_of(what), ret) ? RC_OK : local_account(db, a, str_of(what), ret, e);
}

struct str local_account_email(struct sql *db, struct arena *a, int64_t account)
{
    struct user *u;
    size_t       n;

    if (users_list(db, a, account - 1, 1, &u, &n, NULL) != RC_OK || !n || u->account != account)
        return S("");
    return u->email;
}
