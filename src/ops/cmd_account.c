/* ops/cmd_account.c - `kith account`: accounts made by the operator, without the browser, and who the operators are. */
#include <sodium.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>
#include "contact/email.h"
#include "ops/commands.h"
#include "ops/local.h"
#include "store/installation/moving.h"
#include "store/users.h"

enum { PASSWORD_MIN = 10, PASSWORD_MAX = 1024, LIST_AT_ONCE = 500 };

/* One line from the terminal, unseen, or from a pipe. */
static bool read_password(char to[PASSWORD_MAX])
{
    struct termios shown, unseen;
    bool           terminal = tcgetattr(STDIN_FILENO, &shown) == 0;

    if (terminal) {
        fputs("password: ", stderr);
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

static enum rc add(const struct conf *conf, struct arena *a, const char *email, struct err *e)
{
    auto_house house = { 0 };
    auto_free(sql) db = NULL;
    char          password[PASSWORD_MAX] = "", hash[crypto_pwhash_STRBYTES];
    struct signup s = { .email = str_of(email), .settings_json = S("{}") };
    struct user   user;

    TRY(email_key(a, s.email, &s.email_key, e));
    if (!read_password(password) || strlen(password) < PASSWORD_MIN)
        return err_set(e, RC_INVALID, "a password has at least %d characters", PASSWORD_MIN);
    if (sodium_init() < 0 || crypto_pwhash_str(hash, password, strlen(password), 2, 19 << 20) != 0)
        return err_set(e, RC_UNAVAILABLE, "hashing the password needs 19 MiB of memory");
    sodium_memzero(password, sizeof password);
    s.password_hash = str_of(hash);
    s.account_name = s.email;
    TRY(local_house_open(conf, a, &house, e));
    TRY(local_database(conf, a, &db, e));
    TRY(moving_refuse(db, e));
    return users_sign_up(db, a, &s, &user, e);
}

static const char *const admin_word[] = { [ADMIN_NO] = "", [ADMIN_YES] = "admin", [ADMIN_LOCAL] = "admin here" };

static enum rc list(const struct conf *conf, struct arena *a, struct err *e)
{
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

static enum rc set_admin(const struct conf *conf, struct arena *a, const char *email, bool admin, struct err *e)
{
    auto_free(sql) db = NULL;
    struct str  key;
    struct user u;

    TRY(local_database(conf, a, &db, e));
    TRY(email_key(a, str_of(email), &key, e));
    enum rc rc = users_by_login(db, a, key, &u, e);
    if (rc == RC_NOT_FOUND)
        return err_set(e, rc, "nobody signed up with this address: do so in the browser, or `kith account add`");
    TRY(rc);
    TRY(users_set_admin(db, u.account, u.id, admin ? ADMIN_YES : ADMIN_NO, e));
    printf(admin ? "%s sees the console and sets the scale now\n" : "%s is an operator no more\n", email);
    return RC_OK;
}

static enum rc add_and_say(const struct conf *conf, struct arena *a, const char *email, struct err *e)
{
    TRY(add(conf, a, email, e));
    printf("%s may log in now\n", email);
    return RC_OK;
}

int account_main(int argc, char **argv)
{
    bool remove = local_switch(&argc, argv, "--remove");
    auto_free(arena) a = arena_new(4096);
    struct conf conf;
    struct err  e = { 0 };

    if (conf_load(&conf, a, &argc, argv, &e) != RC_OK)
        return fprintf(stderr, "kith account: %s\n", e.text), 1;
    const char *verb = argc > 1 ? argv[1] : "";
    enum rc     rc;
    if (argc == 3 && !strcmp(verb, "add") && !remove)
        rc = add_and_say(&conf, a, argv[2], &e);
    else if (argc == 3 && !strcmp(verb, "admin"))
        rc = set_admin(&conf, a, argv[2], !remove, &e);
    else if (argc == 2 && !strcmp(verb, "list") && !remove)
        rc = list(&conf, a, &e);
    else
        return command_misused(command_find("account"));
    return rc == RC_OK ? 0 : (fprintf(stderr, "kith account: %s\n", e.text), 1);
}
