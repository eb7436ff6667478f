/* Fictional people, each a pure function of a seed and a number. */
#include "fiction/people.h"
#include "base/hash.h"

/* Independent streams of the same seed: what is drawn for one never moves the other. */
enum { STREAM_COMPANY = 0x636f, STREAM_HOUSE = 0x686f, STREAM_PERSON = 0x7065 };

static struct rand_seeded stream(uint64_t seed, uint64_t kind, int64_t n)
{
    return (struct rand_seeded){ hash64_mix(hash64_mix(seed, kind), (uint64_t)n) };
}

static bool chance(struct rand_seeded *r, unsigned percent) { return rand_below(r, 100) < percent; }

struct people_words people_word(const char *table, uint64_t n)
{
    struct str rest = str_of(table), word = { "", 0 };
    uint64_t   words = 1;

    for (size_t i = 0; i < rest.n; i++)
        words += rest.p[i] == '|';
    for (n %= words; str_next(&rest, '|', &word) && n; n--)
        ;
    size_t same = str_find(word, S("="), 0);
    if (same == SIZE_MAX)
        return (struct people_words){ word, word };
    return (struct people_words){ str_head(word, same), str_from(word, same + 1) };
}

struct str people_pick(struct rand_seeded *r, const char *table)
{
    return people_word(table, rand_next(r) >> 8).native;
}

/* Latin letters with marks that appear in the tables -> ASCII; enough for mail addresses and file names. */
struct str people_ascii(struct arena *a, struct str latin)
{
    static const struct {
        const char *from, *to;
    } marks[] = {
        { "ä", "ae" }, { "ö", "oe" }, { "ü", "ue" }, { "Ä", "ae" }, { "Ö", "oe" }, { "Ü", "ue" }, { "ß", "ss" },
        { "á", "a" },  { "à", "a" },  { "â", "a" },  { "ã", "a" },  { "å", "a" },  { "Á", "a" },  { "Å", "a" },
        { "ç", "c" },  { "Ç", "c" },  { "é", "e" },  { "è", "e" },  { "ê", "e" },  { "ë", "e" },  { "É", "e" },
        { "í", "i" },  { "ï", "i" },  { "î", "i" },  { "ñ", "n" },  { "ó", "o" },  { "ò", "o" },  { "ô", "o" },
        { "õ", "o" },  { "Ó", "o" },  { "ú", "u" },  { "ù", "u" },  { "û", "u" },  { "ł", "l" },  { "Ł", "l" },
        { "ś", "s" },  { "ż", "z" },  { "ź", "z" },  { "ć", "c" },  { "ń", "n" },  { "ą", "a" },  { "ę", "e" },
        { "ş", "s" },  { "Ş", "s" },  { "ğ", "g" },  { "ı", "i" },  { "İ", "i" },  { "Ź", "z" },
    };
    char  *to = arena_get(a, latin.n * 2 + 1);
    size_t n = 0;

    for (struct str s = latin; s.n;) {
        size_t step = 1;
        if (ascii_alpha(*s.p) || ascii_digit(*s.p))
            to[n++] = ascii_lower(*s.p);
        for (size_t i = 0; (unsigned char)*s.p >= 0x80 && i < countof(marks); i++)
            if (str_starts(s, str_of(marks[i].from))) {
                memcpy(to + n, marks[i].to, strlen(marks[i].to));
                n += strlen(marks[i].to);
                step = 2;
                break;
            }
        s = str_from(s, step);
    }
    return (struct str){ to, n };
}

static const struct culture *pick_culture(struct rand_seeded *r)
{
    uint64_t all = 0;

    for (size_t i = 0; i < cultures_n; i++)
        all += (uint64_t)cultures[i].weight;
    uint64_t at = rand_below(r, all);
    for (size_t i = 0; i < cultures_n; i++) {
        if (at < (uint64_t)cultures[i].weight)
            return &cultures[i];
        at -= (uint64_t)cultures[i].weight;
    }
    return cultures;
}

static struct str digits(struct arena *a, struct rand_seeded *r, int n)
{
    char *to = arena_get(a, (size_t)n + 1);
    for (int i = 0; i < n; i++)
        to[i] = (char)('0' + rand_below(r, 10));
    if (n && to[0] == '0')
        to[0] = '7';
    return (struct str){ to, (size_t)n };
}

static struct str city_part(struct str city, int part)
{
    struct str field = { "", 0 };
    for (int i = 0; i <= part; i++)
        if (!str_next(&city, ':', &field))
            return S("");
    return field;
}

