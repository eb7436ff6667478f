/* Reads a zip that lies in memory. */
#include "io/unzip.h"
#include <zlib.h>

/* APPNOTE.TXT 4.3: end of central directory, central header, local header */
enum { END_SIZE = 22, CENTRAL_SIZE = 46, LOCAL_SIZE = 30, COMMENT_MAX = 65535 };

static uint32_t le16(const char *p) { return (uint32_t)(unsigned char)p[0] | (uint32_t)(unsigned char)p[1] << 8; }
static uint32_t le32(const char *p) { return le16(p) | le16(p + 2) << 16; }

bool unzip_looks(struct str file) { return str_starts(file, S("PK\3\4")) || str_starts(file, S("PK\5\6")); }

static const char *find_end(struct str file)
{
    size_t most = size_min(file.n, END_SIZE + COMMENT_MAX);

    for (size_t back = END_SIZE; back <= most; back++) {
        const char *p = file.p + file.n - back;
        if (p[0] == 'P' && le32(p) == 0x06054b50)
            return p;
    }
    return NULL;
}

/* The header at z->at; false when it is broken or points outside. */
static bool read_entry(struct unzip *z, struct unzip_entry *ret, uint32_t *ret_flags, uint32_t *ret_method)
{
    if (z->at > z->file.n || z->file.n - z->at < CENTRAL_SIZE)
        return false;
    const char *p = z->file.p + z->at;
    size_t name = le16(p + 28), tail = name + le16(p + 30) + le16(p + 32), local = le32(p + 42), packed = le32(p + 20);
    if (le32(p) != 0x02014b50 || z->file.n - z->at - CENTRAL_SIZE < tail || local > z->file.n ||
        z->file.n - local < LOCAL_SIZE)
        return false;
    const char *l = z->file.p + local;
    size_t      data = local + LOCAL_SIZE + le16(l + 26) + le16(l + 28);
    if (le32(l) != 0x04034b50 || data > z->file.n || z->file.n - data < packed)
        return false;
    *ret_flags = le16(p + 8);
    *ret_method = le16(p + 10);
    *ret = (struct unzip_entry){ .name = { p + CENTRAL_SIZE, name },
                                 .packed = { z->file.p + data, packed },
                                 .bytes = le32(p + 24),
                                 .deflated = *ret_method == 8 };
    z->at += CENTRAL_SIZE + tail;
    return true;
}

enum rc unzip_open(struct str file, struct unzip *ret, struct err *e)
{
    const char        *end = find_end(file);
    struct unzip_entry entry;
    uint32_t           flags, method;
    uint64_t           total = 0;

    if (!end)
        return err_set(e, RC_MALFORMED, "zip: no directory at its end, it may be cut off");
    struct unzip first = { file, le32(end + 16), 0, le16(end + 10) };
    if (first.entries > UNZIP_ENTRIES_MAX)
        return err_set(e, RC_TOO_LARGE, "zip: more than %d entries", UNZIP_ENTRIES_MAX);
    struct unzip z = first;
    for (; z.entry < z.entries; z.entry++) {
        if (!read_entry(&z, &entry, &flags, &method))
            return err_set(e, RC_MALFORMED, "zip: entry %zu is broken", z.entry + 1);
        if (flags & 1)
            return err_set(e, RC_INVALID, "zip: encrypted");
        if (method != 0 && method != 8)
            return err_set(e, RC_INVALID, "zip: entry %zu is packed by method %u", z.entry + 1, method);
        if (entry.bytes > UNZIP_SMALL && entry.bytes / UNZIP_RATIO_MAX > entry.packed.n)
            return err_set(e, RC_TOO_LARGE, "zip: entry %zu unpacks to over %d times its size", z.entry + 1,
                           UNZIP_RATIO_MAX);
        total += entry.bytes;
        if (total > UNZIP_TOTAL_MAX)
            return err_set(e, RC_TOO_LARGE, "zip: unpacks to more than 1 GiB");
    }
    *ret = first;
    return RC_OK;
}

bool unzip_next(struct unzip *z, struct unzip_entry *ret)
{
    uint32_t flags, method;
    return z->entry++ < z->entries && read_entry(z, ret, &flags, &method);
}

enum rc unzip_read(const struct unzip_entry *entry, struct buf *b, struct err *e)
{
    char *to = buf_room(b, entry->bytes);

    if (entry->bytes && !to)
        return err_set(e, RC_TOO_LARGE, "zip: an entry of %u bytes", entry->bytes);
    if (!entry->deflated) {
        if (entry->packed.n != entry->bytes)
            return err_set(e, RC_MALFORMED, "zip: an entry is not as long as it says");
        buf_put(b, entry->packed);
        return RC_OK;
    }
    char     none;
    z_stream z = { .next_in = (Bytef *)(uintptr_t)entry->packed.p,
                   .avail_in = (uInt)entry->packed.n,
                   .next_out = (Bytef *)(entry->bytes ? to : &none),
                   .avail_out = entry->bytes };
    if (inflateInit2(&z, -MAX_WBITS) != Z_OK)
        return err_set(e, RC_INTERNAL, "zip: zlib does not start");
    int end = inflate(&z, Z_FINISH);
    inflateEnd(&z);
    if (end != Z_STREAM_END || z.total_out != entry->bytes)
        return err_set(e, RC_MALFORMED, "zip: an entry is broken or longer than it says");
    b->n += entry->bytes;
    return RC_OK;
}
