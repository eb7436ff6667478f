/* contact/xcard/xcard.h - xCard (RFC 6351): vCard in XML, read.
 *
 * Each <vcard> element, in whatever namespace prefix, becomes the lines of the vCard 4.0 it stands for; a <group name="..."> is the
 * group of its properties.  Properties we do not know are kept by their name.  Limits: contact/files/markup.h, which also says which
 * library reads it and that no entity expands; VCARD_LINES_MAX. */
#pragma once
#include "contact/files/files.h"

extern const struct file_format file_xcard;
