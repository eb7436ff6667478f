/* The table of commands and their options, and what is said of them. */
#include "ops/commands.h"
#include <stdio.h>
#include "base/buf.h"
#include "base/utf8.h"
#include "base/version.h"
#include "fiction/generate.h"
#include "ops/cmd_dedupe.h"
#include "ops/table_options.h"
#include "surge/surge.h"

static int help_main(int argc, char **argv);
static int version_main(int argc, char **argv);

#define ROWS(...) (const struct option_row[]){ __VA_ARGS__ }, countof(((const struct option_row[]){ __VA_ARGS__ }))
#define NO_ROWS   NULL, 0
#define ACCOUNT                                           \
    {                                                     \
        "account", "EMAIL", OPTION_MUST, "whose contacts" \
    }
#define JSON                                 \
    {                                        \
        "json", NULL, NULL, "answer as JSON" \
    }
#define FORMATS "vcard3|vcard4|jscontact|csv"

static const struct command commands[] = {
    { "account",
      "make an account, invite somebody, set a password (asked for, or read from a pipe), switch a lost second factor "
      "off, or make an operator",
      account_main,
      { ROWS({ "remove", NULL, NULL, "admin: not an operator any more" },
             { "tokens", NULL, NULL, "password: what programs may ends as well" },
             { "off", NULL, NULL, "second-factor: switch it off" }),
        true, 1, 2, "add EMAIL | invite EMAIL | password EMAIL | second-factor EMAIL | admin EMAIL | list" } },
    { "backup",
      "everything in one checked file, while people go on working; docs/backup.md",
      backup_main,
      { ROWS({ "force", NULL, NULL, "take the place of a file that is there" },
             { "check", NULL, NULL, "read FILE to its end: is it a whole backup?" }, JSON,
             { "scheduled", "TIME", NULL, "of the schedule: the agent says this" }),
        true, 1, 1, "FILE|-" } },
    { "convert",
      "one format of contacts into another, stdin to stdout",
      convert_main,
      { ROWS({ "from", "vcard|csv|jscontact|jcard|xcard|hcard|ldif|monica|telegram", "what it looks like",
               "what comes in" },
             { "to", FORMATS "|jcard", NULL, "what goes out" },
             { "keep", NULL, NULL, "instead of --to: the file as it came in, byte for byte, once it was read" },
             TABLE_OPTIONS, { "json", NULL, NULL, "counts as JSON, on stderr" }),
        false, 0, 0, "" } },
    { "dedupe",
      "which cards of some files are the same person",
      dedupe_main,
      { ROWS({ "country", "XX", NULL, "of phone numbers without one" },
             { "least", "certain|likely|possible", "possible", "pairs that are told" }, JSON),
        false, 1, -1, "FILE..." } },
    { "doctor",
      "check machine, database and settings, and say what to do",
      doctor_main,
      { ROWS({ "conf", NULL, NULL, "all settings: value, where it came from, what it means" },
             { "citus", NULL, NULL, "print the calls that spread the installation over several servers" }, JSON),
        true, 0, 0, "" } },
    { "export",
      "everything of an account, to take away, on stdout",
      export_main,
      { ROWS(ACCOUNT, { "format", FORMATS "|zip", "vcard4", "zip: all formats, originals and photos" },
             { "original", NULL, NULL, "vCards as they came, where nobody changed them" },
             { "json", NULL, NULL, "counts as JSON, on stderr" }),
        true, 0, 0, "" } },
    { "generate",
      "write a fictional address book as exports of several programs",
      generate_main,
      { ROWS({ "out", "DIR", OPTION_MUST, "where the files go" }, { "cards", "N", "2000", "how many" },
             { "duplicates", "SHARE", "0.25", "0 to 0.8: cards that are the same person" },
             { "seed", "N", "1", "the same seed gives the same people" },
             { "sources", "N", "3", "programs they come from" }, JSON),
        false, 0, 0, "" } },
    { "import",
      "read files of contacts into an account",
      import_main,
      { ROWS(ACCOUNT, { "source", "NAME", "the file's", "a later import of the same source updates its cards" },
             { "country", "XX", "the account's", "of phone numbers without one" },
             { "tag", "TAG", NULL, "put on every card" }, { "dry-run", NULL, NULL, "only say what would come" },
             TABLE_OPTIONS, JSON),
        true, 1, -1, "FILE..." } },
    { "migrate",
      "move to another database while people go on reading; or end a change of schema",
      migrate_main,
      { ROWS({ "to", "sqlite:PATH|postgresql://...", NULL, "the new database, empty" },
             { "stay", NULL, NULL, "the old one is used again, as it was when it was moved away" },
             { "contract", NULL, NULL, "take away what no program needs any more" }),
        true, 0, 0, "" } },
    { "queue",
      "whose work waits; hold it back, let it go on; what was given up, and try it again",
      queue_main,
      { ROWS({ "account", "EMAIL|ID", "all", "only work of this account" }, JSON), true, 0, 2,
        "[show|pause|resume|dead|redrive [KIND]]" } },
    { "quota",
      "services outside: limit, use, when it runs out, cost",
      quota_main,
      { ROWS({ "limit", "CALLS/WINDOW", NULL, "set: what the service allows, as 3000/1m" },
             { "price", "AMOUNT", NULL, "set: of a call" }, { "raise", "TEXT", NULL, "set: how the limit is raised" },
             { "kind", "KIND", NULL, "set: the kind of work that draws on it" }, JSON),
        true, 0, 2, "[show | open NAME | set NAME]" } },
    { "restore",
      "an installation out of a backup, in an empty place",
      restore_main,
      { ROWS({ "replace", NULL, NULL, "move what is in the data folder aside first" }), true, 1, 1, "FILE|-" } },
    { "scale",
      "how many workers each kind of work gets: live, for a launch, or replayed",
      scale_main,
      { ROWS(JSON), true, 0, 0, "[show|set|price|launch|land|plan|export] ..." } },
    { "scale show",
      "limits and what is running",
      scale_main,
      { ROWS({ "file", NULL, NULL, "as a file that `kith scale set --file` reads" }, JSON), true, 0, 0, "" } },
    { "scale set",
      "limits of a kind, at once",
      scale_main,
      { ROWS({ "file", "FILE", NULL, "many of them" }, JSON), true, 0, -1, "KIND NAME=VALUE..." } },
    { "scale price", "what a core and hour costs", scale_main, { ROWS(JSON), true, 1, -1, "NAME=VALUE..." } },
    { "scale launch",
      "everything may grow for some time, after a check that it can",
      scale_main,
      { ROWS({ "factor", "N", OPTION_MUST, "how many times the usual" },
             { "for", "TIME", OPTION_MUST, "how long, as 12h; it ends by itself" },
             { "dry-run", NULL, NULL, "only the check" }, { "yes", NULL, NULL, "begin in spite of its doubts" }, JSON),
        true, 0, 0, "" } },
    { "scale land", "end the launch", scale_main, { ROWS(JSON), true, 0, 0, "" } },
    { "scale plan",
      "a recorded day, through the law that rules the fleet",
      scale_main,
      { ROWS({ "trace", "FILE", OPTION_MUST, "arrivals by the second" },
             { "service-ms", "MS", "500", "one job keeps one worker" }, { "min", "N", "0", "fewest workers" },
             { "max", "N", "300", "most workers" }, { "rho", "PERCENT", "90", "how busy they should be" },
             { "down", "SECONDS", "60", "before workers are let go" },
             { "slo-ms", "MS", "5000", "a job older than that is late" },
             { "boot", "SECONDS", "0", "until a new worker works" },
             { "quota", "CALLS", "no limit", "of the service outside, a second" },
             { "cores", "N", "no limit", "of the host" }, { "kinds", "N", "1", "kinds that share it" },
             { "html", "FILE", NULL, "a chart of it" }, JSON),
        true, 0, 0, "" } },
    { "scale export",
      "systemd units or Kubernetes manifests from the settings",
      scale_main,
      { ROWS({ "systemd", NULL, NULL, "units" }, { "k8s", NULL, NULL, "manifests" },
             { "slots", "N", NULL, "workers in a pod" },
             { "program", "PATH", "/usr/bin/kith", "units: where the program is" },
             { "image", "NAME", "kith:latest", "manifests: the image" }, JSON),
        true, 0, 1, "[DIR]" } },
    { "search",
      "find people: name, company, address, digits of a number",
      search_main,
      { ROWS(ACCOUNT, JSON), true, 1, -1, "WORDS" } },
    { "surge",
      "play a launch day, compressed, against a Kith that runs here; docs/surge.md",
      surge_main,
      { ROWS({ "profile", "NAME", "producthunt", "who comes when" }, { "minutes", "N", "5", "how long it lasts" },
             { "scale", "FACTOR", "1", "how many people" }, { "seed", "N", "1", "the same seed plays the same day" },
             { "report", "FILE.html", NULL, "a page with what was seen" }, { "json", "FILE", NULL, "the same as JSON" },
             { "pid", "MASTER", NULL, "of the server: its processes are watched" },
             { "db-pid", "PID", NULL, "of PostgreSQL: watched, and killed by --chaos db" },
             { "chaos", "worker,agent,http,db", NULL, "what is killed" }, { "every", "SECONDS", "3", "one kill" },
             { "db-restart", "COMMAND", NULL, "starts PostgreSQL after it was killed" },
             { "price", "AMOUNT", "0", "of a core and hour" },
             { "drain", "MINUTES", "10", "most that work may take afterwards" },
             { "idle", "SECONDS", "5", "of calm, measured before and after; 0: none" },
             { "i-own-this-server", NULL, NULL, "it is not on this machine, and may suffer" },
             { "quiet", NULL, NULL, "only the report" }),
        false, 1, 1, "http://127.0.0.1:8080" } },
    { "top",
      "live queue and workers of the server that runs here",
      top_main,
      { ROWS(JSON, { "once", NULL, NULL, "one picture, then the end" }), true, 0, 0, "" } },
    { "up",
      "the server: web app, API and workers",
      up_main,
      { ROWS({ "check", NULL, NULL, "only look whether it would come up with these settings" },
             { "replace", NULL, NULL, "take over from the one that runs on the data folder" }),
        true, 0, 0, "" } },
    { "upgrade",
      "replace the server that runs here by this program, without a request lost",
      upgrade_main,
      { ROWS({ "binary", "PATH", "this program", "the new one" }), true, 0, 0, "" } },
    { "version", "print the version", version_main, { NO_ROWS, false, 0, 0, "" } },
    { "help", "this text", help_main, { NO_ROWS, false, 0, 2, "[COMMAND]" } },
};

