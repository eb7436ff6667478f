/* contact/hcard/hcard.h - contacts that a web page marks as such: hCard 1.0 (class "vcard", "fn", "tel" ...) and microformats2
 * ("h-card", "p-name", "p-tel" ...), by microformats.org/wiki/hcard, /h-card and the value class pattern.
 *
 * Each marked element is a card, read from its own bytes (contact/files/markup.h: limits, library).  A marked element inside a card
 * belongs to that card.  Addresses relative to the page are left out with a note: nobody says where the page was. */
#pragma once
#include "contact/files/files.h"

extern const struct file_format file_hcard;

/* Makes the lines of the first marked element of the tree. */
struct vcard_make;
struct _xmlNode;
void hcard_contact(struct vcard_make *m, struct _xmlNode *root);
