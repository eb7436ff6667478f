/* contact/files/files.h - the formats of contacts besides vCard, CSV and JSContact: one row each, one way to read them.
 *
 *   ldif      RFC 2849: Thunderbird, Evolution, directory servers (contact/ldif/)
 *   jcard     RFC 7095: one card, an array of cards, one card a line (contact/jcard/)
 *   xcard     RFC 6351 (contact/xcard/)
 *   hcard     web pages with hCard or h-card marks, microformats.org (contact/hcard/)
 *   monica    the JSON export of Monica (app/ExportResources of github.com/monicahq/monica)
 *   telegram  result.json of Telegram Desktop, its list of contacts
 *
 * Each makes lines of a vCard 4.0 (contact/vcard/vcard_make.h), from which vcard_to_card() makes the card.  A card's place is a range
 * of the text, so a file can be cut between cards and each piece read by itself: what must be known of the whole file is found by
 * file_open().  Text is UTF-8 and outlives the reader.  What cannot be read costs its card: no lines and an error in the report. */
#pragma once
#include "base/map.h"
#include "contact/vcard/vcard.h"

struct file_reader;
struct file_format {
    const char *name, *ending; /* "jcard"; "json", of files of it */
    bool (*looks)(struct str text);
    void (*open)(struct file_reader *r); /* to the first card */
    bool (*next)(struct file_reader *r, struct arena *a, struct vcard *ret, struct vcard_report *report);
};
struct file_reader {
    const struct file_format *format;
    struct arena             *a; /* of the file */
    struct str                text;
    size_t                    at;
    uint32_t                  line; /* at that place, from 1 */
    struct str                program;
    struct map                types; /* Monica: the id of a kind of field -> struct json * */
};

/* By the content; NULL when it is none of them. */
const struct file_format *file_recognise(struct str text);
const struct file_format *file_format_of(struct str name); /* NULL: not known */

struct file_reader file_open(struct arena *a, const struct file_format *format, struct str text);
/* The same file's reader for a range of whole cards; start 0 begins at the first card. */
struct file_reader file_range(const struct file_reader *opened, size_t start, size_t bytes, uint32_t first_line);
/* ret->text: the card's range.  a holds one card. */
bool file_next(struct file_reader *r, struct arena *a, struct vcard *ret, struct vcard_report *report);
