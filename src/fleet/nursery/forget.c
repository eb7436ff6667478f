/* Overwrites secrets in a process's own memory, before workers are forked of it. */
#include "fleet/nursery/forget.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PIECE_MAX = 1024, MAPPING_MAX = 1 << 28 /* one so large is a sanitizer's */ };

/* What is looked for, each byte inverted, so that it does not find itself. */
struct piece {
    size_t n;
    char   inverted[PIECE_MAX];
};

/* By hand: memmem() of a sanitizer would complain of what was freed, which is what this reads.  It sees
 * every byte of the process, so that a check at each would be dear. */
__attribute__((no_sanitize("address", "undefined"))) static void wipe(char *from, char *to, const struct piece *p)
{
    for (volatile char *at = from; at + p->n <= to; at++) {
        size_t same = 0;
        while (same < p->n && (char)~at[same] == p->inverted[same])
            same++;
        for (size_t i = 0; same == p->n && i < same; i++)
            at[i] = 0;
    }
}

static void wipe_everywhere(const struct piece *p)
{
    char          line[512], rights[5];
    unsigned long from, to;
    FILE         *maps = fopen("/proc/self/maps", "re");

    while (maps && fgets(line, sizeof line, maps))
        if (sscanf(line, "%lx-%lx %4s", &from, &to, rights) == 3 && !strcmp(rights, "rw-p") && to - from < MAPPING_MAX)
            wipe((char *)from, (char *)to, p); /* NOLINT: addresses of our own, from the kernel */
    if (maps)
        fclose(maps);
}

static void forget_text(struct str text)
{
    struct piece p;

    for (; text.n >= FORGET_LEAST; text = str_from(text, p.n)) {
        p.n = size_min(text.n, PIECE_MAX);
        for (size_t i = 0; i < p.n; i++)
            p.inverted[i] = (char)~text.p[i];
        wipe_everywhere(&p);
    }
}

/* What stands after `mark` until one of `ends`; "" when it is not there. */
static struct str after(struct str text, struct str mark, const char *ends)
{
    size_t at = str_find(text, mark, 0), n = 0;
    if (at == SIZE_MAX)
        return S("");
    struct str rest = str_from(text, at + mark.n);
    while (n < rest.n && !strchr(ends, rest.p[n]))
        n++;
    return str_head(rest, n);
}

static struct str password_of(struct str url)
{
    struct str server = after(url, S("://"), "/?"), user;
    if (str_find(server, S("@"), 0) != SIZE_MAX && str_next(&server, ':', &user))
        return str_head(server, str_find(server, S("@"), 0));
    return S("");
}

void forget_database(struct str url)
{
    forget_text(password_of(url));
    forget_text(after(url, S("password="), "& "));
    forget_text(url);
}

void forget_environment(void)
{
    for (char **variable = environ; variable && *variable; variable++) {
        explicit_bzero(*variable, strlen(*variable));
        *variable = NULL;
    }
}
