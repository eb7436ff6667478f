/* kith.c - main(): one table of commands. */
#include <stdio.h>
#include <string.h>
#include "base/base.h"
#include "base/version.h"
#include "base/process_title.h"
#include "ops/commands.h"
#include "ops/cmd_dedupe.h"
#include "fiction/generate.h"
#include "surge/surge.h"

static int help_main(int argc, char **argv);
static int version_main(int argc, char **argv);

static const struct command commands[] = {
    { "account",
      "add EMAIL | invite EMAIL | password EMAIL [--tokens] | second-factor EMAIL --off | admin EMAIL [--remove] | "
      "list",
      "make an account, invite somebody, set its password (asked for, or read from a pipe), switch a lost second "
      "factor off, or make an "
      "operator",
      account_main },
    { "backup", "FILE|- [--force] [--json] | --check FILE",
      "everything in one checked file, while people go on working; docs/backup.md", backup_main },
    { "convert", "[--from vcard|jscontact|csv] --to vcard3|vcard4|jscontact|csv [--keep] [--json]",
      "one format of contacts into another, stdin to stdout", convert_main },
    { "dedupe", "[--country XX] [--least certain|likely|possible] [--json] FILE...",
      "which cards of some files are the same person", dedupe_main },
    { "doctor", "[--conf] [--citus] [--json]", "check machine, database and settings, and say what to do",
      doctor_main },
    { "export", "--account EMAIL [--format vcard3|vcard4|jscontact|csv|zip] [--original] [--json] > FILE",
      "everything of an account, to take away", export_main },
    { "generate", "--out DIR [--cards N] [--duplicates SHARE] [--seed S] [--sources N]",
      "write a fictional address book as exports of several programs", generate_main },
    { "import", "FILE... --account EMAIL [--source NAME] [--country XX] [--tag TAG] [--dry-run] [--json]",
      "read files of contacts into an account", import_main },
    { "migrate", "--to sqlite:PATH|postgresql://... | --stay | --contract",
      "move to another database while people go on reading; or end a change of schema", migrate_main },
    { "queue", "[show|pause|resume|dead|redrive] [KIND] [--account EMAIL|ID] [--json]",
      "whose work waits; hold it back, let it go on; what was given up, and try it again", queue_main },
    { "quota",
      "[show [--json] | open NAME | set NAME [--limit CALLS/WINDOW] [--price AMOUNT] [--raise TEXT] [--kind KIND]]",
      "services outside: limit, use, when it runs out, cost; e.g. set google --limit 3000/1m", quota_main },
    { "restore", "FILE|- [--data DIR] [--db URL] [--replace]", "an installation out of a backup, in an empty place",
      restore_main },
    { "scale", "[show|set|price|launch|land|plan|export] ...",
      "how many workers each kind of work gets: live, for a launch, or replayed", scale_main },
    { "search", "WORDS --account EMAIL [--json]", "find people: name, company, address, digits of a number",
      search_main },
    { "surge",
      "[--profile producthunt] [--minutes 5] [--scale 1] [--seed 1] [--report FILE.html] [--json FILE] [--pid MASTER] "
      "[--db-pid PID] [--chaos worker,agent,http,db --every 3 [--db-restart COMMAND]] http://127.0.0.1:8080",
      "play a launch day, compressed, against a Kith that runs here; docs/surge.md", surge_main },
    { "top", "[--json] [--once]", "live queue and workers of the server that runs here", top_main },
    { "up", "[--listen HOST:PORT] [--data DIR] [--demo] [--replace] [settings]", "the server: web app, API and workers",
      up_main },
    { "upgrade", "[--binary PATH] [--data DIR]",
      "replace the server that runs here by this program, without a request lost", upgrade_main },
    { "version", "", "print the version", version_main },
    { "help", "[COMMAND]", "this text", help_main },
};

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < countof(commands); i++)
        if (!strcmp(commands[i].name, name))
            return &commands[i];
    return NULL;
}

int command_misused(const struct command *c)
{
    fprintf(stderr, "usage: kith %s %s\n", c->name, c->usage);
    return 2;
}

static int help_main(int argc, char **argv)
{
    const struct command *one = argc > 1 ? command_find(argv[1]) : NULL;

    if (one)
        return printf("usage: kith %s %s\n%s\n", one->name, one->usage, one->help) < 0;
    puts("Kith: everyone you know, in one clean address book.\n");
    for (size_t i = 0; i < countof(commands); i++)
        printf("  kith %-10s %s\n", commands[i].name, commands[i].help);
    puts("\nEvery command takes the settings of `kith doctor --conf` as --name VALUE or KITH_NAME.");
    return 0;
}

static int version_main(int argc, char **argv)
{
    (void)argc, (void)argv;
    return printf("kith %s\n", kith_version) < 0;
}

int main(int argc, char **argv)
{
    const struct command *c = argc > 1 ? command_find(argv[1]) : NULL;

    process_title_keep(argc, argv);
    if (c)
        return c->run(argc - 1, argv + 1);
    if (argc > 1)
        fprintf(stderr, "kith: no command '%s'\n", argv[1]);
    help_main(1, argv);
    return argc > 1 ? 2 : 0;
}
