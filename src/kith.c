/* kith.c - main(): one table of commands. */
#include <stdio.h>
#include "base/str.h"
#include "ops/generate.h"

struct command { const char *name, *help; int (*run)(int argc, char **argv); };

static int version(int argc, char **argv)
{
    (void)argc, (void)argv;
    return puts("kith 0.1.0") < 0;
}

static const struct command commands[] = {
    { "generate", "write a fictional address book as exports of several programs", generate_main },
    { "version", "print the version", version },
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < countof(commands); i++)
        if (!strcmp(argv[1], commands[i].name))
            return commands[i].run(argc - 1, argv + 1);
    for (size_t i = 0; i < countof(commands); i++)
        printf("kith %-10s %s\n", commands[i].name, commands[i].help);
    return argc > 1 ? 2 : 0;
}
