/* Which attribute of a directory is which property of a contact. */
#include "base/utf8.h"
#include "contact/ldif/ldif.h"
#include "base/buf.h"
#include "contact/vcard/vcard_make.h"

/* Parts that several attributes make together. */
enum part {
    N_SURNAME,
    N_GIVEN,
    N_MIDDLE,
    N_PREFIX,
    N_SUFFIX,
    WORK, /* post office box, extended, street, locality, region, postcode, country */
    HOME = WORK + 7,
    OTHER = HOME + 7,
    ORG_NAME = OTHER + 7,
    ORG_UNIT,
    YEAR,
    MONTH,
    DAY,
    WORK_TEXT, /* an address as one text */
    HOME_TEXT,
    OTHER_TEXT,
    FULL_NAME,
    SHOWN_NAME,
    PARTS,
    LINE, /* a property by itself */
    DROP
};
enum { BOX, EXTENDED, STREET, LOCALITY, REGION, POSTCODE, COUNTRY };

struct rule {
    const char *attribute;
    int         part;
    const char *prop, *type; /* of a LINE; type: words of TYPE, parted by commas */
};

static const struct rule rules[] = {
    { "dn", DROP, 0, 0 },
    { "objectclass", DROP, 0, 0 },
    { "changetype", DROP, 0, 0 },
    { "userpassword", DROP, 0, 0 }, /* secrets are nothing a contact says */
    { "authpassword", DROP, 0, 0 },
    { "sambantpassword", DROP, 0, 0 },
    { "sambalmpassword", DROP, 0, 0 },
    { "cn", FULL_NAME, 0, 0 },
    { "commonname", FULL_NAME, 0, 0 },
    { "displayname", SHOWN_NAME, 0, 0 },
    { "sn", N_SURNAME, 0, 0 },
    { "surname", N_SURNAME, 0, 0 },
    { "givenname", N_GIVEN, 0, 0 },
    { "gn", N_GIVEN, 0, 0 },
    { "middlename", N_MIDDLE, 0, 0 },
    { "personaltitle", N_PREFIX, 0, 0 },
    { "generationqualifier", N_SUFFIX, 0, 0 },
    { "mozillanickname", LINE, "NICKNAME", 0 },
    { "xmozillanickname", LINE, "NICKNAME", 0 },
    { "nickname", LINE, "NICKNAME", 0 },
    { "mail", LINE, "EMAIL", 0 },
    { "rfc822mailbox", LINE, "EMAIL", 0 },
    { "email", LINE, "EMAIL", 0 },
    { "mozillasecondemail", LINE, "EMAIL", 0 },
    { "xmozillasecondemail", LINE, "EMAIL", 0 },
    { "otheremail", LINE, "EMAIL", 0 },
    { "telephonenumber", LINE, "TEL", "work,voice" },
    { "companyphone", LINE, "TEL", "work,main-number" },
    { "otherphone", LINE, "TEL", "voice" },
    { "primaryphone", LINE, "TEL", "voice,pref" },
    { "carphone", LINE, "TEL", "car" },
    { "homephone", LINE, "TEL", "home,voice" },
    { "homephonenumber", LINE, "TEL", "home,voice" },
    { "mobile", LINE, "TEL", "cell" },
    { "mobiletelephonenumber", LINE, "TEL", "cell" },
    { "cellphone", LINE, "TEL", "cell" },
    { "pager", LINE, "TEL", "pager" },
    { "pagerphone", LINE, "TEL", "pager" },
    { "pagertelephonenumber", LINE, "TEL", "pager" },
    { "fax", LINE, "TEL", "work,fax" },
    { "facsimiletelephonenumber", LINE, "TEL", "work,fax" },
    { "homefacsimiletelephonenumber", LINE, "TEL", "home,fax" },
    { "otherfacsimiletelephonenumber", LINE, "TEL", "fax" },
    { "postofficebox", WORK + BOX, 0, 0 },
    { "mozillaworkstreet2", WORK + EXTENDED, 0, 0 },
    { "street", WORK + STREET, 0, 0 },
    { "streetaddress", WORK + STREET, 0, 0 },
    { "l", WORK + LOCALITY, 0, 0 },
    { "locality", WORK + LOCALITY, 0, 0 },
    { "localityname", WORK + LOCALITY, 0, 0 },
    { "st", WORK + REGION, 0, 0 },
    { "region", WORK + REGION, 0, 0 },
    { "stateorprovincename", WORK + REGION, 0, 0 },
    { "postalcode", WORK + POSTCODE, 0, 0 },
    { "zip", WORK + POSTCODE, 0, 0 },
    { "c", WORK + COUNTRY, 0, 0 },
    { "co", WORK + COUNTRY, 0, 0 },
    { "countryname", WORK + COUNTRY, 0, 0 },
    { "friendlycountryname", WORK + COUNTRY, 0, 0 },
    { "mozillahomestreet", HOME + STREET, 0, 0 },
    { "homestreet", HOME + STREET, 0, 0 },
    { "mozillahomestreet2", HOME + EXTENDED, 0, 0 },
    { "mozillahomelocalityname", HOME + LOCALITY, 0, 0 },
    { "mozillahomestate", HOME + REGION, 0, 0 },
    { "mozillahomepostalcode", HOME + POSTCODE, 0, 0 },
    { "mozillahomecountryname", HOME + COUNTRY, 0, 0 },
    { "postaladdress", WORK_TEXT, 0, 0 },
    { "mozillapostaladdress2", WORK + EXTENDED, 0, 0 },
    { "homepostaladdress", HOME_TEXT, 0, 0 },
    { "mozillahomepostaladdress", HOME_TEXT, 0, 0 },
    { "mozillahomepostaladdress2", HOME + EXTENDED, 0, 0 },
    { "otherpostaladdress", OTHER_TEXT, 0, 0 },
    { "o", ORG_NAME, 0, 0 },
    { "company", ORG_NAME, 0, 0 },
    { "organizationname", ORG_NAME, 0, 0 },
    { "ou", ORG_UNIT, 0, 0 },
    { "orgunit", ORG_UNIT, 0, 0 },
    { "department", ORG_UNIT, 0, 0 },
    { "organizationalunitname", ORG_UNIT, 0, 0 },
    { "title", LINE, "TITLE", 0 },
    { "businessrole", LINE, "ROLE", 0 },
    { "description", LINE, "NOTE", 0 },
    { "notes", LINE, "NOTE", 0 },
    { "note", LINE, "NOTE", 0 },
    { "comment", LINE, "NOTE", 0 },
    { "birthyear", YEAR, 0, 0 },
    { "birthmonth", MONTH, 0, 0 },
    { "birthday", DAY, 0, 0 },
    { "birthdate", LINE, "BDAY", 0 },
    { "anniversary", LINE, "ANNIVERSARY", 0 },
    { "mozillaworkurl", LINE, "URL", "work" },
    { "workurl", LINE, "URL", "work" },
    { "mozillahomeurl", LINE, "URL", "home" },
    { "homeurl", LINE, "URL", "home" },
    { "url", LINE, "URL", 0 },
    { "calendaruri", LINE, "CALURI", 0 },
    { "freebusyuri", LINE, "FBURL", 0 },
    { "nsaimid", LINE, "X-AIM", 0 },
    { "mozillaaimscreenname", LINE, "X-AIM", 0 },
    { "categories", LINE, "CATEGORIES", 0 },
    { "preferredlanguage", LINE, "LANG", 0 },
    { "assistantname", LINE, "X-ASSISTANT", 0 },
    { "managername", LINE, "X-MANAGER", 0 },
    { "spousename", LINE, "X-SPOUSE", 0 },
    { "entryuuid", LINE, "UID", 0 },
};

