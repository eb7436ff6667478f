/* contact/vcard/vcard_out.h - writing one content line: group, name, parameters, value, folded at 75 bytes (RFC 6350 3.2, 3.3).
 *
 *     vcard_out_begin(&o, group, S("EMAIL"));
 *     vcard_out_param(&o, S("PREF"), S("1"));
 *     vcard_out_text(&o, address);      // any number of value parts
 *     vcard_out_end(&o);
 * Parameters are quoted and escaped by RFC 6868 where they need it.  CR cannot be said in a vCard and is dropped. */
#pragma once
#include "base/buf.h"
#include "contact/vcard/vcard.h"

struct vcard_out {
    struct buf        *b;    /* where folded lines go */
    struct buf         line; /* the one being made */
    enum vcard_version version;
    struct str         eol;
    bool               in_value, type_open;
};

void vcard_out_begin(struct vcard_out *o, struct str group, struct str name);
/* Names must be tokens; others are left out. */
void vcard_out_param(struct vcard_out *o, struct str name, struct str value);
void vcard_out_quoted(struct vcard_out *o, struct str name, struct str value); /* always in quotes */
void vcard_out_type(struct vcard_out *o,
                    struct str        type); /* TYPE=a,b: upper case in 3.0, lower in 4.0; calls in a row */
void vcard_out_text(struct vcard_out *o, struct str text); /* escaped */
void vcard_out_raw(struct vcard_out *o, struct str value); /* as it is, without CR and LF */
void vcard_out_end(struct vcard_out *o);
bool vcard_is_token(struct str name); /* letters, digits and '-' */
