/* api/http/turns.h - long work in an http process runs in slices, one slice a turn of the loop, accounts round robin.
 *
 * Edits in bulk, merges of all certain pairs and exports ask for a turn when they are ready for their next slice, and get it once.
 * Work that waits for a client to read, or for a database that is busy, asks for none and so holds up nobody.  After a slice the loop
 * belongs to everybody else for as long as the slice took.  A slice ends by its own clock after SLICE_US; what cannot be divided (one
 * card, one transaction) may take longer, up to SLICE_US and that one step.
 *
 * Fairness: an account that was given a turn, or waits for one, stands behind every account that has not: with k accounts at work
 * each gets every k-th slice, however many pieces of work it has. */
#pragma once
#include "base/base.h"

enum { SLICE_US = 4000 };

struct loop;
struct turns;
/* Lives in its owner's struct; zeroed = waits for nothing. */
struct turn {
    struct turn *next, **link; /* link: NULL when it does not wait */
    int64_t      round;
    void (*slice)(void *to); /* may free the owner, and ask again */
    void *to;
};

struct turns *turns_new(struct loop *loop);
void          turns_free(struct turns *ts); /* NULL is fine; what waits is dropped */
/* slice(to) is called from the loop, once, never from here.  Asking while it waits changes nothing. */
void turn_ask(struct turns *ts, struct turn *t, int64_t account, void (*slice)(void *to), void *to);
void turn_cancel(struct turn *t);
