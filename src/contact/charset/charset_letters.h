/* contact/charset/charset_letters.h - how likely the letters of each language follow one another, and its commonest signs.
 * Made by tools/charset_letters; data only. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <uchar.h>

enum language {
    LANGUAGE_DE,
    LANGUAGE_FR,
    LANGUAGE_ES,
    LANGUAGE_PT,
    LANGUAGE_IT,
    LANGUAGE_NL,
    LANGUAGE_SV,
    LANGUAGE_DA, /* and Norwegian */
    LANGUAGE_FI,
    LANGUAGE_IS,
    LANGUAGE_PL,
    LANGUAGE_CS,
    LANGUAGE_SK,
    LANGUAGE_HU,
    LANGUAGE_RO,
    LANGUAGE_HR, /* and Slovene, Bosnian, Serbian in Latin letters */
    LANGUAGE_TR,
    LANGUAGE_LT,
    LANGUAGE_LV,
    LANGUAGE_ET,
    LANGUAGE_RU,
    LANGUAGE_UK,
    LANGUAGE_BG,
    LANGUAGE_BE,
    LANGUAGE_SR,
    LANGUAGE_MK,
    LANGUAGE_EL,
    LANGUAGE_HE,
    LANGUAGE_AR,
    LANGUAGE_FA,
    LANGUAGE_TH,
    LANGUAGE_JA, /* its kana, as katakana with their marks apart */
    LANGUAGES
};

/* cost: row by row of the letter before (0: the word begins), by the letter (0: it ends), in quarter bits from CHARSET_COST_0 on. */
enum { CHARSET_COST_0 = 59 };
struct charset_letters {
    size_t          n;
    const uint16_t *code; /* lower case, ascending */
    const char     *cost; /* (n + 1) x (n + 1) */
};
extern const struct charset_letters charset_letters[LANGUAGES];

/* Signs that stand for more than a sound, by how common they are in names: some 6 bits each in the first tier, two more a tier. */
enum signs { SIGNS_ZH, SIGNS_ZH_HANT, SIGNS_JA, SIGNS_KO, SIGNS };
enum { CHARSET_TIERS = 4 };
struct charset_signs {
    size_t          n;
    const char16_t *sign; /* ascending */
};
extern const struct charset_signs charset_signs[SIGNS][CHARSET_TIERS];
