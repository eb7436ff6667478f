/* contact/vcard/vcard_types.h - what kind of value a property has: needed where the kind is written out (jCard, xCard), which a
 * content line leaves unsaid.  RFC 6350 section 6, RFC 6474, RFC 6715, RFC 8605, RFC 9554, RFC 9555. */
#pragma once
#include "contact/vcard/vcard_name.h"

enum vcard_value_shape { VALUE_SINGLE, VALUE_LIST, VALUE_PARTS }; /* a;b,c;d: parts that may be lists */
struct vcard_value_type {
    enum vcard_name        prop;
    const char            *type; /* when no VALUE parameter says otherwise */
    enum vcard_value_shape shape;
};
/* A single text for properties that are not in the table; "unknown", as it stands, for names of programs (X-) and those we do not know. */
struct vcard_value_type vcard_value_type(enum vcard_name prop);
