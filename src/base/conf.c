/* The table of all settings, and where their values come from: defaults, file, environment, command line. */
#include "base/conf.h"
#include <assert.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/address.h"
#include "base/ini_file.h"
#include "base/schedule.h"
#include "base/utf8.h"

#define AT(f) offsetof(struct conf, f)
const struct conf_key conf_keys[] = {
    { "listen", "", "address and port the server answers on", CONF_STR, AT(listen), 0, 0, 0, "127.0.0.1:8080" },
    { "data", "", "folder of database, uploads and kith.conf", CONF_STR, AT(data), 0, 0, 0, "./var" },
    { "db", "", "database; empty = sqlite:DATA/kith.db", CONF_STR, AT(db), 0, 0, 0, "" },
    { "db-wait", "ms", "how long an http process waits for an answer of PostgreSQL before it serves others meanwhile",
      CONF_INT, AT(db_wait_ms), 20, 60000, 1000, NULL },
    { "disk-floor", "MiB",
      "when the disk of the data folder has less room, nothing new is taken; at most an eighth of the disk", CONF_INT,
      AT(disk_floor_mb), 0, 1048576, 512, NULL },
    { "role", "", "what this host does: all, http (no work on cards), agent (no people); several need PostgreSQL",
      CONF_WORD, AT(role), 0, 2, CONF_ROLE_ALL, "all http agent" },
    { "blobs", "", "where uploads are kept: file (the data folder), db (the database); auto = db with PostgreSQL",
      CONF_WORD, AT(blobs), 0, 2, CONF_BLOBS_AUTO, "auto file db" },
    { "url", "", "address people open, as https://kith.example.org; empty = any name is answered", CONF_URL, AT(url), 0,
      0, 0, "" },
    { "allowed-hosts", "", "names besides that of url under which this server may be asked", CONF_HOSTS,
      AT(allowed_hosts), 0, 0, 0, "" },
    { "trusted-proxies", "", "addresses and networks whose X-Forwarded-For is believed", CONF_NETWORKS,
      AT(trusted_proxies), 0, 0, 0, "127.0.0.0/8 ::1" },
    { "hsts-days", "days", "how long browsers insist on https once they came by it; 0 = not said", CONF_INT,
      AT(hsts_days), 0, 3650, 0, NULL },
    { "security-contact", "", "mailto: or https: address for /.well-known/security.txt", CONF_CONTACT,
      AT(security_contact), 0, 0, 0, "" },
    { "log-level", "", "debug, info, warn or error", CONF_STR, AT(log_level), 0, 0, 0, "info" },
    { "http-processes", "", "http processes; 0 = one a core", CONF_INT, AT(http_processes), 0, 64, 0, NULL },
    { "workers-max", "",
      "most workers of all kinds together, 2 open files of the agent each; 0 = as memory and files allow", CONF_INT,
      AT(workers_max), 0, 2000, 0, NULL },
    { "upload-max-mb", "MiB", "largest file one import may upload", CONF_INT, AT(upload_max_mb), 1, 4096, 256, NULL },
    { "export-max-cards", "", "most cards in one export", CONF_INT, AT(export_max_cards), 1, 100000000, 10000000,
      NULL },
    { "sign-up", "", "who may make an account: open, invitation (kith account invite), closed", CONF_WORD, AT(sign_up),
      0, 2, CONF_SIGN_UP_OPEN, "open invitation closed" },
    { "login-per-minute", "", "log-in attempts a minute for one address and one account", CONF_INT,
      AT(login_per_minute), 1, 100000, 10, NULL },
    { "guesses-per-hour", "", "wrong passwords an hour for one account, from all new devices together", CONF_INT,
      AT(guesses_per_hour), 1, 1000000, 60, NULL },
    { "log-failed-logins", "", "failed log-ins are logged with the address they came from", CONF_BOOL,
      AT(log_failed_logins), 0, 1, 1, NULL },
    { "session-idle-days", "d", "a browser session ends when it is not used for so long", CONF_INT,
      AT(session_idle_days), 1, 30, 14, NULL },
    { "audit-days", "d", "how long what is noted in the audit log is kept", CONF_INT, AT(audit_days), 1, 3650, 400,
      NULL },
    { "account-cards-max", "", "most cards of one account, those in the trash too", CONF_INT, AT(account_cards_max), 1,
      100000000, 1000000, NULL },
    { "account-storage-mb", "MiB", "most that one account may keep: cards, history, originals, photos, uploads",
      CONF_INT, AT(account_storage_mb), 1, 100000000, 20480, NULL },
    { "account-tokens-max", "", "most API tokens of one account", CONF_INT, AT(account_tokens_max), 1, 1000, 100,
      NULL },
    { "account-imports-per-day", "", "most uploads of one account in 24 hours", CONF_INT, AT(account_imports_per_day),
      1, 1000000, 1000, NULL },
    { "requests-per-minute", "", "API requests a minute for one account", CONF_INT, AT(requests_per_minute), 1,
      10000000, 6000, NULL },
    { "request-timeout", "s", "how long a client may take to send a request's head, or a body that hardly flows",
      CONF_INT, AT(request_timeout_s), 1, 3600, 60, NULL },
    { "backlog-max", "min", "imports are asked to come later when the queue holds more than this much work", CONF_INT,
      AT(backlog_max_min), 1, 10000, 60, NULL },
    { "agent-lease", "s", "how long an agent that is silent keeps its claims; it renews them three times in that time",
      CONF_INT, AT(agent_lease_s), 2, 600, 15, NULL },
    { "drain", "s", "how long a stop waits for work in flight", CONF_INT, AT(drain_s), 1, 600, 20, NULL },
    { "drain-notice", "s", "how long a stop lets /readyz say no before connections are refused", CONF_INT,
      AT(drain_notice_s), 0, 600, 0, NULL },
    { "backup", "", "regular backups: off, hourly, daily 03:00 or weekly 03:00, then , keep 7", CONF_SCHEDULE,
      AT(backup), 0, 0, 0, "off" },
    { "backup-dir", "", "where they go; empty = DATA/backups (another disk is better)", CONF_STR, AT(backup_dir), 0, 0,
      0, "" },
    { "demo", "", "fill an empty database with a fictional demo account", CONF_BOOL, AT(demo), 0, 1, 0, NULL },
};
const size_t conf_keys_n = countof(conf_keys);

