/* Finds the borders of values in a JSON text. */
#include "contact/files/json_scan.h"

static char here(const struct json_scan *s) { return s->at < s->text.n ? s->text.p[s->at] : 0; }

void json_scan_blanks(struct json_scan *s)
{
    for (; s->at < s->text.n; s->at++) {
        char c = s->text.p[s->at];
        if (c == '\n')
            s->line++;
        else if (c != ' ' && c != '\t' && c != '\r' && c != ',' && c != '\x1e')
            return;
    }
}

/* true, 12, null: up to what parts values. */
static bool skip_word(struct json_scan *s)
{
    while (s->at < s->text.n && !strchr(",:{}[]\" \t\r\n", s->text.p[s->at]))
        s->at++;
    return true;
}

bool json_scan_value(struct json_scan *s)
{
    size_t depth = 0;
    bool   text = false;

    if (here(s) != '{' && here(s) != '[' && here(s) != '"')
        return skip_word(s);
    for (; s->at < s->text.n; s->at++) {
        char c = s->text.p[s->at];
        if (c == '\n')
            s->line++;
        if (text && c == '\\')
            s->at += s->at + 1 < s->text.n && s->text.p[s->at + 1] != '\n';
        else if (c == '"')
            text = !text;
        else if (!text && (c == '{' || c == '['))
            depth++;
        else if (!text && (c == '}' || c == ']'))
            depth--;
        if (!text && depth == 0) {
            s->at++;
            return true;
        }
    }
    return false;
}

bool json_scan_list(struct json_scan *s)
{
    if (here(s) != '[')
        return false;
    s->at++;
    json_scan_blanks(s);
    return true;
}

bool json_scan_member(struct json_scan *s, struct str name)
{
    struct json_scan try = *s;

    if (here(&try) != '{')
        return false;
    for (try.at++, json_scan_blanks(&try); here(&try) == '"'; json_scan_blanks(&try)) {
        size_t from = try.at + 1;
        if (!json_scan_value(&try))
            return false;
        bool found = str_eq((struct str){ try.text.p + from, try.at - 1 - from }, name);
        json_scan_blanks(&try);
        if (here(&try) != ':')
            return false;
        try.at++;
        json_scan_blanks(&try);
        if (found) {
            *s = try;
            return true;
        }
        size_t before = try.at;
        if (!json_scan_value(&try) || try.at == before)
            return false;
    }
    return false;
}

bool json_scan_next(struct json_scan *s, char bracket, bool list, struct json_scan_item *ret)
{
    json_scan_blanks(s);
    if (s->at >= s->text.n || (list && here(s) == ']'))
        return false;
    size_t from = s->at;
    *ret = (struct json_scan_item){ .line = s->line, .broken = here(s) != bracket };
    if (!ret->broken)
        ret->broken = !json_scan_value(s);
    else
        while (s->at < s->text.n && s->text.p[s->at] != '\n')
            s->at++;
    ret->text = (struct str){ s->text.p + from, s->at - from };
    return true;
}
