/* Knows texts that hold no contacts: calendars, mails, web pages, chats, prose. */
#include "contact/files/refused.h"
#include "contact/csv/csv_map.h"
#include "contact/jscontact.h"

enum { LINES_LOOKED_AT = 40 };

static bool holds(struct str s, const char *what) { return str_find(s, str_of(what), 0) != SIZE_MAX; }

static bool begins(struct str s, const char *what) { return str_ieq(str_head(s, strlen(what)), str_of(what)); }

static struct str take_line(struct str *rest)
{
    struct str line = S("");
    str_next(rest, '\n', &line);
    return str_trim(line);
}

/* ---- one test a kind ---- */

static bool is_calendar(struct str t) { return begins(t, "BEGIN:VCALENDAR") || begins(t, "BEGIN:VEVENT"); }

/* Header lines before the first empty one: at least two of those that every mail has. */
static bool is_mail(struct str t)
{
    static const char *const names[] = { "Received:", "Return-Path:",  "MIME-Version:",   "Message-ID:",
                                         "Subject:",  "Delivered-To:", "From:",           "To:",
                                         "Date:",     "Content-Type:", "DKIM-Signature:", "X-Mozilla-Status:" };
    unsigned                 n = begins(t, "From ") && !holds(str_head(t, 200), ",") ? 1 : 0;

    for (int i = 0; i < LINES_LOOKED_AT && t.n; i++) {
        struct str line = take_line(&t);
        if (!line.n && n)
            break;
        for (size_t k = 0; k < countof(names); k++)
            n += begins(line, names[k]);
    }
    return n >= 3;
}

static bool is_rtf(struct str t) { return begins(t, "{\\rtf"); }
static bool is_page(struct str t)
{
    return begins(t, "<!doctype html") || begins(t, "<html") ||
           (begins(t, "<") && (holds(t, "<body") || holds(t, "<div") || holds(t, "<p>")));
}
static bool is_telegram_page(struct str t) { return is_page(t) && holds(t, "page_wrap") && holds(t, "Telegram"); }
static bool is_plist(struct str t) { return begins(t, "<") && holds(t, "<plist"); }
static bool is_windows_contact(struct str t) { return begins(t, "<") && holds(t, "schemas.microsoft.com/Contact"); }
static bool is_map(struct str t) { return begins(t, "<") && (holds(t, "<kml") || holds(t, "<gpx")); }
static bool is_picture(struct str t) { return begins(t, "<") && holds(t, "<svg"); }
static bool is_xml(struct str t) { return begins(t, "<?xml") || begins(t, "<!DOCTYPE"); }
static bool is_mork(struct str t) { return holds(str_head(t, 200), "mdb:mork"); }
static bool is_key(struct str t) { return begins(t, "-----BEGIN "); }
static bool is_script(struct str t) { return begins(t, "#!") || begins(t, "<?php") || begins(t, "#include"); }
static bool is_sql(struct str t)
{
    return (begins(t, "--") || begins(t, "/*") || begins(t, "CREATE ") || begins(t, "INSERT ") ||
            begins(t, "PRAGMA ") || begins(t, "BEGIN TRANSACTION")) &&
           (holds(t, "INSERT INTO") || holds(t, "CREATE TABLE"));
}
static bool is_contact_group(struct str t) { return begins(t, "<") && holds(t, "contactgroup"); }

/* "[12.03.26, 14:05:11] Eva: text", "12/03/2026, 14:05 - Eva: text" */
static bool is_chat_line(struct str line)
{
    size_t digits = 0, i = line.n && line.p[0] == '[';
    bool   clock = false;

    if (begins(line, "\xe2\x80\x8e"))
        return is_chat_line(str_from(line, 3));
    for (; i < line.n && (ascii_digit(line.p[i]) || strchr("./-, :", line.p[i])); i++) {
        digits += ascii_digit(line.p[i]) != 0;
        clock |= line.p[i] == ':';
    }
    struct str rest = str_head(str_from(line, i), 200);
    return digits >= 8 && clock && (line.p[0] == '[' ? holds(rest, "]") : i > 2 && line.p[i - 2] == '-') &&
           holds(rest, ":");
}

static bool is_chat(struct str t)
{
    int chats = 0, lines = 0;

    while (lines < 10 && t.n) {
        struct str line = take_line(&t);
        lines += line.n > 0;
        chats += is_chat_line(line);
    }
    return chats >= 2 || (chats == 1 && lines == 1);
}

static bool is_json(struct str t) { return jscontact_looks(t) && !holds(t, "\"@type\""); }
static bool is_telegram_json(struct str t)
{
    return is_json(t) && holds(t, "\"messages\"") && (holds(t, "\"date_unixtime\"") || holds(t, "personal_chat"));
}

/* Sentences of East Asian scripts end so, and have no blanks. */
static bool has_full_stops(struct str line) { return holds(line, "\xe3\x80\x82") && line.n >= 24; }

