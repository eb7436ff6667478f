/* Makes the search document of a card. */
#include "work/index_doc.h"
#include "base/rand.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "contact/card.h"
#include "contact/company.h"
#include "contact/email.h"
#include "contact/fold.h"
#include "contact/name.h"
#include "contact/phone/phone.h"
#include "contact/place.h"
#include "work/answer.h"

enum {
    NUMBERS_MAX = 20,
    SURNAME_LETTERS_MAX = 3,
    INNER_BYTES_MAX = 24,
    FACET_BYTES_MAX = 1024
}; /* nobody filters by a longer one */

struct making {
    struct arena *a;
    struct str    region; /* of numbers without a country */
    struct buf    field[SEARCH_FIELDS];
    VEC(struct str) facets;
};

static void put(struct making *m, enum search_field f, struct str folded)
{
    if (folded.n && m->field[f].n)
        buf_char(&m->field[f], ' ');
    buf_put(&m->field[f], folded);
}

static void words(struct making *m, enum search_field f, struct str text)
{
    put(m, f, fold_text(m->a, text));
    put(m, f, fold_alias(m->a, text));
}

/* As it is dialled at home and from abroad, so that any spelling finds it; no remarks, no extension. */
static void number(struct making *m, struct str written)
{
    struct phone p;
    struct str   home;

    if (phone_parse(m->a, written, m->region, &p, NULL) != RC_OK)
        return;
    put(m, SEARCH_PHONE, p.e164.n ? str_from(p.e164, 1) : p.digits);
    home = phone_at_home(m->a, &p);
    if (!p.e164.n || str_eq(home, str_from(p.e164, 1)))
        return;
    put(m, SEARCH_PHONE, home);
}

static void numbers(struct making *m, const struct json *card)
{
    size_t n = 0;

    for (struct card_item it = card_first(card, CARD_PHONES); card_has(&it) && n < NUMBERS_MAX; card_step(&it))
        for (struct str rest = it.value, one; n < NUMBERS_MAX && phone_next(&rest, &one); n++)
            number(m, one);
}

static void facet(struct making *m, const char *kind, struct str value)
{
    if (value.n && value.n <= FACET_BYTES_MAX && m->facets.n < SEARCH_FACETS_MAX)
        *vec_push(m->a, &m->facets) = str_fmt(m->a, "%s:" STR_FMT, kind, STR_ARG(value));
}

static void all(struct making *m, const struct json *card, enum card_map map, enum search_field f)
{
    size_t n = 0;
    for (struct card_item it = card_first(card, map); card_has(&it) && n < 20; card_step(&it), n++)
        words(m, f, it.value);
}

/* "obrien" and "hanspeter": without what joins the parts of a name, where something does. */
static void joined(struct making *m, struct str name)
{
    for (struct str rest = fold_text(m->a, name), word; str_next(&rest, ' ', &word);) {
        struct str bare = fold_bare(m->a, word);
        if (bare.n < word.n && bare.n > 2)
            put(m, SEARCH_NAME, bare);
    }
}

/* "太郎" of 山田太郎: the rest of the name behind its first one to three letters, where no blank parts it. */
static void inner(struct making *m, struct str name)
{
    for (struct str rest = fold_text(m->a, name), word; str_next(&rest, ' ', &word);) {
        uint32_t c;
        for (size_t skipped = 0; skipped < SURNAME_LETTERS_MAX && utf8_next(&word, &c) && name_is_east_asian(c);
             skipped++)
            put(m, SEARCH_NAME, utf8_head(word, INNER_BYTES_MAX));
    }
}

static void names(struct making *m, const struct json *card)
{
    const struct json *components = json_get(json_get(card, S("name")), S("components"));

    struct str shown = card_display_name(m->a, card);
    words(m, SEARCH_NAME, shown);
    joined(m, shown);
    inner(m, shown);
    json_each(part, components)
        words(m, SEARCH_NAME, json_get_text(part, S("value")));
    all(m, card, CARD_NICKNAMES, SEARCH_NAME);
}

static void places(struct making *m, const struct json *card)
{
    for (struct card_item it = card_first(card, CARD_ADDRESSES); card_has(&it); card_step(&it)) {
        struct str country = place_of_address(m->a, it.json);
        words(m, SEARCH_PLACE, card_address_line(m->a, it.json));
        words(m, SEARCH_PLACE, place_country_name(country));
        facet(m, "country", country);
    }
}

