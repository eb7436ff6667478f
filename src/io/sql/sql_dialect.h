/* io/sql/sql_dialect.h - one text for two databases, turned into the words of either.
 *
 * Outside comments and quoted texts, words of the schema become the driver's own types.  A comment that begins with the driver's
 * name, as in sqlite: strict, is opened; every other comment is left out.  Not a parser: a translation of words.  Pure. */
#pragma once
#include "base/buf.h"

enum { SQL_SCRIPT_MAX = 1 << 20 };

struct sql_dialect;
/* Schema files: bigint and bytea become integer and blob. */
extern const struct sql_dialect sql_dialect_sqlite;
/* Schema files: text becomes text collate "C", so that both order and compare texts by their bytes. */
extern const struct sql_dialect sql_dialect_postgres;
/* Statements: comments only.  Citus, PostgreSQL spread over several servers, opens those of both. */
extern const struct sql_dialect sql_dialect_sqlite_statement, sql_dialect_postgres_statement,
    sql_dialect_citus_statement;

void sql_dialect(struct buf *to, struct str text, const struct sql_dialect *d);
