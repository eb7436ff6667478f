/* ops/commands.h - the table of commands: what each is called, which options and words it takes, and the function behind it.
 *
 * From the table come `kith --help`, `kith help COMMAND`, `kith COMMAND --help`, usage lines, and the refusal of what is unknown, with the
 * nearest name.  A command sees only options of its row, each with its value, so it takes them by name (base/options.h).
 * argv[0] is the command's name.  The answer is the process's exit code: 0 done, 1 something failed (said on stderr),
 * 2 used wrongly (how to use it is said on stderr). */
#pragma once
#include "base/options.h"

struct command {
    const char *name; /* of one word, or of two: "scale set" is asked for before "scale" */
    const char *help;
    int (*run)(int argc, char **argv);
    struct options options;
};

int command_run(int argc, char **argv); /* the whole command line */
/* Says why on stderr, on one line that no text of strangers can break or colour (utf8_put_plain); answers 1. */
int                   command_failed(const char *name, const struct err *e);
int                   command_misused(const struct command *c); /* prints the usage; answers 2 */
const struct command *command_find(const char *name);           /* NULL when there is none */

int account_main(int argc, char **argv);
int backup_main(int argc, char **argv);
int convert_main(int argc, char **argv);
int doctor_main(int argc, char **argv);
int export_main(int argc, char **argv);
int import_main(int argc, char **argv);
int quota_main(int argc, char **argv);
int migrate_main(int argc, char **argv);
int queue_main(int argc, char **argv);
int restore_main(int argc, char **argv);
int scale_main(int argc, char **argv);
int search_main(int argc, char **argv);
int top_main(int argc, char **argv);
int up_main(int argc, char **argv);
int upgrade_main(int argc, char **argv);
