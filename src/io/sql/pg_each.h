/* io/sql/pg_each.h - one statement over many keys, turned into one statement over arrays, for PostgreSQL.
 *
 * text: a statement in the words of PostgreSQL that begins with "select ", "insert into ... values (", "delete from T where" or "update T set
 * ... where" (assert).  each says how many arguments are the statement's own and how wide a key is.  Pure; a translation of words
 * like io/sql/sql_dialect.h. */
#pragma once
#include "base/buf.h"
#include "io/sql/sql.h"

void pg_each_text(struct buf *to, struct str text, const struct sql_each *each);
