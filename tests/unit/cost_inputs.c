/* Expensive inputs: cards, vCards, CSV files and plain texts. */
#include "tests/unit/cost_inputs.h"
#include "base/json.h"

enum { LONG_VALUE = 800 };

/* ---- the parts ---- */

static void put_each(struct buf *b, const char *each, unsigned no)
{
    for (; *each; each++) {
        if (*each == '#')
            buf_i64(b, no);
        else if (*each == '$')
            for (int i = 0; i < LONG_VALUE; i++)
                buf_char(b, (char)('a' + (no + (unsigned)i) % 26));
        else
            buf_char(b, *each);
    }
}

static unsigned count_for(const char *each, size_t bytes)
{
    auto_buf one = buf_of(1 << 20);

    put_each(&one, each, 100000);
    return (unsigned)(bytes / one.n) + 1;
}

/* head, many, tail.  Variant 1 counts down: the same names in the other order. */
static void repeat(struct buf *b, const struct cost_shape *s, size_t bytes, int variant)
{
    unsigned n = count_for(s->each, bytes);

    buf_put(b, str_of(s->head));
    for (unsigned i = 0; i < n; i++)
        put_each(b, s->each, variant ? n - 1 - i : i);
    buf_put(b, str_of(s->tail));
}

#define CARD "{\"@type\":\"Card\",\"version\":\"1.0\",\"uid\":\"u\","

/* The same for JSON: commas between, and one value at the end that differs. */
static void repeat_members(struct buf *b, const struct cost_shape *s, size_t bytes, int variant)
{
    unsigned n = count_for(s->each, bytes);

    buf_put(b, S(CARD));
    buf_put(b, str_of(s->head));
    for (unsigned i = 0; i < n; i++) {
        put_each(b, s->each, variant ? n - 1 - i : i);
        buf_char(b, ',');
    }
    buf_fmt(b, s->tail, variant);
    buf_char(b, '}');
}

/* Objects within each other, the large one at the bottom: whoever compares at each level compares it at each level. */
static void deep(struct buf *b, const struct cost_shape *s, size_t bytes, int variant)
{
    unsigned levels = JSON_DEPTH_MAX - 4, n = count_for(s->each, bytes);

    buf_put(b, S(CARD "\"x\":"));
    for (unsigned i = 0; i < levels; i++)
        buf_put(b, S("{\"y\":"));
    buf_char(b, '{');
    for (unsigned i = 0; i < n; i++) {
        put_each(b, s->each, variant ? n - 1 - i : i);
        buf_char(b, ',');
    }
    buf_fmt(b, "\"z\":%d", variant);
    for (unsigned i = 0; i < levels + 3 - 1; i++)
        buf_char(b, '}');
}

/* Half of it is one name, the other half are members under it, all of them changed. */
static void long_name(struct buf *b, const struct cost_shape *s, size_t bytes, int variant)
{
    buf_put(b, S(CARD "\"x"));
    for (size_t i = 0; i < bytes / 2; i++)
        buf_char(b, 'n');
    buf_put(b, S("\":{"));
    for (unsigned i = 0, n = count_for(s->each, bytes / 2); i < n; i++) {
        put_each(b, s->each, i);
        buf_fmt(b, "%d,", variant);
    }
    buf_put(b, S("\"z\":0}}"));
}

/* ---- cards ---- */

#define MEMBERS(name, head, each, tail)        \
    {                                          \
        name, repeat_members, head, each, tail \
    }

