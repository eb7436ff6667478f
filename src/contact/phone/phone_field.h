/* contact/phone/phone_field.h - the phones that one field of a file stands for.
 *
 * A field with several numbers ("0711 111111 (Büro) / 0170 2222222") is a phone each; then what is said about one of them
 * is no part of its number but its label.  A field with one number stays as it was written.  Linear in the text.
 *     struct phone_field field = { value, false };
 *     while (phone_field_next(a, &field, &number, &remark)) ... */
#pragma once
#include "contact/phone/phone.h"

struct phone_field {
    struct str rest;
    bool       several; /* more than one number was, or is, in it */
};
/* remark: "" without one.  Both are parts of the field. */
bool phone_field_next(struct arena *a, struct phone_field *f, struct str *ret_number, struct str *ret_remark);
