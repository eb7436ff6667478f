/* contact/person.h - is a card one person?
 *
 * Address books hold couples and families in one entry ("Anna und Otto Berg", "Mr & Mrs Smith", "Familie Berg", "太郎と花子") and functions
 * ("Buchhaltung", "Sales Team", "Praxis Dr. Berg", "営業部").  Nobody may take such an entry for one of the people in it, so match/ never
 * calls it certain.  Knows the words of de fr it es pt nl pl ru el tr zh ja en.  It guesses, on the careful side: an "&" or "/" between two
 * names makes a couple.  A conjunction that surnames hold, too, counts only behind the first names ("Ana y Luis Gil", not "Jose Ortega y
 * Gasset").  Linear in the name, of which PERSON_WORDS_MAX words are looked at. */
#pragma once
#include "base/json.h"

enum { PERSON_WORDS_MAX = 16 };
enum person { PERSON_ONE, PERSON_SEVERAL, PERSON_FUNCTION };

/* By the card's name; a card without a name may be one person. */
enum person person_of_card(struct arena *a, const struct json *card);