enum { NAME_ROOM = 64, NAMES_MAX = 64 };

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < countof(commands); i++)
        if (!strcmp(commands[i].name, name))
            return &commands[i];
    return NULL;
}

/* ---- what is said ---- */

static void print_usage(FILE *to, const struct command *c)
{
    fprintf(to, "usage: kith %s%s%s", c->name, *c->options.words ? " " : "", c->options.words);
    for (size_t i = 0; i < c->options.n; i++) {
        const struct option_row *row = &c->options.row[i];
        bool                     must = row->otherwise == OPTION_MUST;
        fprintf(to, " %s--%s%s%s%s", must ? "" : "[", row->name, row->value ? " " : "", row->value ? row->value : "",
                must ? "" : "]");
    }
    fputs(c->options.settings ? " [settings]\n" : "\n", to);
}

int command_failed(const char *name, const struct err *e)
{
    auto_buf b = buf_of(UTF8_PLAIN_MAX * sizeof e->text);

    utf8_put_plain(&b, str_of(e->text));
    fprintf(stderr, "kith %s: " STR_FMT "\n", name, STR_ARG(buf_str(&b)));
    return 1;
}

int command_misused(const struct command *c)
{
    print_usage(stderr, c);
    return 2;
}

/* "scale set" is one of the verbs of "scale". */
static bool is_verb_of(const struct command *verb, const char *name)
{
    size_t n = strlen(name);
    return !strncmp(verb->name, name, n) && verb->name[n] == ' ';
}

