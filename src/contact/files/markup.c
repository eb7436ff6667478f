/* Finds elements of XML and HTML in a text, and has libxml2 read them. */
#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include "base/buf.h"
#include "base/utf8.h"
#include "contact/files/markup.h"

enum { CHARSET_HEAD = 4096, ATTRIBUTES_MAX = 8 };

/* A tag, comment or other thing in angle brackets. */
struct tag {
    struct str name, full, attributes; /* name without its prefix, and with it */
    size_t     from, to;
    bool       end, empty;
};

static size_t find(struct str text, struct str what, size_t from)
{
    size_t at = str_find(text, what, from);
    return at == SIZE_MAX ? text.n : at + what.n;
}

static bool name_char(char c) { return ascii_alpha(c) || ascii_digit(c) || (c && strchr("-_.:", c)) || (c & 0x80); }

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/* To the '>' of the tag at `from`; quotes are passed over. */
static size_t end_of_tag(struct str text, size_t from)
{
    char quote = 0, last = 0; /* last: that was no blank */

    for (size_t i = from; i < text.n; i++) {
        char c = text.p[i];
        if (quote)
            quote = c == quote ? 0 : quote;
        else if ((c == '"' || c == '\'') && last == '=')
            quote = c;
        else if (c == '>')
            return i;
        last = is_blank(c) ? last : c;
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

    while (i < text.n && name_char(text.p[i]))
        i++;
    size_t gt = end_of_tag(text, i);
    t.full = (struct str){ text.p + from, i - from };
    t.name = without_prefix(t.full);
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
        d->same = t->end ? d->same - 1 : d->same + (s->html || !t->empty);
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

    if (s->html ? is_void(open->name) : open->empty)
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

/* The next attribute of a tag; its value without quotes. */
static bool next_attribute(struct str *rest, struct str *name, struct str *value)
{
    size_t n = 0, from;

    while (n < rest->n && (is_blank(rest->p[n]) || rest->p[n] == '/' || rest->p[n] == '='))
        n++;
    for (from = n; n < rest->n && !is_blank(rest->p[n]) && rest->p[n] != '=' && rest->p[n] != '/';)
        n++;
    *name = (struct str){ rest->p + from, n - from };
    *value = S("");
    *rest = str_from(*rest, n);
    for (n = 0; n < rest->n && is_blank(rest->p[n]);)
        n++;
    if (n == rest->n || rest->p[n] != '=')
        return name->n > 0;
    for (n++; n < rest->n && is_blank(rest->p[n]);)
        n++;
    char quote = n < rest->n && (rest->p[n] == '"' || rest->p[n] == '\'') ? rest->p[n] : 0;
    for (from = n += quote != 0; n < rest->n && (quote ? rest->p[n] != quote : !is_blank(rest->p[n]));)
        n++;
    *value = (struct str){ rest->p + from, n - from };
    *rest = str_from(*rest, n + (quote != 0));
    return name->n > 0;
}

static bool word_in(struct str words, const char *word)
{
    for (struct str w; str_next_word(&words, &w);)
        if (str_ieq(w, str_of(word)))
            return true;
    return false;
}

bool markup_has_class(struct str attributes, const char *word)
{
    struct str name, value;

    while (next_attribute(&attributes, &name, &value))
        if (str_ieq(name, S("class")))
            return word_in(value, word);
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

/* ---- what the library is given ---- */

static bool is_read(struct str attribute, bool html)
{
    static const char *const pages[] = { "class", "href", "src", "alt", "title", "datetime", "value", "data" };

    if (!html)
        return str_is(attribute, "name") || str_starts(attribute, S("xmlns"));
    for (size_t i = 0; i < countof(pages); i++)
        if (str_ieq(attribute, str_of(pages[i])))
            return true;
    return false;
}

/* Text of a page without what begins a tag; its entities stay. */
static void put_text(struct buf *to, struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '<')
            buf_put(to, S("&lt;"));
        else if (c == '"')
            buf_put(to, S("&quot;"));
        else if (c)
            buf_char(to, c);
    }
}

/* The character that an entity of XML stands for ("amp", "#38", "#x26"); 0: none we know. */
static uint32_t entity(struct str name)
{
    static const struct {
        const char *name;
        uint32_t    c;
    } known[] = { { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' }, { "apos", '\'' } };
    uint32_t c = 0;
    bool     hex = str_starts(name, S("#x"));

    for (size_t i = 0; i < countof(known); i++)
        if (str_is(name, known[i].name))
            return known[i].c;
    for (size_t i = hex ? 2 : 1; str_starts(name, S("#")) && i < name.n && c < 0x110000; i++) {
        char d = ascii_lower(name.p[i]);
        int  v = ascii_digit(d) ? d - '0' : hex && d >= 'a' && d <= 'f' ? d - 'a' + 10 : -1;
        if (v < 0)
            return 0;
        c = c * (hex ? 16 : 10) + (uint32_t)v;
    }
    return c < 0x110000 && (c >= ' ' || c == '\n' || c == '\t') ? c : 0;
}

/* Entities of XML as what they mean; what is none stays as it is written. */
static void decode(struct buf *to, struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        struct str  rest = str_head(str_from(text, i + 1), 10);
        const char *end = text.p[i] == '&' && rest.n ? memchr(rest.p, ';', rest.n) : NULL;
        uint32_t    c = end ? entity(str_head(rest, (size_t)(end - rest.p))) : 0;
        if (c)
            utf8_put(to, c);
        else if ((unsigned char)text.p[i] >= ' ' || is_blank(text.p[i]))
            buf_char(to, text.p[i]);
        if (c)
            i += (size_t)(end - rest.p) + 1;
    }
}

