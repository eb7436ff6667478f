/* contact/name.h - names of people, taken apart and as keys.
 *
 * Knows honorifics and suffixes of the main European languages, "Surname, First", particles (von, de la, van der, bin,
 * Mac stays in its word), "First Last (Company)" and names in East Asian scripts (surname first).  It guesses; what a
 * source said in components is always better.  Texts returned are borrowed or in the arena, as written (not folded). */
#pragma once
#include "base/json.h"

struct name {
    struct str title; /* "Dr." "Frau Prof." */
    struct str given, given2, surname;
    struct str generation; /* "Jr." "III" */
    struct str credential; /* "PhD, MBA" */
    struct str aside;      /* what stood in brackets: a company, a nickname */
};

void name_split(struct arena *a, struct str full, struct name *ret);

/* The JSContact name object for a full name: "full" as it is, components as name_split() sees them. */
struct json *name_object(struct arena *a, struct str full);

/* Folded words without honorifics, suffixes and what stands in brackets, sorted, joined by blanks: "Dr. Ann B. Smith"
 * and "SMITH, Ann B" -> "ann b smith".  Empty when nothing is left. */
struct str name_key(struct arena *a, struct str full);

/* One or two capital letters for an avatar, whole characters of any script: "AS"; "?" when there is none. */
struct str name_initials(struct arena *a, const struct json *card);

/* A letter of Han, kana or hangul: names are written without blanks, the surname first. */
bool name_is_east_asian(uint32_t c);
/* Is this folded word an honorific, a suffix, a particle? */
bool name_is_honorific(struct str folded_word);
bool name_is_suffix(struct str folded_word);
bool name_is_particle(struct str folded_word);
