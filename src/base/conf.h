/* base/conf.h - settings: one table, one struct, every value bounded and documented.
 *
 * A setting comes from, later wins: its default; the file DATA/kith.conf (INI, `name = value`); the environment
 * (KITH_NAME); the command line (--name VALUE or --name=VALUE).  `kith doctor --conf` prints the table with
 * the value in force and where it came from. */
#pragma once
#include "base/err.h"
#include "base/str.h"

enum conf_origin { CONF_DEFAULT, CONF_FILE, CONF_ENVIRONMENT, CONF_FLAG };
enum { CONF_KEYS_MAX = 64 };

struct conf {
    struct str backup, backup_dir; /* base/schedule.h; a folder */
    struct str listen, data, db, log_level, url, allowed_hosts, trusted_proxies, security_contact;
    int64_t    role, blobs, sign_up; /* enum conf_role, conf_blobs, conf_sign_up */
    int64_t    guesses_per_hour, log_failed_logins, hsts_days;
    int64_t    db_wait_ms, disk_floor_mb;
    int64_t    account_cards_max, account_storage_mb, account_tokens_max, account_imports_per_day;
    int64_t    http_processes, workers_max, upload_max_mb, export_max_cards, login_per_minute, requests_per_minute,
        session_idle_days, audit_days, request_timeout_s, agent_lease_s, drain_s, drain_notice_s, backlog_max_min, demo;
    uint8_t origin[CONF_KEYS_MAX]; /* enum conf_origin, in the order of conf_keys */
};

/* What this host does when several share a database: docs/hosts.md. */
enum conf_role { CONF_ROLE_ALL, CONF_ROLE_HTTP, CONF_ROLE_AGENT };

/* Where uploads are kept: io/blob/blob.h.  AUTO: in the database when that is not a file of this host. */
enum conf_blobs { CONF_BLOBS_AUTO, CONF_BLOBS_FILE, CONF_BLOBS_DB };

/* Who may make an account in the browser; `kith account add` always can. */
enum conf_sign_up { CONF_SIGN_UP_OPEN, CONF_SIGN_UP_INVITATION, CONF_SIGN_UP_CLOSED };

/* WORD: one of several; the field holds which.  From STR on texts: URL an http or https address without a path, HOSTS names of hosts,
 * NETWORKS addresses and networks (base/address.h), SCHEDULE base/schedule.h, CONTACT a mailto: or https: address; all of them but NETWORKS may be "". */
enum conf_type {
    CONF_INT,
    CONF_BOOL,
    CONF_WORD,
    CONF_STR,
    CONF_URL,
    CONF_HOSTS,
    CONF_NETWORKS,
    CONF_SCHEDULE,
    CONF_CONTACT
};
struct conf_key {
    const char    *name, *unit, *help;
    enum conf_type type;
    size_t         at; /* offsetof(struct conf, field) */
    int64_t        min, max, def;
    const char    *def_str; /* of a text; of a WORD: all of them, parted by spaces */
};
extern const struct conf_key conf_keys[];
extern const size_t          conf_keys_n;

/* All four sources in order.  Texts live in a.  Arguments it took are removed from argv (argc is
 * lowered); the rest are the command's own.  RC_INVALID names the setting, its bounds and where the bad value stands. */
enum rc conf_load(struct conf *c, struct arena *a, int *argc, char **argv, struct err *e) must_use;

/* What load makes of "--NAME", when `next` stands behind it (NULL: nothing): no setting, one by itself, one with its value. */
enum conf_is { CONF_IS_NONE, CONF_IS_ALONE, CONF_IS_PAIR };
enum conf_is conf_flag(struct str name, const char *next);

void       conf_defaults(struct conf *c);
enum rc    conf_set(struct conf *c, struct arena *a, struct str key, struct str value, enum conf_origin from,
                    struct err *e) must_use;
struct str conf_text(const struct conf *c, struct arena *a, const struct conf_key *k); /* the value in force */
/* What sql_open() is given: conf.db, or the file in the data folder when that is empty. */
struct str conf_database(const struct conf *c, struct arena *a);
/* The database is a file of this host, so one installation is one host. */
bool             conf_embedded(const struct conf *c);
enum conf_origin conf_origin_of(const struct conf *c, const char *name); /* a name of the table */
const char      *conf_origin_name(const struct conf *c, const struct conf_key *k);
