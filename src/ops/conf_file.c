/* ops/conf_file.c - kith.conf as a text: read, written anew, one line exchanged. */
#include "ops/conf_file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { PATH_ROOM = 4096 };

static enum rc path_of(const struct conf *conf, const char *name, const char *tail, char to[PATH_ROOM], struct err *e)
{
    if (snprintf(to, PATH_ROOM, STR_FMT "/%s%s", STR_ARG(conf->data), name, tail) >= PATH_ROOM)
        return err_set(e, RC_INVALID, "the name of the data folder is too long");
    return RC_OK;
}

enum rc conf_file_read(const struct conf *conf, struct buf *ret, bool *ret_there, struct err *e)
{
    char path[PATH_ROOM];

    TRY(path_of(conf, "kith.conf", "", path, e));
    FILE *f = fopen(path, "re");
    *ret_there = f != NULL;
    if (!f)
        return errno == ENOENT ? RC_OK : err_set(e, RC_DENIED, "%s: %s", path, strerror(errno));
    char  *room = buf_room(ret, CONF_FILE_MAX);
    size_t n = room ? fread(room, 1, CONF_FILE_MAX, f) : 0;
    bool   all = room && feof(f);
    fclose(f);
    ret->n += n;
    return all ? RC_OK : err_set(e, RC_TOO_LARGE, "%s: over %d bytes", path, CONF_FILE_MAX);
}

enum rc conf_file_write(const struct conf *conf, const char *name, struct str text, struct err *e)
{
    char path[PATH_ROOM], fresh[PATH_ROOM];

    TRY(path_of(conf, name, "", path, e));
    TRY(path_of(conf, name, ".new", fresh, e));
    int  fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool written = fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n && fsync(fd) == 0;
    if (fd >= 0 && close(fd) != 0)
        written = false;
    return written && rename(fresh, path) == 0 ? RC_OK : err_set(e, RC_UNAVAILABLE, "cannot write %s", path);
}

/* The names of lines end at '=' or ':'. */
static bool is_db(struct str line)
{
    struct str name = str_trim(line);
    return str_is(str_trim(str_head(name, size_min(str_find(name, S("="), 0), str_find(name, S(":"), 0)))), "db");
}

/* A line that begins with a blank is one more value of the line before. */
static bool goes_on(struct str line) { return line.n && (line.p[0] == ' ' || line.p[0] == '\t') && str_trim(line).n; }

enum { URL_LINE = 150 };

void conf_file_with_db(struct str text, struct str url, struct buf *ret)
{
    bool dropped = false;

    for (struct str line; str_next(&text, '\n', &line);) {
        dropped = is_db(line) || (dropped && goes_on(line));
        if (dropped || (!line.n && !text.p))
            continue;
        buf_put(ret, line);
        buf_char(ret, '\n');
    }
    for (size_t at = 0; at < url.n; at += URL_LINE) { /* a long one in lines that go on */
        struct str piece = str_head(str_from(url, at), URL_LINE);
        buf_fmt(ret, "%s" STR_FMT "\n", at ? "    " : "db = ", STR_ARG(piece));
    }
}

enum rc conf_file_set_db(const struct conf *conf, struct str url, struct err *e)
{
    auto_buf was = buf_of(2 * CONF_FILE_MAX);
    auto_buf b = buf_of(2 * CONF_FILE_MAX);
    bool     there;

    TRY(conf_file_read(conf, &was, &there, e));
    conf_file_with_db(buf_str(&was), url, &b);
    return conf_file_write(conf, "kith.conf", buf_str(&b), e);
}
