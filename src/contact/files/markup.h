/* contact/files/markup.h - where elements of XML and HTML begin and end, and their trees by libxml2.
 *
 * markup_next() finds the range of the next element that the caller wants, so that a page or file is read card by card, each from
 * its own bytes.  markup_tree() has libxml2 read such an element, but not as it stands: it is written anew with the tags we see, the eight
 * attributes at most that we read, and the text.  Document types, comments, scripts, and whatever else a parser might find are not in
 * it; no entity but those of XML and HTML means anything, and none expands.  That also keeps the library linear: given the
 * bytes themselves, 60,000 attributes of one tag cost it 37 s.
 *
 * libxml2 (no network, no DTD, no substitution) is in the process anyway, libarchive brings it: an idle worker's own memory stays
 * at 96 KiB; it makes no system call but for memory, which the cage allows (tests/spec/formats.py).  A card of 350 bytes costs 40
 * us of XML, 60 us of a page, where one of a vCard costs 5 us.  Expat would do for XML, but cannot read web pages. */
#pragma once
#include "base/str.h"
#include "contact/charset/charset.h"

enum {
    MARKUP_ELEMENT_MAX = 8 << 20, /* bytes of one card */
    MARKUP_HTML_MAX = 512 << 10,
    MARKUP_DEPTH_MAX = 40, /* levels that are looked at */
};

struct markup_scan {
    struct str text;
    size_t     at;
    uint32_t   line; /* at that place, from 1 */
    bool       html;
};
/* name: without its prefix; attributes: as they stand. */
typedef bool markup_wanted(struct str name, struct str attributes);
struct markup_element {
    struct str text; /* from its start tag to its end tag; to the limit when that is missing */
    uint32_t   line;
    bool       closed;
};
bool markup_next(struct markup_scan *s, markup_wanted *wanted, struct markup_element *ret);
/* One of the words of the attribute class is this. */
bool markup_has_class(struct str attributes, const char *word);

/* Which charset an XML declaration or a page's meta element names; `otherwise` when none does, or one we have no table for. */
enum charset markup_charset(struct str text, enum charset otherwise);

/* ---- trees ---- */
struct _xmlNode;
struct _xmlDoc;
struct _xmlDoc  *markup_tree(struct str element, bool html); /* NULL: cannot be read */
void             markup_tree_done(struct _xmlDoc **doc);
struct _xmlNode *markup_root(struct _xmlDoc *doc);
#define auto_markup __attribute__((cleanup(markup_tree_done))) struct _xmlDoc