_Static_assert(countof(conf_keys) <= CONF_KEYS_MAX, "raise CONF_KEYS_MAX");

static void *field(const struct conf *c, const struct conf_key *k) { return (char *)(uintptr_t)c + k->at; }

static bool holds_text(const struct conf_key *k) { return k->type >= CONF_STR; }

static const struct conf_key *key_find(struct str name)
{
    for (const struct conf_key *k = conf_keys; k < conf_keys + conf_keys_n; k++)
        if (str_is(name, k->name))
            return k;
    return NULL;
}

void conf_defaults(struct conf *c)
{
    *c = (struct conf){ 0 };
    for (const struct conf_key *k = conf_keys; k < conf_keys + conf_keys_n; k++) {
        if (holds_text(k))
            *(struct str *)field(c, k) = str_of(k->def_str);
        else
            *(int64_t *)field(c, k) = k->def;
    }
}

static bool parse_bool(struct str v, int64_t *ret)
{
    static const char *const words[] = { "no", "yes", "off", "on", "false", "true", "0", "1" };
    for (size_t i = 0; i < countof(words); i++) {
        if (str_ieq(v, str_of(words[i]))) {
            *ret = i % 2;
            return true;
        }
    }
    return false;
}

static struct str word_at(const struct conf_key *k, int64_t which)
{
    struct str words = str_of(k->def_str), word = S("");
    for (int64_t i = 0; i <= which && str_next(&words, ' ', &word); i++)
        ;
    return word;
}

static bool parse_word(const struct conf_key *k, struct str v, int64_t *ret)
{
    for (int64_t i = k->min; i <= k->max; i++) {
        if (str_eq(word_at(k, i), v)) {
            *ret = i;
            return true;
        }
    }
    return false;
}

/* As much of a text as an error has room for; who prints the error escapes it. */
static struct str quoted(struct str s) { return utf8_head(s, 80); }

static bool is_url(struct arena *a, struct str v)
{
    size_t     from = str_starts(v, S("https://")) ? 8 : str_starts(v, S("http://")) ? 7 : 0;
    struct str rest = str_from(v, from);

    return v.n == 0 || (from && host_name(a, str_ends(rest, S("/")) ? str_head(rest, rest.n - 1) : rest).n);
}

