/* Knows files that hold no contacts by their first bytes and by the names in an archive. */
#include "contact/files/refused.h"

#define PHONE "export the contacts on the device (Contacts, Share or Export to .vcf) and upload that file"

/* A sentence for each kind: what it is, what to do. */
struct kind {
    const char *what, *instead;
};

#define CSV_INSTEAD "open it and save the sheet as CSV (UTF-8), then upload that"
static const struct kind pdf = { "a PDF", "ask for the contacts as vCard or CSV: a PDF is made for paper" };
static const struct kind picture = {
    "a picture", "a photo of a card cannot be read; pictures belong to a contact that is there already"
};
static const struct kind recording = { "a recording or film", "choose the file of contacts, .vcf or .csv" };
static const struct kind packed = { "a packed file that is no .zip", "unpack it, and upload what is in it, or a .zip" };
static const struct kind binary = { "a program or other binary file", "choose the file of contacts, .vcf or .csv" };
static const struct kind sqlite = { "a database (SQLite)",
                                    "export the contacts from the program it belongs to, as vCard" };
static const struct kind android = { "the contacts database of an Android phone (contacts2.db)", PHONE };
static const struct kind apple_db = { "the database of Apple's address book",
                                      "in Contacts choose File, Export, Export vCard, and upload that file" };
static const struct kind ios_db = { "the address book of an iPhone's backup",
                                    "on the iPhone select all contacts and choose Export, or export from iCloud" };
static const struct kind plist = { "a property list of Apple's",
                                   "in Contacts choose File, Export, Export vCard, and upload that file" };
static const struct kind msg = { "a message of Outlook (.msg)",
                                 "in Outlook save the contact as vCard, or export all as CSV" };
static const struct kind doc = { "a Word document", CSV_INSTEAD };
static const struct kind xls = { "an Excel sheet", CSV_INSTEAD };
static const struct kind ppt = { "a PowerPoint presentation", "choose the file of contacts, .vcf or .csv" };
static const struct kind ole = { "an office file", CSV_INSTEAD };
static const struct kind open_text = { "an OpenDocument text", CSV_INSTEAD };
static const struct kind open_sheet = { "an OpenDocument sheet", CSV_INSTEAD };
static const struct kind pst = { "a data file of Outlook (.pst)",
                                 "in Outlook choose File, Open & Export, Import/Export, Export to a file, CSV" };
static const struct kind wab = { "a Windows address book (.wab)", "export it from Windows Contacts as vCard or CSV" };
static const struct kind tnef = { "a winmail.dat", "ask the sender for the contact as vCard" };
static const struct kind apple_book = { "an archive of Apple's address book (.abbu)",
                                        "open it with Contacts on a Mac, choose File, Export, Export vCard" };
static const struct kind app = { "an app", "choose the file of contacts, .vcf or .csv" };
static const struct kind book = { "an e-book", "choose the file of contacts, .vcf or .csv" };
static const struct kind chat = { "a chat of WhatsApp",
                                  "WhatsApp's contacts are those of the phone: export them there as .vcf" };
static const struct kind numbers = { "a sheet of Numbers", "in Numbers choose File, Export To, CSV" };

static enum rc refuse(const struct kind *k, struct err *e)
{
    return err_set(e, RC_INVALID, "this is %s, not contacts: %s", k->what, k->instead);
}

/* ---- first bytes ---- */

struct magic {
    size_t             at;
    struct str         bytes;
    const struct kind *kind;
};
/* clang-format off */
#define M(at, lit, kind) { at, { lit, sizeof(lit) - 1 }, &kind }
/* clang-format on */
static const struct magic magics[] = {
    M(0, "%PDF-", pdf),
    M(0, "%!PS", pdf),
    M(0, "\x89PNG\r\n", picture),
    M(0, "\xff\xd8\xff", picture),
    M(0, "GIF87a", picture),
    M(0, "GIF89a", picture),
    M(8, "WEBPVP8", picture),
    M(0, "II*\0", picture),
    M(0, "MM\0*", picture),
    M(0, "\0\0\1\0", picture),
    M(4, "ftyphe", picture),
    M(4, "ftypmif1", picture),
    M(4, "ftypmsf1", picture),
    M(4, "ftypavi", picture),
    M(0, "8BPS\0", picture),
    M(4, "ftyp", recording),
    M(0, "ID3\2", recording),
    M(0, "ID3\3", recording),
    M(0, "ID3\4", recording),
    M(0, "OggS\0", recording),
    M(0, "fLaC\0", recording),
    M(8, "WAVEfmt", recording),
    M(8, "AVI LIST", recording),
    M(0, "\x1a\x45\xdf\xa3", recording),
    M(0, "\x1f\x8b", packed),
    M(4, "1AY&SY", packed),
    M(0,
      "\xfd"
      "7zXZ\0",
      packed),
    M(0, "7z\xbc\xaf\x27\x1c", packed),
    M(0, "Rar!\x1a\x07", packed),
    M(0, "\x28\xb5\x2f\xfd", packed),
    M(257, "ustar", packed),
    M(0, "!BDN", pst),
    M(0, "\x9c\xcb\xcb\x8d\x13\x75\xd2\x11", wab),
    M(0, "\x78\x9f\x3e\x22", tnef),
    M(0, "bplist0", plist),
    M(0,
      "\x7f"
      "ELF",
      binary),
    M(0, "\xfe\xed\xfa\xce", binary),
    M(0, "\xfe\xed\xfa\xcf", binary),
    M(0, "\xcf\xfa\xed\xfe", binary),
    M(0, "\xca\xfe\xba\xbe", binary),
    M(38, "application/vnd.oasis.opendocument.text", open_text), /* first in a .zip, not packed */
    M(38, "application/vnd.oasis.opendocument.spreadsheet", open_sheet),
    M(38, "application/epub+zip", book),
    M(0, "SQLite format 3\0", sqlite),
    M(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ole),
};

