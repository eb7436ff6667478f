/* api/resources/stats.h - facets of accounts, kept for a moment: they cost too much to be counted at every call. */
#pragma once

struct stats_kept;
struct stats_kept *stats_kept_new(void);
void               stats_kept_free(struct stats_kept *k);
