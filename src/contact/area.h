/* contact/area.h - where a telephone number is: area codes of main cities and regions, mobile or not, time zones. */
#pragma once
#include "base/str.h"

struct area {
    struct str place;  /* "Berlin", "New York"; "" = only the country is known */
    struct str region; /* ISO 3166-2 where the code belongs to one: "US-NY"; may be empty */
    bool       mobile;
};
/* country: of the number ("+4930..." is in DE). */
void area_of(struct str e164, struct str country, struct area *ret);
/* By its first digits, in plans that tell. */
bool area_is_mobile(struct str e164);
/* IANA zone of a country with one zone (or one that nearly everybody lives in); "" for the others. */
struct str area_timezone(struct str country);
