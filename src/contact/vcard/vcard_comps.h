/* contact/vcard/vcard_comps.h - the JSCOMPS parameter of RFC 9555 3.3.1: in which order the values of N and ADR are said, and what
 * stands between them.  For vcard_to_*.c and vcard_from_*.c only. */
#pragma once
#include "contact/vcard/vcard_from_int.h"
#include "contact/vcard/vcard_to_int.h"

/* Components, isOrdered and defaultSeparator of a name or address by the line's JSCOMPS.  counted: which of the parts must be
 * named in it (copies for older programs are not).  False when there is none or it is not valid: nothing is changed then. */
bool vcard_comps_read(struct vcard_to *t, const struct vcard_line *line, const struct vcard_parts *p,
                      const bool counted[PARTS_MAX], const struct str *kinds, struct json *owner);

/* The parameter for an ordered name or address; kinds of components by their place, as they are written.  Writes nothing when one of
 * the components has no place. */
void vcard_comps_write(struct vcard_from *f, const struct json *owner, const struct str *kinds, size_t n_kinds);
