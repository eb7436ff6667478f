/* contact/vcard_name.h - the property names we know, as numbers, found in a few nanoseconds.
 * RFC 6350, RFC 2426, RFC 6474, RFC 6715, RFC 8605, RFC 9554, RFC 9555, and what Apple, Google, Microsoft, KDE and Evolution write. */
#pragma once
#include "base/str.h"

/* Shortest first (vcard_name.c finds by length), the frequent ones before the others. */
#define VCARD_NAMES(X)                                                                                                 \
    X(N, "N")                                                                                                          \
    X(FN, "FN")                                                                                                        \
    X(TZ, "TZ")                                                                                                        \
    X(TEL, "TEL")                                                                                                      \
    X(ADR, "ADR")                                                                                                      \
    X(ORG, "ORG")                                                                                                      \
    X(URL, "URL")                                                                                                      \
    X(REV, "REV")                                                                                                      \
    X(UID, "UID")                                                                                                      \
    X(GEO, "GEO")                                                                                                      \
    X(KEY, "KEY")                                                                                                      \
    X(XML, "XML")                                                                                                      \
    X(NOTE, "NOTE")                                                                                                    \
    X(BDAY, "BDAY")                                                                                                    \
    X(IMPP, "IMPP")                                                                                                    \
    X(KIND, "KIND") X(LANG, "LANG") X(LOGO, "LOGO") X(ROLE, "ROLE") X(X_QQ, "X-QQ") X(EMAIL, "EMAIL")                  \
        X(TITLE, "TITLE") X(AGENT, "AGENT") X(CLASS, "CLASS") X(FBURL, "FBURL") X(HOBBY, "HOBBY") X(LABEL, "LABEL") X( \
            PHOTO, "PHOTO") X(SOUND, "SOUND") X(X_AIM, "X-AIM") X(X_ICQ, "X-ICQ") X(X_MSN, "X-MSN") X(X_SIP, "X-SIP")  \
            X(CALURI, "CALURI") X(GENDER, "GENDER") X(JSPROP, "JSPROP") X(MEMBER, "MEMBER") X(PRODID, "PRODID")        \
                X(SOURCE, "SOURCE") X(CREATED, "CREATED") X(RELATED, "RELATED") X(VERSION, "VERSION")                  \
                    X(X_ABADR, "X-ABADR") X(X_GTALK, "X-GTALK") X(X_SKYPE, "X-SKYPE") X(X_YAHOO, "X-YAHOO")            \
                        X(INTEREST, "INTEREST") X(LANGUAGE, "LANGUAGE") X(NICKNAME, "NICKNAME")                        \
                            X(PRONOUNS, "PRONOUNS") X(X_ABDATE, "X-ABDATE") X(X_GENDER, "X-GENDER")                    \
                                X(X_JABBER, "X-JABBER") X(X_SPOUSE, "X-SPOUSE") X(CALADRURI, "CALADRURI")              \
                                    X(DEATHDATE, "DEATHDATE") X(EXPERTISE, "EXPERTISE") X(X_ABLABEL, "X-ABLABEL") X(   \
                                        X_MANAGER, "X-MANAGER") X(X_TWITTER, "X-TWITTER") X(BIRTHPLACE, "BIRTHPLACE")  \
                                        X(CATEGORIES, "CATEGORIES") X(DEATHPLACE, "DEATHPLACE")                        \
                                            X(GRAMGENDER, "GRAMGENDER") X(X_ABSHOWAS, "X-ABSHOWAS")                    \
                                                X(X_GADUGADU, "X-GADUGADU") X(ANNIVERSARY, "ANNIVERSARY") X(           \
                                                    CONTACT_URI, "CONTACT-URI") X(SORT_STRING, "SORT-STRING")          \
                                                    X(X_ASSISTANT, "X-ASSISTANT") X(X_GROUPWISE, "X-GROUPWISE") X(     \
                                                        ORG_DIRECTORY,                                                 \
                                                        "ORG-DIRECTORY") X(SOCIALPROFILE, "SOCIALPROFILE")             \
                                                        X(X_ANNIVERSARY, "X-ANNIVERSARY") X(                           \
                                                            X_GOOGLE_TALK,                                             \
                                                            "X-GOOGLE-TALK") X(X_PHONETIC_ORG,                         \
                                                                               "X-PHONETIC-ORG") X(X_SOCIALPROFILE,    \
                                                                                                   "X-SOCIALPROFILE")  \
                                                            X(X_ABRELATEDNAMES, "X-ABRELATEDNAMES") X(                 \
                                                                X_ANDROID, "X-ANDROID-CUSTOM") X(X_SKYPE_USERNAME,     \
                                                                                                 "X-SKYPE-USERNAME")   \
                                                                X(X_EVO_SPOUSE, "X-EVOLUTION-SPOUSE") X(               \
                                                                    X_PHONETIC_LAST, "X-PHONETIC-LAST-NAME")           \
                                                                    X(X_PHONETIC_FIRST, "X-PHONETIC-FIRST-NAME") X(    \
                                                                        X_PHONETIC_MIDDLE, "X-PHONETIC-MIDDLE-NAME")   \
                                                                        X(X_EVO_ANNIVERSARY,                           \
                                                                          "X-EVOLUTION-ANNIVERSARY")                   \
                                                                            X(X_AS_KIND, "X-ADDRESSBOOKSERVER-KIND")   \
                                                                                X(X_AS_MEMBER,                         \
                                                                                  "X-ADDRESSBOOKSERVER-MEMBER")        \
                                                                                    X(X_KADDRESSBOOK_ANNIVERSARY,      \
                                                                                      "X-KADDRESSBOOK-X-ANNIVERSARY")

#define X(id, text) VC_##id,
enum vcard_name { VC_OTHER, VCARD_NAMES(X) VC_COUNT };
#undef X

enum vcard_name vcard_name_of(struct str name);        /* ASCII case ignored; VC_OTHER when unknown */
struct str      vcard_name_text(enum vcard_name name); /* upper case; "" for VC_OTHER */
