/* Finds elements of XML and HTML in a text, and has libxml2 read them. */
#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include "contact/files/markup.h"

enum { CHARSET_HEAD = 4096 };

/* A tag, comment or other thing in angle brackets. */
struct tag {
    struct str name, attributes; /* name without its prefix */
    size_t     from, to;
    bool       end, empty;
};

static size_t find(struct str text, struct str what, size_t from)
{
    size_t at = str_find(text, what, from);
    return at == SIZE_MAX ? text.n : at + what.n;
}

static bool name_char(char c) { return ascii_alpha(c) || ascii_digit(c) || strchr("-_.:", c) || (c & 0x80); }

/* To the '>' of the tag at `from`; quotes are passed over. */
static size_t end_of_tag(struct str text, size_t from)
{
    char quote = 0;

    for (size_t i = from; i < text.n; i++) {
        char c = text.p[i];
        if (quote)
            quote = c == quote ? 0 : quote;
        else if ((c == '"' || c == '\'') && text.p[i - 1] == '=')
            quote = c;
        else if (c == '>')
            return i;
    }
    return text.n;
}

/* Past a comment, CDATA, processing instruction or declaration at `at`; 0 when a tag stands there. */
static size_t past_other(struct str text, size_t at)
{
    struct str rest = str_from(text, at);

    if (str_starts(rest, S("<!--")))
        return find(text, S("-->"), at + 4);
    if (str_starts(rest, S("<![CDATA[")))
        return find(text, S("]]>"), at + 9);
    if (str_starts(rest, S("<!")) || str_starts(rest, S("<?")))
        return find(text, S(">"), at + 2);
    return 0;
}

static struct str without_prefix(struct str name)
{
    const char *colon = name.n ? memchr(name.p, ':', name.n) : NULL;
    return colon ? str_from(name, (size_t)(colon - name.p) + 1) : name;
}

static struct tag tag_at(struct str text, size_t at)
{
    struct tag t = { .from = at, .end = at + 1 < text.n && text.p[at + 1] == '/' };
    size_t     from = at + 1 + t.end, i = from;

    while (i < text.n && text.p[i] && name_char(text.p[i]))
        i++;
    size_t gt = end_of_tag(text, i);
    t.name = without_prefix((struct str){ text.p + from, i - from });
    t.attributes = (struct str){ text.p + i, gt - i };
    t.empty = str_ends(t.attributes, S("/"));
    t.to = gt < text.n ? gt + 1 : text.n;
    return t;
}

static bool same(const struct markup_scan *s, struct str x, struct str y)
{
    return s->html ? str_ieq(x, y) : str_eq(x, y);
}

static bool is_void(struct str name)
{
    static const char *const names[] = { "img", "br", "hr", "input", "link", "meta", "area", "base", "wbr", "source" };
    for (size_t i = 0; i < countof(names); i++)
        if (str_ieq(name, str_of(names[i])))
            return true;
    return false;
}

/* Past the text of an element that holds no tags. */
static size_t past_raw_text(const struct markup_scan *s, const struct tag *t)
{
    static const char *const names[] = { "script", "style", "textarea", "title" };

    for (size_t i = 0; s->html && !t->end && i < countof(names); i++)
        if (str_ieq(t->name, str_of(names[i]))) {
            size_t at = t->to;
            while (at < s->text.n && !(s->text.p[at] == '<' && at + 1 < s->text.n && s->text.p[at + 1] == '/' &&
                                       str_ieq(str_head(str_from(s->text, at + 2), t->name.n), t->name)))
                at++;
            return at;
        }
    return t->to;
}

/* The next start or end tag at or after *at; moves past it. */
static bool next_tag(const struct markup_scan *s, size_t *at, struct tag *ret)
{
    while (*at < s->text.n) {
        const char *lt = memchr(s->text.p + *at, '<', s->text.n - *at);
        if (!lt)
            break;
        size_t from = (size_t)(lt - s->text.p), past = past_other(s->text, from);
        if (past) {
            *at = past;
            continue;
        }
        *ret = tag_at(s->text, from);
        *at = ret->name.n ? past_raw_text(s, ret) : from + 1;
        if (ret->name.n)
            return true;
    }
    *at = s->text.n;
    return false;
}

/* Elements whose end tag may be left out: they end where the next one of the caller's kind begins, or what they stand in ends. */
static bool may_stay_open(const struct markup_scan *s, struct str name)
{
    static const char *const names[] = { "li", "p", "td", "tr", "dd", "dt" };

    for (size_t i = 0; s->html && i < countof(names); i++)
        if (str_ieq(name, str_of(names[i])))
            return true;
    return false;
}

/* How deep a tag is in an element. */
struct depth {
    size_t same, others; /* of the element's own name; of others that must be closed */
    bool   loose;        /* its end tag may be missing */
};

