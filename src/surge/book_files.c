/* The address books that people of a run bring, written before it begins. */
#include "surge/book_files.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/hash.h"
#include "fiction/export_as.h"
#include "fiction/generate.h"

enum { PART_CAP = 64 << 20, TWO_FILES_PERCENT = 33, DUPLICATES_PERMILLE = 200 };

struct writing {
    struct book_file *book;
    struct buf        bytes[BOOK_PARTS_MAX];
    size_t            program[BOOK_PARTS_MAX];
};

static void take_card(void *to, size_t program, struct str card, int64_t person)
{
    struct writing *w = to;
    size_t          part = w->program[0] == program ? 0 : 1;

    (void)person;
    buf_put(&w->bytes[part], card);
    w->book->part[part].cards++;
}

static enum rc keep_part(struct books *b, struct str bytes, struct book_file *book, size_t part, struct err *e)
{
    book->part[part].at = b->bytes;
    book->part[part].bytes = (int64_t)bytes.n;
    for (size_t at = 0; at < bytes.n;) {
        ssize_t n = pwrite(b->fd, bytes.p + at, bytes.n - at, b->bytes + (int64_t)at);
        if (n <= 0)
            return err_set(e, RC_UNAVAILABLE, "no room for the address books: %s", strerror(errno));
        at += (size_t)n;
    }
    b->bytes += (int64_t)bytes.n;
    return RC_OK;
}

/* A program that got no card leaves no file. */
static enum rc keep_parts(struct books *b, struct writing *w, struct err *e)
{
    size_t kept = 0;

    for (size_t i = 0; i < w->book->nparts; i++) {
        int64_t cards = w->book->part[i].cards;
        if (!cards)
            continue;
        w->book->part[kept].cards = cards;
        w->book->part[kept].file_name = programs[w->program[i]].file;
        TRY(keep_part(b, buf_str(&w->bytes[i]), w->book, kept++, e));
    }
    w->book->nparts = kept;
    return RC_OK;
}

static enum rc write_book(struct arena *a, struct books *b, size_t account, int64_t cards, uint64_t seed,
                          struct writing *w, struct err *e)
{
    struct rand_seeded      r = { hash64_mix(seed, account) };
    struct generate_options o = { .cards = cards, .duplicates = DUPLICATES_PERMILLE, .seed = rand_next(&r) };
    struct generated        made;

    o.sources = rand_below(&r, 100) < TWO_FILES_PERCENT ? 2 : 1;
    o.first = rand_below(&r, programs_n);
    o.mark = str_fmt(a, "s%06zu", account);
    w->book = &b->book[account];
    w->book->cards = cards;
    w->book->nparts = o.sources;
    for (size_t i = 0; i < o.sources; i++) {
        w->program[i] = (o.first + i) % programs_n;
        buf_clear(&w->bytes[i]);
        if (programs[w->program[i]].begin)
            programs[w->program[i]].begin(&w->bytes[i]);
    }
    generate_cards(&o, take_card, w, &made);
    for (size_t i = 0; i < o.sources; i++)
        if (buf_full(&w->bytes[i]))
            return err_set(e, RC_TOO_LARGE, "an address book of more than %d MiB", PART_CAP >> 20);
    b->cards += cards;
    return keep_parts(b, w, e);
}

static enum rc open_file(int *ret, struct err *e)
{
    const char *dir = getenv("TMPDIR");

    *ret = open(dir && *dir ? dir : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    return *ret >= 0 ? RC_OK : err_set(e, RC_UNAVAILABLE, "no temporary file: %s", strerror(errno));
}

enum rc book_files_write(struct arena *a, const int64_t *sizes, size_t n, uint64_t seed, struct books *ret,
                         struct err *e)
{
    struct writing w = { .bytes = { buf_of(PART_CAP), buf_of(PART_CAP) } };
    enum rc        rc;

    *ret = (struct books){ .book = arena_array(a, struct book_file, n), .n = n };
    TRY(open_file(&ret->fd, e));
    rc = RC_OK;
    for (size_t i = 0; i < n && rc == RC_OK; i++)
        rc = write_book(a, ret, i, sizes[i], seed, &w, e);
    buf_done(&w.bytes[0]);
    buf_done(&w.bytes[1]);
    return rc;
}

void book_files_close(struct books *b)
{
    if (b->fd >= 0)
        close(b->fd);
    b->fd = -1;
}