static void from_facts(struct making *m, struct str facts_json)
{
    struct json *facts;

    if (!facts_json.n || json_parse(m->a, facts_json, &facts, NULL) != RC_OK)
        return;
    json_each(fact, facts) {
        struct str field = json_get_text(fact, S("field")), value = json_get_text(fact, S("value")),
                   label = json_get_text(fact, S("label"));
        if (str_is(json_get_text(fact, S("state")), "rejected"))
            continue;
        if (str_is(field, "country") || str_is(field, "region"))
            words(m, SEARCH_PLACE, label);
        else if (str_is(field, "company"))
            words(m, SEARCH_COMPANY, label);
        else
            words(m, SEARCH_OTHER, label);
        if (str_is(field, "country") || str_is(field, "seniority"))
            facet(m, field.p[0] == 'c' ? "country" : "seniority", value);
    }
}

/* As written, and where the domain has letters of its own, in both of its spellings. */
static void email(struct making *m, struct str written)
{
    struct str key;

    words(m, SEARCH_EMAIL, written);
    if (email_key(m->a, written, &key, NULL) != RC_OK || str_eq(email_ascii(m->a, key), key))
        return;
    words(m, SEARCH_EMAIL, key);
    words(m, SEARCH_EMAIL, email_ascii(m->a, key));
}

static void the_rest(struct making *m, const struct json *card, const struct index_source *s)
{
    all(m, card, CARD_ORGANIZATIONS, SEARCH_COMPANY);
    all(m, card, CARD_TITLES, SEARCH_OTHER);
    all(m, card, CARD_NOTES, SEARCH_NOTES);
    all(m, card, CARD_ONLINE_SERVICES, SEARCH_OTHER);
    all(m, card, CARD_LINKS, SEARCH_OTHER);
    size_t n = 0;
    for (struct card_item it = card_first(card, CARD_EMAILS); card_has(&it) && n < 20; card_step(&it), n++)
        email(m, it.value);
    numbers(m, card);
    for (struct card_item it = card_first(card, CARD_ORGANIZATIONS); card_has(&it); card_step(&it))
        facet(m, "company", company_key(m->a, it.value));
    const struct json *tags = json_get(card, S("keywords"));
    json_each(tag, tags) {
        words(m, SEARCH_OTHER, tag->key);
        facet(m, "tag", tag->key);
    }
    facet(m, "book", id_text(m->a, s->book));
}

enum rc index_doc(struct arena *a, const struct index_source *s, struct search_doc *ret, struct err *e)
{
    struct making m = { .a = a, .region = s->region };
    struct json  *card;

    TRY(json_parse(a, s->card_json, &card, e));
    for (size_t i = 0; i < SEARCH_FIELDS; i++)
        m.field[i] = buf_of(SEARCH_DOC_BYTES_MAX);
    names(&m, card);
    places(&m, card);
    the_rest(&m, card, s);
    from_facts(&m, s->facts_json);
    *ret = (struct search_doc){ .id = s->id, .order = s->order, .facet = m.facets.v, .nfacets = m.facets.n };
    for (size_t i = 0; i < SEARCH_FIELDS; i++) {
        ret->field[i] = str_copy(a, buf_str(&m.field[i]));
        buf_done(&m.field[i]);
    }
    return RC_OK;
}

bool index_doc_read(struct arena *a, struct unpack *u, struct search_doc *ret)
{
    bool good = true;

    *ret = (struct search_doc){ .id = unpack_i64(u), .order = unpack_i64(u) };
    for (size_t i = 0; i < SEARCH_FIELDS; i++) {
        ret->field[i] = unpack_str(u);
        good &= answer_is_text(ret->field[i], SEARCH_DOC_BYTES_MAX);
    }
    ret->nfacets = unpack_u32(u);
    if (u->bad || !good || ret->nfacets > SEARCH_FACETS_MAX)
        return false;
    struct str *facet = arena_array(a, struct str, ret->nfacets + 1);
    for (size_t i = 0; i < ret->nfacets; i++) {
        facet[i] = unpack_str(u);
        good &= answer_is_text(facet[i], SEARCH_DOC_BYTES_MAX);
    }
    ret->facet = facet;
    return good && !u->bad;
}