const struct cost_shape cost_cards[] = {
    MEMBERS("members", "\"x\":{", "\"m#\":1", "\"z\":%d}"),
    MEMBERS("top members", "", "\"m#\":1", "\"z\":%d"),
    MEMBERS("array", "\"x\":[", "#", "%d]"),
    MEMBERS("array of objects", "\"x\":[", "{\"a\":#,\"b\":{}}", "%d]"),
    MEMBERS("emails", "\"emails\":{", "\"e#\":{\"address\":\"a#@b.example\",\"contexts\":{\"work\":true}}",
            "\"z\":{\"address\":\"z%d@z.example\"}}"),
    MEMBERS("one email, many labels", "\"emails\":{", "\"e#\":{\"address\":\"a@b.example\",\"label\":\"$#\"}",
            "\"z\":{\"address\":\"z%d@z.example\"}}"),
    MEMBERS("emails without address", "\"emails\":{", "\"e#\":{\"label\":\"l#\"}", "\"z\":{\"label\":\"%d\"}}"),
    MEMBERS("phones", "\"phones\":{", "\"p#\":{\"number\":\"+49 30 1#\",\"features\":{\"fax\":true}}",
            "\"z\":{\"number\":\"+1 212 555 010%d\"}}"),
    MEMBERS("addresses", "\"addresses\":{",
            "\"a#\":{\"components\":[{\"kind\":\"name\",\"value\":\"Street "
            "#\"},{\"kind\":\"country\",\"value\":\"Iceland\"}]}",
            "\"z\":{\"full\":\"Street %d\"}}"),
    MEMBERS("one address", "\"addresses\":{\"a\":{\"components\":[", "{\"kind\":\"name\",\"value\":\"part #\"}",
            "{\"kind\":\"number\",\"value\":\"%d\"}]}}"),
    MEMBERS("organizations", "\"organizations\":{", "\"o#\":{\"name\":\"Acme # GmbH\"}", "\"z\":{\"name\":\"Z%d\"}}"),
    MEMBERS("one organization", "\"organizations\":{\"o\":{\"name\":\"Acme\",\"units\":[", "{\"name\":\"unit #\"}",
            "{\"name\":\"unit %d\"}]}}"),
    MEMBERS("titles", "\"titles\":{", "\"t#\":{\"name\":\"Head of #\",\"organizationId\":\"o#\"}",
            "\"z\":{\"name\":\"Z%d\"}},\"organizations\":{\"o1\":{\"name\":\"One\"},\"o2\":{\"name\":\"Two\"}}"),
    MEMBERS("organizations with titles",
            "\"titles\":{\"t\":{\"name\":\"T\",\"organizationId\":\"none\"}},\"organizations\":{",
            "\"o#\":{\"name\":\"A#\"}", "\"z\":{\"name\":\"Z%d\"}}"),
    MEMBERS("nicknames", "\"nicknames\":{", "\"k#\":{\"name\":\"nick #\"}", "\"z\":{\"name\":\"nick %d\"}}"),
    MEMBERS("services", "\"onlineServices\":{",
            "\"s#\":{\"service\":\"S\",\"user\":\"u#\",\"uri\":\"https://s.example/u#\"}", "\"z\":{\"user\":\"z%d\"}}"),
    MEMBERS("links", "\"links\":{", "\"l#\":{\"uri\":\"https://l#.example/\"}",
            "\"z\":{\"uri\":\"https://z%d.example/\"}}"),
    MEMBERS("notes", "\"notes\":{", "\"n#\":{\"note\":\"$ #\"}", "\"z\":{\"note\":\"%d\"}}"),
    MEMBERS("short notes", "\"notes\":{", "\"n#\":{\"note\":\"#\"}", "\"z\":{\"note\":\"%d\"}}"),
    MEMBERS("anniversaries", "\"anniversaries\":{",
            "\"y#\":{\"kind\":\"birth\",\"date\":{\"year\":19#,\"month\":2,\"day\":3}}",
            "\"z\":{\"kind\":\"wedding\",\"date\":{\"year\":200%d}}}"),
    MEMBERS("media", "\"media\":{", "\"m#\":{\"kind\":\"photo\",\"uri\":\"data:image/png;base64,AAAA#\"}",
            "\"z\":{\"kind\":\"logo\",\"uri\":\"https://z%d.example/\"}}"),
    MEMBERS("related", "\"relatedTo\":{", "\"urn:uuid:#\":{\"relation\":{\"friend\":true}}",
            "\"z%d\":{\"relation\":{}}}"),
    MEMBERS("keywords", "\"keywords\":{", "\"tag #\":true", "\"z%d\":true}"),
    MEMBERS("columns", "\"kith.example:csv\":{", "\"Column #\":\"value #\"", "\"z\":\"%d\"}"),
    MEMBERS("localizations", "\"localizations\":{", "\"l#\":{\"name/full\":\"N#\",\"titles/t/name\":\"T#\"}",
            "\"z\":{\"name/full\":\"Z%d\"}}"),
    MEMBERS("name components", "\"name\":{\"components\":[", "{\"kind\":\"given\",\"value\":\"Ann#\"}",
            "{\"kind\":\"surname\",\"value\":\"Z%d\"}]}"),
    MEMBERS("full name", "\"name\":{\"full\":\"", "w# ", "%d\"}"),
    MEMBERS("vCard properties", "\"vCardProps\":[", "[\"x-p#\",{\"group\":\"item#\",\"x-a\":\"b\"},\"text\",\"v#\"]",
            "[\"x-z\",{},\"text\",\"%d\"]]"),
    MEMBERS("vCard parameters", "\"emails\":{\"e\":{\"address\":\"a@b.example\",\"vCardParams\":{", "\"x-p#\":\"v#\"",
            "\"x-z\":\"%d\"}}}"),
    MEMBERS("unlike ids", "\"emails\":{\"e\":{\"address\":\"e@e.example\"},", "\"e_#\":{\"address\":\"a#@b.example\"}",
            "\"z\":{\"address\":\"z%d@z.example\"}}"),
    MEMBERS("ids in the way", "\"nicknames\":{", "\"k1#\":{\"name\":\"nick #\"}", "\"z\":{\"name\":\"nick %d\"}}"),
    { "deep", deep, "", "\"m#\":1", "" },
    { "long name", long_name, "", "\"m#\":", "" },
};
const size_t cost_cards_n = countof(cost_cards);