struct contact {
    struct vcard_make *m;
    struct str         part[PARTS];
    bool               group;
};

static const struct rule *rule_of(struct str attribute)
{
    for (size_t i = 0; i < countof(rules); i++)
        if (str_is(attribute, rules[i].attribute))
            return &rules[i];
    return NULL;
}

static void put_types(struct vcard_make *m, const char *types)
{
    struct str rest = str_of(types ? types : ""), word;

    while (rest.n && str_next_word(&rest, &word))
        vcard_make_param(m, S("TYPE"), word);
}

/* The value of that attribute in a name like "cn=Eva Maier,mail=eva@example.com"; "" when there is none. */
static struct str of_dn(struct str dn, struct str attribute)
{
    for (struct str part; str_next(&dn, ',', &part);) {
        part = str_trim(part);
        if (part.n > attribute.n && part.p[attribute.n] == '=' && str_ieq(str_head(part, attribute.n), attribute))
            return str_trim(str_from(part, attribute.n + 1));
    }
    return S("");
}

static void put_member(struct vcard_make *m, struct str dn)
{
    struct str mail = of_dn(dn, S("mail"));

    if (mail.n)
        vcard_make_text(m, S("MEMBER"), str_fmt(m->a, "mailto:" STR_FMT, STR_ARG(mail)));
    else
        vcard_make_other(m, S("member"), dn);
}

