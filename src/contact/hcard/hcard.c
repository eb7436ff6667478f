/* Finds the cards of a web page. */
#include "contact/hcard/hcard.h"
#include "contact/files/markup.h"
#include "contact/vcard/vcard_make.h"

static bool is_card(struct str name, struct str attributes)
{
    (void)name;
    return markup_has_class(attributes, "vcard") || markup_has_class(attributes, "h-card");
}

/* Anything in tags with a marked element in it: pages that were saved begin with all sorts of them. */
static bool looks(struct str text)
{
    struct str            head = str_trim(text);
    struct markup_scan    s = { .text = head, .line = 1, .html = true };
    struct markup_element e;

    return str_starts(head, S("<")) && markup_next(&s, is_card, &e);
}

static void open_hcard(struct file_reader *r) { (void)r; }

static bool next_hcard(struct file_reader *r, struct arena *a, struct vcard *ret, struct vcard_report *report)
{
    struct markup_scan    s = { r->text, r->at, r->line, true };
    struct markup_element e;

    if (!markup_next(&s, is_card, &e))
        return false;
    r->at = s.at;
    r->line = s.line;
    struct vcard_make m = vcard_make_of(a, ret, e.text, e.line, report);
    auto_markup      *doc = markup_tree(e.text, true);
    if (doc)
        hcard_contact(&m, markup_root(doc));
    if (!ret->nlines)
        vcard_report_add(a, report, e.line, VCARD_ERROR, "marked as a contact, but nothing in it says whose");
    return true;
}

const struct file_format file_hcard = {
    .name = "hcard", .ending = "html", .looks = looks, .open = open_hcard, .next = next_hcard
};
