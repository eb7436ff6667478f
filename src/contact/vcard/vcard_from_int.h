/* contact/vcard/vcard_from_int.h - the state of writing a card as vCard, and the steps its files share.  For vcard_from_*.c and vcard_keep.c. */
#pragma once
#include "base/map.h"
#include "contact/card.h"
#include "contact/vcard/vcard_map.h"
#include "contact/vcard/vcard_out.h"

/* The lines one member or entry became: bytes of the output. */
struct vcard_piece {
    const struct json *node;
    size_t             from, to;
};

struct vcard_from {
    struct arena      *a;
    const struct json *card;
    struct vcard_out   out;
    struct map         groups;     /* names in use, lower case, and by how many lines */
    struct map         titled;     /* ids of organisations that have titles: the group they share, once it is given */
    unsigned           items;      /* item1, item2 ... given out */
    bool               free_ids;   /* the keys of map entries need not come back: write no PROP-ID */
    const struct json *preferred;  /* the entry of the map being written that 3.0 marks TYPE=PREF; NULL none */
    bool               ids_matter; /* set when they must, because a JSPROP line has to point at one */
    VEC(struct vcard_piece) pieces;
};

static inline bool vcard_from_is_3(const struct vcard_from *f) { return f->out.version == VCARD_3_0; }

/* "itemN" that nothing else uses. */
struct str vcard_from_group(struct vcard_from *f);
/* The group an entry's line stands in: its own, a new one when it has a label (or `wanted`), else none.  A label is for all that
 * stands in its group, so it wants one where nothing else does. */
struct str vcard_from_group_of(struct vcard_from *f, const struct json *entry, bool wanted);
/* The group of an organisation that is one of several and has titles; of a title: of its organisation. */
struct str vcard_from_group_titled(struct vcard_from *f, const struct json *entry, struct str organization);
/* contexts, features, pref, PROP-ID and vCardParams; no: the entry's place in its map from 1, 0 for what is no entry. */
void vcard_from_params(struct vcard_from *f, const struct json *entry, enum vcard_map map, unsigned no);
void vcard_from_kept_params(struct vcard_from *f, const struct json *params);              /* an entry's vCardParams */
void vcard_from_types(struct vcard_from *f, const struct json *entry, enum vcard_map map); /* TYPE alone */
/* group.X-ABLabel, when there is a label; it is the entry's or one made for it. */
void       vcard_from_label(struct vcard_from *f, struct str group, const struct json *entry, struct str label);
struct str vcard_upper(struct arena *a, struct str s); /* ASCII */
/* One line without parameters. */
void vcard_from_line(struct vcard_from *f, struct str group, struct str name, struct str text);

void vcard_from_name(struct vcard_from *f, const struct json *name);
void vcard_from_derived_name(struct vcard_from *f);
void vcard_from_entry(struct vcard_from *f, enum vcard_map map, const struct json *entry, unsigned no);
void vcard_from_address(struct vcard_from *f, const struct json *entry, unsigned no);

/* All lines between VERSION and END of the card into f->out.b, with the pieces; what they do not say is in JSPROP lines after
 * them.  whole: a FN is made when there is no name. */
void vcard_from_run(struct vcard_from *f, const struct json *card, bool whole);

/* The card as vCard with the lines of the original kept; false when that cannot be (other version, no card in it). */
bool vcard_keep(struct buf *b, struct arena *a, const struct json *card, enum vcard_version version,
                struct str original);
