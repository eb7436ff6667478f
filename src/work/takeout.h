/* work/takeout.h - Google's Takeout: photos that lie beside the .vcf, one file a contact, named as the contact is.
 *
 * "Takeout/Contacts/All Contacts/Eva Lindgren.jpg" is the photo of the card with that FN in All Contacts.vcf, when the card has none of
 * its own but an address at Google's, which a worker cannot fetch.  Each photo is unpacked once, for the first card of its name.
 * Names are compared as they stand, without the characters that file names lack ('_' there). */
#pragma once
#include "io/unzip.h"

/* Appends the vCards of `text` with their photos to `to`.  folder: "Takeout/Contacts/All Contacts/".  What cannot be unpacked stays a card
 * without photo. */
void takeout_join_photos(struct buf *to, struct arena *a, struct unzip z, struct str folder, struct str text);
