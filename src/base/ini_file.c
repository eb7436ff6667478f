/* Reads files of settings with inih, and refuses lines that it would cut. */
#include "base/ini_file.h"
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>

struct reading {
    FILE           *in;
    struct arena   *a;
    ini_file_taker *take;
    void           *to;
    struct err     *e;
    enum rc         rc;
    int             line, fault; /* fault: the line that rc is about */
    bool            goes_on;     /* the line begins with a blank */
    int             value_line;
    struct str      section, name, value; /* of the last value, which may go on; no name: none yet */
};

static void hand_over(struct reading *r)
{
    if (!r->name.n || r->rc != RC_OK)
        return;
    r->rc = r->take(r->to, r->section, r->name, r->value, r->e);
    r->fault = r->value_line;
    r->name = S("");
}

/* fgets() of inih. */
static char *next_line(char *to, int n, void *from)
{
    struct reading *r = from;

    if (r->rc != RC_OK || !fgets(to, n, r->in))
        return NULL;
    r->line++;
    r->goes_on = to[0] == ' ' || to[0] == '\t';
    if (strlen(to) + 1 < (size_t)n || to[n - 2] == '\n')
        return to;
    r->rc = err_set(r->e, RC_INVALID,
                    "the line is longer than %d bytes: let the value go on in the next line, behind a blank",
                    INI_FILE_LINE_MAX);
    r->fault = r->line;
    return NULL;
}

static int take_line(void *to, const char *section, const char *name, const char *value)
{
    struct reading *r = to;

    if (r->goes_on && r->name.n && str_is(r->name, name)) {
        r->value = str_join(r->a, r->value, S(""), str_of(value));
        return 1;
    }
    hand_over(r);
    r->section = str_copy(r->a, str_of(section));
    r->name = str_copy(r->a, str_of(name));
    r->value = str_copy(r->a, str_of(value));
    r->value_line = r->line;
    return r->rc == RC_OK;
}

static void file_close(FILE **f)
{
    if (*f)
        (void)fclose(*f);
}

enum rc ini_file_read(struct arena *a, const char *path, ini_file_taker *take, void *to, struct err *e)
{
    __attribute__((cleanup(file_close))) FILE *in = fopen(path, "re");
    struct reading                             r = { .in = in, .a = a, .take = take, .to = to, .e = e, .name = S("") };

    if (!in)
        return err_set(e, RC_INVALID, "%s: cannot be read: %s", path, strerror(errno));
    int broken = ini_parse_stream(next_line, &r, take_line, &r);
    if (broken > 0 && r.rc == RC_OK) {
        r.rc = err_set(e, RC_INVALID, "broken line");
        r.fault = broken;
    }
    hand_over(&r);
    return r.rc == RC_OK ? RC_OK : err_in(e, r.rc, "%s:%d", path, r.fault);
}