static bool are_hosts(struct arena *a, struct str v)
{
    for (struct str word; str_next_word(&v, &word);)
        if (!host_name(a, word).n)
            return false;
    return true;
}

static bool are_networks(struct arena *a, struct str v)
{
    struct networks read;
    struct str      bad;
    (void)a;
    return networks_parse(v, &read, &bad);
}

static bool is_contact(struct arena *a, struct str v)
{
    (void)a;
    for (size_t i = 0; i < v.n; i++)
        if ((unsigned char)v.p[i] <= ' ' || v.p[i] == 0x7f)
            return false;
    return v.n == 0 || str_starts(v, S("mailto:")) || str_starts(v, S("https://"));
}

static bool is_schedule(struct arena *a, struct str v)
{
    struct schedule read;
    (void)a;
    return schedule_parse(v, &read);
}

static enum rc check_text(const struct conf_key *k, struct arena *a, struct str v, struct err *e)
{
    static const struct {
        bool (*is)(struct arena *a, struct str v);
        const char *want;
    } checks[] = { [CONF_URL] = { is_url, "an address without a path, such as https://kith.example.org" },
                   [CONF_HOSTS] = { are_hosts, "names of hosts, such as kith.example.org kith.lan" },
                   [CONF_NETWORKS] = { are_networks, "addresses and networks, such as 10.0.0.5 192.168.0.0/16" },
                   [CONF_SCHEDULE] = { is_schedule,
                                       "off, hourly, daily 03:00 or weekly 03:00, and then perhaps: , keep 7" },
                   [CONF_CONTACT] = { is_contact, "a mailto: or https: address" } };

    if (!checks[k->type].is || checks[k->type].is(a, v))
        return RC_OK;
    return err_set(e, RC_INVALID, "%s: want %s, got '" STR_FMT "'", k->name, checks[k->type].want, STR_ARG(quoted(v)));
}

enum rc conf_set(struct conf *c, struct arena *a, struct str key, struct str value, enum conf_origin from,
                 struct err *e)
{
    const struct conf_key *k = key_find(key);

    if (!k)
        return err_set(e, RC_NOT_FOUND, "unknown setting '" STR_FMT "' (kith doctor --conf lists all)",
                       STR_ARG(quoted(key)));
    if (holds_text(k)) {
        TRY(check_text(k, a, value, e));
        *(struct str *)field(c, k) = str_copy(a, value);
    } else if (k->type == CONF_BOOL && !parse_bool(value, field(c, k)))
        return err_set(e, RC_INVALID, "%s: want yes or no, got '" STR_FMT "'", k->name, STR_ARG(quoted(value)));
    else if (k->type == CONF_WORD && !parse_word(k, value, field(c, k)))
        return err_set(e, RC_INVALID, "%s: want one of: %s, got '" STR_FMT "'", k->name, k->def_str,
                       STR_ARG(quoted(value)));
    else if (k->type == CONF_INT && !str_i64(value, k->min, k->max, field(c, k)))
        return err_set(e, RC_INVALID, "%s: want %lld to %lld%s%s, got '" STR_FMT "'", k->name, (long long)k->min,
                       (long long)k->max, *k->unit ? " " : "", k->unit, STR_ARG(quoted(value)));
    c->origin[k - conf_keys] = (uint8_t)from;
    return RC_OK;
}

struct str conf_text(const struct conf *c, struct arena *a, const struct conf_key *k)
{
    if (holds_text(k))
        return *(struct str *)field(c, k);
    int64_t v = *(int64_t *)field(c, k);
    if (k->type == CONF_WORD)
        return word_at(k, v);
    return k->type == CONF_BOOL ? str_of(v ? "yes" : "no") : str_fmt(a, "%lld", (long long)v);
}

struct str conf_database(const struct conf *c, struct arena *a)
{
    return c->db.n ? c->db : str_fmt(a, "sqlite:" STR_FMT "/kith.db", STR_ARG(c->data));
}

bool conf_embedded(const struct conf *c) { return !c->db.n || str_starts(c->db, S("sqlite:")); }

