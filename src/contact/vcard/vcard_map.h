/* contact/vcard/vcard_map.h - what both directions of the conversion share: which property stands for which member (RFC 9555).
 * For vcard_to_*.c and vcard_from_*.c only. */
#pragma once
#include "contact/vcard/vcard.h"

/* The maps of a card whose entries are lines of a vCard, in the order they are written. */
enum vcard_map {
    MAP_NICKNAMES,
    MAP_ORGANIZATIONS,
    MAP_TITLES,
    MAP_EMAILS,
    MAP_PHONES,
    MAP_ADDRESSES,
    MAP_ONLINE,
    MAP_LINKS,
    MAP_ANNIVERSARIES,
    MAP_NOTES,
    MAP_MEDIA,
    MAP_KEYS,
    MAP_CALENDARS,
    MAP_SCHEDULING,
    MAP_DIRECTORIES,
    MAP_INFO,
    MAP_LANGUAGES,
    MAP_RELATED,
    MAP_MEMBERS,
    MAPS
};

/* Which of contexts, pref and label an entry may have. */
enum { HAS_CONTEXTS = 1, HAS_PREF = 2, HAS_LABEL = 4, HAS_ALL = 7 };
struct vcard_map_rule {
    struct str name;
    char       id;
    unsigned   has;
};
extern const struct vcard_map_rule vcard_maps[MAPS];

/* Properties whose entry is one text or URI and a kind. */
enum vcard_shape { SHAPE_TEXT, SHAPE_URI };
struct vcard_entry_rule {
    enum vcard_name  prop;
    enum vcard_map   map;
    struct str       kind, member;
    enum vcard_shape shape;
};
extern const struct vcard_entry_rule vcard_entries[];
extern const size_t                  vcard_entries_n;

/* Pairs of words: vCard's and JSContact's. */
struct vcard_words {
    struct str vcard, card;
};
extern const struct vcard_words vcard_contexts[], vcard_features[], vcard_levels[], vcard_relations[], vcard_im[];
extern const size_t             vcard_contexts_n, vcard_features_n, vcard_levels_n, vcard_relations_n, vcard_im_n;

/* Looks a vCard word up, ASCII case ignored; NULL when it is not there. */
const struct vcard_words *vcard_word(const struct vcard_words *words, size_t n, struct str vcard);

/* Component kinds by their place in N and ADR (RFC 9554 has 7 and 18). */
enum { N_PARTS = 7, ADR_PARTS = 18, N_PARTS_3 = 5, ADR_PARTS_3 = 7 };
extern const struct str vcard_n_kinds[N_PARTS], vcard_adr_kinds[ADR_PARTS];
/* The order in which a person says them: index into vcard_n_kinds. */
extern const uint8_t vcard_n_order[N_PARTS];

/* Labels that Apple's programs translate stand as _$!<Mobile>!$_ in a line. */
struct str vcard_label_bare(struct str label); /* without that */
/* Is the label to be written so?  mark: the label as it stood, VCARD_LABEL_MARK of vCardParams, where the word alone tells it wrongly:
 * a user's own "Other", a word of Apple's that we do not know.  It counts as long as the label is still that. */
bool vcard_label_is_apples(struct str label, struct str mark);
#define VCARD_LABEL_MARK S("x-ablabel")
/* "Hira", "Kana" or "Latn": the script a phonetic reading is in, by its first letter that tells. */
struct str vcard_script_of(struct str text);