static struct str line_number(struct arena *a, struct rand_seeded *r, const struct culture *c, struct str city)
{
    struct str area = city_part(city, 1);
    struct str local =
        c->line_digits ? digits(a, r, c->line_digits) : str_fmt(a, "555" STR_FMT, STR_ARG(digits(a, r, 4)));
    return str_fmt(a, "%s" STR_FMT STR_FMT, c->calling, STR_ARG(area), STR_ARG(local));
}

static struct str mobile_number(struct arena *a, struct rand_seeded *r, const struct culture *c)
{
    if (!c->mobiles[0]) /* North America: mobiles look like lines of any city */
        return line_number(a, r, c, people_pick(r, c->cities));
    struct str prefix = people_pick(r, c->mobiles), local = digits(a, r, c->mobile_digits);
    return str_fmt(a, "%s" STR_FMT STR_FMT, c->calling, STR_ARG(prefix), STR_ARG(local));
}

struct company company_of(struct arena *a, uint64_t seed, int64_t number)
{
    struct rand_seeded r = stream(seed, STREAM_COMPANY, number);
    struct company     co = { .culture = pick_culture(&r) };
    struct str         first = people_pick(&r, people_company_first), second = people_pick(&r, people_company_second);
    struct str         city = people_pick(&r, co.culture->cities);

    if (chance(&r, 45)) /* founders' names keep a large book's companies apart */
        first = people_word(co.culture->surnames, rand_next(&r)).latin;
    co.name = str_fmt(a, STR_FMT " " STR_FMT, STR_ARG(first), STR_ARG(second));
    co.legal = people_pick(&r, co.culture->legal);
    co.domain = str_fmt(a, STR_FMT "-" STR_FMT ".%s", STR_ARG(people_ascii(a, first)), STR_ARG(people_ascii(a, second)),
                        co.culture->tld);
    co.switchboard = line_number(a, &r, co.culture, city);
    co.city = city_part(city, 0);
    co.mailbox = str_fmt(a, "%s@" STR_FMT, chance(&r, 70) ? "info" : "office", STR_ARG(co.domain));
    return co;
}

/* The form of a surname that women of gendered languages wear. */
static struct str female_form(struct arena *a, struct str surname)
{
    static const struct {
        const char *male, *female;
    } forms[] = {
        { "ов", "ова" },   { "ев", "ева" },    { "ин", "ина" },          { "όπουλος", "οπούλου" }, { "ίδης", "ίδου" },
        { "άκης", "άκη" }, { "άτος", "άτου" }, { "έλλης", "έλλη" },      { "ski", "ska" },         { "ov", "ova" },
        { "ev", "eva" },   { "in", "ina" },    { "opoulos", "opoulou" }, { "idis", "idou" },       { "akis", "aki" },
    };
    for (size_t i = 0; i < countof(forms); i++) {
        struct str male = str_of(forms[i].male);
        if (str_ends(surname, male))
            return str_join(a, str_head(surname, surname.n - male.n), S(""), str_of(forms[i].female));
    }
    return surname;
}

static struct str glue(struct arena *a, struct str left, const char *sep, struct str right)
{
    return str_fmt(a, STR_FMT "%s" STR_FMT, STR_ARG(left), sep, STR_ARG(right));
}

static struct people_words surname_of(struct arena *a, struct rand_seeded *r, const struct culture *c)
{
    struct people_words one = people_word(c->surnames, rand_next(r) >> 8);

    if (!c->stems || (!(c->flags & PEOPLE_TWO_SURNAMES) && chance(r, 35)))
        return one;
    struct people_words stem = people_word(c->stems, rand_next(r) >> 8);
    if (c->flags & PEOPLE_TWO_SURNAMES)
        return (struct people_words){ glue(a, one.native, " ", stem.native), glue(a, one.latin, " ", stem.latin) };
    struct people_words end = people_word(c->endings, rand_next(r) >> 8);
    return (struct people_words){ glue(a, stem.native, "", end.native), glue(a, stem.latin, "", end.latin) };
}

/* Everyone of household h draws the same from its stream. */
static void move_in(struct arena *a, struct rand_seeded *r, struct person *p)
{
    p->culture = pick_culture(r);
    p->surname = surname_of(a, r, p->culture);
    struct str city = people_pick(r, p->culture->cities), street = people_pick(r, p->culture->streets);
    uint64_t   house = 1 + rand_below(r, 120);
    p->street = p->culture->flags & PEOPLE_NUMBER_FIRST ? str_fmt(a, "%d " STR_FMT, (int)house, STR_ARG(street))
                                                        : str_fmt(a, STR_FMT " %d", STR_ARG(street), (int)house);
    p->city = city_part(city, 0);
    p->postcode = city_part(city, 2);
    p->region = city_part(city, 3);
    p->landline = line_number(a, r, p->culture, city);
}

