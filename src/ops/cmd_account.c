/* ops/cmd_account.c - `kith account`: what the operator does to accounts at the server: makes one, sets a password, switches a lost second
 * factor off, says who the operators are. */
#include <sodium.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/options.h"
#include "base/password_rules.h"
#include "contact/email.h"
#include "ops/invite.h"
#include "ops/commands.h"
#include "ops/local.h"
#include "store/installation/moving.h"
#include "store/installation/schema_steps.h"
#include "store/account/audit.h"
#include "store/account/second_factor.h"
#include "store/account/sessions.h"
#include "store/account/users.h"

/* Switches of the command line. */
enum said { SAID_REMOVE = 1, SAID_TOKENS = 2, SAID_OFF = 4 };
enum { PASSWORD_MAX = PASSWORD_BYTES_MAX + 2, LIST_AT_ONCE = 500 };

/* One line from the terminal, unseen, or from a pipe. */
static bool read_line(const char *prompt, char to[PASSWORD_MAX])
{
    struct termios shown, unseen;
    bool           terminal = tcgetattr(STDIN_FILENO, &shown) == 0;

    if (terminal) {
        fputs(prompt, stderr);
        unseen = shown;
        unseen.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &unseen);
    }
    bool got = fgets(to, PASSWORD_MAX, stdin) != NULL;
    if (terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
        fputs("\n", stderr);
    }
    to[strcspn(to, "\n")] = 0;
    return got;
}

/* Asks twice at a terminal, where nobody sees what was typed; ret_hash is argon2id. */
static enum rc ask_password(struct str email, char ret_hash[crypto_pwhash_STRBYTES], struct err *e)
{
    char password[PASSWORD_MAX] = "", again[PASSWORD_MAX] = "";

    if (!read_line("new password: ", password))
        return err_set(e, RC_INVALID, "no password was given");
    const char *fault = password_fault(str_of(password), email);
    if (fault)
        return err_set(e, RC_INVALID, "%s", fault);
    if (isatty(STDIN_FILENO) && (!read_line("the same again: ", again) || strcmp(password, again) != 0))
        return err_set(e, RC_INVALID, "the two are not the same: nothing was changed");
    if (sodium_init() < 0 || crypto_pwhash_str(ret_hash, password, strlen(password), 2, 19 << 20) != 0)
        return err_set(e, RC_UNAVAILABLE, "hashing the password needs 19 MiB of memory");
    sodium_memzero(password, sizeof password);
    sodium_memzero(again, sizeof again);
    return RC_OK;
}

static enum rc note(const struct conf *conf, struct sql *db, const struct user *u, enum audit_what what, struct err *e)
{
    struct audit x = { .account = u->account,
                       .what = what,
                       .device = S("kith account"),
                       .keep_until_ms = clock_ms() + conf->audit_days * 24 * 3600 * 1000 };
    return audit_add(db, &x, e);
}

/* The database, and who has this address. */
static enum rc open_user(const struct conf *conf, struct arena *a, const char *email, struct sql **ret_db,
                         struct user *ret, struct err *e)
{
    struct str key;

    TRY(local_database(conf, a, ret_db, e));
    TRY(migrate_fits(*ret_db, e));
    TRY(moving_refuse(*ret_db, e));
    TRY(email_login_key(a, str_of(email), &key, e));
    enum rc rc = users_by_login(*ret_db, a, key, ret, e);
    if (rc == RC_NOT_FOUND)
        return err_set(e, rc, "nobody signed up with this address: do so in the browser, or `kith account add`");
    return rc;
}

static enum rc add(const struct conf *conf, struct arena *a, const char *email, struct err *e)
{
    auto_house house = { 0 };
    auto_free(sql) db = NULL;
    char          hash[crypto_pwhash_STRBYTES];
    struct signup s = { .email = str_of(email), .settings_json = S("{}") };
    struct user   user;

    TRY(email_login_key(a, s.email, &s.email_key, e));
    TRY(ask_password(s.email_key, hash, e));
    s.password_hash = str_of(hash);
    s.account_name = s.email;
    TRY(local_house_open(conf, a, &house, e));
    TRY(local_database(conf, a, &db, e));
    TRY(moving_refuse(db, e));
    TRY(users_sign_up(db, a, &s, &user, e));
    return note(conf, db, &user, AUDIT_SIGNED_UP, e);
}

static const char *const admin_word[] = { [ADMIN_NO] = "", [ADMIN_YES] = "admin", [ADMIN_LOCAL] = "admin here" };

static enum rc list(const struct conf *conf, struct arena *a, const char *email, unsigned said, struct err *e)
{
    (void)email, (void)said;
    auto_free(sql) db = NULL;
    int64_t after = 0;
    size_t  n = LIST_AT_ONCE;

    TRY(local_database(conf, a, &db, e));
    while (n == LIST_AT_ONCE) {
        auto_free(arena) page = arena_new(64 << 10);
        struct user *u;
        TRY(users_list(db, page, after, LIST_AT_ONCE, &u, &n, e));
        for (size_t i = 0; i < n; i++, after = u[i - 1].account)
            printf("%-10s " STR_FMT "\n", admin_word[u[i].admin <= ADMIN_LOCAL ? u[i].admin : ADMIN_NO],
                   STR_ARG(u[i].email));
    }
    return RC_OK;
}

