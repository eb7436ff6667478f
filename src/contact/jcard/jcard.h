/* contact/jcard/jcard.h - jCard (RFC 7095): vCard in JSON, read and written.
 *
 * A file is one card (["vcard", [...]]), an array of them, or one a line.  A card's JSON becomes the lines of the vCard 4.0 it stands
 * for; parameters and values of any type are taken (numbers and truths as their text), groups are the parameter of that name.
 * Limits of one card: VCARD_BYTES_MAX, VCARD_LINES_MAX, JCARD_DEPTH_MAX levels; base/json.h reads it, strictly. */
#pragma once
#include "base/buf.h"
#include "contact/files/files.h"

enum { JCARD_DEPTH_MAX = 8, JCARD_VALUES_MAX = 200000 };

extern const struct file_format file_jcard;

/* Appends a card, read from vCard 4.0, as one JSON array. */
void jcard_write(struct buf *b, struct arena *a, const struct vcard *v);
