/* contact/vcard/vcard_decode.h - from a content line's value to what it means.
 * Everything returned is UTF-8, borrowed from the line when nothing had to be changed, else in the arena. */
#pragma once
#include "contact/vcard/vcard.h"

/* The value without its transfer encoding: quoted-printable and the charset parameter undone, backslashes still there.
 * Base64 values come back as they are: see vcard_binary(). */
struct str vcard_value(struct arena *a, const struct vcard_line *line);
struct str vcard_quoted_printable(struct arena *a, struct str s); /* undone, to bytes of whatever charset */
/* One text: the value with backslash escapes undone.  version decides what is an escape (2.1 has only "\;"). */
struct str vcard_text(struct arena *a, enum vcard_version v, const struct vcard_line *line);
/* Structured and list values: splits *rest at an unescaped `sep`, unescapes the part; false at the end.
 *     struct str rest = vcard_value(a, line);
 *     for (struct str part; vcard_part(a, v, &rest, ';', &part); ) ... */
bool vcard_part(struct arena *a, enum vcard_version v, struct str *rest, char sep, struct str *ret_part);
/* The same without unescaping, for parts that are lists themselves. */
bool       vcard_part_raw(struct str *rest, char sep, struct str *ret_part);
struct str vcard_unescape(struct arena *a, enum vcard_version v, struct str s);

enum vcard_encoding { VCARD_PLAIN, VCARD_QUOTED_PRINTABLE, VCARD_BASE64 };
enum vcard_encoding vcard_encoding(const struct vcard_line *line); /* ENCODING=b, B, BASE64, bare BASE64 ... */
/* A binary property (PHOTO, KEY ...) as one URI, whatever it was written as: inline base64 becomes
 * "data:image/jpeg;base64,..." with the type of the TYPE/MEDIATYPE parameter or of the first bytes; a URI stays. */
struct str vcard_uri(struct arena *a, enum vcard_version v, const struct vcard_line *line);
