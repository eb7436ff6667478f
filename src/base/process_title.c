/* Writes what ps shows of this process over its argv. */
#include "base/process_title.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* The process's own command line: memory the kernel shows to others, there once in each process. */
static struct {
    char  *p;
    size_t n;
} line;

static char *end_of(char **words, char *end)
{
    for (size_t i = 0; words[i] && words[i] == end; i++)
        end += strlen(words[i]) + 1;
    return end;
}

void process_title_keep(int argc, char **argv)
{
    if (argc < 1)
        return;
    char  *end = end_of(environ, end_of(argv, argv[0]));
    size_t n = 0;
    while (environ[n])
        n++;
    char **moved = calloc(n + 1, sizeof *moved);
    if (!moved)
        abort();
    for (size_t i = 0; i < n; i++)
        if (!(moved[i] = strdup(environ[i])))
            abort();
    environ = moved;
    line.p = argv[0];
    line.n = (size_t)(end - argv[0]);
}

void process_title_set(const char *fmt, ...)
{
    char    text[64];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    prctl(PR_SET_NAME, text);
    if (!line.n)
        return;
    memset(line.p, 0, line.n);
    memcpy(line.p, text, size_min(strlen(text), line.n - 1));
}
