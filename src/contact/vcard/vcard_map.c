/* The tables that both directions of the conversion share (RFC 9555). */
#include "contact/vcard/vcard_map.h"
#include "base/utf8.h"

#define T(lit)               \
    {                        \
        lit, sizeof(lit) - 1 \
    }

const struct vcard_map_rule vcard_maps[MAPS] = {
    [MAP_NICKNAMES] = { T("nicknames"), 'k', HAS_CONTEXTS | HAS_PREF },
    [MAP_ORGANIZATIONS] = { T("organizations"), 'o', HAS_CONTEXTS },
    [MAP_TITLES] = { T("titles"), 't', 0 },
    [MAP_EMAILS] = { T("emails"), 'e', HAS_ALL },
    [MAP_PHONES] = { T("phones"), 'p', HAS_ALL },
    [MAP_ADDRESSES] = { T("addresses"), 'a', HAS_ALL },
    [MAP_ONLINE] = { T("onlineServices"), 's', HAS_ALL },
    [MAP_LINKS] = { T("links"), 'l', HAS_ALL },
    [MAP_ANNIVERSARIES] = { T("anniversaries"), 'y', HAS_LABEL },
    [MAP_NOTES] = { T("notes"), 'n', 0 },
    [MAP_MEDIA] = { T("media"), 'm', HAS_ALL },
    [MAP_KEYS] = { T("cryptoKeys"), 'c', HAS_ALL },
    [MAP_CALENDARS] = { T("calendars"), 'u', HAS_ALL },
    [MAP_SCHEDULING] = { T("schedulingAddresses"), 'h', HAS_ALL },
    [MAP_DIRECTORIES] = { T("directories"), 'd', HAS_ALL },
    [MAP_INFO] = { T("personalInfo"), 'i', HAS_LABEL },
    [MAP_LANGUAGES] = { T("preferredLanguages"), 'g', HAS_CONTEXTS | HAS_PREF },
    [MAP_RELATED] = { T("relatedTo"), 0, HAS_LABEL },
    [MAP_MEMBERS] = { T("members"), 0, 0 },
};

const struct vcard_entry_rule vcard_entries[] = {
    { VC_EMAIL, MAP_EMAILS, T(""), T("address"), SHAPE_TEXT },
    { VC_TEL, MAP_PHONES, T(""), T("number"), SHAPE_TEXT },
    { VC_TITLE, MAP_TITLES, T(""), T("name"), SHAPE_TEXT },
    { VC_ROLE, MAP_TITLES, T("role"), T("name"), SHAPE_TEXT },
    { VC_NOTE, MAP_NOTES, T(""), T("note"), SHAPE_TEXT },
    { VC_URL, MAP_LINKS, T(""), T("uri"), SHAPE_URI },
    { VC_CONTACT_URI, MAP_LINKS, T("contact"), T("uri"), SHAPE_URI },
    { VC_PHOTO, MAP_MEDIA, T("photo"), T("uri"), SHAPE_URI },
    { VC_LOGO, MAP_MEDIA, T("logo"), T("uri"), SHAPE_URI },
    { VC_SOUND, MAP_MEDIA, T("sound"), T("uri"), SHAPE_URI },
    { VC_KEY, MAP_KEYS, T(""), T("uri"), SHAPE_URI },
    { VC_CALURI, MAP_CALENDARS, T("calendar"), T("uri"), SHAPE_URI },
    { VC_FBURL, MAP_CALENDARS, T("freeBusy"), T("uri"), SHAPE_URI },
    { VC_CALADRURI, MAP_SCHEDULING, T(""), T("uri"), SHAPE_URI },
    { VC_SOURCE, MAP_DIRECTORIES, T("entry"), T("uri"), SHAPE_URI },
    { VC_ORG_DIRECTORY, MAP_DIRECTORIES, T("directory"), T("uri"), SHAPE_URI },
    { VC_EXPERTISE, MAP_INFO, T("expertise"), T("value"), SHAPE_TEXT },
    { VC_HOBBY, MAP_INFO, T("hobby"), T("value"), SHAPE_TEXT },
    { VC_INTEREST, MAP_INFO, T("interest"), T("value"), SHAPE_TEXT },
    { VC_LANG, MAP_LANGUAGES, T(""), T("language"), SHAPE_TEXT },
};
const size_t vcard_entries_n = countof(vcard_entries);

const struct vcard_words vcard_contexts[] = {
    { T("HOME"), T("private") },
    { T("WORK"), T("work") },
    { T("BILLING"), T("billing") },
    { T("DELIVERY"), T("delivery") },
};
const size_t vcard_contexts_n = countof(vcard_contexts);

/* the first of two that mean the same is the one written */
const struct vcard_words vcard_features[] = {
    { T("CELL"), T("mobile") },         { T("VOICE"), T("voice") },      { T("FAX"), T("fax") },
    { T("PAGER"), T("pager") },         { T("VIDEO"), T("video") },      { T("TEXT"), T("text") },
    { T("TEXTPHONE"), T("textphone") }, { T("MAIN"), T("main-number") }, { T("MAIN-NUMBER"), T("main-number") },
    { T("MOBILE"), T("mobile") },
};
const size_t vcard_features_n = countof(vcard_features);

const struct vcard_words vcard_levels[] = {
    { T("beginner"), T("low") }, { T("average"), T("medium") }, { T("expert"), T("high") },
    { T("low"), T("low") },      { T("medium"), T("medium") },  { T("high"), T("high") },
};
const size_t vcard_levels_n = countof(vcard_levels);

