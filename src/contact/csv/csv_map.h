/* contact/csv/csv_map.h - which column of a CSV file is which field of a card.
 *
 * Names of columns that programs write are in a table (csv_columns.c); any other is understood by its words in thirteen languages
 * (csv_header.h), and where the header says nothing or there is none by the cells (csv_look.h).  The user may say it all.
 *
 * A target says where a value goes.  It is a path and, after ':', contexts and features; '#n' groups columns that make one
 * entry (Google's "Phone 1 - Type", "Phone 1 - Value"):
 *   name/full name/given name/given2 name/surname name/title name/generation name/credential name/nickname
 *   name/phonetic-given name/phonetic-surname
 *   emails emails:work emails:private emails#1                         emails#1/label
 *   phones phones:mobile phones:work phones:private phones:work,fax phones:pager phones#1      phones#1/label
 *   addresses:private/full  .../street .../locality .../region .../postcode .../country .../postOfficeBox .../extended
 *   addresses#1/label       addresses#1/street ...
 *   organization/name organization/unit organization/title organization/role     (#n for more than one)
 *   links links:work links#1 links#1/label          onlineServices:LinkedIn  onlineServices#1 onlineServices#1/label
 *   birthday anniversary    (#n: anniversaries#1 anniversaries#1/label); birthday/year birthday/month birthday/day
 *   a date may say its order: birthday:dmy birthday:mdy birthday:ymd
 *   notes   keywords        related:spouse related#1 related#1/label        uid  language  photo
 * Google's " ::: " inside a value makes several entries, and so do line ends, ';' and ',' between what are whole e-mail addresses,
 * numbers or links; "=\"0170\"" of spreadsheets is the text 0170; its label "myContacts" (all contacts have it) is no keyword.
 *
 * Nothing is lost: values of columns without a target go, with their column's name and in order, to the card's member
 * CSV_EXTENSION (RFC 9553 section 1.8.1: vendor extensions carry a domain), and csv_write_card() puts them back in
 * columns of the same name. */
#pragma once
#include "base/json.h"
#include "base/map.h"
#include "contact/csv/csv.h"
#include "contact/dates.h"
#include "contact/csv/tables/csv_words.h"

#define CSV_EXTENSION S("kith.example:csv")

/* A target taken apart: "phones#2:work,fax/label" is { "phones", "work,fax", "label", head "phones#2:work,fax" }. */
struct csv_target {
    struct str base, flags, part, head;
};
struct csv_column {
    struct str        name, target; /* target "" = keep only */
    enum date_order   dates;        /* of a column of dates; LOOK: what could be either is kept as it is */
    bool              by_content, shows_dmy, shows_mdy; /* by_content: known by its cells, not by its name */
    struct csv_target parts;                            /* of target, as csv_map_read() leaves it */
    size_t            open_dates;                       /* cells that could be day/month or month/day */
};
enum csv_header { CSV_HEADER_LOOK, CSV_HEADER_YES, CSV_HEADER_NO };

/* What is said from outside about a file; all zero: nothing. */
struct csv_choice {
    const struct str *target; /* one a column, "" to keep it only */
    size_t            n;      /* 0: as recognised */
    char              delimiter;
    enum csv_header   header;
    enum date_order   dates;
    struct str        region;     /* where the account is: decides 05/04 of an English header, when no cell does */
    bool              decided;    /* an earlier look at the same file said all of this: cells are not looked at */
    size_t            head, line; /* decided: where its header is, as the map of that look has it */
};
struct csv_map {
    struct str         program; /* "Google" "Outlook" "LinkedIn" ...; "" = guessed */
    struct csv_column *column;
    size_t             n;
    size_t             body;            /* where the first record after the header starts, bytes */
    size_t             line;            /* of that record */
    size_t             head, head_line; /* of the header; of the first record when there is none */
    char               delimiter;
    size_t             mapped; /* columns with a target */
    bool               header; /* false: there is none, columns are named "Column 1" ... */
    enum csv_language  language;
};

/* Reads the header (after LinkedIn's "Notes:" lines) and, unless decided, looks at the cells.  choice may be NULL.  RC_INVALID when
 * there is no row; for targets it says which column is wrong. */
enum rc csv_map_read(struct arena *a, struct str text, const struct csv_choice *choice, struct csv_map *ret,
                     struct err *e) must_use;
/* Names of columns that are only kept and are not understood, joined by ", "; *ret_n: how many. */
struct str csv_map_unknown(struct arena *a, const struct csv_map *map, size_t *ret_n);
/* Does any column give a name, an e-mail address, a phone number or an organisation? */
bool csv_map_names_cards(const struct csv_map *map);
bool csv_target_is_date(struct str target);
bool csv_map_target_known(struct str target);
/* What the user may choose from, without '#n' forms. */
extern const char *const csv_targets[];
extern const size_t      csv_targets_n;

/* Takes a target apart. */
struct csv_target csv_target_of(struct str text);

/* ---- csv_card.c ---- */
/* Row -> card.  uid: what it gets when no column gives one.  RC_INVALID for an empty row, RC_TOO_LARGE for
 * one of more than CARD_BYTES_MAX / 2.  Cells with more values than a card has room for are kept as they are, too. */
enum rc csv_card(struct arena *a, const struct csv_map *map, const struct csv_record *row, struct str uid,
                 struct json **ret, struct err *e) must_use;

/* ---- csv_write.c ---- */
/* Cards -> CSV that Google, Outlook and spreadsheets read: Google's new column names, UTF-8, CRLF.  How many e-mails, phones
 * ... there are columns for is counted first, so the cards are passed twice: csv_plan_card() for all, csv_write_header(),
 * then csv_write_card() for all. */
struct csv_plan {
    unsigned   emails, phones, addresses, organizations, relations, links, services, anniversaries;
    struct str extra[CSV_FIELDS_MAX / 4]; /* columns from CSV_EXTENSION, in order of appearance */
    size_t     nextra;
    struct map known; /* their names; in the arena of the first csv_plan_card() */
};
void csv_plan_card(struct arena *a, struct csv_plan *plan, const struct json *card);
void csv_write_header(struct buf *b, const struct csv_plan *plan);
void csv_write_card(struct arena *a, struct buf *b, const struct csv_plan *plan, const struct json *card);
