/* Reads xCard: XML elements as lines of a vCard. */
#include <libxml/tree.h>
#include "contact/xcard/xcard.h"
#include "base/buf.h"
#include "contact/files/markup.h"
#include "contact/vcard/vcard_make.h"
#include "contact/vcard/vcard_out.h"
#include "contact/vcard/vcard_types.h"

enum { LOOK_BYTES = 64 << 10 };

static bool is_card(struct str name, struct str attributes)
{
    (void)attributes;
    return str_is(name, "vcard");
}

static bool looks(struct str text)
{
    struct str            head = str_trim(str_head(text, LOOK_BYTES));
    struct markup_scan    s = { .text = head, .line = 1 };
    struct markup_element e;
    bool                  xml = str_starts(head, S("<?xml")) || str_find(head, S("vcard-4.0"), 0) != SIZE_MAX;

    return xml && head.p[0] == '<' && markup_next(&s, is_card, &e);
}

static void open_xcard(struct file_reader *r) { (void)r; }

/* ---- a tree ---- */

/* Without its prefix: where that is declared may not be in the card's own range. */
static struct str name_of(const xmlNode *n)
{
    struct str  name = str_of((const char *)n->name);
    const char *colon = memchr(name.p, ':', name.n);
    return colon ? str_from(name, (size_t)(colon - name.p) + 1) : name;
}

static bool is_foreign(const xmlNode *n)
{
    return n->ns && n->ns->href && !strstr((const char *)n->ns->href, "vcard-4.0");
}

static xmlNode *first_element(xmlNode *n)
{
    while (n && n->type != XML_ELEMENT_NODE)
        n = n->next;
    return n;
}

#define each_element(c, parent) for (xmlNode *c = first_element((parent)->children); c; c = first_element(c->next))

/* The text of a node without elements in it; that of a deeper one is found element by element. */
static void put_content(struct buf *b, const xmlNode *n, unsigned depth)
{
    for (const xmlNode *c = n->children; c && depth < MARKUP_DEPTH_MAX; c = c->next) {
        if (c->type == XML_TEXT_NODE || c->type == XML_CDATA_SECTION_NODE)
            buf_put(b, str_of((const char *)c->content));
        else if (c->type == XML_ELEMENT_NODE)
            put_content(b, c, depth + 1);
    }
}

static struct str content(struct arena *a, const xmlNode *n)
{
    auto_buf b = buf_of(MARKUP_ELEMENT_MAX);

    put_content(&b, n, 0);
    return str_copy(a, str_trim(buf_str(&b)));
}

/* ---- properties ---- */

static const char *const n_names[] = { "surname", "given", "additional", "prefix", "suffix", "surname2", "generation" };
static const char *const adr_names[] = { "pobox",    "ext",   "street",      "locality", "region",       "code",
                                         "country",  "room",  "apartment",   "floor",    "streetnumber", "streetname",
                                         "building", "block", "subdistrict", "district", "landmark",     "direction" };
static const char *const gender_names[] = { "sex", "identity" };

static const char *const *part_names(enum vcard_name prop, size_t *ret_n)
{
    *ret_n = prop == VC_N        ? countof(n_names)
             : prop == VC_ADR    ? countof(adr_names)
             : prop == VC_GENDER ? countof(gender_names)
                                 : 0;
    return prop == VC_N ? n_names : prop == VC_ADR ? adr_names : gender_names;
}

/* N, ADR and GENDER: a part may stand several times, which makes a list of it. */
static struct str named_parts(struct vcard_make *m, const xmlNode *prop, const char *const *names, size_t n)
{
    auto_buf b = buf_of(2 * MARKUP_ELEMENT_MAX);
    size_t   said = 0;

    for (size_t i = 0; i < n; i++) {
        bool more = false;
        if (i)
            buf_char(&b, ';');
        each_element(c, prop) {
            struct str text = str_is(name_of(c), names[i]) ? content(m->a, c) : S("");
            if (text.n && more)
                buf_char(&b, ',');
            more |= text.n > 0;
            said += text.n;
            buf_put(&b, vcard_escape(m->a, text));
        }
    }
    while (n == countof(gender_names) && b.n && b.p[b.n - 1] == ';') /* a gender is mostly its first part alone */
        b.n--;
    bool params = first_element(prop->children) && str_is(name_of(first_element(prop->children)), "parameters");
    return said || params ? str_copy(m->a, buf_str(&b)) : S(""); /* an address may be its label alone */
}

