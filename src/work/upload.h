/* work/upload.h - an uploaded file as one run of cards, whatever it is: vCard, CSV, JSContact, a format of contact/files/files.h, or a
 * .zip of these.
 *
 * The format is seen by the content, never by the name.  The cards stand in one text: the file itself when it can be (it is
 * mapped, not read), the converted text of a file in UTF-16 or a code page, the chosen entries of a .zip one after the other.
 * Places (offset, line) are places in that text; the same file gives the same text each time, so a chunk is a range of it.
 * From a .zip are taken: our own export's contacts.json, else all .vcf (of Google's Takeout the one with all contacts), else the
 * first .csv, else all .json, else the first .ldif, .xml or .html; an archive inside never.  What is no file of contacts is refused by its
 * name (contact/files/refused.h). */
#pragma once
#include "contact/csv/csv_map.h"
#include "contact/files/files.h"
#include "contact/jscontact.h"
#include "contact/vcard/vcard.h"

enum { UPLOAD_TEXT_MAX = 512 << 20 }; /* converted or unpacked; a plain file is only mapped */
enum upload_format { UPLOAD_VCARD, UPLOAD_CSV, UPLOAD_JSCONTACT, UPLOAD_FILE };

struct upload {
    enum upload_format format;
    bool               zip;
    struct str         text, program; /* program: "iPhone" "Gmail" "Outlook" ...; "" unknown */
    const char        *encoding;
    struct csv_map     map;  /* CSV only */
    struct file_reader file; /* UPLOAD_FILE only: opened */
    struct buf         made; /* owns text when it was converted or unpacked */
    bool               list; /* JSContact: how its cards are parted */
};

/* What is said from outside about how to read a file. */
struct upload_choice {
    struct csv_choice csv;
    struct str        charset; /* a label of charset_by_name(); "": as the bytes say */
};
/* choice may be NULL.  RC_MALFORMED, RC_INVALID, RC_TOO_LARGE say
 * in words for the user why the file cannot be read.  file must outlive u; upload_done() in any case. */
enum rc upload_open(struct upload *u, struct arena *a, struct str file, const struct upload_choice *choice,
                    struct err *e) must_use;
void    upload_done(struct upload *u);
#define auto_upload __attribute__((cleanup(upload_done))) struct upload

const char *upload_format_name(const struct upload *u); /* vcard | csv | jscontact | a name of contact/files/files.h */
/* Is it one that the function above gives? */
bool upload_format_known(struct str name);

struct upload_reader {
    struct upload          *u;
    struct str              text;       /* the range */
    size_t                  start, end; /* of the range in u->text */
    struct vcard_reader     vcards;
    struct csv              csv;
    struct jscontact_reader cards;
    struct file_reader      file;
};
struct upload_card {
    struct str          original; /* verbatim, borrowed from the text */
    size_t              offset;
    uint32_t            line;
    struct json        *card; /* NULL: nothing could be read; report says why */
    bool                has_uid;
    struct vcard_report report;
};
/* Range of whole cards; the text's own first line is 1. */
struct upload_reader upload_read(struct upload *u, size_t start, size_t bytes, uint32_t first_line);
/* a holds one card: it may be rewound after each. */
bool upload_next(struct upload_reader *r, struct arena *a, struct upload_card *ret);
/* A uid for a card that has none, made of its content. */
struct str upload_uid(struct arena *a, struct str original);