/* "manager: cn=Eva Maier,ou=..." names an entry: its name is what a contact can say. */
static void put_person(struct vcard_make *m, struct str prop, struct str value)
{
    struct str name = of_dn(value, S("cn"));
    vcard_make_text(m, prop, name.n ? name : value);
}

static void put_picture(struct vcard_make *m, const struct ldif_value *v, struct str prop)
{
    vcard_make_line(m, prop, v->base64 ? v->value : S(""));
    vcard_make_param(m, S("ENCODING"), S("b"));
}

/* RFC 2079: the address, a blank, what it is. */
static void put_labeled_uri(struct vcard_make *m, struct str value)
{
    const char *blank = value.n ? memchr(value.p, ' ', value.n) : NULL;
    struct str  uri = blank ? str_head(value, (size_t)(blank - value.p)) : value, label = str_from(value, uri.n);

    vcard_make_text(m, S("URL"), uri);
    label = str_trim(label);
    if (!label.n)
        return;
    struct str group = str_fmt(m->a, "uri%zu", m->card->nlines);
    vcard_make_group(m, group);
    vcard_make_text(m, S("X-ABLabel"), label);
    vcard_make_group(m, group);
}

/* "20260102030405Z"; Thunderbird's seconds since 1970 (mostly 0) say nothing of a person. */
static void put_changed(struct vcard_make *m, struct str value)
{
    if (value.n == 15 && value.p[14] == 'Z')
        vcard_make_line(m, S("REV"), str_fmt(m->a, "%.8sT%.6sZ", value.p, value.p + 8));
}

static void put_categories(struct vcard_make *m, struct str value)
{
    struct str name;
    auto_buf   b = buf_of(value.n * 2 + 2);

    while (str_next(&value, ',', &name))
        buf_join(&b, S(","), vcard_escape(m->a, str_trim(name)));
    vcard_make_line(m, S("CATEGORIES"), str_copy(m->a, buf_str(&b)));
}

/* Attributes whose value is no plain text.  False: it is none of them. */
static bool put_special(struct contact *c, const struct ldif_value *v)
{
    struct vcard_make *m = c->m;

    if (str_is(v->name, "jpegphoto") || str_is(v->name, "photo") || str_is(v->name, "thumbnailphoto"))
        put_picture(m, v, S("PHOTO"));
    else if (str_is(v->name, "usercertificate") || str_is(v->name, "usersmimecertificate"))
        put_picture(m, v, S("KEY"));
    else if (str_is(v->name, "labeleduri"))
        put_labeled_uri(m, v->value);
    else if (str_is(v->name, "modifytimestamp"))
        put_changed(m, v->value);
    else if (str_is(v->name, "categories"))
        put_categories(m, v->value);
    else if (str_is(v->name, "manager") || str_is(v->name, "secretary"))
        put_person(m, str_is(v->name, "manager") ? S("X-MANAGER") : S("X-ASSISTANT"), v->value);
    else if (c->group && (str_is(v->name, "member") || str_is(v->name, "uniquemember")))
        put_member(m, v->value);
    else
        return false;
    return true;
}

/* A second value of a part that has one is kept by its own name. */
static void take(struct contact *c, const struct ldif_value *v)
{
    const struct rule *rule = rule_of(v->name);

    if (put_special(c, v) || (rule && rule->part == DROP))
        return;
    if (rule && rule->part < PARTS && (!c->part[rule->part].n || str_eq(c->part[rule->part], v->value))) {
        c->part[rule->part] = v->value;
        return;
    }
    if (rule && rule->part == LINE) {
        bool uuid = !strcmp(rule->prop, "UID");
        vcard_make_text(c->m, str_of(rule->prop),
                        uuid ? str_fmt(c->m->a, "urn:uuid:" STR_FMT, STR_ARG(v->value)) : v->value);
        put_types(c->m, rule->type);
    } else {
        vcard_make_other(c->m, v->name, v->value);
    }
    if (v->lang.n)
        vcard_make_param(c->m, S("LANGUAGE"), v->lang);
}

