/* match/comparable.h - a card in the form the scorer compares: folded words, keys, hashes.  Inside match/ only. */
#pragma once
#include "contact/person.h"
#include "match/score.h"

enum { NAME_WORDS_MAX = 6, MAILS_MAX = 8, PHONES_MAX = 8, HANDLES_MAX = 6, NICK_GROUPS_MAX = 6 };

struct match_words {
    struct str w[NAME_WORDS_MAX];
    size_t     n;
    struct str joined, alias;
}; /* alias: ue for ü; may be empty */
struct mail {
    struct str written, key, domain;
    uint64_t   hash;
    bool       role, free;
};
struct match_phone {
    struct str written, key, tail;
    uint64_t   hash;
    bool       international;
    enum { LINE_UNKNOWN, LINE_MOBILE, LINE_FIXED } type;
};

struct match_card {
    const struct json *card;
    struct str         display;
    struct match_words given, surname;
    struct str         name_key, generation; /* generation: "jr" "sr" "ii" ... */
    bool               is_company, foreign;  /* foreign: in a script that folding does not bring to Latin */
    enum person        person;               /* of an organisation: one */
    struct str         company, company_key, title, place, street;
    struct mail        mail[MAILS_MAX];
    struct match_phone line[PHONES_MAX];
    struct str         handle[HANDLES_MAX];
    size_t             nmails, nlines, nhandles;
    int                year, month, day;      /* of birth; 0 = unknown */
    uint64_t           signature;             /* who it seems to be: first letter and surname */
    uint16_t           nick[NICK_GROUPS_MAX]; /* groups of the first given name, filled by match_ctx() */
    size_t             nnicks;
    bool               nicks_known;
};

/* How many differently named people wear this value; 1 when ctx does not know it. */
unsigned match_wearers(const struct match_ctx *ctx, uint64_t hash);
