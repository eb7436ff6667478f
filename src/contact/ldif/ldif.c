/* Reads entries of LDIF: lines, folds, base64, what is no entry. */
#include <sodium.h>
#include "base/utf8.h"
#include "contact/charset/charset.h"
#include "contact/ldif/ldif.h"
#include "contact/vcard/scan.h"
#include "base/buf.h"
#include "contact/vcard/vcard_make.h"

enum { LOOK_LINES = 50 };

typedef VEC(struct ldif_value) values;

/* The next physical line, without its end. */
static struct str take_line(struct file_reader *r)
{
    const char *from = r->text.p + r->at, *end = r->text.p + r->text.n, *eol = scan_eol(from, end);

    r->at = (size_t)(scan_past_eol(eol, end) - r->text.p);
    r->line++;
    return (struct str){ from, (size_t)(eol - from) };
}

static bool at_fold(const struct file_reader *r) { return r->at < r->text.n && r->text.p[r->at] == ' '; }

/* Attribute names have no blanks; prose with a colon in it has. */
static struct str attribute_of(struct str line)
{
    for (size_t i = 0; i < line.n; i++) {
        if (line.p[i] == ':')
            return str_head(line, i);
        if (!ascii_alpha(line.p[i]) && !ascii_digit(line.p[i]) && !strchr("-;.", line.p[i]))
            break;
    }
    return S("");
}

/* "version: 1" or "dn:" at the head, after comments and blank lines. */
static bool looks(struct str text)
{
    struct file_reader r = { .text = text };

    for (int i = 0; i < LOOK_LINES && r.at < text.n; i++) {
        struct str line = take_line(&r), name = attribute_of(line);
        if (!str_trim(line).n || line.p[0] == '#' || line.p[0] == ' ')
            continue;
        if (str_ieq(name, S("dn")))
            return true;
        if (!str_ieq(name, S("version")))
            return false;
    }
    return false;
}

static bool holds(struct str text, const char *word) { return str_find(text, str_of(word), 0) != SIZE_MAX; }

static void open_ldif(struct file_reader *r)
{
    struct str head = str_head(r->text, 1 << 20);
    r->program = holds(head, "ozillaAbPerson")    ? S("Thunderbird")
                 : holds(head, "evolutionPerson") ? S("Evolution")
                                                  : S("");
}

/* ---- one value ---- */

static bool is_binary(struct str name)
{
    static const char *const names[] = { "jpegphoto", "photo", "thumbnailphoto", "usercertificate",
                                         "usersmimecertificate" };
    for (size_t i = 0; i < countof(names); i++)
        if (str_is(name, names[i]))
            return true;
    return false;
}

static struct str decoded(struct arena *a, struct str base64)
{
    size_t n = 0, most = base64.n / 4 * 3 + 3;
    char  *to = arena_raw(a, most);

    if (sodium_base642bin((unsigned char *)to, most, base64.p, base64.n, " \t", &n, NULL,
                          sodium_base64_VARIANT_ORIGINAL))
        return S("");
    return (struct str){ to, n };
}

static struct str as_utf8(struct arena *a, struct str s)
{
    return utf8_valid(s) ? s : charset_to_utf8(a, CHARSET_WINDOWS_1252, s);
}

static void split_options(struct arena *a, struct str name, struct ldif_value *v)
{
    struct str option;

    name = str_lower(a, name);
    str_next(&name, ';', &v->name);
    while (str_next(&name, ';', &option))
        if (str_starts(option, S("lang-")))
            v->lang = str_from(option, 5);
}

/* False: no attribute, or a value that stands elsewhere. */
static bool value_of(struct arena *a, struct str line, struct ldif_value *ret)
{
    struct str name = attribute_of(line), rest = str_from(line, name.n + 1);

    *ret = (struct ldif_value){ .base64 = str_starts(rest, S(":")) };
    if (!name.n || str_starts(rest, S("<")))
        return false;
    split_options(a, name, ret);
    ret->value = str_trim(str_from(rest, ret->base64));
    if (ret->base64 && !is_binary(ret->name))
        ret->value = decoded(a, ret->value);
    ret->value = as_utf8(a, ret->value);
    return true;
}

/* ---- one entry ---- */

