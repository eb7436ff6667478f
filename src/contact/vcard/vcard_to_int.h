/* contact/vcard/vcard_to_int.h - the state of one conversion from vCard to JSContact, and the steps its files share.
 * For vcard_to_*.c and the writer, which asks what each line of an original became. */
#pragma once
#include "base/map.h"
#include "contact/card.h"
#include "contact/vcard/vcard.h"
#include "contact/vcard/vcard_map.h"

/* Where a line went: a member of the card, or `count` entries of one map from `node` on. */
enum { AT_NOTHING = MAPS, AT_MEMBER, AT_PROPS };
struct vcard_anchor {
    unsigned     at;
    struct json *node;
    unsigned     count;
};

/* What stands in one group: item1.TEL, item1.X-ABLabel. */
struct vcard_group {
    const struct vcard_line *label, *country, *geo, *tz, *postal;
    unsigned                 others, orgs, titles; /* of the others: ORG; TITLE and ROLE */
    struct json             *organization;
};

struct vcard_to {
    struct arena            *a;
    const struct vcard      *v;
    struct vcard_report     *report;
    struct json             *card, *name, *props;
    struct json             *maps[MAPS];
    bool                     ids_given[MAPS]; /* a PROP-ID was used there */
    bool                     full[MAPS];      /* has CARD_ITEMS_MAX entries, reported */
    struct map               groups;          /* lower case name -> struct vcard_group */
    bool                     grouped;
    unsigned                 addresses, loose; /* ADR lines; GEO, TZ, LABEL lines without a group */
    unsigned                 orgs;
    const struct vcard_line *derived; /* FN;DERIVED=TRUE: made from N by the writer */
    bool                    *used;    /* one a line: taken together with another */
    struct vcard_anchor     *anchors; /* one a line; NULL when nobody asks */
};

/* What must be known of all lines before the first is taken: groups, addresses, loose companions. */
void                vcard_to_survey(struct vcard_to *t);
struct vcard_group *vcard_to_group(struct vcard_to *t, const struct vcard_line *line); /* NULL when it stands in none */

/* A new entry of the map, with its id; NULL when there are too many. */
struct json *vcard_to_entry(struct vcard_to *t, enum vcard_map map, const struct vcard_line *line);
/* A member of the card itself; NULL when it is there already. */
struct json *vcard_to_member(struct vcard_to *t, const struct vcard_line *line, struct str name, struct json *value);
struct json *vcard_to_name(struct vcard_to *t); /* card.name, made when missing */
/* A relation to somebody; NULL when there are too many, or one to the same already. */
struct json *vcard_to_related(struct vcard_to *t, const struct vcard_line *line, struct str to);
/* As a program calls it: "Spouse", "Manager". */
void vcard_to_relation(struct vcard_to *t, struct json *entry, struct str label);
void vcard_to_anchor(struct vcard_to *t, const struct vcard_line *line, unsigned at, struct json *node);

/* A parameter for the one who asked: true when it is taken. */
typedef bool vcard_param_taker(struct vcard_to *t, struct json *entry, const struct vcard_param *p);
/* contexts, pref, label, and what the taker (may be NULL) wants; the rest goes to vCardParams. */
void vcard_to_params(struct vcard_to *t, unsigned has, const struct vcard_line *line, struct json *entry,
                     vcard_param_taker *taker);
void vcard_to_label(struct vcard_to *t, struct json *entry, struct str written); /* as the line or the remark says it */
void vcard_to_no_label(struct json *entry); /* what it said is said by another member */
/* No group and no parameter that says anything: for properties that are one member, which has no place for them. */
bool vcard_is_bare(const struct vcard_line *line);
bool vcard_is_unqualified(const struct vcard_line *line); /* the same, in a group or not */
/* One more value of a parameter in vCardParams: a text, from the second on an array. */
void               vcard_to_param(struct vcard_to *t, struct json *params, struct str name, struct str value);
void               vcard_to_flag(struct vcard_to *t, struct json *entry, struct str set, struct str flag);
static inline void vcard_to_text(struct vcard_to *t, struct json *object, struct str key, struct str text)
{
    json_add(object, key, json_new_text(t->a, text));
}

/* The values of N and ADR that are not empty, and the place each stands in. */
enum { PARTS_MAX = 64 };
struct vcard_parts {
    struct str v[PARTS_MAX];
    uint8_t    at[PARTS_MAX], sub[PARTS_MAX]; /* place, and number in its list */
    size_t     n;
};
/* False when there are more values, or one past the last of `places`. */
bool vcard_to_split(struct vcard_to *t, const struct vcard_line *line, size_t places, struct vcard_parts *ret);
void vcard_to_component(struct vcard_to *t, struct json *list, struct str kind, struct str value);

/* One property each; false: this line has no place in JSContact, it goes to vCardProps. */
typedef bool vcard_taker(struct vcard_to *t, const struct vcard_line *line);
vcard_taker  vcard_take_n, vcard_take_fn, vcard_take_sort_string, vcard_take_phonetic, vcard_take_nickname,
    vcard_take_org, vcard_take_adr, vcard_take_place, vcard_take_simple, vcard_take_online, vcard_take_im,
    vcard_take_date, vcard_take_birthplace, vcard_take_related, vcard_take_related_name, vcard_take_member,
    vcard_take_categories, vcard_take_kind, vcard_take_uid, vcard_take_stamp, vcard_take_word, vcard_take_gram_gender,
    vcard_take_pronouns, vcard_take_show_as, vcard_take_android, vcard_take_reading, vcard_take_named_relation;

/* Titles that stand in the group of one organisation are of it, once all lines are taken. */
void vcard_to_titles(struct vcard_to *t);
/* Runs the conversion; card, anchors are in *t. */
void vcard_to_run(struct vcard_to *t, struct str uid_if_missing);
/* Sets what JSPTR points at ("emails/e1", "vCardProps/-"); false when it cannot be. */
bool vcard_to_set(struct vcard_to *t, struct str pointer, struct json *value, struct json **ret_top);
