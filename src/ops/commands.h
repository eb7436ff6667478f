/* ops/commands.h - the commands of the binary: one function each, one row each in the table of kith.c.
 *
 * argv[0] is the command's name.  The answer is the process's exit code: 0 done, 1 something failed (said on stderr),
 * 2 used wrongly (how to use it is said on stderr). */
#pragma once

struct command {
    const char *name, *usage, *help;
    int (*run)(int argc, char **argv);
};

int                   command_misused(const struct command *c); /* prints the usage; answers 2 */
const struct command *command_find(const char *name);           /* NULL when there is none; in kith.c */

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