/* Text of XML in a section of its own, where the library sees no entities: after an error it would leave them out. */
static void put_section(struct buf *to, struct str text, bool plain)
{
    auto_buf b = buf_of(4 * MARKUP_ELEMENT_MAX);

    if (plain)
        buf_put(&b, text);
    else
        decode(&b, text);
    struct str rest = buf_str(&b);
    bool       special = rest.n && (memchr(rest.p, '<', rest.n) || memchr(rest.p, '&', rest.n) ||
                              str_find(rest, S("]]>"), 0) != SIZE_MAX);
    if (special)
        buf_put(to, S("<![CDATA["));
    for (size_t end; (end = str_find(rest, S("]]>"), 0)) != SIZE_MAX; rest = str_from(rest, end + 2)) {
        buf_put(to, str_head(rest, end + 2));
        buf_put(to, S("]]><![CDATA["));
    }
    buf_put(to, rest);
    if (special)
        buf_put(to, S("]]>"));
}

static void put_tag(struct buf *to, const struct tag *t, bool html)
{
    struct str rest = t->attributes, name, value;

    buf_put(to, t->end ? S("</") : S("<"));
    buf_put(to, t->full);
    for (int n = 0; !t->end && n < ATTRIBUTES_MAX && next_attribute(&rest, &name, &value);) {
        if (!is_read(name, html))
            continue;
        n++;
        buf_char(to, ' ');
        buf_put(to, name);
        buf_put(to, S("=\""));
        put_text(to, value);
        buf_char(to, '"');
    }
    buf_put(to, t->empty && !html ? S("/>") : S(">"));
}

/* Only tags that we see, with the attributes that we read: no parser can find anything else in it.  End tags that end nothing
 * go, and what is nested deeper than we look is on one level. */
static void rewrite(struct buf *to, struct str element, bool html)
{
    struct markup_scan s = { element, 0, 1, html };
    size_t             depth = 0;

    for (size_t at = 0; at < element.n;) {
        const char *lt = memchr(element.p + at, '<', element.n - at);
        size_t      from = lt ? (size_t)(lt - element.p) : element.n, past;
        struct str  text = { element.p + at, from - at };
        if (html)
            put_text(to, text);
        else
            put_section(to, text, false);
        if (!lt)
            break;
        if ((past = past_other(element, from))) {
            if (!html && str_starts(str_from(element, from), S("<![CDATA[")) && past - from >= 12)
                put_section(to, (struct str){ lt + 9, past - from - 12 }, true);
            at = past;
            continue;
        }
        struct tag t = tag_at(element, from);
        at = t.name.n ? past_raw_text(&s, &t) : from + 1;
        if (!t.name.n) {
            buf_put(to, html ? S("&lt;") : S("<![CDATA[<]]>"));
            continue;
        }
        bool alone = (t.empty && !html) || (html && is_void(t.name));
        if (!alone)
            depth = t.end ? depth - (depth > 0) : depth + 1;
        if (depth < MARKUP_DEPTH_MAX)
            put_tag(to, &t, html);
    }
}

/* ---- trees ---- */

struct _xmlDoc *markup_tree(struct str element, bool html)
{
    auto_buf b = buf_of(4 * MARKUP_ELEMENT_MAX), clean = buf_of(4 * MARKUP_ELEMENT_MAX);

    if (!utf8_valid(element))
        charset_put(&clean, CHARSET_UTF8, element);
    rewrite(&b, clean.n ? buf_str(&clean) : element, html);
    int n = buf_full(&b) ? 0 : (int)b.n;
    if (html)
        return htmlReadMemory(buf_str(&b).p, n, NULL, "UTF-8",
                              HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
                                  HTML_PARSE_COMPACT);
    return xmlReadMemory(buf_str(&b).p, n, NULL, "UTF-8",
                         XML_PARSE_RECOVER | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NONET |
                             XML_PARSE_COMPACT);
}

void markup_tree_done(struct _xmlDoc **doc)
{
    if (*doc)
        xmlFreeDoc(*doc);
}

struct _xmlNode *markup_root(struct _xmlDoc *doc) { return doc ? xmlDocGetRootElement(doc) : NULL; }
