/* The table of which property has which kind of value. */
#include "contact/vcard/vcard_types.h"

static const struct vcard_value_type types[] = {
    { VC_N, "text", VALUE_PARTS },
    { VC_ADR, "text", VALUE_PARTS },
    { VC_ORG, "text", VALUE_PARTS },
    { VC_GENDER, "text", VALUE_PARTS },
    { VC_NICKNAME, "text", VALUE_LIST },
    { VC_CATEGORIES, "text", VALUE_LIST },
    { VC_BDAY, "date-and-or-time", VALUE_SINGLE },
    { VC_ANNIVERSARY, "date-and-or-time", VALUE_SINGLE },
    { VC_DEATHDATE, "date-and-or-time", VALUE_SINGLE },
    { VC_REV, "timestamp", VALUE_SINGLE },
    { VC_CREATED, "timestamp", VALUE_SINGLE },
    { VC_LANG, "language-tag", VALUE_SINGLE },
    { VC_LANGUAGE, "language-tag", VALUE_SINGLE },
    { VC_PHOTO, "uri", VALUE_SINGLE },
    { VC_LOGO, "uri", VALUE_SINGLE },
    { VC_SOUND, "uri", VALUE_SINGLE },
    { VC_KEY, "uri", VALUE_SINGLE },
    { VC_URL, "uri", VALUE_SINGLE },
    { VC_CONTACT_URI, "uri", VALUE_SINGLE },
    { VC_IMPP, "uri", VALUE_SINGLE },
    { VC_SOCIALPROFILE, "uri", VALUE_SINGLE },
    { VC_GEO, "uri", VALUE_SINGLE },
    { VC_MEMBER, "uri", VALUE_SINGLE },
    { VC_RELATED, "uri", VALUE_SINGLE },
    { VC_SOURCE, "uri", VALUE_SINGLE },
    { VC_UID, "uri", VALUE_SINGLE },
    { VC_CALURI, "uri", VALUE_SINGLE },
    { VC_CALADRURI, "uri", VALUE_SINGLE },
    { VC_FBURL, "uri", VALUE_SINGLE },
    { VC_ORG_DIRECTORY, "uri", VALUE_SINGLE },
};

struct vcard_value_type vcard_value_type(enum vcard_name prop)
{
    for (size_t i = 0; i < countof(types); i++)
        if (types[i].prop == prop)
            return types[i];
    bool own = prop == VC_OTHER || str_starts(vcard_name_text(prop), S("X-"));
    return (struct vcard_value_type){ prop, own ? "unknown" : "text", VALUE_SINGLE };
}
