/* Puts the photos of a Takeout into the cards they belong to. */
#include <sodium.h>
#include "base/map.h"
#include "contact/vcard/vcard.h"
#include "store/cards/blobs.h"
#include "work/takeout.h"

enum { LINE_BYTES = 74 };

/* As Takeout names files: what no file system likes is '_'. */
static struct str file_name(struct arena *a, struct str name)
{
    char *to = arena_raw(a, name.n + 1);

    for (size_t i = 0; i < name.n; i++)
        to[i] = strchr("/\\:*?\"<>|'&#%", name.p[i]) ? '_' : name.p[i];
    return (struct str){ to, name.n };
}

/* Name without ending -> its entry. */
static struct map photos_of(struct arena *a, struct unzip z, struct str folder)
{
    struct map         photos = map_of(a);
    struct unzip_entry entry;

    while (unzip_next(&z, &entry)) {
        struct str name = str_from(entry.name, folder.n);
        if (!str_starts(entry.name, folder) || !str_ends(name, S(".jpg")) || entry.bytes > BLOB_BYTES_MAX)
            continue;
        struct unzip_entry *kept = arena_new_of(a, struct unzip_entry);
        *kept = entry;
        *map_at(&photos, file_name(a, str_head(name, name.n - 4))) = (uintptr_t)kept;
    }
    return photos;
}

static const struct unzip_entry *photo_of(struct arena *a, const struct map *photos, struct str card)
{
    struct vcard_reader r = vcard_reader_of(card, 1);
    struct vcard        v;
    struct vcard_report report;

    if (!vcard_next(&r, a, &v, &report))
        return NULL;
    const struct vcard_line *fn = vcard_find(&v, VC_FN), *photo = vcard_find(&v, VC_PHOTO);
    if (!fn || (photo && !str_starts(photo->value, S("http"))))
        return NULL;
    uint64_t                 *at = map_find(photos, file_name(a, fn->value));
    const struct unzip_entry *entry = at ? (const struct unzip_entry *)(uintptr_t)*at : NULL;
    if (at)
        *at = 0;
    return entry;
}

static void put_photo(struct buf *to, struct str jpeg)
{
    size_t   most = sodium_base64_ENCODED_LEN(jpeg.n, sodium_base64_VARIANT_ORIGINAL);
    auto_buf b = buf_of(most + 1);
    char    *base64 = buf_room(&b, most);

    sodium_bin2base64(base64, most, (const unsigned char *)jpeg.p, jpeg.n, sodium_base64_VARIANT_ORIGINAL);
    buf_put(to, S("PHOTO;ENCODING=b;TYPE=JPEG:"));
    for (struct str rest = { base64, most - 1 }; rest.n; rest = str_from(rest, LINE_BYTES)) {
        buf_put(to, S("\r\n "));
        buf_put(to, str_head(rest, LINE_BYTES));
    }
    buf_put(to, S("\r\n"));
}

/* Before the line that ends the card. */
static void put_card(struct buf *to, struct str card, struct str jpeg)
{
    size_t end = card.n;

    while (end && (card.p[end - 1] == '\n' || card.p[end - 1] == '\r'))
        end--;
    while (end && card.p[end - 1] != '\n')
        end--;
    buf_put(to, str_head(card, end));
    put_photo(to, jpeg);
    buf_put(to, str_from(card, end));
}

void takeout_join_photos(struct buf *to, struct arena *a, struct unzip z, struct str folder, struct str text)
{
    struct map         photos = photos_of(a, z, folder);
    struct vcard_split cards = vcard_split_of(text, 1, true);
    struct vcard_span  card;
    auto_free(arena) one = arena_new(1 << 16);
    auto_buf jpeg = buf_of(BLOB_BYTES_MAX);

    for (; vcard_split_next(&cards, &card); arena_reset(one)) {
        const struct unzip_entry *photo = card.closed ? photo_of(one, &photos, card.text) : NULL;
        buf_clear(&jpeg);
        buf_put(to, card.before);
        if (photo && unzip_read(photo, &jpeg, NULL) == RC_OK && jpeg.n)
            put_card(to, card.text, buf_str(&jpeg));
        else
            buf_put(to, card.text);
    }
    buf_put(to, card.before);
}
