/* The table of formats besides vCard, CSV and JSContact. */
#include "contact/files/files_int.h"
#include "contact/hcard/hcard.h"
#include "contact/jcard/jcard.h"
#include "contact/ldif/ldif.h"
#include "contact/xcard/xcard.h"

static const struct file_format *const formats[] = {
    &file_jcard, &file_telegram, &file_monica, &file_xcard, &file_hcard, &file_ldif,
};

const struct file_format *file_recognise(struct str text)
{
    for (size_t i = 0; i < countof(formats); i++)
        if (formats[i]->looks(text))
            return formats[i];
    return NULL;
}

const struct file_format *file_format_of(struct str name)
{
    for (size_t i = 0; i < countof(formats); i++)
        if (str_is(name, formats[i]->name))
            return formats[i];
    return NULL;
}

struct file_reader file_open(struct arena *a, const struct file_format *format, struct str text)
{
    struct file_reader r = { .format = format, .a = a, .text = text, .line = 1, .program = S(""), .types = map_of(a) };
    format->open(&r);
    return r;
}

struct file_reader file_range(const struct file_reader *opened, size_t start, size_t bytes, uint32_t first_line)
{
    struct file_reader r = *opened;

    if (start) {
        r.at = 0;
        r.line = first_line;
    }
    r.text = str_head(str_from(opened->text, start), bytes);
    r.at = size_min(r.at, r.text.n);
    return r;
}

bool file_next(struct file_reader *r, struct arena *a, struct vcard *ret, struct vcard_report *report)
{
    if (!r->format->next(r, a, ret, report))
        return false;
    if (!ret->nlines && !report->total)
        vcard_report_add(a, report, ret->first_line, VCARD_ERROR, "a contact that says nothing");
    return true;
}