enum conf_origin conf_origin_of(const struct conf *c, const char *name)
{
    const struct conf_key *k = key_find(str_of(name));

    assert(k);
    return (enum conf_origin)c->origin[k - conf_keys];
}

const char *conf_origin_name(const struct conf *c, const struct conf_key *k)
{
    static const char *const names[] = { "default", "file", "environment", "flag" };
    return names[c->origin[k - conf_keys]];
}

/* ---- the four sources ---- */

struct file_read {
    struct conf  *c;
    struct arena *a;
};

static enum rc take_setting(void *to, struct str section, struct str name, struct str value, struct err *e)
{
    struct file_read *f = to;

    (void)section;
    return conf_set(f->c, f->a, name, value, CONF_FILE, e);
}

static enum rc load_file(struct conf *c, struct arena *a, struct err *e)
{
    struct str       path = str_fmt(a, STR_FMT "/kith.conf", STR_ARG(c->data));
    struct file_read f = { c, a };

    return access(path.p, F_OK) != 0 ? RC_OK /* a file is optional */ : ini_file_read(a, path.p, take_setting, &f, e);
}

/* "upload-max-mb" is KITH_UPLOAD_MAX_MB in the environment. */
static const char *from_environment(const struct conf_key *k)
{
    char name[64] = "KITH_";
    for (size_t i = 0; k->name[i] && i + 6 < sizeof name; i++)
        name[5 + i] = k->name[i] == '-' ? '_' : ascii_upper(k->name[i]);
    return getenv(name);
}

static enum rc load_environment(struct conf *c, struct arena *a, struct err *e)
{
    for (const struct conf_key *k = conf_keys; k < conf_keys + conf_keys_n; k++) {
        const char *value = from_environment(k);
        if (!value)
            continue;
        enum rc rc = conf_set(c, a, str_of(k->name), str_of(value), CONF_ENVIRONMENT, e);
        if (rc != RC_OK)
            return err_in(e, rc, "environment");
    }
    return RC_OK;
}

enum conf_is conf_flag(struct str name, const char *next)
{
    const struct conf_key *k = key_find(name);
    int64_t                word;

    if (!k)
        return CONF_IS_NONE;
    return k->type != CONF_BOOL || (next && parse_bool(str_of(next), &word)) ? CONF_IS_PAIR : CONF_IS_ALONE;
}

/* Takes --name VALUE, --name=VALUE and, for a yes-or-no setting, --name alone (without a yes or no behind it) out of argv. */
static enum rc load_flags(struct conf *c, struct arena *a, int *argc, char **argv, struct err *e)
{
    int kept = 1;

    for (int i = 1; i < *argc; i++) {
        struct str arg = str_of(argv[i]), name = str_from(arg, 2), value = S("yes"), rest = name;
        if (!str_starts(arg, S("--")) || !str_next(&rest, '=', &name) || !key_find(name)) {
            argv[kept++] = argv[i];
            continue;
        }
        const char  *next = i + 1 < *argc ? argv[i + 1] : NULL;
        enum conf_is is = conf_flag(name, next);
        if (rest.p)
            value = rest;
        else if (is == CONF_IS_PAIR && next)
            value = str_of(argv[++i]);
        else if (is == CONF_IS_PAIR)
            return err_set(e, RC_INVALID, STR_FMT " wants a value", STR_ARG(arg));
        TRY(conf_set(c, a, name, value, CONF_FLAG, e));
    }
    argv[ *argc = kept] = NULL;
    return RC_OK;
}

enum rc conf_load(struct conf *c, struct arena *a, int *argc, char **argv, struct err *e)
{
    conf_defaults(c);
    TRY(load_environment(c, a, e)); /* first: where the file lies may be said here ... */
    TRY(load_flags(c, a, argc, argv, e));
    struct conf given = *c;
    TRY(load_file(c, a, e)); /* ... and what was given must win over the file */
    for (size_t i = 0; i < conf_keys_n; i++) {
        if (given.origin[i] == CONF_DEFAULT)
            continue;
        size_t bytes = holds_text(&conf_keys[i]) ? sizeof(struct str) : sizeof(int64_t);
        memcpy(field(c, &conf_keys[i]), field(&given, &conf_keys[i]), bytes);
        c->origin[i] = given.origin[i];
    }
    return RC_OK;
}
