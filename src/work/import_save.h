/* work/import_save.h - the rows of one chunk's cards: what a worker made of them becomes contacts, or waits to be merged. */
#pragma once
#include "store/work/imports.h"
#include "work/worker.h"

/* Inside the transaction that completes the job.  New cards are made, unchanged ones are seen again; a card that meets a changed one of
 * ours waits for a round in which a worker merges (work/import_merges.h), and so does one that was changed while it was merged: then
 * the job is enqueued again. */
enum rc import_save_chunk(struct sql *db, struct arena *a, const struct unit *u, const struct import_chunk *chunk,
                          struct str out, struct err *e) must_use;
