/* Which class of a web page's element is which property of a contact. */
#include <libxml/tree.h>
#include "base/buf.h"
#include "contact/files/markup.h"
#include "contact/hcard/hcard.h"
#include "contact/vcard/vcard_make.h"

/* How a property's value stands in an element. */
enum form { TEXT, ADDRESS, DATE };

enum place {
    N_FAMILY,
    N_GIVEN,
    N_ADDITIONAL,
    N_PREFIX,
    N_SUFFIX,
    BOX,
    EXTENDED,
    STREET,
    LOCALITY,
    REGION,
    CODE,
    COUNTRY,
    ORG_NAME,
    ORG_UNIT,
    LATITUDE,
    LONGITUDE,
    PLACES
};

struct rule {
    const char *class, *prop; /* class without the p-, u-, dt- of microformats2 */
    enum form form;
};

static const struct rule rules[] = {
    { "fn", "FN", TEXT },
    { "name", "FN", TEXT },
    { "nickname", "NICKNAME", TEXT },
    { "email", "EMAIL", ADDRESS },
    { "tel", "TEL", ADDRESS },
    { "adr", "ADR", TEXT },
    { "label", "LABEL", TEXT },
    { "org", "ORG", TEXT },
    { "title", "TITLE", TEXT },
    { "job-title", "TITLE", TEXT },
    { "role", "ROLE", TEXT },
    { "url", "URL", ADDRESS },
    { "photo", "PHOTO", ADDRESS },
    { "logo", "LOGO", ADDRESS },
    { "sound", "SOUND", ADDRESS },
    { "key", "KEY", ADDRESS },
    { "uid", "UID", ADDRESS },
    { "impp", "IMPP", ADDRESS },
    { "bday", "BDAY", DATE },
    { "anniversary", "ANNIVERSARY", DATE },
    { "rev", "REV", DATE },
    { "note", "NOTE", TEXT },
    { "category", "CATEGORIES", TEXT },
    { "geo", "GEO", TEXT },
    { "tz", "TZ", TEXT },
    { "sex", "GENDER", TEXT },
    { "gender-identity", "X-GENDER", TEXT },
};

static const char *const parts[PLACES] = {
    "family-name",     "given-name",       "additional-name",   "honorific-prefix",  "honorific-suffix",
    "post-office-box", "extended-address", "street-address",    "locality",          "region",
    "postal-code",     "country-name",     "organization-name", "organization-unit", "latitude",
    "longitude",
};

struct contact {
    struct vcard_make *m;
    bool               one, two; /* marked by hCard 1.0, by microformats2 */
    bool               named;
    struct str         name, org; /* the first of each */
    struct str         place[PLACES];
};

/* ---- what an element says ---- */

static struct str attribute(struct arena *a, const xmlNode *n, const char *name)
{
    xmlChar   *v = xmlGetNoNsProp(n, (const xmlChar *)name);
    struct str s = str_copy(a, str_trim(str_of((const char *)v)));
    xmlFree(v);
    return s;
}

static bool is_element(const xmlNode *n, const char *name)
{
    return n->type == XML_ELEMENT_NODE && !strcmp((const char *)n->name, name);
}

static bool has_class(struct arena *a, const xmlNode *n, const char *class)
{
    struct str words = attribute(a, n, "class");

    for (struct str w; str_next_word(&words, &w);)
        if (str_is(w, class))
            return true;
    return false;
}

/* The text as a reader sees it: blanks are one, <br> is a line end; what is marked "type" is said elsewhere. */
static void put_text(struct buf *b, struct arena *a, const xmlNode *n, unsigned depth)
{
    for (const xmlNode *c = n->children; c && depth < MARKUP_DEPTH_MAX; c = c->next) {
        if (is_element(c, "br"))
            buf_char(b, '\n');
        else if (c->type == XML_ELEMENT_NODE && !has_class(a, c, "type"))
            put_text(b, a, c, depth + 1);
        else if (c->type == XML_TEXT_NODE)
            for (const char *p = (const char *)c->content; *p; p++) {
                bool blank = strchr(" \t\r\n", *p) != NULL;
                if (!blank)
                    buf_char(b, *p);
                else if (b->n && b->p[b->n - 1] != ' ' && b->p[b->n - 1] != '\n')
                    buf_char(b, ' ');
            }
    }
}

static struct str text_of(struct arena *a, const xmlNode *n)
{
    auto_buf b = buf_of(MARKUP_HTML_MAX * 2);

    put_text(&b, a, n, 0);
    return str_copy(a, str_trim(buf_str(&b)));
}

struct saying {
    enum form   form;
    const char *element, *attribute;
};

static struct str plain_value(struct arena *a, const xmlNode *n, enum form form)
{
    static const struct saying says[] = {
        { ADDRESS, "a", "href" },     { ADDRESS, "area", "href" }, { ADDRESS, "link", "href" },
        { ADDRESS, "img", "src" },    { ADDRESS, "audio", "src" }, { ADDRESS, "object", "data" },
        { DATE, "time", "datetime" }, { DATE, "ins", "datetime" }, { DATE, "del", "datetime" },
        { TEXT, "img", "alt" },       { TEXT, "area", "alt" },
    };
    struct str s = S("");

