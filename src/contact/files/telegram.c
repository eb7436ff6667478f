/* Reads result.json of Telegram Desktop: its list of contacts. */
#include "base/json.h"
#include "contact/files/files_int.h"
#include "contact/files/json_scan.h"
#include "contact/vcard/vcard_make.h"

/* {"contacts": {"about": "...", "list": [...]}, ...}: to the first of the list. */
static bool enter(struct json_scan *s)
{
    json_scan_blanks(s);
    return json_scan_member(s, S("contacts")) && json_scan_member(s, S("list")) && json_scan_list(s);
}

static bool looks(struct str text)
{
    struct json_scan s = { .text = text, .line = 1 };
    return enter(&s);
}

static void open_telegram(struct file_reader *r)
{
    struct json_scan s = { r->text, r->at, r->line };

    r->program = S("Telegram");
    r->at = enter(&s) ? s.at : r->text.n;
    r->line = s.line;
}

/* "0049171..." as Telegram writes international numbers: no plus sign, two noughts. */
static struct str number_of(struct arena *a, struct str s)
{
    return str_starts(s, S("00")) ? str_fmt(a, "+" STR_FMT, (int)s.n - 2, s.p + 2) : s;
}

static void put_contact(struct vcard_make *m, const struct json *c)
{
    struct str         part[2] = { json_get_text(c, S("last_name")), json_get_text(c, S("first_name")) };
    const struct json *id = json_get(c, S("user_id"));

    vcard_make_text(m, S("FN"), str_copy(m->a, str_join(m->a, part[1], S(" "), part[0])));
    vcard_make_parts(m, S("N"), ';', part, countof(part));
    vcard_make_text(m, S("TEL"), number_of(m->a, json_get_text(c, S("phone_number"))));
    vcard_make_param(m, S("TYPE"), S("cell"));
    if (!m->card->nlines) {
        vcard_report_add(m->a, m->report, m->card->first_line, VCARD_ERROR, "a contact without name and number");
        return;
    }
    if (id && id->type == JSON_NUMBER && !str_is(id->text, "0")) {
        vcard_make_text(m, S("SOCIALPROFILE"), id->text);
        vcard_make_param(m, S("VALUE"), S("text"));
        vcard_make_param(m, S("SERVICE-TYPE"), S("Telegram"));
    }
}

static bool next_telegram(struct file_reader *r, struct arena *a, struct vcard *ret, struct vcard_report *report)
{
    static const struct json_limits limits = { .bytes = 1 << 20, .depth = 8, .nodes = 10000 };
    struct json_scan                s = { r->text, r->at, r->line };
    struct json_scan_item           item;
    struct json                    *contact;
    struct err                      e = { 0 };

    if (!json_scan_next(&s, '{', true, &item))
        return false;
    r->at = s.at;
    r->line = s.line;
    struct vcard_make m = vcard_make_of(a, ret, item.text, item.line, report);
    if (item.broken || json_parse_within(a, item.text, &limits, &contact, &e) != RC_OK)
        vcard_report_add(a, report, item.line, VCARD_ERROR, "%s", item.broken ? "the contact is cut off" : e.text);
    else
        put_contact(&m, contact);
    return true;
}

const struct file_format file_telegram = {
    .name = "telegram", .ending = "json", .looks = looks, .open = open_telegram, .next = next_telegram
};