static bool holds(struct str s, struct str what) { return str_find(s, what, 0) != SIZE_MAX; }

/* Directory entries of the container are named in UTF-16. */
static const struct kind *in_ole(struct str head)
{
    static const struct magic names[] = {
        M(0, "_\0_\0s\0u\0b\0s\0t\0g", msg), M(0, "_\0_\0p\0r\0o\0p\0e\0r\0t", msg),
        M(0, "W\0o\0r\0d\0D\0o\0c", doc),    M(0, "W\0o\0r\0k\0b\0o\0o\0k", xls),
        M(0, "B\0o\0o\0k\0\0", xls),         M(0, "P\0o\0w\0e\0r\0P\0o", ppt),
    };
    for (size_t i = 0; i < countof(names); i++)
        if (holds(head, names[i].bytes))
            return names[i].kind;
    return &ole;
}

static const struct kind *in_sqlite(struct str head)
{
    if (holds(head, S("raw_contacts")))
        return &android;
    if (holds(head, S("ZABCDRECORD")))
        return &apple_db;
    return holds(head, S("ABPerson")) ? &ios_db : &sqlite;
}

/* Where a box of a film says its type, its length stands before it: text has no NUL there. */
static bool is_magic(struct str file, const struct magic *m)
{
    return str_starts(str_from(file, m->at), m->bytes) && (!str_starts(m->bytes, S("ftyp")) || file.p[0] == 0);
}

/* "MZ" may begin a text; a program has its header's NULs. */
static bool is_windows_program(struct str file)
{
    return str_starts(file, S("MZ")) && file.n > 64 && memchr(file.p, 0, 64);
}

enum rc refused_binary(struct err *e) { return refuse(&binary, e); }

enum rc refused_bytes(struct str file, struct err *e)
{
    struct str head = str_head(file, REFUSED_HEAD);

    for (size_t i = 0; i < countof(magics); i++) {
        const struct kind *kind = magics[i].kind;
        if (!is_magic(file, &magics[i]))
            continue;
        if (kind == &ole) /* the directory may stand at the end */
            kind = in_ole(file.n <= 4u << 20 ? file : head);
        if (kind == &sqlite)
            kind = in_sqlite(head);
        return refuse(kind, e);
    }
    return is_windows_program(file) ? refuse(&binary, e) : RC_OK;
}

/* ---- names in an archive ---- */

struct sign {
    const char        *begins, *ends;
    const struct kind *kind;
};
static const struct sign signs[] = {
    { "word/", "", &doc },
    { "xl/", "", &xls },
    { "ppt/", "", &ppt },
    { "Index/", ".iwa", &numbers },
    { "META-INF/container.xml", "", &book },
    { "AndroidManifest.xml", "", &app },
    { "classes.dex", "", &app },
    { "META-INF/MANIFEST.MF", "", &app },
    { "Payload/", ".app/", &app },
    { "", "_chat.txt", &chat },
    { "WhatsApp Chat", ".txt", &chat },
    { "", ".abcddb", &apple_book },
    { "", ".abcdp", &apple_book },
    { "", ".abcdg", &apple_book },
    { "", "contacts2.db", &android },
};

void refused_archive_entry(struct refused_archive *r, struct str name)
{
    for (size_t i = 0; i < countof(signs) && !r->what; i++)
        if (str_starts(name, str_of(signs[i].begins)) && str_ends(name, str_of(signs[i].ends))) {
            r->what = signs[i].kind->what;
            r->instead = signs[i].kind->instead;
        }
}

enum rc refused_archive(const struct refused_archive *r, struct err *e)
{
    return r->what ? refuse(&(struct kind){ r->what, r->instead }, e) : RC_OK;
}
