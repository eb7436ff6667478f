#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "contact/area.h"
#include "enrich/avatar.h"
#include "enrich/enrich.h"
#include "contact/mail_domains.h"
#include "enrich/title.h"

static void titles_say_rank_and_field(void **state)
{
    static const struct {
        const char *title, *seniority, *function;
    } cases[] = {
        { "CEO", "cxo", "" },
        { "Chief Executive Officer", "cxo", "" },
        { "CTO", "cxo", "engineering" },
        { "Co-Founder & CEO", "founder", "" },
        { "Owner", "owner", "" },
        { "Product Owner", "senior", "product" },
        { "VP Marketing", "vp", "marketing" },
        { "Vice President, Engineering", "vp", "engineering" },
        { "Head of Operations", "head", "operations" },
        { "Sales Director", "director", "sales" },
        { "Senior Software Engineer", "senior", "engineering" },
        { "Software Engineer", "staff", "engineering" },
        { "Marketing Intern", "intern", "marketing" },
        { "Executive Assistant", "entry", "administration" },
        { "Assistant to the CEO", "entry", "administration" },
        { "HR Business Partner", "senior", "human_resources" },
        { "Partner", "partner", "" },
        { "Geschäftsführerin", "cxo", "" },
        { "Vertriebsleiter", "head", "sales" },
        { "Leiter Einkauf", "head", "purchasing" },
        { "Projektleiterin", "manager", "" },
        { "Werkstudent", "intern", "" },
        { "Rechtsanwältin", "staff", "legal" },
        { "Inhaber", "owner", "" },
        { "Buchhalterin", "staff", "finance" },
        { "Directeur général", "cxo", "" },
        { "Chef de projet", "manager", "" },
        { "Avocate", "staff", "legal" },
        { "Stagiaire", "intern", "" },
        { "Directrice commerciale", "director", "sales" },
        { "Gerente de Ventas", "manager", "sales" },
        { "Director General", "cxo", "" },
        { "Jefe de Compras", "head", "purchasing" },
        { "Ingeniera de Software", "staff", "engineering" },
        { "Amministratore Delegato", "cxo", "" },
        { "Direttore Commerciale", "director", "sales" },
        { "Titolare", "owner", "" },
        { "Responsabile Acquisti", "head", "purchasing" },
        { "Diretor Executivo", "cxo", "" },
        { "Estagiária", "intern", "" },
        { "Sócia-Diretora", "partner", "" },
        { "Directeur", "director", "" },
        { "Hoofd Inkoop", "head", "purchasing" },
        { "Διευθυντής Πωλήσεων", "director", "sales" },
        { "Διευθύνων Σύμβουλος", "cxo", "" },
        { "Δικηγόρος", "staff", "legal" },
        { "Ιδιοκτήτης", "owner", "" },
        { "Генеральный директор", "cxo", "" },
        { "Менеджер по продажам", "manager", "sales" },
        { "Руководитель отдела", "head", "" },
        { "Юрист", "staff", "legal" },
        { "Verkställande direktör", "cxo", "" },
        { "Prezes zarządu", "cxo", "" },
        { "Genel Müdür", "cxo", "" },
        { "代表取締役", "cxo", "" },
        { "部長", "head", "" },
        { "課長", "manager", "" },
        { "营业", "", "" },
        { "总经理", "cxo", "" },
        { "软件工程师", "staff", "engineering" },
        { "대표이사", "cxo", "" },
        { "", "", "" },
        { "xyzzy", "", "" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        struct title t;
        title_read(a, str_of(cases[i].title), &t);
        if (!str_is(t.seniority, cases[i].seniority) || !str_is(t.function, cases[i].function))
            fail_msg("%s: %.*s %.*s", cases[i].title, STR_ARG(t.seniority), STR_ARG(t.function));
    }
}

static void domains_of_mail(void **state)
{
    static const struct {
        const char *domain, *country, *company;
        bool        is_public;
    } cases[] = {
        { "gmail.com", "", "", true },
        { "gmx.de", "DE", "", true },
        { "yahoo.co.uk", "GB", "", true },
        { "t-online.de", "DE", "", true },
        { "acme-widgets.co.uk", "GB", "Acme Widgets", false },
        { "mail.acme.de", "DE", "Acme", false },
        { "ibm.com", "", "IBM", false },
        { "start.io", "", "Start", false },
        { "otenet.gr", "GR", "", true },
        { "cytanet.com.cy", "CY", "", true },
        { "163.com", "", "", true },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        struct str domain = str_of(cases[i].domain);
        struct str company = mail_domain_company(a, domain), country = mail_domain_country(domain);
        if (mail_domain_is_public(domain) != cases[i].is_public || !str_is(company, cases[i].company) ||
            !str_is(country, cases[i].country))
            fail_msg("%s: %.*s %.*s", cases[i].domain, STR_ARG(country), STR_ARG(company));
    }
}

static void numbers_have_places(void **state)
{
    static const struct {
        const char *e164, *country, *place, *region;
        bool        mobile;
    } cases[] = {
        { "+12125550100", "US", "New York", "US-NY", false },
        { "+14165550100", "CA", "Toronto", "CA-ON", false },
        { "+4930123456", "DE", "Berlin", "DE-BE", false },
        { "+491701234567", "DE", "", "", true },
        { "+35722123456", "CY", "Nicosia", "CY-01", false },
        { "+35799123456", "CY", "", "", true },
        { "+5511912345678", "BR", "São Paulo", "BR-SP", true },
        { "+81312345678", "JP", "Tokyo", "JP-13", false },
        { "+33123456789", "FR", "Paris", "FR-IDF", false },
        { "+420212345678", "CZ", "Prague", "CZ-10", false },
        { "+420777123456", "CZ", "", "", true },
        { "+43662123456", "AT", "Salzburg", "AT-5", false },
        { "+861012345678", "CN", "Beijing", "CN-BJ", false },
        { "+41712345678", "CH", "St. Gallen", "CH-SG", false },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        struct area area;
        area_of(str_of(cases[i].e164), str_of(cases[i].country), &area);
        if (!str_is(area.place, cases[i].place) || !str_is(area.region, cases[i].region) ||
            area.mobile != cases[i].mobile)
            fail_msg("%s: %.*s %.*s %d", cases[i].e164, STR_ARG(area.place), STR_ARG(area.region), area.mobile);
    }
}

static const struct fact *find(const struct fact *facts, size_t n, const char *field)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(facts[i].field, field))
            return &facts[i];
    return NULL;
}

