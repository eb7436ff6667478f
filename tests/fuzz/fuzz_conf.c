/* Any bytes as kith.conf: what is taken is within its bounds and, written as flags, taken again; after conf_file_with_db() the file names that
 * database.  Behind the first line of NULs: a schedule, networks and a host on their own. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/address.h"
#include "base/arena.h"
#include "base/conf.h"
#include "base/schedule.h"
#include "ops/conf_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static char dir[] = "/tmp/kith-fuzz-XXXXXX", file[sizeof dir + 16];

static void must(bool truth)
{
    if (!truth)
        abort();
}

static void clean(void)
{
    unlink(file);
    rmdir(dir);
}

static enum rc load(struct arena *a, struct str text, struct conf *c)
{
    char      *argv[] = { "up", "--data", dir, NULL };
    int        argc = 3, fd;
    struct err e;

    if (!*file) {
        must(mkdtemp(dir));
        snprintf(file, sizeof file, "%s/kith.conf", dir);
        atexit(clean);
    }
    must((fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600)) >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n);
    close(fd);
    return conf_load(c, a, &argc, argv, &e);
}

static void settings(struct arena *a, struct str text)
{
    auto_buf    b = buf_of(2 * CONF_FILE_MAX);
    struct conf c, again;

    if (load(a, text, &c) != RC_OK)
        return;
    conf_defaults(&again);
    for (const struct conf_key *k = conf_keys; k < conf_keys + conf_keys_n; k++) {
        must(conf_set(&again, a, str_of(k->name), conf_text(&c, a, k), CONF_FLAG, NULL) == RC_OK);
        must(str_eq(conf_text(&again, a, k), conf_text(&c, a, k)));
    }
    conf_file_with_db(text, S("sqlite:x"), &b);
    must(load(a, buf_str(&b), &again) == RC_OK && str_is(again.db, "sqlite:x"));
}

static void parts(struct arena *a, struct str text)
{
    struct schedule s;
    struct networks l;
    struct str      bad, host = host_name(a, text);

    if (schedule_parse(text, &s))
        must(s.every == SCHEDULE_OFF || (s.keep >= 1 && s.keep <= 1000 && s.hour >= 0 && s.hour < 24 && s.minute >= 0 &&
                                         s.minute < 60 && schedule_last(&s, 1700000000000) <= 1700000000000));
    if (networks_parse(text, &l, &bad))
        must(l.n <= NETWORKS_MAX);
    must(host.n <= text.n && (str_find(host, S(":"), 0) != SIZE_MAX || str_eq(host_name(a, host), host)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    auto_free(arena) a = arena_new(64 << 10);
    struct str all = { (const char *)data, n };
    size_t     cut = size_min(str_find(all, S("\0"), 0), n);

    settings(a, str_head(all, cut));
    parts(a, str_from(all, cut + 1));
    return 0;
}