/* Labels of X-ABRELATEDNAMES that are relations of RFC 9553: Apple's words, which may say more than the relation does, then the
 * relations for which Apple has no word. */
const struct vcard_words vcard_relations[] = {
    { T("Spouse"), T("spouse") },
    { T("Child"), T("child") },
    { T("Parent"), T("parent") },
    { T("Friend"), T("friend") },
    { T("Mother"), T("parent") },
    { T("Father"), T("parent") },
    { T("Brother"), T("sibling") },
    { T("Sister"), T("sibling") },
    { T("Partner"), T("sweetheart") },
    { T("Sibling"), T("sibling") },
    { T("Colleague"), T("colleague") },
    { T("Son"), T("child") },
    { T("Daughter"), T("child") },
    { T("Husband"), T("spouse") },
    { T("Wife"), T("spouse") },
    { T("acquaintance"), T("acquaintance") },
    { T("agent"), T("agent") },
    { T("co-resident"), T("co-resident") },
    { T("co-worker"), T("co-worker") },
    { T("contact"), T("contact") },
    { T("crush"), T("crush") },
    { T("date"), T("date") },
    { T("emergency"), T("emergency") },
    { T("kin"), T("kin") },
    { T("me"), T("me") },
    { T("met"), T("met") },
    { T("muse"), T("muse") },
    { T("neighbor"), T("neighbor") },
    { T("sweetheart"), T("sweetheart") },
};
const size_t vcard_relations_n = countof(vcard_relations);

/* instant messengers that have a property each */
const struct vcard_words vcard_im[] = {
    { T("X-AIM"), T("AIM") },
    { T("X-GADUGADU"), T("Gadu-Gadu") },
    { T("X-GOOGLE-TALK"), T("Google Talk") },
    { T("X-GTALK"), T("Google Talk") },
    { T("X-GROUPWISE"), T("GroupWise") },
    { T("X-ICQ"), T("ICQ") },
    { T("X-JABBER"), T("Jabber") },
    { T("X-MSN"), T("MSN") },
    { T("X-QQ"), T("QQ") },
    { T("X-SIP"), T("SIP") },
    { T("X-SKYPE"), T("Skype") },
    { T("X-SKYPE-USERNAME"), T("Skype") },
    { T("X-TWITTER"), T("Twitter") },
    { T("X-YAHOO"), T("Yahoo") },
};
const size_t vcard_im_n = countof(vcard_im);

const struct str vcard_n_kinds[N_PARTS] = { T("surname"),    T("given"),    T("given2"),    T("title"),
                                            T("credential"), T("surname2"), T("generation") };
const uint8_t    vcard_n_order[N_PARTS] = { 3, 1, 2, 0, 5, 6, 4 };

const struct str vcard_adr_kinds[ADR_PARTS] = {
    T("postOfficeBox"), T("apartment"), T("name"),        T("locality"), T("region"),   T("postcode"),
    T("country"),       T("room"),      T("apartment"),   T("floor"),    T("number"),   T("name"),
    T("building"),      T("block"),     T("subdistrict"), T("district"), T("landmark"), T("direction"),
};

static bool is_apples(struct str label)
{
    static const struct str known[] = {
        T("Home"),           T("Work"),       T("Other"),       T("School"),      T("Mobile"),
        T("Main"),           T("HomeFAX"),    T("WorkFAX"),     T("OtherFAX"),    T("Pager"),
        T("AssistantPhone"), T("CarPhone"),   T("RadioPhone"),  T("CompanyMain"), T("Callback"),
        T("HomePage"),       T("Profile"),    T("Blog"),        T("FTP"),         T("Anniversary"),
        T("Birthday"),       T("Father"),     T("Mother"),      T("Parent"),      T("Brother"),
        T("Sister"),         T("Sibling"),    T("Child"),       T("Son"),         T("Daughter"),
        T("Friend"),         T("Spouse"),     T("Husband"),     T("Wife"),        T("Partner"),
        T("Boyfriend"),      T("Girlfriend"), T("Grandparent"), T("Grandmother"), T("Grandfather"),
        T("Grandchild"),     T("Aunt"),       T("Uncle"),       T("Cousin"),      T("Nephew"),
        T("Niece"),          T("Manager"),    T("Assistant"),   T("Colleague"),   T("Teacher"),
    };
    for (size_t i = 0; i < countof(known); i++)
        if (str_eq(known[i], label))
            return true;
    return false;
}

struct str vcard_label_bare(struct str label)
{
    bool wrapped = str_starts(label, S("_$!<")) && str_ends(label, S(">!$_")) && label.n > 8;
    return wrapped ? (struct str){ label.p + 4, label.n - 8 } : label;
}

bool vcard_label_is_apples(struct str label, struct str mark)
{
    return mark.n && str_eq(vcard_label_bare(mark), label) ? mark.n > label.n : is_apples(label);
}

struct str vcard_script_of(struct str text)
{
    for (uint32_t c; utf8_next(&text, &c);) {
        if (c >= 0x3041 && c <= 0x309f)
            return S("Hira");
        if ((c >= 0x30a0 && c <= 0x30ff) || (c >= 0xff66 && c <= 0xff9f))
            return S("Kana");
    }
    return S("Latn");
}

const struct vcard_words *vcard_word(const struct vcard_words *words, size_t n, struct str vcard)
{
    for (size_t i = 0; i < n; i++)
        if (words[i].vcard.n == vcard.n && str_ieq(words[i].vcard, vcard))
            return &words[i];
    return NULL;
}