/* ---- vCards: parsed, made cards, written ---- */

#define VCARD "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ann\r\n"
#define LINES(name, each)                          \
    {                                              \
        name, repeat, VCARD, each, "END:VCARD\r\n" \
    }
#define INSIDE(name, head, each, tail)                       \
    {                                                        \
        name, repeat, VCARD head, each, tail "END:VCARD\r\n" \
    }

const struct cost_shape cost_vcards[] = {
    LINES("emails", "EMAIL;TYPE=work:a#@b.example\r\n"),
    LINES("grouped labels", "item#.TEL:+49 30 1#\r\nitem#.X-ABLabel:desk #\r\n"),
    LINES("one group", "item1.TEL:+49 30 1#\r\nitem1.X-ABLabel:desk #\r\n"),
    LINES("notes", "NOTE:$\r\n"),
    LINES("unknown properties", "X-P#;X-A=1:v\r\n"),
    LINES("addresses", "ADR:;;Street #;City;;;Iceland\r\n"),
    LINES("addresses of one group", "item1.ADR:;;Street #;City;;;Iceland\r\nitem1.GEO:geo:1,#\r\n"),
    LINES("places", "GEO:geo:1,#\r\nTZ:Europe/Berlin\r\nLABEL:Street #\r\n"),
    LINES("names", "N:S#;G#;;;\r\n"),
    LINES("titles", "TITLE:T#\r\nORG:O#;U#\r\nROLE:R#\r\n"),
    LINES("ids", "EMAIL;PROP-ID=e#:a#@b.example\r\n"),
    LINES("one id", "EMAIL;PROP-ID=e:a#@b.example\r\n"),
    LINES("alternatives", "FN;ALTID=1;LANGUAGE=l#:N#\r\n"),
    LINES("languages", "TITLE;ALTID=#;LANGUAGE=de:T\r\nTITLE;ALTID=#;LANGUAGE=fr:T\r\n"),
    LINES("related", "RELATED;TYPE=friend:urn:uuid:#\r\n"),
    LINES("members", "MEMBER:urn:uuid:#\r\n"),
    LINES("JSPROP", "JSPROP;JSPTR=\"x/m#\":1\r\n"),
    LINES("nested JSPROP", "JSPROP;JSPTR=\"emails/e#\":{\"address\":\"a#@b.example\"}\r\n"),
    LINES("dates", "BDAY:19800101\r\nANNIVERSARY:200#0101\r\n"),
    LINES("stray lines", "x\r\n"),
    LINES("stray lines of 100 bytes",
          "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"),
    LINES("blank lines", "\r\n"),
    LINES("broken bytes", "NOTE:\xff\xfe#\r\n"),
    LINES("agents", "AGENT:BEGIN:VCARD\\nEND:VCARD\r\n"),
    INSIDE("folded", "NOTE:", "a\r\n ", "z\r\n"),
    INSIDE("folded parameters", "NOTE;X-A=\"", "a\r\n ", "\":z\r\n"),
    INSIDE("soft breaks", "NOTE;ENCODING=QUOTED-PRINTABLE:", "=41=\r\n", "z\r\n"),
    INSIDE("parameters", "EMAIL", ";X-P#=v#", ":a@b.example\r\n"),
    INSIDE("values of a parameter", "EMAIL;TYPE=", "t#,", "work:a@b.example\r\n"),
    INSIDE("one parameter", "EMAIL", ";TYPE=t#", ":a@b.example\r\n"),
    INSIDE("categories", "CATEGORIES:", "c#,", "z\r\n"),
    INSIDE("name parts", "N:S;", "g#,", ";;\r\n"),
    INSIDE("fields of a name", "N:", "g#;", "\r\n"),
    INSIDE("units", "ORG:Acme;", "u#;", "z\r\n"),
    INSIDE("parts of an address", "ADR:;;", "s#,", ";City;;;\r\n"),
    INSIDE("escapes", "NOTE:", "\\n\\,\\;", "z\r\n"),
    INSIDE("a picture", "PHOTO:data:image/png;base64,", "AAAAAAAA", "\r\n"),
    INSIDE("nested cards", "AGENT:\r\n", "BEGIN:VCARD\r\n", "END:VCARD\r\n"),
    { "beginnings", repeat, "", "BEGIN:VCARD\r\n", "" },
    { "empty cards", repeat, "", "BEGIN:VCARD\r\nEND:VCARD\r\n", "" },
};
const size_t cost_vcards_n = countof(cost_vcards);

