/* match/nicknames.h - given names people use for one another: our own table, folded (contact/fold.h), a name may stand in
 * several groups ("alex" is Alexander and Alexandra). */
#pragma once
#include <stddef.h>

extern const char *const nickname_groups[]; /* words separated by one blank */
extern const size_t      nickname_groups_n;