static enum rc set_admin(const struct conf *conf, struct arena *a, const char *email, unsigned said, struct err *e)
{
    bool admin = !(said & SAID_REMOVE);
    auto_free(sql) db = NULL;
    auto_rollback own = { 0 };
    struct user   u;

    TRY(open_user(conf, a, email, &db, &u, e));
    TRY(sql_join(db, &own, e));
    TRY(users_set_admin(db, u.account, u.id, admin ? ADMIN_YES : ADMIN_NO, e));
    TRY(note(conf, db, &u, admin ? AUDIT_ADMIN_MADE : AUDIT_ADMIN_ENDED, e));
    TRY(sql_leave(&own, e));
    printf(admin ? "%s sees the console and sets the scale now\n" : "%s is an operator no more\n", email);
    return RC_OK;
}

/* Who knew the old password is out: every session ends, and tokens when that is asked for. */
static enum rc end_all(struct sql *db, struct arena *a, const struct user *u, bool tokens, size_t *ret_left,
                       struct err *e)
{
    struct session *s;

    TRY(sessions_delete_others(db, u->account, u->id, SESSION_BROWSER, 0, NULL, e));
    if (tokens)
        TRY(sessions_delete_others(db, u->account, u->id, SESSION_TOKEN, 0, NULL, e));
    return sessions_list(db, a, u->account, u->id, SESSION_TOKEN, &s, ret_left, e);
}

static enum rc set_password(const struct conf *conf, struct arena *a, const char *email, unsigned said, struct err *e)
{
    auto_free(sql) db = NULL;
    auto_rollback own = { 0 };
    char          hash[crypto_pwhash_STRBYTES];
    struct user   u;
    size_t        left;
    bool          factor;

    TRY(open_user(conf, a, email, &db, &u, e));
    if (!u.password_hash.n)
        return err_set(e, RC_DENIED, "this is the demo account: everybody enters it without a password");
    TRY(ask_password(u.email, hash, e));
    TRY(sql_join(db, &own, e));
    TRY(users_set_password(db, u.account, u.id, str_of(hash), e));
    TRY(end_all(db, a, &u, said & SAID_TOKENS, &left, e));
    TRY(second_factor_is_on(db, a, u.account, u.id, &factor, e));
    TRY(note(conf, db, &u, AUDIT_PASSWORD_RESET, e));
    TRY(sql_leave(&own, e));
    printf("%s has a new password; every browser must log in again\n", email);
    if (left)
        printf("%zu tokens go on working: `kith account password %s --tokens` ends them too\n", left, email);
    if (factor)
        printf("the second factor is still asked for: `kith account second-factor %s --off` switches it off\n", email);
    return RC_OK;
}

static enum rc factor_off(const struct conf *conf, struct arena *a, const char *email, unsigned said, struct err *e)
{
    (void)said;
    auto_free(sql) db = NULL;
    auto_rollback own = { 0 };
    struct user   u;

    TRY(open_user(conf, a, email, &db, &u, e));
    TRY(sql_join(db, &own, e));
    TRY(second_factor_off(db, u.account, u.id, e));
    TRY(note(conf, db, &u, AUDIT_FACTOR_OFF, e));
    TRY(sql_leave(&own, e));
    printf("%s logs in with the password alone now\n", email);
    return RC_OK;
}

static enum rc add_and_say(const struct conf *conf, struct arena *a, const char *email, unsigned said, struct err *e)
{
    (void)said;
    TRY(add(conf, a, email, e));
    printf("%s may log in now\n", email);
    return RC_OK;
}

static const struct verb {
    const char *name;
    int         words;
    unsigned    may, must; /* enum said */
    enum rc (*run)(const struct conf *conf, struct arena *a, const char *email, unsigned said, struct err *e);
} verbs[] = {
    { "add", 3, 0, 0, add_and_say },
    { "invite", 3, 0, 0, invite },
    { "password", 3, SAID_TOKENS, 0, set_password },
    { "second-factor", 3, SAID_OFF, SAID_OFF, factor_off },
    { "admin", 3, SAID_REMOVE, 0, set_admin },
    { "list", 2, 0, 0, list },
};

static const struct verb *verb_of(int argc, char **argv, unsigned said)
{
    for (size_t i = 0; argc > 1 && i < countof(verbs); i++)
        if (!strcmp(argv[1], verbs[i].name) && argc == verbs[i].words && !(said & ~verbs[i].may) &&
            (said & verbs[i].must) == verbs[i].must)
            return &verbs[i];
    return NULL;
}

int account_main(int argc, char **argv)
{
    unsigned said = (option_given(&argc, argv, "--remove") ? SAID_REMOVE : 0U) |
                    (option_given(&argc, argv, "--tokens") ? SAID_TOKENS : 0U) |
                    (option_given(&argc, argv, "--off") ? SAID_OFF : 0U);
    auto_free(arena) a = arena_new(4096);
    struct conf conf;
    struct err  e = { 0 };

    if (conf_load(&conf, a, &argc, argv, &e) != RC_OK)
        return command_failed("account", &e);
    const struct verb *verb = verb_of(argc, argv, said);
    if (!verb)
        return command_misused(command_find("account"));
    return verb->run(&conf, a, argv[2], said, &e) == RC_OK ? 0 : command_failed("account", &e);
}
