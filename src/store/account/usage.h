/* store/account/usage.h - usage: what one account holds, in counts and bytes, for quotas and for people.
 *
 * The numbers of the table are kept by the functions that write (cards, records, blobs, imports, erase), each adding its difference
 * with usage_add() in its own transaction, so they are exact once usage_count() has counted what was there before.  Reading costs one
 * row and two short index ranges, whatever the size of the account.  Photos two cards share count once. */
#pragma once
#include "io/sql/sql.h"

/* In a statement: the bytes of a column of type text, and of a source record. */
#define TEXT_BYTES(column)   "/*sqlite: length(cast(" column " as blob))*/ /*postgres: octet_length(" column ")*/"
#define RECORD_BYTES(prefix) "cast(length(" prefix "original) + " TEXT_BYTES(prefix "base_json") " as bigint)"

struct usage {
    int64_t cards;          /* in any state: live, in the trash, merged */
    int64_t card_bytes;     /* their JSON texts */
    int64_t history_bytes;  /* texts of earlier versions in the journal */
    int64_t original_bytes; /* source records as they came, with those an undo puts back */
    int64_t photo_bytes;
    int64_t upload_bytes;  /* files of imports, as long as their import is listed */
    int64_t tokens;        /* of usage_of() only: API tokens, expired ones too until they are swept */
    int64_t imports_today; /* of usage_of() only: uploads of the last 24 hours that are still listed */
};

/* Members that end in _bytes, together. */
static inline int64_t usage_bytes(const struct usage *u)
{
    return u->card_bytes + u->history_bytes + u->original_bytes + u->photo_bytes + u->upload_bytes;
}

/* RC_NOT_FOUND: no such account. */
enum rc usage_of(struct sql *db, int64_t account, struct usage *ret, struct err *e) must_use;

/* Adds each member (negative: takes away) but tokens and imports_today, which are counted where they are.  Inside a transaction that
 * holds the account. */
enum rc usage_add(struct sql *db, int64_t account, const struct usage *difference, struct err *e) must_use;

/* Counts all rows of an account that was never counted, and tells by how much the table is wrong; ret_due false: it was, or the
 * account is gone.  The
 * difference stays right while others write, because they add to both: give it to usage_counted() any time later.  Reads only, in one
 * view; reads the whole account, once in its life. */
enum rc usage_count(struct sql *db, int64_t account, bool *ret_due, struct usage *ret_wrong_by, struct err *e) must_use;
enum rc usage_counted(struct sql *db, int64_t account, const struct usage *wrong_by, struct err *e) must_use;
