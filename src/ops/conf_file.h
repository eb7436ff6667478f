/* ops/conf_file.h - reads and replaces DATA/kith.conf as text, for the commands that move an installation.
 *
 * A replaced file is whole at any moment (written beside, fsync, rename) and may be read by its owner only: it may hold a password.
 * At most CONF_FILE_MAX bytes. */
#pragma once
#include "base/buf.h"
#include "base/conf.h"

enum { CONF_FILE_MAX = 1 << 20 };

/* Appends it; ret_there: false when there is none. */
enum rc conf_file_read(const struct conf *conf, struct buf *ret, bool *ret_there, struct err *e) must_use;
/* Writes text as DATA/NAME. */
enum rc conf_file_write(const struct conf *conf, const char *name, struct str text, struct err *e) must_use;
/* Appends text with its line `db` exchanged for one that names url ("": with none). */
void conf_file_with_db(struct str text, struct str url, struct buf *ret);
/* The same to the file itself; what else stands there stays. */
enum rc conf_file_set_db(const struct conf *conf, struct str url, struct err *e) must_use;