static size_t facts_of(struct arena *a, const char *text, struct fact **ret)
{
    struct json *card;
    size_t       n;
    assert_int_equal(card_parse(a, str_of(text), S("u"), &card, NULL), RC_OK);
    enrich_card(a, card, &(struct enrich_hints){ S("DE") }, ret, &n);
    return n;
}

static void better_evidence_wins(void **state)
{
    auto_free(arena) a = arena_new(1 << 14);
    struct fact *facts;
    (void)state;
    size_t             n = facts_of(a,
                                    "{\"@type\":\"Card\",\"version\":\"1.0\",\"phones\":{\"p1\":{\"number\":\"+33 6 "
                                                "12345678\"}},\"emails\":{\"e1\":{\"address\":\"x@acme.it\"}},"
                                                "\"addresses\":{\"a1\":{\"full\":\"Via Roma 1, Nicosia, Cyprus\"}}}",
                                    &facts);
    const struct fact *country = find(facts, n, "country");
    assert_true(country && str_is(country->value, "CY") && str_is(country->rule, "country.address") &&
                str_is(country->from, "addresses/a1"));
    assert_true(str_is(find(facts, n, "company")->value, "Acme"));
    assert_true(str_is(find(facts, n, "timezone")->value, "Asia/Nicosia"));
    n = facts_of(a,
                 "{\"@type\":\"Card\",\"version\":\"1.0\",\"phones\":{\"p1\":{\"number\":\"+49 30 "
                 "123456\"}},\"emails\":{\"e1\":{\"address\":\"x@acme.it\"}}}",
                 &facts);
    assert_true(str_is(find(facts, n, "country")->value, "DE"));
    assert_true(str_is(find(facts, n, "region")->value, "Berlin"));
    for (size_t i = 0; i < n; i++)
        assert_true(enrich_rule_text(facts[i].rule).n > 0);
}

static void what_the_card_says_is_no_fact(void **state)
{
    auto_free(arena) a = arena_new(1 << 14);
    struct fact *facts;
    (void)state;
    size_t n = facts_of(a,
                        "{\"@type\":\"Card\",\"version\":\"1.0\",\"organizations\":{\"o\":{\"name\":\"Acme\"}},"
                        "\"emails\":{\"e1\":{\"address\":\"x@acme.com\"}},"
                        "\"addresses\":{\"a1\":{\"countryCode\":\"CY\"}}}",
                        &facts);
    assert_null(find(facts, n, "country"));
    assert_null(find(facts, n, "company"));
}

static void decisions_stay(void **state)
{
    auto_free(arena) a = arena_new(1 << 14);
    const struct fact facts[] = { { S("country"), S("DE"), S("Germany"), S("country.mail"), 60, S("emails/e1") },
                                  { S("company"), S("Acme"), S("Acme"), S("company.mail"), 80, S("emails/e1") } };
    (void)state;
    struct json *row =
        enrich_row(a,
                   S("[{\"field\":\"country\",\"value\":\"DE\",\"rule\":\"country.mobile\",\"state\":\"rejected\"},"
                     "{\"field\":\"company\",\"value\":\"Other\",\"state\":\"proposed\"},{\"field\":\"function\","
                     "\"value\":\"legal\",\"state\":\"accepted\"}]"),
                   facts, countof(facts));
    assert_int_equal(row->n, 3);
    assert_true(str_is(json_get_text(json_at(row, 0), S("state")), "rejected"));
    assert_true(str_is(json_get_text(json_at(row, 1), S("state")), "proposed"));
    assert_true(str_is(json_get_text(json_at(row, 2), S("state")), "accepted"));
}

static void avatars_are_safe(void **state)
{
    auto_buf b = buf_of(4096);
    (void)state;
    avatar_svg(&b, S("<&"), 120);
    assert_true(str_find(buf_str(&b), S("&lt;&amp;</text>"), 0) != SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(titles_say_rank_and_field),
        cmocka_unit_test(domains_of_mail),
        cmocka_unit_test(numbers_have_places),
        cmocka_unit_test(better_evidence_wins),
        cmocka_unit_test(what_the_card_says_is_no_fact),
        cmocka_unit_test(decisions_stay),
        cmocka_unit_test(avatars_are_safe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