/* A line with those that go on with it; borrowed when nothing goes on. */
static struct str unfolded(struct file_reader *r, struct arena *a)
{
    struct str first = take_line(r);

    if (!at_fold(r))
        return first;
    auto_buf b = buf_of(LDIF_ENTRY_MAX);
    buf_put(&b, first);
    while (at_fold(r))
        buf_put(&b, str_from(take_line(r), 1));
    return str_copy(a, buf_str(&b));
}

/* Past blank lines, comments and the version, to the first line of an entry. */
static bool find_entry(struct file_reader *r)
{
    while (r->at < r->text.n) {
        struct file_reader was = *r;
        struct str         line = take_line(r);
        if (!str_trim(line).n || line.p[0] == '#' || line.p[0] == ' ' || str_ieq(attribute_of(line), S("version")))
            continue;
        *r = was;
        return true;
    }
    return false;
}

static bool at_end(const struct file_reader *r)
{
    return r->at >= r->text.n || r->text.p[r->at] == '\n' || r->text.p[r->at] == '\r';
}

/* The entry's attributes.  Its last line is that before the blank one; what is longer than an entry may be is passed over. */
static void read_entry(struct file_reader *r, struct vcard_make *m, values *ret)
{
    size_t from = r->at;

    while (!at_end(r)) {
        struct ldif_value v;
        uint32_t          no = r->line;
        struct str        line = unfolded(r, m->a);
        if (!line.n || line.p[0] == '#' || str_is(line, "-")) /* "-" parts changes */
            continue;
        if (ret->n == VCARD_LINES_MAX || r->at - from > LDIF_ENTRY_MAX)
            vcard_report_add(m->a, m->report, no, VCARD_WARNING, "an entry larger than we read: the rest was left out");
        else if (value_of(m->a, line, &v))
            *vec_push(m->a, ret) = v;
        else
            vcard_report_add(m->a, m->report, no, VCARD_WARNING, "a line that is no attribute, left out");
    }
    m->card->text = (struct str){ r->text.p + from, r->at - from };
}

static struct str first_of(const values *v, const char *name)
{
    for (size_t i = 0; i < v->n; i++)
        if (str_is(v->v[i].name, name))
            return v->v[i].value;
    return S("");
}

static bool is_one_of(struct str name, const char *words)
{
    struct str rest = str_of(words), word;

    while (rest.n && str_next_word(&rest, &word))
        if (str_ieq(name, word))
            return true;
    return false;
}

/* A branch of the tree that holds people and is none: it has nothing that one could call or write to. */
static bool is_branch(const values *v)
{
    bool branch = false;

    for (size_t i = 0; i < v->n; i++) {
        branch |=
            str_is(v->v[i].name, "objectclass") &&
            is_one_of(v->v[i].value, "organizationalUnit dcObject domain organization locality country container");
        if (!is_one_of(v->v[i].name,
                       "dn objectclass ou o dc c l st description changetype structuralobjectclass entryuuid "
                       "entrycsn contextcsn entrydn creatorsname createtimestamp modifiersname modifytimestamp "
                       "hassubordinates subschemasubentry"))
            return false;
    }
    return branch;
}

static bool next_ldif(struct file_reader *r, struct arena *a, struct vcard *ret, struct vcard_report *report)
{
    unsigned passed = 0;

    while (find_entry(r)) {
        struct vcard_make m = vcard_make_of(a, ret, S(""), r->line, report);
        values            v = { 0 };
        read_entry(r, &m, &v);
        struct str change = first_of(&v, "changetype");
        if (is_branch(&v)) {
            passed++;
            continue;
        }
        if (passed)
            vcard_report_add(a, report, ret->first_line, VCARD_NOTE, "entries before it hold others and are nobody: %u",
                             passed);
        if (change.n && !str_ieq(change, S("add")))
            vcard_report_add(a, report, ret->first_line, VCARD_ERROR,
                             "a change (" STR_FMT "), not a contact: export the whole address book instead",
                             STR_ARG(utf8_head(change, 20)));
        else
            ldif_contact(&m, v.v, v.n);
        return true;
    }
    return false;
}

const struct file_format file_ldif = {
    .name = "ldif", .ending = "ldif", .looks = looks, .open = open_ldif, .next = next_ldif
};
