/* Makes the demo account, once, in a process beside the server. */
#include "ops/demo.h"
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>
#include "base/log.h"
#include "contact/email.h"
#include "fiction/generate.h"
#include "ops/cmd_import.h"
#include "store/account/accounts.h"
#include "store/installation/settings.h"
#include "store/account/users.h"

enum { DEMO_CARDS = 2000, DEMO_DUPLICATES = 250, DEMO_SEED = 11 };

static const struct {
    const char *file, *source;
} sources[] = { { "iphone.vcf", "iPhone" }, { "gmail.vcf", "Gmail" }, { "outlook.vcf", "Outlook" } };

static const struct str DEMO_EMAIL = { "demo@kith.example", 17 };

/* Nobody can log in here with a password: there is none. */
static enum rc make_account(struct sql *db, struct arena *a, int64_t *ret, struct err *e)
{
    struct signup s = { .email = DEMO_EMAIL,
                        .email_key = DEMO_EMAIL,
                        .name = S("Demo"),
                        .account_name = S("Demo address book"),
                        .password_hash = S(""),
                        .settings_json = S("{\"country\":\"DE\"}"),
                        .demo = true };
    struct user   u;

    TRY(users_sign_up(db, a, &s, &u, e));
    *ret = u.account;
    return settings_set(db, S("demo_login"), s.email_key, e);
}

/* RC_NOT_FOUND: somebody else's data is here, or the demo is complete. */
static enum rc demo_account(struct sql *db, struct arena *a, int64_t *ret, struct err *e)
{
    struct str  value;
    struct user u;
    int64_t     any;

    if (settings_get(db, a, S("demo_filled"), &value, e) == RC_OK)
        return RC_NOT_FOUND;
    if (users_by_login(db, a, DEMO_EMAIL, &u, e) == RC_OK) {
        *ret = u.account;
        return settings_set(db, S("demo_login"), DEMO_EMAIL, e);
    }
    enum rc rc = accounts_next(db, 0, &any, e);
    if (rc == RC_NOT_FOUND)
        return make_account(db, a, ret, e);
    return rc == RC_OK ? RC_NOT_FOUND : rc;
}

static enum rc import_all(struct import_run *r, struct err *e)
{
    const struct generate_options o = {
        .cards = DEMO_CARDS, .duplicates = DEMO_DUPLICATES, .seed = DEMO_SEED, .sources = countof(sources)
    };
    struct str       dir = str_fmt(r->a, STR_FMT "/demo", STR_ARG(r->conf->data));
    struct generated made;

    TRY(generate_files(&o, dir, &made, e));
    for (size_t i = 0; i < countof(sources); i++) {
        struct str path = str_fmt(r->a, STR_FMT "/%s", STR_ARG(dir), sources[i].file);
        r->options = import_options(r->a, sources[i].source, NULL, NULL);
        TRY(import_file(r, path.p, e));
        unlink(path.p);
    }
    unlink(str_fmt(r->a, STR_FMT "/truth.csv", STR_ARG(dir)).p);
    rmdir(dir.p);
    return settings_set(r->db, S("demo_filled"), S("yes"), e);
}

static enum rc fill(const struct conf *conf, struct arena *a, struct err *e)
{
    auto_house house = { 0 };
    auto_free(sql) db = NULL;
    __attribute__((cleanup(blob_dir_freep))) struct blob_dir *blobs = NULL;
    struct import_run                                         r = { .conf = conf, .a = a, .quiet = true };

    TRY(local_house_wait(conf, a, &house, e));
    TRY(local_database(conf, a, &db, e));
    TRY(demo_account(db, a, &r.account, e));
    TRY(blob_open(&blobs, conf, db, e));
    r.db = db;
    r.blobs = blobs;
    return import_all(&r, e);
}

pid_t demo_start(const struct conf *conf)
{
    pid_t parent = getpid(), pid = fork();

    if (pid != 0)
        return pid > 0 ? pid : 0;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(0);
    log_set(LOG_INFO, "demo");
    auto_free(arena) a = arena_new(64 << 10);
    struct err e = { 0 };
    enum rc    rc = fill(conf, a, &e);
    if (rc == RC_OK)
        log_event(LOG_INFO, "demo.filled", KI("cards", DEMO_CARDS));
    else if (rc != RC_NOT_FOUND)
        log_event(LOG_WARN, "demo.failed", KZ("rc", rc_name(rc)), KZ("why", e.text));
    _exit(rc != RC_OK && rc != RC_NOT_FOUND);
}