/* True: the element has ended, at this tag or before it. */
static bool ends_at(const struct markup_scan *s, const struct tag *open, const struct tag *t, markup_wanted *wanted,
                    struct depth *d, bool *ret_before)
{
    bool own = same(s, t->name, open->name);

    *ret_before = d->loose && own && !t->end && d->same == 1 && wanted(t->name, t->attributes);
    if (*ret_before)
        return true;
    if (own) {
        d->same = t->end ? d->same - 1 : d->same + !t->empty;
        return d->same == 0;
    }
    if (!d->loose || may_stay_open(s, t->name) || is_void(t->name))
        return false;
    *ret_before = t->end && d->others == 0;
    d->others = t->end ? d->others - (d->others > 0) : d->others + 1;
    return *ret_before;
}

/* From the start tag `open`, which ends at *at, to the matching end tag. */
static bool close_element(struct markup_scan *s, const struct tag *open, size_t *at, markup_wanted *wanted)
{
    size_t       most = s->html ? MARKUP_HTML_MAX : MARKUP_ELEMENT_MAX;
    struct depth d = { 1, 0, may_stay_open(s, open->name) };
    struct tag   t;
    bool         before;

    if (open->empty || (s->html && is_void(open->name)))
        return true;
    while (next_tag(s, at, &t) && t.to - open->from <= most)
        if (ends_at(s, open, &t, wanted, &d, &before)) {
            *at = before ? t.from : *at;
            return true;
        }
    *at = size_min(*at, open->from + most);
    return false;
}

static void move_to(struct markup_scan *s, size_t at)
{
    for (; s->at < at; s->at++)
        s->line += s->text.p[s->at] == '\n';
}

bool markup_next(struct markup_scan *s, markup_wanted *wanted, struct markup_element *ret)
{
    struct tag t;

    for (size_t at = s->at; next_tag(s, &at, &t);) {
        if (t.end || !wanted(t.name, t.attributes))
            continue;
        at = t.to;
        bool closed = close_element(s, &t, &at, wanted);
        move_to(s, t.from);
        *ret = (struct markup_element){ { s->text.p + t.from, at - t.from }, s->line, closed };
        move_to(s, at);
        return true;
    }
    move_to(s, s->text.n);
    return false;
}

/* ---- attributes ---- */

static bool word_in(struct str words, const char *word)
{
    for (struct str w; str_next_word(&words, &w);)
        if (str_ieq(w, str_of(word)))
            return true;
    return false;
}

bool markup_has_class(struct str attributes, const char *word)
{
    for (size_t i = 0; i + 6 < attributes.n; i++) {
        if (!str_ieq((struct str){ attributes.p + i, 5 }, S("class")) || (i && name_char(attributes.p[i - 1])))
            continue;
        struct str rest = str_trim(str_from(attributes, i + 5));
        if (!str_starts(rest, S("=")))
            continue;
        rest = str_trim(str_from(rest, 1));
        char   quote = rest.n && (rest.p[0] == '"' || rest.p[0] == '\'') ? rest.p[0] : 0;
        size_t n = quote ? 1 : 0;
        while (n < rest.n && (quote ? rest.p[n] != quote : rest.p[n] != ' '))
            n++;
        return word_in((struct str){ rest.p + (quote != 0), n - (quote != 0) }, word);
    }
    return false;
}

enum charset markup_charset(struct str text, enum charset otherwise)
{
    static const char *const names[] = { "encoding=", "charset=" };
    struct str               head = str_head(text, CHARSET_HEAD);

    for (size_t i = 0; str_starts(str_trim(head), S("<")) && i < countof(names); i++) {
        size_t     at = find(head, str_of(names[i]), 0), n = 0;
        struct str label = str_from(head, at);
        if (label.n && (label.p[0] == '"' || label.p[0] == '\''))
            label = str_from(label, 1);
        while (n < label.n && label.p[n] &&
               (ascii_alpha(label.p[n]) || ascii_digit(label.p[n]) || strchr("-_.:", label.p[n])))
            n++;
        enum charset cs = n ? charset_by_name(str_head(label, n)) : CHARSET_UNKNOWN;
        if (cs != CHARSET_UNKNOWN && cs != CHARSET_UTF8)
            return cs;
    }
    return otherwise;
}

/* ---- trees ---- */

struct _xmlDoc *markup_tree(struct str element, bool html)
{
    int n = (int)size_min(element.n, MARKUP_ELEMENT_MAX);

    if (html)
        return htmlReadMemory(element.p, n, NULL, "UTF-8",
                              HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
                                  HTML_PARSE_COMPACT);
    return xmlReadMemory(element.p, n, NULL, "UTF-8",
                         XML_PARSE_RECOVER | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NONET |
                             XML_PARSE_NOCDATA | XML_PARSE_COMPACT);
}

void markup_tree_done(struct _xmlDoc **doc)
{
    if (*doc)
        xmlFreeDoc(*doc);
}

struct _xmlNode *markup_root(struct _xmlDoc *doc) { return doc ? xmlDocGetRootElement(doc) : NULL; }
