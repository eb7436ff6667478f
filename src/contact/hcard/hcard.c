/* Finds the cards of a web page. */
#include "contact/hcard/hcard.h"
#include "contact/files/markup.h"
#include "contact/vcard/vcard_make.h"

enum { HEAD = 4096 };

static bool is_card(struct str name, struct str attributes)
{
    (void)name;
    return markup_has_class(attributes, "vcard") || markup_has_class(attributes, "h-card");
}

bool hcard_is_html(struct str head)
{
    static const char *const starts[] = {
        "<!doctype html", "<html", "<head", "<body",  "<div",     "<p ",      "<p>",
        "<span",          "<a ",   "<ul",   "<table", "<section", "<article", "<address"
    };
    head = str_trim(str_head(head, HEAD));
    while (str_starts(head, S("<!--")) || str_starts(head, S("<?xml"))) {
        size_t end = str_find(head, S(">"), 0);
        head = str_trim(str_from(head, end == SIZE_MAX ? head.n : end + 1));
    }
    for (size_t i = 0; i < countof(starts); i++)
        if (str_ieq(str_head(head, strlen(starts[i])), str_of(starts[i])))
            return true;
    return false;
}

static bool looks(struct str text)
{
    struct markup_scan    s = { .text = text, .line = 1, .html = true };
    struct markup_element e;

    return hcard_is_html(text) && markup_next(&s, is_card, &e);
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
