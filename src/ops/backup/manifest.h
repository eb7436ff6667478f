/* ops/backup/manifest.h - names and forms of the members of a backup: what stands first in it (what was taken, and from which schema), what
 * stands last (how much it was), and rows as bytes.  Pure.  docs/backup.md describes the format; FORMAT changes when a reader must.
 *
 *   kith-backup.json         struct manifest without sums
 *   tables/NAME/000001 ...   rows of a table in pieces: of each column an integer as 8 bytes (low first), a text or bytes behind its
 *                            length in 4
 *   uploads/ACCOUNT/ID       files of uploads, as they came
 *   kith.conf                the settings file, when there is one
 *   manifest.json            the sums
 * Limits: MANIFEST_MAX bytes for each of the two, MANIFEST_PIECE_MAX and MANIFEST_PIECE_ROWS a piece, MANIFEST_TABLES_MAX tables. */
#pragma once
#include "base/json.h"
#include "store/installation/tables.h"

enum {
    MANIFEST_FORMAT = 1,
    MANIFEST_MAX = 1 << 20,
    MANIFEST_CONF_MAX = 1 << 20,
    MANIFEST_PIECE_MAX = 512 << 20,
    MANIFEST_PIECE_ROWS = 1000,
    MANIFEST_TABLES_MAX = 200,
    MANIFEST_NAME_MAX = 64
};
#define MANIFEST_FIRST   S("kith-backup.json")
#define MANIFEST_LAST    S("manifest.json")
#define MANIFEST_CONF    S("kith.conf")
#define MANIFEST_TABLES  S("tables/")
#define MANIFEST_UPLOADS S("uploads/")

struct manifest {
    struct str        made_by, database; /* version of Kith; sqlite or postgresql */
    int64_t           made_ms;
    struct str       *schema; /* files of schema/ that were run */
    size_t            nschema;
    struct table     *table; /* without statements when it was read */
    struct table_sum *sum;   /* one a table */
    size_t            ntables;
    int64_t           uploads, upload_bytes, uploads_gone; /* gone: deleted while the backup was made */
};
void manifest_write_first(struct buf *b, const struct manifest *m);
void manifest_write_last(struct buf *b, const struct manifest *m);
/* Member "tables" of an open object: rows and hash of each.  The same rows have the same, on either database. */
void manifest_write_sums(struct json_out *o, const struct manifest *m);
/* Texts stay borrowed.  RC_INVALID: no backup, a format of a later Kith, or broken. */
enum rc manifest_read_first(struct arena *a, struct str text, struct manifest *ret, struct err *e) must_use;
/* Are these the sums that were counted while the rest was read?  RC_INVALID names the first table that differs. */
enum rc manifest_agrees(struct arena *a, struct str text, const struct manifest *counted, struct err *e) must_use;
/* Two sums of a table; RC_INVALID says which and how. */
enum rc manifest_same_sum(const struct table *t, const struct table_sum *was, const struct table_sum *is,
                          struct err *e) must_use;
int64_t manifest_rows(const struct manifest *m); /* of all tables */

void       manifest_piece(struct buf *b, const struct table *t, const struct table_page *page);
struct str manifest_piece_name(const struct table *t, int64_t number, char to[MANIFEST_NAME_MAX + 32]);
/* The rows of a piece; texts stay borrowed.  RC_INVALID: broken. */
enum rc manifest_read_piece(struct arena *a, const struct table *t, struct str piece, struct table_page *ret,
                            struct err *e) must_use;