/* ---- CSV ---- */

const struct cost_shape cost_csvs[] = {
    { "rows", repeat, "Name,E-mail 1 - Value,Phone 1 - Value\r\n", "Ann #,a#@b.example,+49 30 1#\r\n", "" },
    { "many columns", repeat, "Name", ",Column #", "\r\nAnn\r\n" },
    { "many cells", repeat, "Name,E-mail\r\nAnn", ",v#", "\r\n" },
    { "values in a cell", repeat, "Name,E-mail 1 - Value,Labels\r\nAnn,a@b.example,", "t# ::: ", "\r\n" },
    { "mails in a cell", repeat, "Name,E-mail 1 - Value\r\nAnn,", "a#@b.example ::: ", "\r\n" },
    { "words of a name", repeat, "Name,E-mail 1 - Value\r\n", "w# ", ",a@b.example\r\n" },
    { "quotes", repeat, "Name,Notes\r\nAnn,\"", "\"\"", "\"\r\n" },
    { "a quote that stays open", repeat, "Name,Notes\r\nAnn,\"", "line #\r\n", "" },
    { "quotes that stay open", repeat, "Name,Notes\r\n", "\"#,\r\n", "" },
    { "blank lines", repeat, "Name,Notes\r\n", "\r\n", "Ann,x\r\n" },
    { "delimiters", repeat, "Name;Notes\r\n", ";", "\r\n" },
};
const size_t cost_csvs_n = countof(cost_csvs);

/* ---- other files ---- */

#define JCARD(name, each)                                                  \
    {                                                                      \
        name, repeat, "[\"vcard\",[[\"fn\",{},\"text\",\"A\"]", each, "]]" \
    }
#define XCARD(name, each)                                                                 \
    {                                                                                     \
        name, repeat, "<?xml version=\"1.0\"?><vcards><vcard>", each, "</vcard></vcards>" \
    }
#define HCARD(name, each)                                                                                    \
    {                                                                                                        \
        name, repeat, "<html><body><div class=\"vcard\"><b class=\"fn\">A</b>", each, "</div></body></html>" \
    }
