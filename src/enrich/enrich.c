/* Derives facts of a contact from what its card says. */
#include "enrich/enrich.h"
#include "contact/company.h"
#include "contact/email.h"
#include "contact/fold.h"
#include "contact/phone/phone.h"
#include "contact/place.h"
#include "contact/area.h"
#include "contact/mail_domains.h"
#include "enrich/title.h"

struct found {
    struct arena      *a;
    const struct json *card;
    struct fact       *v;
    size_t             n;
};

static struct str from_of(struct found *f, const char *map, struct str id)
{
    return str_join(f->a, str_of(map), S("/"), id);
}

/* One best fact a field: a weaker one never replaces a stronger; two that agree strengthen each other a little. */
static void learn(struct found *f, const char *field, struct str value, struct str label, const char *rule,
                  int confidence, struct str from)
{
    struct fact fact = { str_of(field), value, label, str_of(rule), confidence, from };

    if (!value.n)
        return;
    for (size_t i = 0; i < f->n; i++)
        if (str_is(f->v[i].field, field)) {
            bool same = str_eq(f->v[i].value, value);
            if (same)
                f->v[i].confidence = (int)i64_min(99, f->v[i].confidence + (100 - f->v[i].confidence) / 4);
            else if (f->v[i].confidence < confidence)
                f->v[i] = fact;
            return;
        }
    if (f->n < FACTS_MAX)
        f->v[f->n++] = fact;
}

static void from_addresses(struct found *f)
{
    for (struct card_item it = card_first(f->card, CARD_ADDRESSES); card_has(&it); card_step(&it)) {
        struct str country = place_of_address(f->a, it.json);
        bool       said = json_get_text(it.json, S("countryCode")).n > 0;
        learn(f, "country", country, place_country_name(country), "country.address", said ? 99 : 96,
              from_of(f, "addresses", it.id));
    }
}

static void from_phone(struct found *f, const struct card_item *it, struct str region)
{
    struct phone p;
    struct area  area;

    if (phone_parse(f->a, it->value, region, &p, NULL) != RC_OK || !p.e164.n || !p.region[0])
        return;
    struct str country = str_copy(f->a, str_of(p.region)), from = from_of(f, "phones", it->id);
    bool       international = memchr(it->value.p, '+', it->value.n) || str_starts(it->value, S("00"));
    area_of(p.e164, country, &area);
    int trust = area.place.n ? 90 : area.mobile ? 80 : 84;
    learn(f, "country", country, place_country_name(country),
          area.place.n || !area.mobile ? "country.landline" : "country.mobile", international ? trust : trust - 30,
          from);
    if (area.place.n)
        learn(f, "region", area.place, area.place, "region.phone", international ? 75 : 60, from);
}

static void from_mail(struct found *f, const struct card_item *it)
{
    struct str key;

    if (email_key(f->a, it->value, &key, NULL) != RC_OK)
        return;
    struct str domain = email_domain(key), from = from_of(f, "emails", it->id);
    struct str country = mail_domain_country(domain), company = mail_domain_company(f->a, domain);
    learn(f, "country", country, place_country_name(country), "country.mail", mail_domain_is_public(domain) ? 60 : 65,
          from);
    learn(f, "company", company, company, "company.mail", email_is_role(key) ? 70 : 80, from);
}

static void from_titles(struct found *f)
{
    for (struct card_item it = card_first(f->card, CARD_TITLES); card_has(&it); card_step(&it)) {
        struct title t;
        title_read(f->a, it.value, &t);
        struct str from = from_of(f, "titles", it.id);
        learn(f, "seniority", t.seniority, enrich_label(S("seniority"), t.seniority), "seniority.title",
              t.seniority_confidence, from);
        learn(f, "function", t.function, enrich_label(S("function"), t.function), "function.title",
              t.function_confidence, from);
    }
}

static const struct fact *fact_of(const struct found *f, const char *field)
{
    for (size_t i = 0; i < f->n; i++)
        if (str_is(f->v[i].field, field))
            return &f->v[i];
    return NULL;
}

/* What the card says itself is no news. */
static bool said_already(struct found *f, const struct fact *fact)
{
    if (str_is(fact->field, "company")) {
        struct card_item org = card_first(f->card, CARD_ORGANIZATIONS);
        return card_has(&org);
    }
    for (struct card_item it = card_first(f->card, CARD_ADDRESSES); card_has(&it); card_step(&it)) {
        if (str_is(fact->field, "country") && json_get_text(it.json, S("countryCode")).n)
            return true;
        if (str_is(fact->field, "region") && card_address_part(f->a, it.json, S("locality")).n)
            return true;
        if (str_is(fact->field, "timezone") && json_get_text(it.json, S("timeZone")).n)
            return true;
    }
    return false;
}