    for (size_t i = 0; i < countof(says) && !s.n; i++)
        if (says[i].form == form && is_element(n, says[i].element))
            s = attribute(a, n, says[i].attribute);
    if (!s.n && is_element(n, "abbr"))
        s = attribute(a, n, "title");
    if (!s.n && (is_element(n, "data") || is_element(n, "input")))
        s = attribute(a, n, "value");
    return s.n ? s : text_of(a, n);
}

/* Value class pattern: what is marked "value" inside, put together. */
static void put_values(struct buf *b, struct arena *a, const xmlNode *n, enum form form, unsigned depth)
{
    for (const xmlNode *c = n->children; c && depth < MARKUP_DEPTH_MAX; c = c->next) {
        if (c->type != XML_ELEMENT_NODE)
            continue;
        if (has_class(a, c, "value-title"))
            buf_put(b, attribute(a, c, "title"));
        else if (has_class(a, c, "value"))
            buf_put(b, plain_value(a, c, form));
        else
            put_values(b, a, c, form, depth + 1);
    }
}

static struct str value_of(struct arena *a, const xmlNode *n, enum form form)
{
    auto_buf b = buf_of(MARKUP_HTML_MAX * 2);

    put_values(&b, a, n, form, 0);
    return b.n ? str_copy(a, buf_str(&b)) : plain_value(a, n, form);
}

static void put_types(struct vcard_make *m, const xmlNode *n, unsigned depth)
{
    for (const xmlNode *c = n->children; c && depth < MARKUP_DEPTH_MAX; c = c->next) {
        if (c->type != XML_ELEMENT_NODE)
            continue;
        if (has_class(m->a, c, "type"))
            vcard_make_param(m, S("TYPE"), str_lower(m->a, plain_value(m->a, c, TEXT)));
        else
            put_types(m, c, depth + 1);
    }
}

/* ---- properties ---- */

static struct str after(struct str s, const char *scheme)
{
    size_t n = strlen(scheme);
    return str_ieq(str_head(s, n), str_of(scheme)) ? str_from(s, n) : s;
}

static struct str without_query(struct str s)
{
    const char *mark = s.n ? memchr(s.p, '?', s.n) : NULL;
    return mark ? str_head(s, (size_t)(mark - s.p)) : s;
}

static void put_address_line(struct contact *c, const struct rule *rule, struct str s)
{
    bool email = !strcmp(rule->prop, "EMAIL"), tel = !strcmp(rule->prop, "TEL"), uid = !strcmp(rule->prop, "UID");

    if (email)
        s = without_query(after(s, "mailto:"));
    if (tel)
        s = after(s, "tel:");
    if (!email && !tel && !uid && s.n && !memchr(s.p, ':', s.n)) {
        vcard_report_add(c->m->a, c->m->report, c->m->card->first_line, VCARD_WARNING,
                         "an address that is relative to the page, left out");
        s = S("");
    }
    vcard_make_text(c->m, str_of(rule->prop), s);
}

static void walk(struct contact *c, const xmlNode *n, unsigned depth);

static void flush_address(struct contact *c, struct str whole)
{
    struct str alone[7] = { [2] = whole };
    bool       any = false;

    for (int i = BOX; i <= COUNTRY; i++)
        any |= c->place[i].n > 0;
    vcard_make_parts(c->m, S("ADR"), ';', any ? &c->place[BOX] : alone, 7);
    for (int i = BOX; i <= COUNTRY; i++)
        c->place[i] = S("");
}

static void put_address(struct contact *c, const xmlNode *n, unsigned depth)
{
    flush_address(c, S("")); /* parts that stood before it, in no address */
    walk(c, n, depth);
    flush_address(c, text_of(c->m->a, n));
    put_types(c->m, n, 0);
}

static void put_org(struct contact *c, const xmlNode *n, unsigned depth)
{
    c->place[ORG_NAME] = c->place[ORG_UNIT] = S("");
    walk(c, n, depth);
    if (!c->place[ORG_NAME].n)
        c->place[ORG_NAME] = value_of(c->m->a, n, TEXT);
    vcard_make_parts(c->m, S("ORG"), ';', &c->place[ORG_NAME], c->place[ORG_UNIT].n ? 2 : 1);
    if (!c->org.n)
        c->org = c->place[ORG_NAME];
}

static void put_geo(struct contact *c, const xmlNode *n, unsigned depth)
{
    struct str text = value_of(c->m->a, n, TEXT), latitude;

    c->place[LATITUDE] = c->place[LONGITUDE] = S("");
    walk(c, n, depth);
    if (!c->place[LONGITUDE].n && str_next(&text, ';', &latitude) && text.n) {
        c->place[LATITUDE] = str_trim(latitude);
        c->place[LONGITUDE] = str_trim(text);
    }
    if (c->place[LONGITUDE].n)
        vcard_make_line(
            c->m, S("GEO"),
            str_fmt(c->m->a, "geo:" STR_FMT "," STR_FMT, STR_ARG(c->place[LATITUDE]), STR_ARG(c->place[LONGITUDE])));
}

