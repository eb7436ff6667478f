/* base/ini_file.h - reads a file of `name = value` lines in [sections]: kith.conf, and the files of `kith scale set` (inih).
 *
 * A value may go on in further lines, which begin with a blank: they are joined as they stand.  A line has at most INI_FILE_LINE_MAX bytes,
 * which is inih's own limit; a longer one is refused, where inih would cut it.  Errors name the file and the line. */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum { INI_FILE_LINE_MAX = 198 };

/* Texts live in the arena.  What take answers ends the reading unless it is RC_OK. */
typedef enum rc ini_file_taker(void *to, struct str section, struct str name, struct str value, struct err *e);
enum rc ini_file_read(struct arena *a, const char *path, ini_file_taker *take, void *to, struct err *e) must_use;