/* ---- what several attributes make together ---- */

/* "Main Street 1$12345 Town$Germany": lines of an address. */
static struct str dollar_lines(struct arena *a, struct str text)
{
    char *to = arena_raw(a, text.n + 1);

    for (size_t i = 0; i < text.n; i++)
        to[i] = text.p[i];
    for (size_t i = 0; i < text.n; i++)
        if (to[i] == '$')
            to[i] = '\n';
    return (struct str){ to, text.n };
}

static void put_address(struct contact *c, int first, int text, const char *type)
{
    const struct str *part = &c->part[first];
    struct str        whole = dollar_lines(c->m->a, c->part[text]), alone[7] = { [STREET] = whole };
    bool              any = false;

    for (int i = 0; i < 7; i++)
        any |= part[i].n > 0;
    vcard_make_parts(c->m, S("ADR"), ';', any ? part : alone, 7);
    put_types(c->m, type);
    if (whole.n)
        vcard_make_param(c->m, S("LABEL"), whole);
}

static int64_t number(struct str s, int64_t most)
{
    int64_t n;
    return str_i64(s, 1, most, &n) ? n : 0;
}

/* Thunderbird's "birthday" is the day of the month; others write the whole date there. */
static void put_birthday(struct contact *c)
{
    int64_t  y = number(c->part[YEAR], 9999), m = number(c->part[MONTH], 12), d = number(c->part[DAY], 31);
    auto_buf b = buf_of(20);

    if (c->part[DAY].n && !d)
        vcard_make_text(c->m, S("BDAY"), c->part[DAY]);
    else if (m && d && y)
        buf_fmt(&b, "%04d%02d%02d", (int)y, (int)m, (int)d);
    else if (m && d)
        buf_fmt(&b, "--%02d%02d", (int)m, (int)d);
    else if (y && m)
        buf_fmt(&b, "%04d-%02d", (int)y, (int)m);
    else if (y)
        buf_fmt(&b, "%04d", (int)y);
    if (b.n)
        vcard_make_line(c->m, S("BDAY"), str_copy(c->m->a, buf_str(&b)));
}

static void put_names(struct contact *c)
{
    struct str *p = c->part, shown = p[SHOWN_NAME].n ? p[SHOWN_NAME] : p[FULL_NAME];
    bool        org = !shown.n && !p[N_SURNAME].n && !p[N_GIVEN].n && (p[ORG_NAME].n || p[ORG_UNIT].n);

    if (org) { /* a company or a department with a number of its own */
        vcard_make_text(c->m, S("KIND"), S("org"));
        shown = p[ORG_UNIT].n ? p[ORG_UNIT] : p[ORG_NAME];
    }
    vcard_make_text(c->m, S("FN"), shown);
    if (p[FULL_NAME].n && !str_eq(p[FULL_NAME], shown))
        vcard_make_other(c->m, S("cn"), p[FULL_NAME]);
    if (!c->group)
        vcard_make_parts(c->m, S("N"), ';', &p[N_SURNAME], 5);
}

static bool is_group(const struct ldif_value *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(v[i].name, "objectclass") &&
            (str_ieq(v[i].value, S("groupOfNames")) || str_ieq(v[i].value, S("groupOfUniqueNames"))))
            return true;
    return false;
}

void ldif_contact(struct vcard_make *m, const struct ldif_value *v, size_t n)
{
    struct contact c = { .m = m, .group = is_group(v, n) };

    for (size_t i = 0; i < PARTS; i++)
        c.part[i] = S("");
    if (c.group)
        vcard_make_text(m, S("KIND"), S("group"));
    for (size_t i = 0; i < n; i++)
        take(&c, &v[i]);
    put_names(&c);
    vcard_make_parts(m, S("ORG"), ';', &c.part[ORG_NAME], c.part[ORG_UNIT].n ? 2 : 1);
    put_address(&c, WORK, WORK_TEXT, "work");
    put_address(&c, HOME, HOME_TEXT, "home");
    put_address(&c, OTHER, OTHER_TEXT, NULL);
    put_birthday(&c);
    if (!m->card->nlines)
        vcard_report_add(m->a, m->report, m->card->first_line, VCARD_ERROR, "an entry that says nothing of a person");
}
