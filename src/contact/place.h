/* contact/place.h - countries: names and codes as people write them -> ISO 3166-1 alpha-2.
 *
 * "Germany", "DEUTSCHLAND", "Allemagne", "DE", "DEU", "D-" -> "DE".  Names in English, German, French, Spanish, Italian
 * and the country's own tongue.  Cities and regions: enrich/. */
#pragma once
#include "base/str.h"

struct str place_country(struct arena *a, struct str text); /* "" when it is none */
struct str place_country_name(struct str code);             /* English: "Germany"; "" unknown */
/* The country of a card's address: countryCode, else the country component, else the last line of full. */
struct json;
struct str place_of_address(struct arena *a, const struct json *address);
