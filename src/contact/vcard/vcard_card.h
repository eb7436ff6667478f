/* contact/vcard/vcard_card.h - vCard <-> JSContact, by RFC 9555 with the properties of RFC 9554, losing nothing.
 *
 * Into a card: what JSContact has a place for goes there, also what programs say in X- properties and group labels
 * (item1.X-ABLabel); the rest stands in vCardProps and vCardParams, groups kept.  Map keys are PROP-ID, else e1, e2, p1 ...
 * in the order of the lines (equal input, equal card).  Photos are data: URIs in media; whoever saves the card moves them out.
 *
 * Out of a card: what vCard has no place for stands in JSPROP lines, so reading the result gives an equal card.  Output is
 * deterministic. */
#pragma once
#include "contact/card.h"
#include "contact/vcard/vcard.h"

/* uid_if_missing: for a card without UID (must not be empty).  Never fails; what was left out is added to the report. */
struct json *vcard_to_card(struct arena *a, const struct vcard *v, struct str uid_if_missing,
                           struct vcard_report *report);

/* Appends the card as vCard 3.0 or 4.0 (never 2.1).  original: the vCard text this card was read from, or empty.  When it has the same
 * version, its lines stay as they stood (order, groups, folding, line ends) as long as they mean the same; changed ones
 * are written anew in their place, new ones at the end, those of removed values go.  So an untouched card comes out byte for byte; but
 * lines of another charset are written anew, for what is written is UTF-8.
 * Entries with blobId must have their data: URI put back before. */
void vcard_write(struct buf *b, struct arena *a, const struct json *card, enum vcard_version version,
                 struct str original);
