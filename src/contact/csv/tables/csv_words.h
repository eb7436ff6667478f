/* contact/csv/tables/csv_words.h - words of column names in thirteen languages, and what they mean.  Only for csv_header.c.
 *
 * A column's name is cut into these words: "Rue (bureau)" is STREET and WORK, "Privat: PLZ" HOME and ZIP, "自宅の郵便番号" HOME
 * and ZIP.  A rule says which target a set of meanings is; names with any letter left over are not understood.
 * Sources: headers of Outlook, Thunderbird, Google, Yahoo, iCloud, Proton, Zoho, HubSpot, Salesforce and Samsung exports. */
#pragma once
#include "base/base.h"

enum csv_language {
    CSV_EN,
    CSV_DE,
    CSV_FR,
    CSV_IT,
    CSV_ES,
    CSV_PT,
    CSV_NL,
    CSV_PL,
    CSV_RU,
    CSV_EL,
    CSV_TR,
    CSV_ZH,
    CSV_JA,
    CSV_LANGUAGES
};

enum csv_meaning {
    MEANS_NOTHING, /* "of", "number": no letter of the name is left over by it */
    MEANS_NAME,
    MEANS_FULL,
    MEANS_FIRST,
    MEANS_MIDDLE,
    MEANS_LAST,
    MEANS_SALUTATION,
    MEANS_TITLE, /* of the person or of the job: the other columns tell */
    MEANS_SUFFIX,
    MEANS_NICK,
    MEANS_SOUND, /* phonetic */
    MEANS_EMAIL,
    MEANS_PHONE,
    MEANS_MOBILE,
    MEANS_FAX,
    MEANS_PAGER,
    MEANS_ADDRESS,
    MEANS_STREET,
    MEANS_CITY,
    MEANS_STATE,
    MEANS_ZIP,
    MEANS_COUNTRY,
    MEANS_POBOX,
    MEANS_EXTENDED,
    MEANS_COMPANY,
    MEANS_DEPARTMENT,
    MEANS_JOB,
    MEANS_ROLE,
    MEANS_WEB,
    MEANS_IM,
    MEANS_BIRTH,
    MEANS_BIRTHDAY,
    MEANS_DAY,
    MEANS_MONTH,
    MEANS_YEAR,
    MEANS_ANNIVERSARY,
    MEANS_NOTES,
    MEANS_CATEGORY,
    MEANS_PHOTO,
    MEANS_SPOUSE,
    MEANS_CHILD,
    MEANS_ASSISTANT,
    MEANS_MANAGER,
    MEANS_SECOND,
    MEANS_WORK,
    MEANS_HOME,
    MEANS_OTHER,
    MEANS_END
};

/* Words of one meaning, a language each, apart by '|', as people write them. */
struct csv_word {
    enum csv_meaning means;
    const char      *in[CSV_LANGUAGES];
};
extern const struct csv_word csv_words[];
extern const size_t          csv_words_n;

/* All of these meanings and no other but WORK, HOME and OTHER, which '@' in the target stands for. */
struct csv_rule {
    uint64_t    means;
    const char *target;
};
extern const struct csv_rule csv_rules[];
extern const size_t          csv_rules_n;