static struct str mail_of(struct arena *a, struct rand_seeded *r, const struct person *p, struct str domain, bool work)
{
    struct str given = people_ascii(a, p->given.latin), surname = people_ascii(a, p->surname.latin);
    unsigned   number = (unsigned)(p->number % 997) + 1; /* no two people of one name have one address */

    switch (work ? rand_below(r, 3) : 3 + rand_below(r, 4)) {
    case 3:
        return str_fmt(a, STR_FMT "." STR_FMT "%u@" STR_FMT, STR_ARG(given), STR_ARG(surname), number, STR_ARG(domain));
    case 0: return str_fmt(a, STR_FMT "." STR_FMT "@" STR_FMT, STR_ARG(given), STR_ARG(surname), STR_ARG(domain));
    case 1: return str_fmt(a, "%c" STR_FMT "@" STR_FMT, given.n ? given.p[0] : 'x', STR_ARG(surname), STR_ARG(domain));
    case 2:
        return str_fmt(a,
                       STR_FMT "."
                               "%c@" STR_FMT,
                       STR_ARG(given), surname.n ? surname.p[0] : 'x', STR_ARG(domain));
    case 4: return str_fmt(a, STR_FMT STR_FMT "%u@" STR_FMT, STR_ARG(given), STR_ARG(surname), number, STR_ARG(domain));
    case 5: return str_fmt(a, STR_FMT "_%u@" STR_FMT, STR_ARG(surname), (unsigned)p->number % 99991, STR_ARG(domain));
    default:
        return str_fmt(a, "%c." STR_FMT "%u@" STR_FMT, given.n ? given.p[0] : 'x', STR_ARG(surname), number,
                       STR_ARG(domain));
    }
}

static void take_job(struct arena *a, uint64_t seed, struct rand_seeded *r, struct person *p, int64_t companies)
{
    for (int look = 0; look < 6 && p->company.culture != p->culture; look++) { /* mostly at home */
        double share = (double)rand_below(r, 1u << 20) / (1u << 20);           /* a few are known by many */
        p->company = company_of(a, seed, (int64_t)(share * share * (double)companies));
    }
    p->title = people_pick(r, p->culture->titles);
    p->work_mail = mail_of(a, r, p, p->company.domain, true);
    p->work_phone = p->company.switchboard;
    if (chance(r, 4))
        p->work_mail = p->company.mailbox; /* small firms: several people read info@ */
}

static void company_card(struct arena *a, uint64_t seed, struct person *p, int64_t companies)
{
    p->is_company = true;
    p->company = company_of(a, seed, p->number / 50 % companies);
    p->culture = p->company.culture;
    p->work_mail = p->company.mailbox;
    p->work_phone = p->company.switchboard;
    p->city = p->company.city;
    p->mobile = p->landline = p->mail = S("");
}

struct person person_of(struct arena *a, uint64_t seed, int64_t number, int64_t companies)
{
    struct rand_seeded r = stream(seed, STREAM_PERSON, number);
    struct rand_seeded house;
    struct person      p = { .number = number };
    int64_t            member = number % 3; /* 0 alone or first of a family, 1 and 2 follow in a third of the houses */

    if (number % 50 == 49) {
        company_card(a, seed, &p, companies);
        return p;
    }
    house = stream(seed, STREAM_HOUSE, number / 3);
    bool family = chance(&house, 30), namesake = chance(&house, 4);
    if (!family)
        house = stream(seed, STREAM_HOUSE, -1 - number);
    move_in(a, &house, &p);
    p.female = rand_next(&r) & 1;
    p.given = people_word(p.female ? p.culture->female : p.culture->male, rand_next(&r) >> 8);
    if (family && namesake && member < 2) { /* father and son */
        p.given = people_word(p.culture->male, rand_next(&house) >> 8);
        p.female = false;
        p.generation = member ? S("Jr.") : S("Sr.");
    }
    if (p.female && p.culture->flags & PEOPLE_GENDERED)
        p.surname = (struct people_words){ female_form(a, p.surname.native), female_form(a, p.surname.latin) };
    if (!strcmp(p.culture->calling, "+1") && chance(&r, 30))
        p.middle = str_fmt(a, "%c.", (char)('A' + rand_below(&r, 24)));
    p.birthday = str_fmt(a, "%04d-%02d-%02d", 1940 + (int)rand_below(&r, 66), 1 + (int)rand_below(&r, 12),
                         1 + (int)rand_below(&r, 28));
    p.mobile = mobile_number(a, &r, p.culture);
    p.mail = mail_of(a, &r, &p, people_pick(&r, p.culture->providers), false);
    if (chance(&r, 68))
        take_job(a, seed, &r, &p, companies);
    if (chance(&r, 12))
        p.note = people_pick(&r, people_notes);
    return p;
}