void enrich_card(struct arena *a, const struct json *card, const struct enrich_hints *hints, struct fact **ret,
                 size_t *ret_n)
{
    struct found f = { a, card, arena_array(a, struct fact, FACTS_MAX), 0 };
    size_t       kept = 0, looked = 0;

    from_addresses(&f);
    for (struct card_item it = card_first(card, CARD_PHONES); card_has(&it) && looked < 20; card_step(&it), looked++)
        from_phone(&f, &it, hints->region);
    looked = 0;
    for (struct card_item it = card_first(card, CARD_EMAILS); card_has(&it) && looked < 20; card_step(&it), looked++)
        from_mail(&f, &it);
    from_titles(&f);
    const struct fact *country = fact_of(&f, "country");
    if (country) {
        struct str zone = area_timezone(country->value);
        learn(&f, "timezone", zone, zone, "timezone.country", country->confidence - 5, country->from);
    }
    for (size_t i = 0; i < f.n; i++)
        if (!said_already(&f, &f.v[i]))
            f.v[kept++] = f.v[i];
    *ret = f.v;
    *ret_n = kept;
}

struct str enrich_rule_text(struct str rule)
{
    static const struct {
        const char *rule, *text;
    } rules[] = {
        { "country.address", "The address names the country." },
        { "country.landline", "The telephone number belongs to this country." },
        { "country.mobile", "The mobile number belongs to this country." },
        { "country.mail", "The mail domain ends with this country's letters." },
        { "region.phone", "The area code of the telephone number belongs to this place." },
        { "company.mail", "The mail address is at this company's own domain, which gives no mailboxes to the public." },
        { "seniority.title", "The job title says the rank." },
        { "function.title", "The job title says the field of work." },
        { "timezone.country", "Everybody in this country keeps this time." },
    };
    for (size_t i = 0; i < countof(rules); i++)
        if (str_is(rule, rules[i].rule))
            return str_of(rules[i].text);
    return S("");
}

struct str enrich_label(struct str field, struct str value)
{
    static const struct {
        const char *field, *value, *label;
    } labels[] = {
        { "seniority", "owner", "Owner" },
        { "seniority", "founder", "Founder" },
        { "seniority", "cxo", "Top management" },
        { "seniority", "partner", "Partner" },
        { "seniority", "vp", "Vice president" },
        { "seniority", "head", "Head of department" },
        { "seniority", "director", "Director" },
        { "seniority", "manager", "Manager" },
        { "seniority", "senior", "Senior" },
        { "seniority", "staff", "Staff" },
        { "seniority", "entry", "Entry level" },
        { "seniority", "intern", "Intern" },
        { "function", "engineering", "Engineering" },
        { "function", "product", "Product" },
        { "function", "design", "Design" },
        { "function", "marketing", "Marketing" },
        { "function", "sales", "Sales" },
        { "function", "finance", "Finance" },
        { "function", "legal", "Legal" },
        { "function", "human_resources", "Human resources" },
        { "function", "operations", "Operations" },
        { "function", "support", "Customer support" },
        { "function", "research", "Research" },
        { "function", "education", "Education" },
        { "function", "health", "Health" },
        { "function", "hospitality", "Hospitality" },
        { "function", "manufacturing", "Manufacturing" },
        { "function", "purchasing", "Purchasing" },
        { "function", "administration", "Administration" },
        { "function", "consulting", "Consulting" },
        { "function", "public_service", "Public service" },
        { "function", "media", "Media" },
        { "function", "real_estate", "Real estate" },
    };
    for (size_t i = 0; i < countof(labels); i++)
        if (str_is(field, labels[i].field) && str_is(value, labels[i].value))
            return str_of(labels[i].label);
    return value;
}

/* ---- the stored row ---- */

static const struct json *same_value(const struct json *row, struct str field, struct str value)
{
    json_each(item, row)
        if (str_eq(json_get_text(item, S("field")), field) && str_eq(json_get_text(item, S("value")), value))
            return item;
    return NULL;
}

static struct json *fact_json(struct arena *a, const struct fact *fact, struct str state)
{
    struct json *o = json_new(a, JSON_OBJECT);

    json_set_text(a, o, S("field"), fact->field);
    json_set_text(a, o, S("value"), fact->value);
    json_set_text(a, o, S("label"), fact->label);
    json_set_text(a, o, S("rule"), fact->rule);
    json_add(o, S("confidence"), json_new_i64(a, fact->confidence));
    json_set_text(a, o, S("from"), fact->from);
    json_set_text(a, o, S("state"), state);
    return o;
}

struct json *enrich_row(struct arena *a, struct str earlier_json, const struct fact *facts, size_t n)
{
    struct json *row = json_new(a, JSON_ARRAY), *earlier = NULL;

    if (earlier_json.n && json_parse(a, earlier_json, &earlier, NULL) != RC_OK)
        earlier = NULL;
    for (size_t i = 0; i < n; i++) {
        const struct json *before = same_value(earlier, facts[i].field, facts[i].value);
        struct str         state = json_get_text(before, S("state"));
        json_push(row, fact_json(a, &facts[i], state.n ? state : S("proposed")));
    }
    json_each(item, earlier) {
        bool decided = !str_is(json_get_text(item, S("state")), "proposed");
        if (decided && !same_value(row, json_get_text(item, S("field")), json_get_text(item, S("value"))))
            json_push(row, json_copy(a, item));
    }
    return row;
}
