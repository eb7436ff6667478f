/* fiction/people.h - fictional people for the demo account, benchmarks and tests.
 *
 * A person is a pure function of (seed, number): the same book everywhere, and a book of a million needs no memory.
 * People live in households (one surname, one landline, one address; sometimes father and son of one name) and work
 * at companies (one domain, one switchboard, one info@ mailbox): exactly what makes duplicates hard to tell.
 * All names, companies and streets are tables written for Kith; numbers and addresses may exist by chance:
 * never send, never dial. */
#pragma once
#include "base/rand.h"

struct culture {
    const char *country, *country_name, *calling, *tld;
    int         weight;
    /* words separated by '|'; "native=latin" where the script is not Latin */
    const char *male, *female, *surnames, *stems, *endings;
    const char *cities; /* name:area code:postcode:region */
    const char *streets, *mobiles, *providers, *titles, *legal;
    int         mobile_digits, line_digits; /* after the prefix */
    enum {
        PEOPLE_FAMILY_FIRST = 1,
        PEOPLE_GENDERED = 2,
        PEOPLE_TWO_SURNAMES = 4,
        PEOPLE_NUMBER_FIRST = 8,
        PEOPLE_TRUNK_0 = 16,
        PEOPLE_NO_SPACE = 32
    } flags;
};
extern const struct culture cultures[];
extern const size_t         cultures_n;
extern const char           people_company_first[], people_company_second[], people_notes[], people_nicknames[];

struct people_words {
    struct str native, latin;
}; /* equal where the script is Latin */

/* Word no. n (modulo their count) of a table. */
struct people_words people_word(const char *table, uint64_t n);
struct str          people_pick(struct rand_seeded *r, const char *table);

struct company {
    const struct culture *culture;
    struct str            name, legal, domain, switchboard, city, mailbox;
};
struct person {
    const struct culture *culture;
    int64_t               number;
    bool                  female, is_company;
    struct people_words   given, surname;
    struct str            middle, generation, title, birthday; /* birthday: YYYY-MM-DD */
    struct company        company;                             /* name.n == 0: none known */
    struct str            mobile, landline, work_phone;        /* E.164 */
    struct str            mail, work_mail;
    struct str            street, city, postcode, region;
    struct str            note;
};

struct company company_of(struct arena *a, uint64_t seed, int64_t number);
/* companies: how many there are in this book; about one for 20 people. */
struct person person_of(struct arena *a, uint64_t seed, int64_t number, int64_t companies);
/* Lower-case ASCII letters and digits only: what names look like in mail addresses. */
struct str people_ascii(struct arena *a, struct str latin);