const struct cost_shape cost_files[] = {
    { "entries", repeat, "version: 1\n", "dn: cn=a#\ncn: a#\nmail: a#@b.example\n\n", "" },
    { "attributes", repeat, "dn: cn=a\n", "x#: $\n", "" },
    { "one attribute", repeat, "dn: cn=a\n", "mail: a#@b.example\n", "" },
    { "folds", repeat, "dn: cn=a\ndescription: x\n", " #\n", "" },
    { "comments", repeat, "dn: cn=a\n", "#\n", "cn: a\n" },
    { "members of a list", repeat, "dn: cn=a\nobjectclass: groupOfNames\n", "member: cn=b#,mail=a#@b.example\n", "" },
    { "branches", repeat, "dn: ou=a\n\n", "dn: ou=a#\nobjectclass: organizationalUnit\n\n", "" },
    JCARD("jCard properties", ",[\"tel\",{\"type\":\"home\"},\"text\",\"#\"]"),
    JCARD("jCard parts", ",[\"adr\",{},\"text\",[\"\",\"\",[\"#\",\"b\"],\"c\"]]"),
    JCARD("jCard no properties", ",#"),
    { "jCards", repeat, "[", "[\"vcard\",[[\"fn\",{},\"text\",\"A#\"]]],", "1]" },
    { "jCard values", repeat, "[\"vcard\",[[\"categories\",{},\"text\"", ",\"v#\"", "]]]" },
    { "jCard parameters", repeat, "[\"vcard\",[[\"tel\",{\"type\":[\"a\"", ",\"v#\"", "]},\"text\",\"1\"]]]" },
    XCARD("xCard properties", "<tel><parameters><type><text>home</text></type></parameters><uri>tel:#</uri></tel>"),
    XCARD("xCard names", "<n><surname>#</surname><given>b</given></n>"),
    XCARD("xCard groups", "<group name=\"g#\"><tel><uri>tel:#</uri></tel></group>"),
    { "xCard parts", repeat, "<?xml version=\"1.0\"?><vcard><n>", "<given>a#</given>", "</n></vcard>" },
    { "xCard levels", repeat, "<?xml version=\"1.0\"?><vcard><note>", "<a>", "</note></vcard>" },
    { "xCards", repeat, "<?xml version=\"1.0\"?>", "<vcard><fn><text>#</text></fn></vcard>", "" },
    { "open xCards", repeat, "<?xml version=\"1.0\"?>", "<vcard>", "" },
    { "comments of XML", repeat, "<?xml version=\"1.0\"?>", "<!-- <vcard> # -->", "<vcard/>" },
    HCARD("hCard properties", "<p class=\"tel\"><i class=\"type\">home</i><i class=\"value\">#</i></p>"),
    HCARD("hCard addresses", "<p class=\"adr\"><i class=\"locality\">#</i></p>"),
    HCARD("hCard levels", "<div class=\"note\">#"),
    HCARD("hCard levels of addresses", "<div class=\"adr\">#"),
    HCARD("hCard classes", "<p class=\"a b c d e f\">#</p>"),
    { "hCard words of a class", repeat, "<div class=\"vcard\"><p class=\"", "note x# ", "\">a</p></div>" },
    { "hCards", repeat, "<body>", "<p class=\"vcard\"><b class=\"fn\">A#</b></p>", "" },
    { "open hCards", repeat, "<body>", "<p class=\"vcard\">", "" },
    { "open quotes", repeat, "<body>", "<a href=\"#>", "" },
    { "members of JSON", repeat, "{", "\"m#\":{\"contacts\":[]},",
      "\"contacts\":{\"list\":[{\"first_name\":\"A\"}]}}" },
    { "Telegram", repeat, "{\"contacts\":{\"list\":[", "{\"first_name\":\"A#\"},", "{}]}}" },
    { "Monica", repeat, "{\"account\":{\"data\":[{\"type\":\"contact\",\"values\":[{\"properties\":{\"tags\":[",
      "\"t#\",", "\"\"]}}]}]}}" },
    { "fields of Monica", repeat,
      "{\"account\":{\"data\":[{\"type\":\"contact\",\"values\":[{\"data\":[{\"type\":\"contact_field\",\"values\":[",
      "{\"properties\":{\"data\":\"a#\",\"type\":\"t#\"}},", "{}]}]}]}]}}" },
};
const size_t cost_files_n = countof(cost_files);

/* ---- texts ---- */

const struct cost_shape cost_texts[] = {
    { "a", repeat, "", "a", "" },
    { "blanks", repeat, "", " ", "" },
    { "words", repeat, "", "w# ", "" },
    { "letters", repeat, "", "a ", "" },
    { "one word", repeat, "", "de ", "" },
    { "titles", repeat, "", "Dr. ", "Ann" },
    { "suffixes", repeat, "Ann", ", PhD", "" },
    { "commas", repeat, "", "a,", "" },
    { "dots", repeat, "", "a.", "" },
    { "brackets", repeat, "", "(", "" },
    { "pairs of brackets", repeat, "", "(a)", "" },
    { "quotes", repeat, "", "\"", "" },
    { "angles", repeat, "", "<", "a@b.example>" },
    { "at signs", repeat, "", "a@", "b" },
    { "addresses in addresses", repeat, "", "mailto:", "a@b.example" },
    { "digits", repeat, "+", "49", "" },
    { "extensions", repeat, "+49 30 1", " ext 1", "" },
    { "slashes", repeat, "", "/", "" },
    { "labels", repeat, "", "l#.", "co.uk" },
    { "lines", repeat, "", "x\r\n", "" },
    { "umlauts", repeat, "", "\xc3\xbc", "" },
    { "marks", repeat, "a", "\xcc\x88", "" },
    { "broken bytes", repeat, "", "\xff", "" },
    { "wide", repeat, "", "\xef\xb7\xba", "" },
    { "braces", repeat, "", "{", "" },
    { "braces in pairs", repeat, "", "{}", "" },
    { "open lists", repeat, "", "[", "" },
    { "cards", repeat, "[", "{\"@type\":\"Card\",\"uid\":\"#\"},", "{}]" },
};
const size_t cost_texts_n = countof(cost_texts);