static int print_help(const struct command *c)
{
    bool verbs = false;

    print_usage(stdout, c);
    printf("%s\n", c->help);
    options_print(&c->options);
    for (size_t i = 0; i < countof(commands); i++) {
        if (!is_verb_of(&commands[i], c->name))
            continue;
        printf("%s  kith %-14s %s\n", verbs ? "" : "\n", commands[i].name, commands[i].help);
        verbs = true;
    }
    return 0;
}

static int help_main(int argc, char **argv)
{
    char                  two[NAME_ROOM];
    const struct command *one = argc > 1 ? command_find(argv[1]) : NULL;

    snprintf(two, sizeof two, "%s %s", argc > 1 ? argv[1] : "", argc > 2 ? argv[2] : "");
    if (argc > 2)
        one = command_find(two);
    if (one)
        return print_help(one);
    if (argc > 1)
        return fprintf(stderr, "kith help: there is no command '%.60s'\n", argc > 2 ? two : argv[1]), 2;
    puts("Kith: everyone you know, in one clean address book.\n");
    for (size_t i = 0; i < countof(commands); i++)
        if (!strchr(commands[i].name, ' '))
            printf("  kith %-10s %s\n", commands[i].name, commands[i].help);
    puts("\n`kith help COMMAND` and `kith COMMAND --help` name its options. Most take the settings of `kith doctor "
         "--conf` too, as"
         "\n--name VALUE or KITH_NAME.");
    return 0;
}

