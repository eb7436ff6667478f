/* store/cards/shred.h - takes what was erased out of the files, too: words out of the search index, old pages out of free space.
 *
 * A row that is deleted with secure_delete leaves zeros, but FTS5 only marks the words of a document that is gone, and pages that
 * were let go of earlier still hold what stood in them.  Erasing asks for a pass (shred_ask); the agent makes it in slices when it
 * is quiet, and after an hour also when it is not: the index is written anew without them, free pages are taken up by zeros and
 * let go of again.  The caller checkpoints the log at the end.  What it costs grows with the index and the free pages, not with
 * what was erased, so however much was erased meanwhile, it is one pass.
 * What stays: SQLite moves rows between pages and may leave a few bytes of one in the gap of a page that is in use.  They go when
 * that page is written full, or all at once with `kith backup` and `kith restore`.
 * On PostgreSQL autovacuum does this (docs/postgresql.md): a pass is over at once.
 * rc: those of io/sql/sql.h. */
#pragma once
#include "io/sql/sql.h"

/* In the transaction that erases. */
enum rc shred_ask(struct sql *db, struct err *e) must_use;
/* A slice of a pass, `ms` long or one statement.  ret_done: nobody asked, or the pass is over.  Outside a transaction. */
enum rc shred_some(struct sql *db, int64_t ms, bool *ret_done, struct err *e) must_use;
