/* Makes the search document of a card. */
#include "work/index_doc.h"
#include "base/rand.h"
#include "base/vec.h"
#include "contact/card.h"
#include "contact/company.h"
#include "contact/email.h"
#include "contact/fold.h"
#include "contact/place.h"
#include "work/answer.h"

enum { FACET_BYTES_MAX = 1024 }; /* nobody filters by a longer one */

struct making {
    struct arena *a;
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

static void digits(struct making *m, struct str number)
{
    char  *to = arena_raw(m->a, number.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < number.n; i++)
        if (ascii_digit(number.p[i]))
            to[n++] = number.p[i];
    put(m, SEARCH_PHONE, (struct str){ to, n });
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

static void names(struct making *m, const struct json *card)
{
    const struct json *components = json_get(json_get(card, S("name")), S("components"));

    words(m, SEARCH_NAME, card_display_name(m->a, card));
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
    n = 0;
    for (struct card_item it = card_first(card, CARD_PHONES); card_has(&it) && n < 20; card_step(&it), n++)
        digits(m, it.value);
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
    struct making m = { .a = a };
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