/* Words in sentences: no line has a delimiter that the others have as often, no address, no number. */
static bool is_prose(struct str t)
{
    size_t words = 0, lines = 0, long_lines = 0;

    if (memchr(t.p, '@', t.n) || memchr(t.p, '\t', t.n) || memchr(t.p, ';', t.n) || memchr(t.p, '|', t.n))
        return false;
    for (int i = 0; i < LINES_LOOKED_AT && t.n; i++) {
        struct str line = take_line(&t), rest = line, word;
        size_t     here = 0, commas = 0;
        while (rest.n && str_next_word(&rest, &word))
            here++;
        for (size_t k = 0; k < line.n; k++) {
            if (line.p[k] == ',' && k + 1 < line.n && line.p[k + 1] != ' ')
                return false;
            commas += line.p[k] == ',';
        }
        bool east = has_full_stops(line);
        words += east ? 8 : here;
        lines += here > 0;
        long_lines += east || (here >= 6 && commas * 4 <= here);
    }
    return lines && words >= 8 && long_lines * 2 > lines;
}

/* ---- what is no table ---- */

static bool is_code_char(char c) { return c && strchr("{}=<>#`*\\^~", c) != NULL; }

/* What lines of programs, settings and notes have, and lists of people have not. */
struct looks {
    size_t lines, people, code, ragged;
};

static void look_at_line(struct looks *l, struct str line)
{
    size_t digits = 0, code = 0, at = 0;

    for (size_t i = 0; i < line.n; i++) {
        digits += ascii_digit(line.p[i]) != 0;
        code += is_code_char(line.p[i]);
        at += line.p[i] == '@';
    }
    l->lines++;
    l->people += at || digits >= 7;
    l->code += code > 0;
}

/* Records whose number of fields is not that of the first. */
static void look_at_records(struct looks *l, struct arena *a, struct str text)
{
    struct csv        c = csv_open(text);
    struct csv_record r;
    size_t            first = 0;

    for (int i = 0; i < LINES_LOOKED_AT && csv_next(&c, a, &r); i++) {
        first = i ? first : r.n;
        l->ragged += r.n != first;
        look_at_line(l, r.raw);
    }
}

/* A column of it is of somebody: notes alone may be anybody's. */
static bool has_people(struct arena *a, struct str t)
{
    static const char *const targets[] = { "name", "emails", "phones", "addresses", "organization", "onlineServices" };
    struct csv_map           map;
    bool                     any = false;

    if (csv_map_read(a, t, NULL, &map, NULL) != RC_OK)
        return false;
    for (size_t c = 0; c < map.n; c++)
        for (size_t i = 0; i < countof(targets); i++)
            any |= !map.column[c].by_content && str_starts(map.column[c].target, str_of(targets[i]));
    return any;
}

/* A table says in its header what it is about, or its rows are alike, or there are people in it. */
static bool is_no_table(struct str t)
{
    auto_free(arena) a = arena_new(1 << 16);
    struct looks l = { 0 };

    look_at_records(&l, a, t);
    if (l.lines < 3 || l.people * 4 >= l.lines || (l.ragged * 2 <= l.lines && l.code * 2 <= l.lines))
        return false;
    return !has_people(a, t);
}

/* ---- the table, the first that fits ---- */

static const struct {
    bool (*is)(struct str text);
    const char *what, *instead;
} kinds[] = {
    { is_calendar, "a calendar (.ics)",
      "export the address book, as vCard (.vcf); dates of people come with their contacts" },
    { is_rtf, "an RTF document", "open it and save the list as CSV (UTF-8), then upload that" },
    { is_windows_contact, "a Windows contact (.contact)", "in Windows Contacts select all and choose Export, vCards" },
    { is_contact_group, "a group of Apple's address book (.contactgroup)",
      "in Contacts choose File, Export, Export vCard, and upload that file" },
    { is_plist, "a property list of Apple's", "in Contacts choose File, Export, Export vCard, and upload that file" },
    { is_map, "a map or track", "choose the file of contacts, .vcf or .csv" },
    { is_picture, "a picture", "choose the file of contacts, .vcf or .csv" },
    { is_telegram_page, "the HTML export of Telegram", "export again with the format JSON, and upload result.json" },
    { is_page, "a web page without marked contacts (hCard)",
      "look for an export as vCard or CSV, or copy the list into a sheet and save it as CSV" },
    { is_xml, "an XML file of another kind", "export the contacts as vCard (.vcf) or CSV" },
    { is_mork, "an old address book of Thunderbird (.mab)",
      "in Thunderbird's address book choose Tools, Export, as vCard or LDIF" },
    { is_key, "a key or certificate", "choose the file of contacts, .vcf or .csv" },
    { is_chat, "a chat of WhatsApp", "WhatsApp's contacts are those of the phone: export them there as .vcf" },
    { is_telegram_json, "a chat of Telegram",
      "in Telegram Desktop choose Settings, Advanced, Export, and tick Contacts; upload its result.json" },
    { is_json, "JSON of another kind", "we read JSContact, jCard, and the exports of Monica and Telegram" },
    { is_mail, "a mail or mailbox", "save the vCard that is attached to it, or export the address book as vCard" },
    { is_sql, "a dump of a database", "export the contacts from the program it belongs to, as vCard or CSV" },
    { is_script, "a program", "choose the file of contacts, .vcf or .csv" },
    { is_prose, "a text", "a list with one contact a line can be read when it is saved as CSV" },
    { is_no_table, "a text", "a list with one contact a line can be read when it is saved as CSV" },
};

enum rc refused_text(struct str text, struct err *e)
{
    struct str head = str_trim(str_head(text, REFUSED_HEAD));

    for (size_t i = 0; i < countof(kinds) && head.n; i++)
        if (kinds[i].is(head))
            return err_set(e, RC_INVALID, "this is %s, not contacts: %s", kinds[i].what, kinds[i].instead);
    return RC_OK;
}
