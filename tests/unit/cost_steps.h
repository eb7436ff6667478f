/* tests/unit/cost_steps.h - counts the steps of a copy of the pure rooms that was compiled for it.
 *
 * Every basic block of that copy adds one step (-fsanitize-coverage=trace-pc, which gcc and clang both have), and calls of libc that
 * walk over bytes add one for every 16 of them (the linker's --wrap).  So a cost is a number that is the same on any machine,
 * however busy, in any build: nothing is timed. */
#pragma once
#include <stdint.h>

/* Runs it and says how many steps it took.  It is left in the middle when it takes more than `most`: the result is more, too. */
uint64_t steps_of(void (*run)(const void *given), const void *given, uint64_t most);