static int version_main(int argc, char **argv)
{
    (void)argc, (void)argv;
    return printf("kith %s\n", kith_version) < 0;
}

/* ---- the way of a command line ---- */

static bool wants_help(const char *word) { return !strcmp(word, "--help") || !strcmp(word, "-h"); }

/* Verbs of `of`, or commands of one word when that is NULL. */
static int unknown(const char *of, const char *word)
{
    const char *names[NAMES_MAX];
    size_t      n = 0;

    for (size_t i = 0; i < countof(commands) && n < NAMES_MAX; i++)
        if (of ? is_verb_of(&commands[i], of) : !strchr(commands[i].name, ' '))
            names[n++] = commands[i].name + (of ? strlen(of) + 1 : 0);
    const char *near = option_nearest(str_of(word), names, n);
    fprintf(stderr, "kith%s%s: there is no command '%.60s'", of ? " " : "", of ? of : "", word);
    fprintf(stderr, near ? "; did you mean '%s'?\n" : "\n", near);
    if (of)
        return command_misused(command_find(of));
    fputs("`kith help` lists them\n", stderr);
    return 2;
}

/* The longest name that fits; ret_words: how many words it has. */
static const struct command *named(int argc, char **argv, int *ret_words)
{
    char                  two[NAME_ROOM] = "";
    const struct command *c = NULL;

    if (argc > 2)
        snprintf(two, sizeof two, "%s %s", argv[1], argv[2]);
    *ret_words = 2;
    c = command_find(two);
    if (c)
        return c;
    *ret_words = 1;
    return command_find(argv[1]);
}

static bool has_verbs(const char *name)
{
    for (size_t i = 0; i < countof(commands); i++)
        if (is_verb_of(&commands[i], name))
            return true;
    return false;
}

static int run(const struct command *c, int words, int argc, char **argv)
{
    auto_free(arena) a = arena_new(4096);
    char     **own = arena_array(a, char *, 2 * (size_t)argc + 1);
    struct err e = { 0 };

    if (words == 1 && argc > 2 && argv[2][0] != '-' && has_verbs(c->name))
        return unknown(c->name, argv[2]);
    for (int i = 1; i < argc; i++)
        if (wants_help(argv[i]))
            return print_help(c);
    memcpy(own, argv, sizeof *argv * (size_t)argc);
    if (options_check(&c->options, words + 1, &argc, own, a, &e) != RC_OK) {
        command_failed(c->name, &e);
        return command_misused(c);
    }
    return c->run(argc - 1, own + 1);
}

int command_run(int argc, char **argv)
{
    int words;

    if (argc < 2 || wants_help(argv[1]))
        return help_main(1, argv);
    if (!strcmp(argv[1], "--version"))
        return version_main(1, argv);
    const struct command *c = named(argc, argv, &words);
    return c ? run(c, words, argc, argv) : unknown(NULL, argv[1]);
}