static void put_name(struct contact *c, struct str name)
{
    vcard_make_text(c->m, S("FN"), name);
    c->named = true;
    c->name = name;
}

/* True: what is inside the element was looked at. */
static bool put_property(struct contact *c, const struct rule *rule, const xmlNode *n, unsigned depth)
{
    if (!strcmp(rule->prop, "ADR"))
        put_address(c, n, depth);
    else if (!strcmp(rule->prop, "ORG"))
        put_org(c, n, depth);
    else if (!strcmp(rule->prop, "GEO"))
        put_geo(c, n, depth);
    else if (rule->form == ADDRESS)
        put_address_line(c, rule, value_of(c->m->a, n, ADDRESS));
    else if (strcmp(rule->prop, "FN"))
        vcard_make_text(c->m, str_of(rule->prop), value_of(c->m->a, n, rule->form));
    else if (!c->named)
        put_name(c, value_of(c->m->a, n, TEXT));
    if (!strcmp(rule->prop, "TEL") || !strcmp(rule->prop, "EMAIL"))
        put_types(c->m, n, 0);
    return !strcmp(rule->prop, "ADR") || !strcmp(rule->prop, "ORG") || !strcmp(rule->prop, "GEO");
}

/* "p-tel" is "tel" where microformats2 hold, "tel" where hCard 1.0 does; "" is no word of either. */
static struct str word_of(const struct contact *c, struct str class)
{
    static const char *const prefixes[] = { "p-", "u-", "dt-", "e-" };

    for (size_t i = 0; i < countof(prefixes); i++)
        if (str_starts(class, str_of(prefixes[i])))
            return c->two ? str_from(class, strlen(prefixes[i])) : S("");
    if (str_is(class, "h-adr") || str_is(class, "h-geo"))
        return c->two ? str_from(class, 2) : S("");
    return c->one && !str_is(class, "name") ? class : S("");
}

static bool take_class(struct contact *c, struct str word, const xmlNode *n, unsigned depth)
{
    for (size_t i = 0; i < countof(rules); i++)
        if (str_is(word, rules[i].class))
            return put_property(c, &rules[i], n, depth);
    for (size_t i = 0; i < PLACES; i++)
        if (str_is(word, parts[i])) {
            struct str value = value_of(c->m->a, n, TEXT);
            c->place[i] = str_join(c->m->a, c->place[i], i <= N_SUFFIX ? S(" ") : S(", "), value);
        }
    return false;
}

static void walk(struct contact *c, const xmlNode *n, unsigned depth)
{
    for (const xmlNode *e = n->children; e && depth < MARKUP_DEPTH_MAX; e = e->next) {
        if (e->type != XML_ELEMENT_NODE)
            continue;
        struct str classes = attribute(c->m->a, e, "class"), class;
        bool       inside = has_class(c->m->a, e, "vcard") || has_class(c->m->a, e, "h-card"), adr = false;
        while (classes.n && str_next_word(&classes, &class)) {
            struct str word = word_of(c, class);
            if (str_is(word, "adr") && adr)
                continue; /* "p-adr h-adr" is one */
            adr |= str_is(word, "adr");
            inside |= take_class(c, word, e, depth + 1);
        }
        if (!inside)
            walk(c, e, depth + 1);
    }
}

/* The first marked element: the card itself. */
static const xmlNode *find_card(struct contact *c, const xmlNode *n, unsigned depth)
{
    for (; n && depth < MARKUP_DEPTH_MAX; n = n->next) {
        if (n->type != XML_ELEMENT_NODE)
            continue;
        c->one = has_class(c->m->a, n, "vcard");
        c->two = has_class(c->m->a, n, "h-card");
        const xmlNode *found = c->one || c->two ? n : find_card(c, n->children, depth + 1);
        if (found)
            return found;
    }
    return NULL;
}

/* microformats2: a card without properties is its text, and where its link goes. */
static void put_implied(struct contact *c, const xmlNode *card)
{
    if (!c->two || c->named || c->place[N_FAMILY].n || c->place[N_GIVEN].n)
        return;
    struct str name = plain_value(c->m->a, card, TEXT),
               uri = is_element(card, "a") ? attribute(c->m->a, card, "href") : S("");
    if (name.n <= 200 && !memchr(name.p, '\n', name.n))
        vcard_make_text(c->m, S("FN"), name);
    if (uri.n)
        put_address_line(c, &(struct rule){ "url", "URL", ADDRESS }, uri);
}

void hcard_contact(struct vcard_make *m, struct _xmlNode *root)
{
    struct contact c = { .m = m };

    for (size_t i = 0; i < PLACES; i++)
        c.place[i] = S("");
    const xmlNode *card = find_card(&c, root, 0);
    if (!card)
        return;
    walk(&c, card, 0);
    if (c.name.n && str_eq(c.name, c.org)) /* hCard 1.0: the card of an organization */
        vcard_make_text(m, S("KIND"), S("org"));
    put_implied(&c, card);
    vcard_make_parts(m, S("N"), ';', &c.place[N_FAMILY], 5);
    flush_address(&c, S(""));
}
