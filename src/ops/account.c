/* ops/account.c - `kith account`: accounts made by the operator, without the browser. */
#include <sodium.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>
#include "contact/email.h"
#include "ops/commands.h"
#include "ops/local.h"
#include "store/users.h"

enum { PASSWORD_MIN = 10, PASSWORD_MAX = 1024 };

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
    return users_sign_up(db, a, &s, &user, e);
}

int account_main(int argc, char **argv)
{
    auto_free(arena) a = arena_new(4096);
    struct conf conf;
    struct err  e = { 0 };

    if (conf_load(&conf, a, &argc, argv, &e) != RC_OK)
        return fprintf(stderr, "kith account: %s\n", e.text), 1;
    if (argc != 3 || strcmp(argv[1], "add"))
        return command_misused(command_find("account"));
    if (add(&conf, a, argv[2], &e) != RC_OK)
        return fprintf(stderr, "kith account: %s\n", e.text), 1;
    printf("%s may log in now\n", argv[2]);
    return 0;
}
