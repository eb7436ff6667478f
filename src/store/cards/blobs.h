/* store/cards/blobs.h - photos and other large values of cards, by content.
 *
 * A media entry of a stored card has "blobId" (RFC 9610) where the card that came in had a data: URI of more than
 * BLOB_INLINE_MAX bytes; blobs_inline() puts it back, with the same bytes and the same media type.  Two cards with one picture
 * share one row.  A picture stays as long as a card shows it, or did so in its history, which an undo may bring back: it goes when the
 * last of them is erased for ever. */
#pragma once
#include "base/json.h"
#include "io/sql/sql.h"

/* BLOBS_CARD_BYTES_MAX: what fits into VCARD_BYTES_MAX as base64; a card may name one picture a thousand times. */
enum { BLOB_INLINE_MAX = 1024, BLOB_BYTES_MAX = 8 << 20, BLOBS_CARD_BYTES_MAX = 12 << 20, BLOB_ID_CHARS = 32 };

struct blob {
    struct str id, media_type, bytes;
};

/* Pure: takes data: URIs out of the media map of a card tree (changed in place).  ret in the arena; also for workers.
 * A URI that is no clean base64 stays where it is. */
void       blobs_extract(struct arena *a, struct json *card, struct blob **ret, size_t *ret_n);
struct str blobs_id(struct arena *a, struct str media_type, struct str bytes); /* BLAKE2b-128 of both, 32 hex digits */

enum rc blobs_put(struct sql *db, int64_t account, const struct blob *blobs, size_t n, struct err *e) must_use;
/* A card's text is being stored: its pictures are kept as long as the card.  Called by cards_save(). */
enum rc blobs_shown(struct sql *db, struct arena *a, int64_t account, int64_t card, struct str json,
                    struct err *e) must_use;
/* A card is erased for ever: pictures that no other card shows go, 1,000 a call. */
enum rc blobs_forget(struct sql *db, struct arena *a, int64_t account, int64_t card, struct err *e) must_use;
enum rc blobs_get(struct sql *db, struct arena *a, int64_t account, struct str id, struct blob *ret,
                  struct err *e) must_use;
/* The card as it came: blobIds become data: URIs again, in the tree.  A blob that is gone leaves its blobId, and so do the one
 * that would pass BLOBS_CARD_BYTES_MAX and all after it. */
enum rc blobs_inline(struct sql *db, struct arena *a, int64_t account, struct json *card, struct err *e) must_use;
/* The blobId of the picture to show: the first media entry of kind photo, else logo; "" when there is none. */
struct str blobs_photo(const struct json *card);
