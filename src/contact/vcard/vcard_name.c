/* Names of vCard properties as numbers, by a perfect hash. */
#include "contact/vcard/vcard_name.h"

#define X(id, text) { "" text, sizeof(text) - 1 },
static const struct str texts[VC_COUNT] = { { "", 0 }, VCARD_NAMES(X) };
#undef X

/* The table is sorted by length: here each length begins.  A length without names has none of its own in the gap. */
static const uint8_t first_of_length[] = {
    [1] = VC_N,
    [2] = VC_FN,
    [3] = VC_TEL,
    [4] = VC_NOTE,
    [5] = VC_EMAIL,
    [6] = VC_CALURI,
    [7] = VC_CREATED,
    [8] = VC_INTEREST,
    [9] = VC_CALADRURI,
    [10] = VC_BIRTHPLACE,
    [11] = VC_ANNIVERSARY,
    [13] = VC_ORG_DIRECTORY,
    [14] = VC_X_PHONETIC_ORG,
    [15] = VC_X_SOCIALPROFILE,
    [16] = VC_X_ABRELATEDNAMES,
    [20] = VC_X_PHONETIC_LAST,
    [21] = VC_X_PHONETIC_FIRST,
    [22] = VC_X_PHONETIC_MIDDLE,
    [23] = VC_X_EVO_ANNIVERSARY,
    [24] = VC_X_AS_KIND,
    [26] = VC_X_AS_MEMBER,
    [28] = VC_X_KADDRESSBOOK_ANNIVERSARY,
};

static bool same(const char *known, struct str name)
{
    for (size_t i = 0; i < name.n; i++)
        if (ascii_upper(name.p[i]) != known[i])
            return false;
    return true;
}

/* What Evolution, KAddressBook and Outlook call their own. */
static enum vcard_name by_alias(struct str name)
{
    static const struct {
        struct str      name;
        enum vcard_name is;
    } aliases[] = {
#define A(text, id) { { text, sizeof(text) - 1 }, VC_##id }
        A("X-EVOLUTION-SPOUSE", X_SPOUSE),
        A("X-EVOLUTION-MANAGER", X_MANAGER),
        A("X-EVOLUTION-ASSISTANT", X_ASSISTANT),
        A("X-EVOLUTION-BLOG-URL", URL),
        A("X-EVOLUTION-VIDEO-URL", URL),
        A("X-KADDRESSBOOK-X-SPOUSENAME", X_SPOUSE),
        A("X-KADDRESSBOOK-X-SPOUSESNAME", X_SPOUSE),
        A("X-KADDRESSBOOK-X-MANAGERSNAME", X_MANAGER),
        A("X-KADDRESSBOOK-X-ASSISTANTSNAME", X_ASSISTANT),
        A("X-KADDRESSBOOK-X-IMADDRESS", IMPP),
        A("X-KADDRESSBOOK-X-PROFESSION", ROLE),
        A("X-KADDRESSBOOK-BLOGFEED", URL),
        A("X-MS-TEL", TEL),
        A("X-MS-SPOUSE", X_SPOUSE),
        A("X-MS-CHILD", X_CHILD),
        A("X-MS-CHILDREN", X_CHILD),
        A("X-MS-MANAGER", X_MANAGER),
        A("X-MS-ASSISTANT", X_ASSISTANT),
        A("X-MS-ANNIVERSARY", X_ANNIVERSARY),
        A("X-MS-CARDPICTURE", PHOTO),
        A("X-MS-IMADDRESS", IMPP),
        A("X-MANAGER-NAME", X_MANAGER),
        A("X-MANAGERSNAME", X_MANAGER),
        A("X-ASSISTANT-NAME", X_ASSISTANT),
        A("X-ASSISTANTSNAME", X_ASSISTANT),
        A("X-SPOUSENAME", X_SPOUSE),
        A("X-SPOUSE-NAME", X_SPOUSE),
        A("X-CHILDREN", X_CHILD),
        A("X-WAB-GENDER", X_GENDER),
        A("X-BIRTHDAY", BDAY),
#undef A
    };
    for (size_t i = 0; i < countof(aliases); i++)
        if (str_ieq(aliases[i].name, name))
            return aliases[i].is;
    return VC_OTHER;
}

enum vcard_name vcard_name_of(struct str name)
{
    size_t i = name.n < countof(first_of_length) ? first_of_length[name.n] : 0;

    for (; i && i < VC_COUNT && texts[i].n == name.n; i++)
        if (same(texts[i].p, name))
            return (enum vcard_name)i;
    return name.n > 5 && ascii_upper(name.p[0]) == 'X' ? by_alias(name) : VC_OTHER;
}

struct str vcard_name_text(enum vcard_name name) { return texts[name]; }
