/* contact/ldif/ldif.h - LDIF (RFC 2849): entries of a directory as contacts.
 *
 * Attributes of inetOrgPerson (RFC 2798, RFC 4519), of Thunderbird (mozillaAbPersonAlpha and its older xmozilla names), of
 * evolutionPerson, and what Outlook and Apple called theirs.  Names and values are matched without case; options (";lang-de", ";binary")
 * are taken off, a language becomes a parameter.  An attribute without a place becomes a property X-NAME; dn, objectClass and passwords stand in
 * the original only.  Lists of Thunderbird (groupOfNames) become groups.  Entries that only hold others (organizationalUnit, domain
 * ...) are passed over with a note.  A change record (changetype modify, delete, modrdn) is refused with a word; "add" is an entry.
 * Values that are files or addresses (":<") are never followed.
 *
 * Read generously: folded lines, comments, CRLF or LF, base64 ("::") of text in UTF-8 or a code page.  Own reader: the syntax is four rules,
 * and libldap's ldif reader is not part of its public interface. */
#pragma once
#include "contact/files/files.h"

extern const struct file_format file_ldif;

enum { LDIF_ENTRY_MAX = VCARD_BYTES_MAX };

/* One attribute of an entry. */
struct ldif_value {
    struct str name, lang; /* lower case, without options */
    struct str value;      /* UTF-8 text; of pictures and certificates the base64 as it stood */
    bool       base64;
};
struct vcard_make;
/* Makes the lines of a contact of an entry's attributes. */
void ldif_contact(struct vcard_make *m, const struct ldif_value *v, size_t n);