/* All values of a property, parted by sep; their type in *ret_type. */
static struct str values(struct vcard_make *m, const xmlNode *prop, char sep, struct str *ret_type)
{
    auto_buf b = buf_of(2 * MARKUP_ELEMENT_MAX);

    *ret_type = S("");
    each_element(c, prop) {
        if (str_is(name_of(c), "parameters"))
            continue;
        if (b.n)
            buf_char(&b, sep);
        if (!ret_type->n)
            *ret_type = str_copy(m->a, name_of(c));
        bool text = str_is(name_of(c), "text") || str_is(name_of(c), "unknown");
        buf_put(&b, text ? vcard_escape(m->a, content(m->a, c)) : vcard_escape_other(m->a, content(m->a, c)));
    }
    if (!ret_type->n)
        return vcard_escape(m->a, content(m->a, prop));
    return str_copy(m->a, buf_str(&b));
}

static void put_params(struct vcard_make *m, const xmlNode *prop)
{
    each_element(params, prop) {
        if (!str_is(name_of(params), "parameters"))
            continue;
        each_element(p, params) {
            struct str key = str_copy(m->a, name_of(p));
            if (!first_element(p->children))
                vcard_make_param(m, key, content(m->a, p));
            each_element(v, p)
                vcard_make_param(m, key, content(m->a, v));
        }
    }
}

static void put_property(struct vcard_make *m, const xmlNode *prop, struct str group)
{
    struct vcard_value_type known = vcard_value_type(vcard_name_of(name_of(prop)));
    struct str              name = str_copy(m->a, name_of(prop)), type;
    size_t                  n;
    const char *const      *names = part_names(known.prop, &n);
    struct str              parts = n ? named_parts(m, prop, names, n) : S("");
    struct str              said = values(m, prop, known.shape == VALUE_PARTS ? ';' : ',', &type);
    struct str              value = n ? parts : said;

    if (is_foreign(prop) || !vcard_is_token(name))
        vcard_make_other(m, name, content(m->a, prop));
    else
        vcard_make_line(m, name, value);
    put_params(m, prop);
    if (!n && known.prop != VC_OTHER && (str_is(type, "text") || str_is(type, "uri")) &&
        !str_eq(type, str_of(known.type)))
        vcard_make_param(m, S("VALUE"), type);
    if (group.n)
        vcard_make_group(m, group);
}

static void put_card(struct vcard_make *m, xmlNode *card)
{
    each_element(c, card) {
        if (!str_is(name_of(c), "group")) {
            put_property(m, c, S(""));
            continue;
        }
        xmlChar   *name = xmlGetNoNsProp(c, (const xmlChar *)"name");
        struct str group = str_copy(m->a, str_of((const char *)name));
        xmlFree(name);
        each_element(p, c)
            put_property(m, p, group);
    }
}

static bool next_xcard(struct file_reader *r, struct arena *a, struct vcard *ret, struct vcard_report *report)
{
    struct markup_scan    s = { r->text, r->at, r->line, false };
    struct markup_element e;

    if (!markup_next(&s, is_card, &e))
        return false;
    r->at = s.at;
    r->line = s.line;
    struct vcard_make m = vcard_make_of(a, ret, e.text, e.line, report);
    auto_markup      *doc = markup_tree(e.text, false);
    xmlNode          *root = markup_root(doc);
    if (root && e.closed)
        put_card(&m, root);
    if (!root || !e.closed)
        vcard_report_add(a, report, e.line, VCARD_ERROR, e.closed ? "XML that cannot be read" : "the card is cut off");
    return true;
}

const struct file_format file_xcard = {
    .name = "xcard", .ending = "xml", .looks = looks, .open = open_xcard, .next = next_xcard
};
