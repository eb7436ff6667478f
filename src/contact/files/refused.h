/* contact/files/refused.h - what is no file of contacts: recognised by its content, named, with what to do instead.
 *
 * Three looks, one after the other: at the bytes (refused_bytes: pictures, databases, office files of the old kind, programs ...), at the
 * names in a .zip (refused_archive: office files of the new kind, Apple's archives, apps), at the text once nothing better was
 * found in it (refused_text: calendars, mails, web pages, chats, prose).  Each looks at a bounded head. */
#pragma once
#include "base/err.h"
#include "base/str.h"

enum { REFUSED_HEAD = 64 << 10 };

/* RC_INVALID with a sentence for the user, or RC_OK. */
enum rc refused_bytes(struct str file, struct err *e) must_use;
enum rc refused_binary(struct err *e) must_use; /* it has NUL bytes and nothing better is known */
enum rc refused_text(struct str text, struct err *e) must_use;

/* What the names of an archive's entries say; zeroed before the first. */
struct refused_archive {
    const char *what, *instead;
};
void    refused_archive_entry(struct refused_archive *r, struct str name);
enum rc refused_archive(const struct refused_archive *r, struct err *e) must_use;
