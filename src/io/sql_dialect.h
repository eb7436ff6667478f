/* io/sql_dialect.h - schema files in PostgreSQL's words, turned into SQLite's.
 *
 * Outside comments and quoted texts the words bigint and bytea become integer and blob; a comment that begins with "sqlite:" is
 * opened, every other comment stays closed.  Not a parser: a translation of words.  Pure. */
#pragma once
#include "base/buf.h"

enum { SQL_SCRIPT_MAX = 1 << 20 };

void sql_dialect_sqlite(struct buf *to, struct str script);
