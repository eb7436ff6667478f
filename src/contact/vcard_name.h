/* contact/vcard_name.h - the property names we know, as numbers, found in a few nanoseconds.
 * RFC 6350, RFC 2426, RFC 6474, RFC 6715, RFC 8605, RFC 9554, RFC 9555, and what Apple, Google, Microsoft, KDE and Evolution write. */
#pragma once
#include "base/str.h"

#define VCARD_NAMES(X)                                                                                                         \
    X(ADR, "ADR") X(AGENT, "AGENT") X(ANNIVERSARY, "ANNIVERSARY") X(BDAY, "BDAY") X(BIRTHPLACE, "BIRTHPLACE")                  \
    X(CALADRURI, "CALADRURI") X(CALURI, "CALURI") X(CATEGORIES, "CATEGORIES") X(CLASS, "CLASS")                                \
    X(CONTACT_URI, "CONTACT-URI") X(CREATED, "CREATED") X(DEATHDATE, "DEATHDATE") X(DEATHPLACE, "DEATHPLACE")                  \
    X(EMAIL, "EMAIL") X(EXPERTISE, "EXPERTISE") X(FBURL, "FBURL") X(FN, "FN") X(GENDER, "GENDER") X(GEO, "GEO")                \
    X(GRAMGENDER, "GRAMGENDER") X(HOBBY, "HOBBY") X(IMPP, "IMPP") X(INTEREST, "INTEREST") X(JSPROP, "JSPROP") X(KEY, "KEY")     \
    X(KIND, "KIND") X(LABEL, "LABEL") X(LANG, "LANG") X(LANGUAGE, "LANGUAGE") X(LOGO, "LOGO") X(MEMBER, "MEMBER")               \
    X(N, "N") X(NICKNAME, "NICKNAME") X(NOTE, "NOTE") X(ORG, "ORG") X(ORG_DIRECTORY, "ORG-DIRECTORY") X(PHOTO, "PHOTO")         \
    X(PRODID, "PRODID") X(PRONOUNS, "PRONOUNS") X(RELATED, "RELATED") X(REV, "REV") X(ROLE, "ROLE")                             \
    X(SOCIALPROFILE, "SOCIALPROFILE") X(SORT_STRING, "SORT-STRING") X(SOUND, "SOUND") X(SOURCE, "SOURCE") X(TEL, "TEL")         \
    X(TITLE, "TITLE") X(TZ, "TZ") X(UID, "UID") X(URL, "URL") X(VERSION, "VERSION")                                            \
    X(X_ABADR, "X-ABADR") X(X_ABDATE, "X-ABDATE") X(X_ABLABEL, "X-ABLABEL") X(X_ABRELATEDNAMES, "X-ABRELATEDNAMES")             \
    X(X_ABSHOWAS, "X-ABSHOWAS") X(X_AS_KIND, "X-ADDRESSBOOKSERVER-KIND") X(X_AS_MEMBER, "X-ADDRESSBOOKSERVER-MEMBER")           \
    X(X_AIM, "X-AIM") X(X_ANDROID, "X-ANDROID-CUSTOM") X(X_ANNIVERSARY, "X-ANNIVERSARY") X(X_ASSISTANT, "X-ASSISTANT")          \
    X(X_EVO_ANNIVERSARY, "X-EVOLUTION-ANNIVERSARY") X(X_EVO_SPOUSE, "X-EVOLUTION-SPOUSE") X(X_GADUGADU, "X-GADUGADU")           \
    X(X_GENDER, "X-GENDER") X(X_GOOGLE_TALK, "X-GOOGLE-TALK") X(X_GROUPWISE, "X-GROUPWISE") X(X_GTALK, "X-GTALK")               \
    X(X_ICQ, "X-ICQ") X(X_JABBER, "X-JABBER") X(X_KADDRESSBOOK_ANNIVERSARY, "X-KADDRESSBOOK-X-ANNIVERSARY")                     \
    X(X_MANAGER, "X-MANAGER") X(X_MSN, "X-MSN") X(X_PHONETIC_FIRST, "X-PHONETIC-FIRST-NAME")                                    \
    X(X_PHONETIC_LAST, "X-PHONETIC-LAST-NAME") X(X_PHONETIC_MIDDLE, "X-PHONETIC-MIDDLE-NAME")                                  \
    X(X_PHONETIC_ORG, "X-PHONETIC-ORG") X(X_QQ, "X-QQ") X(X_SIP, "X-SIP") X(X_SKYPE, "X-SKYPE")                                 \
    X(X_SKYPE_USERNAME, "X-SKYPE-USERNAME") X(X_SOCIALPROFILE, "X-SOCIALPROFILE") X(X_SPOUSE, "X-SPOUSE")                       \
    X(X_TWITTER, "X-TWITTER") X(X_YAHOO, "X-YAHOO") X(XML, "XML")

#define X(id, text) VC_##id,
enum vcard_name { VC_OTHER, VCARD_NAMES(X) VC_COUNT };
#undef X

enum vcard_name vcard_name_of(struct str name);          /* ASCII case ignored; VC_OTHER when unknown */
struct str      vcard_name_text(enum vcard_name name);   /* upper case; "" for VC_OTHER */
