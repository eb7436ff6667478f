/* Normal forms of contacts: what two spellings of one thing share. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/utf8.h"
#include "contact/card.h"
#include "contact/company.h"
#include "contact/email.h"
#include "contact/fold.h"
#include "contact/keys.h"
#include "contact/name.h"
#include "contact/person.h"
#include "contact/phone/phone_field.h"
#include "contact/place.h"
#include "contact/place_table.h"

static void same(struct str got, const char *want, const char *what)
{
    if (!str_is(got, want))
        fail_msg("'%s': want '%s', got '" STR_FMT "'", what, want, STR_ARG(got));
}

static void text_is_folded(void **state)
{
    static const struct {
        const char *raw, *folded, *alias;
    } cases[] = {
        { "", "", "" },
        { "  Ann\t SMITH \n", "ann smith", "" },
        { "Ánna Müller", "anna muller", "anna mueller" },
        { "Mu\xcc\x88ller", "muller", "mueller" },
        { "Straße", "strasse", "" },
        { "Łukasz Żółć", "lukasz zolc", "" },
        { "Bjørn Åse", "bjorn ase", "bjorn aase" },
        { "İstanbul", "istanbul", "" },
        { "Юрий Щукин", "yurii shchukin", "" },
        { "Γιώργος Παπανδρέου", "giorgos papandreou", "" },
        { "ﬁ Ⅳ ① Ａ", "fi iv 1 a", "" },
        { "한국어", "한국어", "" },
        { "शर्मा", "शर्मा", "" },
        { "O’Brien", "o'brien", "" },
        { "a\xffz", "a z", "" },
        { "\xc2\xa0x\xe2\x80\x89y", "x y", "" },
        { "שָׁלוֹם", "שלום", "" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        struct str once = fold_text(a, str_of(cases[i].raw));
        same(once, cases[i].folded, cases[i].raw);
        same(fold_text(a, once), cases[i].folded, cases[i].folded);
        same(fold_alias(a, str_of(cases[i].raw)), cases[i].alias, cases[i].raw);
    }
}

static void long_text_is_folded_in_pieces(void **state)
{
    auto_free(arena) a = arena_new(4096);
    auto_buf b = buf_of(1 << 20), want = buf_of(1 << 20);
    (void)state;
    for (int i = 0; i < 5000; i++) {
        buf_put(&b, i % 7 ? S("é") : S("é "));
        buf_put(&want, i % 7 || i == 4999 ? S("e") : S("e "));
    }
    assert_true(str_eq(fold_text(a, buf_str(&b)), str_trim(buf_str(&want))));
}

static void words_are_found(void **state)
{
    auto_free(arena) a = arena_new(4096);
    struct str               rest = S("o'brien-smith u.s. , x2 +"), word;
    static const char *const want[] = { "obrien", "smith", "us", "x2" };
    size_t                   n = 0;
    (void)state;
    while (fold_word(a, &rest, &word))
        same(word, want[n++], "words");
    assert_int_equal(n, 4);
    same(fold_bare(a, S(" B & b ")), "bb", "bare");
}

static void who_signs_up_has_a_whole_address(void **state)
{
    static const struct {
        const char *raw, *key; /* key NULL: refused */
    } cases[] = {
        { "Ann@Example.ORG", "ann@example.org" },
        { "\xef\xbd\x81lice@x.example", "alice@x.example" },  /* full-width a */
        { "\xef\xac\x81ne@x.example", "fine@x.example" },     /* fi as one letter */
        { "al\xe2\x80\x8bice@x.example", "alice@x.example" }, /* a space without width */
        { "alice\xef\xbc\xa0x\xef\xbc\x8e"
          "example",
          "alice@x.example" }, /* full-width @ and dot */
        { "j\xc3\xb6rg@m\xc3\xbcller.example", "j\xc3\xb6rg@m\xc3\xbcller.example" },
        { "root@localhost", "root@localhost" },
        { "a+tag@x.example", "a+tag@x.example" },
        { "a@b", NULL },
        { "a@.example", NULL },
        { "a@x..example", NULL },
        { "a@-x.example", NULL },
        { "a@x_y.example", NULL },
        { "a@[127.0.0.1]", NULL },
        { "Ann <ann@x.example>", NULL },
        { "mailto:ann@x.example", NULL },
        { "a@x.example,b@x.example", NULL },
        { "\"a b\"@x.example", NULL },
        { "a b@x.example", NULL },
        { "a@b@x.example", NULL },
        { "a\x01@x.example", NULL },
        { "a\xff@x.example", NULL },
        { "", NULL },
    };
    auto_free(arena) a = arena_new(4096);
    struct str key, parts = S("");
    struct err e = { 0 };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        enum rc rc = email_sign_up_key(a, str_of(cases[i].raw), &key, &e);
        if (cases[i].key ? rc != RC_OK || !str_is(key, cases[i].key) : rc != RC_INVALID)
            fail_msg("%s: %s " STR_FMT, cases[i].raw, rc_name(rc), STR_ARG(rc == RC_OK ? key : S("")));
    }
    for (int i = 0; i < 30; i++)
        parts = str_join(a, parts, S("."), S("sevenof"));
    struct str local = str_fmt(a, "%064d", 0);
    assert_int_equal(email_sign_up_key(a, str_fmt(a, "a@" STR_FMT ".example", STR_ARG(parts)), &key, &e), RC_OK);
    assert_int_equal(email_sign_up_key(a, str_fmt(a, "abcdefg@" STR_FMT ".example", STR_ARG(parts)), &key, &e),
                     RC_INVALID);
    assert_int_equal(email_sign_up_key(a, str_fmt(a, STR_FMT "@x.example", STR_ARG(local)), &key, &e), RC_OK);
    assert_int_equal(email_sign_up_key(a, str_fmt(a, STR_FMT "0@x.example", STR_ARG(local)), &key, &e), RC_INVALID);
}

static void emails_have_keys(void **state)
{
    static const struct {
        const char *raw, *key;
    } cases[] = {
        { " Ann@Example.COM\n", "ann@example.com" },
        { "Ann.Smith+news@GoogleMail.com", "annsmith@gmail.com" },
        { "mailto:bob@x.org?subject=hi", "bob@x.org" },
        { "Ann <ann@x.org>", "ann@x.org" },
        { "ann+tag@x.org", "ann+tag@x.org" },
        { "ÄNN@MÜLLER.DE", "änn@müller.de" },
        { "...@gmail.com", "...@gmail.com" },
        { "a@b@c", NULL },
        { "@x.org", NULL },
        { "ann@", NULL },
        { "an n@x.org", NULL },
        { "", NULL },
        { "ann@x.org.", "ann@x.org" },
        { "mailto:mailto:b@x.org.?subject=hi", "b@x.org" },
        { "mailto:<mailto:b@x.org>", "b@x.org" },
        { "m.ailto:b@gmail.com", "b@gmail.com" }, /* dots go, and what is left names another address */
        { "anna@xn--mller-kva.example", "anna@müller.example" },
        { "anna@MÜLLER.example", "anna@müller.example" },
        { "anna@müller.example", "anna@müller.example" }, /* decomposed */
        { "anna@xn--", "anna@xn--" },
        { "anna@straße.example", "anna@straße.example" },
        { "anna＠example.org", "anna@example.org" },
        { "anna@例え。テスト", "anna@例え.テスト" },
        { "\"Anna\"@x.org", "anna@x.org" },
        { "\"anna berg\"@x.org", "\"anna berg\"@x.org" },
        { "\"a@b\"@x.org", "\"a@b\"@x.org" },
        { "\"Berg, Anna <x>\" <Anna@x.org>", "anna@x.org" },
        { "anna@x.org,", "anna@x.org" },
        { "anna@x.org;", "anna@x.org" },
        { "<anna@x.org>,", "anna@x.org" },
        { "anna@x.org (privat)", "anna@x.org" },
        { "​anna@x.org", "anna@x.org" },
        { "\"\"@x.org", "\"\"@x.org" },
        { "anna@x.org, otto@x.org", NULL },
        { "mailto:mailto:mailto:mailto:mailto:mailto:mailto:mailto:mailto:mailto:b@x.org", NULL },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        struct str key, again;
        enum rc    rc = email_key(a, str_of(cases[i].raw), &key, NULL);
        assert_int_equal(rc, cases[i].key ? RC_OK : RC_INVALID);
        if (rc != RC_OK)
            continue;
        same(key, cases[i].key, cases[i].raw);
        assert_int_equal(email_key(a, key, &again, NULL), RC_OK);
        same(again, cases[i].key, cases[i].key);
    }
    auto_free(arena) b = arena_new(4096);
    same(email_ascii(b, S("anna@müller.example")), "anna@xn--mller-kva.example", "müller");
    same(email_ascii(b, S("anna@x.org")), "anna@x.org", "x.org");
    assert_true(email_is_role(S("info@acme.com")));
    assert_true(email_is_role(S("sales+eu@acme.com")));
    assert_false(email_is_role(S("ann@acme.com")));
}

/* What a number is known by: its E.164, else '~' and the tail; nothing for a service. */
static struct str identity(struct arena *a, const struct phone *p)
{
    if (p->service)
        return S("");
    return p->e164.n || !p->tail.n ? p->e164 : str_fmt(a, "~" STR_FMT, STR_ARG(p->tail));
}

static void phones_have_keys(void **state)
{
    static const struct {
        const char *raw, *region, *key, *extension;
    } cases[] = {
        { "+49 (0)30 123456", "", "+4930123456", "" },
        { "030/123456", "DE", "+4930123456", "" },
        { "030/123456", "", "~30123456", "" },
        { "0049 30 123456", "FR", "+4930123456", "" },
        { "49 30 12345678", "DE", "+493012345678", "" },
        { "+49 030 123456", "", "+4930123456", "" },
        { "001 212 555 0100 x12", "DE", "+12125550100", "12" },
        { "(212) 555-0100", "US", "+12125550100", "" },
        { "1-800-FLOWERS", "US", "+18003569377", "" },
        { "011 44 20 7946 0958", "US", "+442079460958", "" },
        { "+44 (0) 20 7946 0958", "", "+442079460958", "" },
        { "020 7946 0958", "gb", "+442079460958", "" },
        { "tel:+1-201-555-0123;ext=7", "", "+12015550123", "7" },
        { "Tel.: 01 23 45 67 89", "FR", "+33123456789", "" },
        { "06 698 12345", "IT", "+390669812345", "" },
        { "8 (495) 123-45-67", "RU", "+74951234567", "" },
        { "112", "DE", "", "" },
        { "call Bob", "DE", NULL, NULL },
        { "", "", NULL, NULL },
        { "٠٣٠ ١٢٣٤٥٦", "DE", "+4930123456", "" },
        { "+999 1234567", "", "~991234567", "" },
        { "555-0100", "US", "~5550100", "" },
        { "+1 212 555 0100 ext. 99", "", "+12125550100", "99" },
        { "030 123456, Durchwahl 12", "DE", "+4930123456", "12" },
        { "123456789012345678901", "", NULL, NULL },
        { "030/123456", "de", "+4930123456", "" },
        { "030/123456", "ZZ", "~30123456", "" },
        { "03-1234-5678", "JP", "+81312345678", "" },
        { "20 16 25", "FO", "+298201625", "" },
        { "8 024 917-10-04", "BY", "+375249171004", "" },
        { "8 801 123 4567", "BY", "+3758011234567", "" },
        { "06 1 234 5678", "HU", "+3612345678", "" },
        /* how people write them */
        { "+49 (0)172 1234567", "", "+491721234567", "" },
        { "0170 1234567 (private)", "DE", "+491701234567", "" },
        { "0170 1234567 mobil", "DE", "+491701234567", "" },
        { "0711 1234 DW 56", "DE", "+497111234", "56" },
        { "0711 123456 ext. 42", "DE", "+49711123456", "42" },
        { "0711 123456x42", "DE", "+49711123456", "42" },
        { "0711 123456 Durchwahl 12", "DE", "+49711123456", "12" },
        { "01 23 45 67 89 poste 12", "FR", "+33123456789", "12" },
        { "06 698 12345 int. 12", "IT", "+390669812345", "12" },
        { "*31#0170 1234567", "DE", "+491701234567", "" },
        { "#31#0170 1234567", "DE", "+491701234567", "" },
        { "0170 1234567p12", "DE", "+491701234567", "12" },
        { "0170 1234567,,12#", "DE", "+491701234567", "12" },
        { "0170 1234567;12", "DE", "+491701234567", "12" },
        { "0170 1234567w12", "DE", "+491701234567", "12" },
        { "0 21 11 98765-4321", "BR", "+5511987654321", "" },
        { "(0xx11) 98765-4321", "BR", "+5511987654321", "" },
        { "0xx11 98765-4321", "BR", "+5511987654321", "" },
        { "044 55 1234 5678", "MX", "+525512345678", "" },
        { "01 55 1234 5678", "MX", "+525512345678", "" },
        { "+52 1 55 1234 5678", "MX", "+525512345678", "" },
        { "045 55 1234 5678", "MX", "+525512345678", "" },
        { "17951 138 0013 8000", "CN", "+8613800138000", "" },
        { "17951 010 6552 9988", "CN", "+861065529988", "" },
        { "1-800-FLOWERS", "US", "+18003569377", "" },
        { "1-800-FLOWERS", "", "+18003569377", "" },
        { "1-800-CONTACTS", "US", "+18002668228", "" },
        { "+1 800 GO FEDEX", "", "+18004633339", "" },
        { "13 CABS", "AU", "+61132227", "" },
        { "1300 FLOWERS", "AU", "+611300356937", "" },
        { "1800 REVERSE", "AU", "+611800738377", "" },
        { "0800 FLOWERS", "DE", "+498003569377", "" },
        { "212-555-HOME", "US", "+12125554663", "" },
        { "212 555 0100 home", "US", "+12125550100", "" },
        { "212 555 0100 private", "US", "+12125550100", "" },
        { "555 private", "US", "", "" },
        { "０１７０ １２３４５６７", "DE", "+491701234567", "" },
        { "＋４９　１７０（１２３）４５６７", "DE", "+491701234567", "" },
        { "۰۹۱۲۳۴۵۶۷۸۹", "IR", "+989123456789", "" },
        { "+९८ ९१२ ३४५ ६७८९", "", "+989123456789", "" },
        { "tel:+49-30-123456;ext=7", "", "+4930123456", "7" },
        { "tel:30123456;phone-context=+49", "", "+4930123456", "" },
        { "tel:7042;phone-context=example.com", "DE", "", "" },
        { "+ 49 170 1234567", "", "+491701234567", "" },
        { "++49 170 1234567", "", "+491701234567", "" },
        { "0049(0)170 1234567", "DE", "+491701234567", "" },
        { "8 (495) 123-45-67", "RU", "+74951234567", "" },
        { "+39 (0)6 698 12345", "", "+390669812345", "" },
        { "06 698 12345", "IT", "+390669812345", "" },
        { "011 15 1234-5678", "AR", "+5491112345678", "" },
        { "+54 9 11 1234 5678", "", "+5491112345678", "" },
        { "0351 15 123 4567", "AR", "+5493511234567", "" },
        { "02652 15 123456", "AR", "+5492652123456", "" },
        { "+54 11 15 1234 5678", "", "+5491112345678", "" },
        { "*67 212 555 0100", "US", "+12125550100", "" },
        { "*100#", "DE", "", "" },
        { "Bob 030 1234567", "DE", "+49301234567", "" },
        { "тел. 8 495 123-45-67 доб. 12", "RU", "+74951234567", "12" },
        { "+81 3 1234 5678 (内線 12)", "JP", "+81312345678", "12" },
        { "030 1234567 (9-17h)", "DE", "+49301234567", "" },
        { "030 1234567 ab 18 Uhr", "DE", "+49301234567", "" },
        { "Privat: 030 1234567", "DE", "+49301234567", "" },
        { "030 1234567 - privat", "DE", "+49301234567", "" },
        { "0170 1234567 (2)", "DE", "+491701234567", "" },
        { "+49 170 1234567 (WhatsApp)", "", "+491701234567", "" },
        { "p 030 1234567", "DE", "+49301234567", "" },
        { "030/1234567-0", "DE", "+493012345670", "" },
        { "+4930 1234567 Zentrale, -12 Sekretariat", "", "+49301234567", "" },
        { "(030) 1234567 priv.", "DE", "+49301234567", "" },
        { "0170-MOBIL-1234567", "DE", "+491701234567", "" },
        { "0711 12 34 56, App. 12", "DE", "+49711123456", "12" },
        { "+44 (0)20 7946 0958 #123", "", "+442079460958", "123" },
        { "030 1234567 x. 12", "DE", "+49301234567", "12" },
        { "(0)30 1234567", "DE", "+49301234567", "" },
        { "0 30 / 1234 567", "DE", "+49301234567", "" },
        { "+1-212-555-0100 Ext: 42", "", "+12125550100", "42" },
        { "212.555.0100 extension 4242", "US", "+12125550100", "4242" },
        { "0711 123456 DW: 56", "DE", "+49711123456", "56" },
        { "0711 123456 (Dw.56)", "DE", "+49711123456", "56" },
        { "+43 1 12345 DW 56", "AT", "+43112345", "56" },
        { "0711/123456 Fax", "DE", "+49711123456", "" },
        { "030/1234567", "DE", "+49301234567", "" },
        { "0711 / 1234567", "DE", "+497111234567", "" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        struct phone p;
        enum rc      rc = phone_parse(a, str_of(cases[i].raw), str_of(cases[i].region), &p, NULL);
        if ((rc == RC_OK) != (cases[i].key != NULL))
            fail_msg("'%s': rc %d", cases[i].raw, (int)rc);
        if (rc != RC_OK)
            continue;
        same(identity(a, &p), cases[i].key, cases[i].raw);
        same(p.extension, cases[i].extension, cases[i].raw);
        if (!p.e164.n)
            continue;
        assert_int_equal(phone_parse(a, p.e164, S(""), &p, NULL), RC_OK);
        same(identity(a, &p), cases[i].key, cases[i].key);
    }
}

static void fields_of_several_numbers_are_parted(void **state)
{
    static const struct {
        const char *raw, *region, *keys;
    } cases[] = {
        { "0711 1111111 / 0170 2222222", "DE", "+497111111111 +491702222222" },
        { "0711 1111111 oder 0170 2222222", "DE", "+497111111111 +491702222222" },
        { "0711 1111111; 0170 2222222", "DE", "+497111111111 +491702222222" },
        { "0711 1111111, 0170 2222222", "DE", "+497111111111 +491702222222" },
        { "+49 711 1111111 +49 170 2222222", "", "+497111111111 +491702222222" },
        { "212 555 0100 or 212 555 0101", "US", "+12125550100 +12125550101" },
        { "212-555-0100/212-555-0101", "US", "+12125550100 +12125550101" },
        { "600 123 456 / 600 123 457", "ES", "+34600123456 +34600123457" },
        { "0170 1111111 (privat), 0711 2222222 (Büro)", "DE", "+491701111111 +497112222222" },
        { "0170 1111111 und 0711 2222222", "DE", "+491701111111 +497112222222" },
        { "02 1234567 ; +32 475 123456", "BE", "+3221234567 +32475123456" },
        { "03-1234-5678、090-1234-5678", "JP", "+81312345678 +819012345678" },
        { "0711 111111\n0170 2222222", "DE", "+49711111111 +491702222222" },
        { "555-0100 / 555-0101", "US", "~5550100 ~5550101" },
        { "0711 123456 u. 0170 2222222", "DE", "+49711123456 +491702222222" },
        { "", "DE", "" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        struct str   keys = S("");
        struct phone p;
        for (struct str rest = str_of(cases[i].raw), one; phone_next(&rest, &one);) {
            assert_int_equal(phone_parse(a, one, str_of(cases[i].region), &p, NULL), RC_OK);
            keys = str_join(a, keys, S(" "), p.e164.n ? p.e164 : str_fmt(a, "~" STR_FMT, STR_ARG(p.tail)));
        }
        same(keys, cases[i].keys, cases[i].raw);
    }
}

/* "number|remark" of each phone a field stands for. */
static void fields_become_phones(void **state)
{
    static const char *const cases[][2] = {
        { "0711 111111 / 0170 2222222", "0711 111111| 0170 2222222|" },
        { "0711 111111 (Büro) / 0170 2222222 privat", "0711 111111|Büro 0170 2222222|privat" },
        { "Büro: 0711 111111; mobil: (0170) 2222222", "0711 111111|Büro (0170) 2222222|mobil" },
        { "+49 711 111111 oder 0170 2222222 - nur abends", "+49 711 111111| 0170 2222222|nur abends" },
        { "030 111111 DW 12 / 030 222222 ext. 3", "030 111111 DW 12| 030 222222 ext. 3|" },
        { "0170 1234567 (private)", "0170 1234567 (private)|" }, /* one number stays as it was written */
        { "0711/123456", "0711/123456|" },
        { "call Bob", "call Bob|" },
        { "", "" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        struct phone_field field = { str_of(cases[i][0]), false };
        struct str         all = S(""), number, remark;
        while (phone_field_next(a, &field, &number, &remark))
            all = str_join(a, all, S(" "), str_fmt(a, STR_FMT "|" STR_FMT, STR_ARG(number), STR_ARG(remark)));
        same(all, cases[i][1], cases[i][0]);
    }
}

static void phones_have_regions(void **state)
{
    static const char *const cases[][2] = { { "+4930123456", "DE" },   { "+12125550100", "US" },
                                            { "+14165550100", "CA" },  { "+77172123456", "KZ" },
                                            { "+74951234567", "RU" },  { "+441481234567", "GG" },
                                            { "+442079460958", "GB" }, { "+80012345678", "" },
                                            { "+999123", "" },         { "4930", "" } };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        struct phone p;
        assert_int_equal(phone_parse(a, str_of(cases[i][0]), S(""), &p, NULL), RC_OK);
        same(str_of(p.region), cases[i][1], cases[i][0]);
    }
}

static void people_are_told_from_couples_and_functions(void **state)
{
    static const struct {
        const char *names; /* parted by '|' */
        enum person is;
    } cases[] = {
        { "Anna Berg|José Ortega y Gasset|Ortega y Gasset, José|João Santos e Silva|John Sales|Kai Berg|Dr. Ann B. "
          "Smith, PhD|"
          "Marc-André Post|Hans U. Berg|山田和子|山田 太郎|阿部|Anna Lager|Anna Berg c/o Otto|Ravi Kumar s/o Mohan|"
          "Иван Петров|Smith, Ann|Ann O'Brien|Vendela Berg|(no name)",
          PERSON_ONE },
        { "Anna und Otto Berg|Anna & Bert|Anna&Otto Berg|Mr & Mrs Smith|Mr. and Mrs. John Smith|Anna u. Otto Berg|Jean "
          "et Marie Dupont|"
          "Ana y Luis Gil|Ana Gil y Luis Pérez|João e Maria Silva|Anna e Luca Rossi|Jan en Marie de Vries|Anna i Jan "
          "Nowak|"
          "Анна и Пётр Ивановы|Άννα και Νίκος|Ali ve Ayşe Kaya|Anna/Otto Berg|Anna + Otto|"
          "太郎と花子|王伟和李娜|张伟夫妇|Familie Berg|Fam. Berg|The Smith Family|Famille Dupont|Eheleute Berg|Państwo "
          "Nowak|"
          "Herr und Frau Berg|M. et Mme Dupont|Sr. y Sra. Gil|A. & B. Berg",
          PERSON_SEVERAL },
        { "Buchhaltung|Sales Team|info@acme.example|Praxis Dr. Berg|Sales|Service client|Comptabilité|Ventas "
          "Madrid|Księgowość|"
          "Бухгалтерия|Λογιστήριο|Muhasebe|営業部|财务部|Human Resources Department|ACME Support Team|Büro",
          PERSON_FUNCTION },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        struct str rest = str_of(cases[i].names), name;
        while (str_next(&rest, '|', &name)) {
            struct json *card = card_new(a, S("urn:uuid:x"));
            json_set(card, S("name"), name_object(a, name));
            if (person_of_card(a, card) != cases[i].is)
                fail_msg("%.*s: %d", STR_ARG(name), (int)person_of_card(a, card));
        }
    }
}

static void names_are_split(void **state)
{
    static const struct {
        const char *full, *title, *given, *given2, *surname, *generation, *credential;
    } cases[] = {
        { "Ann Smith", "", "Ann", "", "Smith", "", "" },
        { "Dr. Ann B. Smith, PhD", "Dr.", "Ann", "B.", "Smith", "", "PhD" },
        { "Smith, Ann B", "", "Ann", "B", "Smith", "", "" },
        { "John Smith Jr.", "", "John", "", "Smith", "Jr.", "" },
        { "Ludwig van Beethoven", "", "Ludwig", "", "van Beethoven", "", "" },
        { "María de la Cruz", "", "María", "", "de la Cruz", "", "" },
        { "Frau Prof. Dr. Eva Müller", "Frau Prof. Dr.", "Eva", "", "Müller", "", "" },
        { "Herr Müller", "Herr", "", "", "Müller", "", "" },
        { "Madonna", "", "Madonna", "", "", "", "" },
        { "Jack Ma", "", "Jack", "", "Ma", "", "" },
        { "Ann Smith MBA", "", "Ann", "", "Smith", "", "MBA" },
        { "王 小明", "", "小明", "", "王", "", "" },
        { "von der Leyen, Ursula", "", "Ursula", "", "von der Leyen", "", "" },
        { "Ann Smith (ACME)", "", "Ann", "", "Smith", "", "" },
        { "", "", "", "", "", "", "" },
        { ",", "", "", "", "", "", "" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        struct name n;
        name_split(a, str_of(cases[i].full), &n);
        same(n.title, cases[i].title, cases[i].full);
        same(n.given, cases[i].given, cases[i].full);
        same(n.given2, cases[i].given2, cases[i].full);
        same(n.surname, cases[i].surname, cases[i].full);
        same(n.generation, cases[i].generation, cases[i].full);
        same(n.credential, cases[i].credential, cases[i].full);
    }
}

static void names_have_keys(void **state)
{
    static const char *const cases[][2] = { { "Dr. Ann B. Smith", "ann b smith" },
                                            { "SMITH, Ann B", "ann b smith" },
                                            { "Mrs. Ann Smith (ACME)", "ann smith" },
                                            { "John Smith Jr.", "john smith" },
                                            { "O’Brien Pat", "obrien pat" },
                                            { "Юрий", "yurii" },
                                            { "?", "" } };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        same(name_key(a, str_of(cases[i][0])), cases[i][1], cases[i][0]);
    }
}

static void companies_have_keys(void **state)
{
    static const char *const cases[][2] = { { "ACME Widgets GmbH & Co. KG", "acmewidgets" },
                                            { "Acme Widgets Ltd.", "acmewidgets" },
                                            { "acme-widgets", "acmewidgets" },
                                            { "The ACME Widgets, Inc.", "acmewidgets" },
                                            { "Polska Sp. z o.o.", "polska" },
                                            { "Foo S.A. de C.V.", "foo" },
                                            { "ООО Ромашка", "romashka" },
                                            { "GmbH", "gmbh" },
                                            { "", "" },
                                            { "Smith and Sons", "smithandsons" },
                                            { "Société Générale S.A.", "societegenerale" } };
    static const char *const domains[][2] = { { "mail.acme-widgets.co.uk", "acmewidgets" },
                                              { "acme.com", "acme" },
                                              { "co.uk", "" },
                                              { "localhost", "" },
                                              { "a.b.c.example.de", "example" },
                                              { "me.com", "me" } };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        same(company_key(a, str_of(cases[i][0])), cases[i][1], cases[i][0]);
    }
    for (size_t i = 0; i < countof(domains); i++) {
        auto_free(arena) a = arena_new(4096);
        same(company_label(a, str_of(domains[i][0])), domains[i][1], domains[i][0]);
    }
}

static void countries_are_known(void **state)
{
    static const char *const cases[][2] = { { "Germany", "DE" },
                                            { "DEUTSCHLAND", "DE" },
                                            { "Allemagne", "DE" },
                                            { "de", "DE" },
                                            { "DEU", "DE" },
                                            { "UK", "GB" },
                                            { "U.S.A.", "US" },
                                            { "Österreich", "AT" },
                                            { "Россия", "RU" },
                                            { "日本", "JP" },
                                            { "Atlantis", "" },
                                            { "", "" },
                                            { "The Netherlands", "NL" },
                                            { "Côte d'Ivoire", "CI" } };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        same(place_country(a, str_of(cases[i][0])), cases[i][1], cases[i][0]);
    }
    same(place_country_name(S("de")), "Germany", "de");
}

static void country_table_is_sorted_and_folded(void **state)
{
    auto_free(arena) a = arena_new(1 << 16);
    (void)state;
    for (size_t i = 0; i < place_names_n; i++) {
        struct str name = str_of(place_names[i].name);
        assert_true(i == 0 || str_cmp(str_of(place_names[i - 1].name), name) < 0);
        same(fold_bare(a, name), place_names[i].name, "table");
        assert_true(place_country_name(str_of(place_names[i].code)).n);
    }
}

/* ---- cards ---- */

static struct json *card(struct arena *a, const char *text)
{
    struct json *v = NULL;
    struct err   e = { 0 };
    if (card_parse(a, str_of(text), S("u1"), &v, &e) != RC_OK)
        fail_msg("%s: %s", text, e.text);
    return v;
}

static void cards_are_checked(void **state)
{
    static const struct {
        const char *text, *why;
    } cases[] = {
        { "[]", "not an object" },
        { "{}", "/@type" },
        { "{\"@type\":\"Card\",\"emails\":[]}", "/emails: object of entries" },
        { "{\"@type\":\"Card\",\"emails\":{\"e1\":{}}}", "/emails/e1/address: is missing" },
        { "{\"@type\":\"Card\",\"emails\":{\"e1\":{\"address\":1}}}", "/emails/e1/address: text" },
        { "{\"@type\":\"Card\",\"phones\":{\"p\":{\"number\":\"1\",\"features\":{\"voice\":false}}}}",
          "/phones/p/features: set" },
        { "{\"@type\":\"Card\",\"anniversaries\":{\"a\":{\"kind\":\"birth\",\"date\":{\"month\":13}}}}",
          "/anniversaries/a/date" },
        { "{\"@type\":\"Card\",\"name\":{\"components\":[{\"kind\":\"given\"}]}}", "/name/components/-/value" },
        { "{\"@type\":\"Card\",\"uid\":7}", "/uid: text" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        struct json *v;
        struct err   e = { 0 };
        assert_int_equal(card_parse(a, str_of(cases[i].text), S("u"), &v, &e), RC_INVALID);
        if (!strstr(e.text, cases[i].why))
            fail_msg("%s: want %s, got %s", cases[i].text, cases[i].why, e.text);
    }
    auto_free(arena) a = arena_new(4096);
    struct json *v = card(a, "{\"@type\":\"Card\",\"x.org:y\":[1],\"kind\":null}");
    same(card_uid(v), "u1", "uid");
    same(json_get_text(v, S("version")), "1.0", "version");
    assert_null(json_get(v, S("kind")));
}

static void cards_have_a_head(void **state)
{
    static const struct {
        const char *text, *name, *sort, *company;
    } cases[] = {
        { "{\"@type\":\"Card\",\"name\":{\"components\":[{\"kind\":\"surname\",\"value\":\"Müller\"},{\"kind\":"
          "\"given\",\"value\":\"Eva\"}]},"
          "\"organizations\":{\"o\":{\"name\":\"ACME\"}}}",
          "Eva Müller", "muller eva", "ACME" },
        { "{\"@type\":\"Card\",\"name\":{\"full\":\"  Ann Smith \"}}", "Ann Smith", "ann smith", "" },
        { "{\"@type\":\"Card\",\"name\":{\"isOrdered\":true,\"defaultSeparator\":\"\",\"components\":[{\"kind\":"
          "\"surname\",\"value\":\"王\"},"
          "{\"kind\":\"given\",\"value\":\"小明\"}]}}",
          "王小明", "王 小明", "" },
        { "{\"@type\":\"Card\",\"emails\":{\"e\":{\"address\":\"x@y.z\"}}}", "x@y.z", "x@y.z", "" },
        { "{\"@type\":\"Card\"}", "(no name)", "(no name)", "" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        struct card_head head;
        card_head(a, card(a, cases[i].text), &head);
        same(head.name, cases[i].name, cases[i].text);
        same(head.sort_key, cases[i].sort, cases[i].text);
        same(head.company, cases[i].company, cases[i].text);
    }
}

static void cards_are_built(void **state)
{
    auto_free(arena) a = arena_new(4096);
    struct json *v = card_new(a, S("u"));
    (void)state;
    card_flag(a, card_add_value(a, v, CARD_PHONES, S("+49")), S("features"), S("mobile"));
    card_add_value(a, v, CARD_PHONES, S("+1"));
    json_remove(json_get(v, S("phones")), S("p1"));
    same(card_add_value(a, v, CARD_PHONES, S("+2"))->key, "p3", "id");
    assert_int_equal(card_check(v, NULL), RC_OK);
    struct json *address = card_add(a, v, CARD_ADDRESSES);
    card_component(a, address, S("number"), S("7"));
    card_component(a, address, S("name"), S("Hauptstr."));
    card_component(a, address, S("locality"), S("Berlin"));
    card_component(a, address, S("postcode"), S("10115"));
    json_set_text(a, address, S("countryCode"), S("DE"));
    same(card_address_line(a, address), "Hauptstr. 7, 10115 Berlin, DE", "line");
    same(place_of_address(a, address), "DE", "country");
}

static bool share_key(struct arena *a, const char *x, const char *y, enum key_kind kind)
{
    int64_t kx[KEYS_MAX], ky[KEYS_MAX];
    size_t  nx = keys_of_card(a, card(a, x), S("DE"), kx), ny = keys_of_card(a, card(a, y), S("DE"), ky);

    for (size_t i = 0; i < nx; i++)
        for (size_t k = 0; k < ny; k++)
            if (kx[i] == ky[k] && key_kind_of(kx[i]) == kind)
                return true;
    return false;
}

#define CARD(members) "{\"@type\":\"Card\"," members "}"
static void the_same_person_shares_a_key(void **state)
{
    static const struct {
        const char   *x, *y;
        enum key_kind kind;
    } cases[] = {
        { CARD("\"emails\":{\"e\":{\"address\":\"A.B@gmail.com\"}}"),
          CARD("\"emails\":{\"q\":{\"address\":\"ab@googlemail.com\"}}"), KEY_EMAIL },
        { CARD("\"phones\":{\"e\":{\"number\":\"030 1234567\"}}"),
          CARD("\"phones\":{\"q\":{\"number\":\"+49 30 1234567\"}}"), KEY_PHONE },
        { CARD("\"phones\":{\"e\":{\"number\":\"(212) 555-0100\"}}"),
          CARD("\"phones\":{\"q\":{\"number\":\"+1 212 555 0100\"}}"), KEY_PHONE_TAIL },
        { CARD("\"name\":{\"full\":\"Dr. Ann Smith\"}"), CARD("\"name\":{\"full\":\"SMITH, Ann\"}"), KEY_NAME },
        { CARD("\"name\":{\"full\":\"Ann Smith\"}"), CARD("\"name\":{\"full\":\"A. Smith\"}"), KEY_INITIAL },
        { CARD("\"name\":{\"full\":\"Ann Smith\"},\"organizations\":{\"o\":{\"name\":\"ACME GmbH\"}}"),
          CARD("\"name\":{\"full\":\"Ann Jones\"},\"organizations\":{\"o\":{\"name\":\"acme\"}}"), KEY_COMPANY },
        { CARD("\"links\":{\"l\":{\"uri\":\"https://www.linkedin.com/in/ann/\"}}"),
          CARD("\"onlineServices\":{\"l\":{\"uri\":\"http://linkedin.com/in/Ann\"}}"), KEY_HANDLE },
        { CARD(
              "\"name\":{\"full\":\"Ann "
              "Smith\"},\"anniversaries\":{\"b\":{\"kind\":\"birth\",\"date\":{\"year\":1990,\"month\":2,\"day\":3}}}"),
          CARD("\"name\":{\"full\":\"A. "
               "Smith\"},\"anniversaries\":{\"b\":{\"kind\":\"birth\",\"date\":{\"utc\":\"1990-02-03T00:00:00Z\"}}}"),
          KEY_BIRTHDAY },
        { CARD("\"name\":{\"full\":\"Pruednce Mtthews\"}"), CARD("\"name\":{\"full\":\"Rpudence Matthews\"}"),
          KEY_SOUND },
        { CARD("\"name\":{\"full\":\"Bill Weller\"},\"organizations\":{\"o\":{\"name\":\"ACME GmbH\"}}"),
          CARD("\"name\":{\"full\":\"William Weller\"},\"organizations\":{\"o\":{\"name\":\"Acme\"}}"), KEY_COMPANY },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        if (!share_key(a, cases[i].x, cases[i].y, cases[i].kind))
            fail_msg("%s\n%s share no key of kind %d", cases[i].x, cases[i].y, (int)cases[i].kind);
    }
}

static void a_card_has_at_most_forty_keys(void **state)
{
    auto_free(arena) a = arena_new(1 << 16);
    struct json *v = card_new(a, S("u"));
    int64_t      keys[KEYS_MAX];
    (void)state;
    for (int i = 0; i < 900; i++)
        card_add_value(a, v, CARD_PHONES, str_fmt(a, "+49 30 %d", 1000000 + i));
    assert_int_equal(keys_of_card(a, v, S(""), keys), KEYS_MAX);
    for (size_t i = 0; i < KEYS_MAX; i++)
        assert_true(keys[i] > 0);
}

static void avatars_have_initials(void **state)
{
    static const char *const cases[][2] = { { CARD("\"name\":{\"full\":\"Ann Smith\"}"), "AS" },
                                            { CARD("\"name\":{\"full\":\"élodie\"}"), "É" },
                                            { CARD("\"kind\":\"org\""), "N" },
                                            { CARD("\"kind\":\"org\",\"name\":{\"full\":\"acme gmbh\"}"), "A" } };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(4096);
        same(name_initials(a, card(a, cases[i][0])), cases[i][1], cases[i][0]);
    }
}

/* {"x":{"m0":0,"m1":1,...}} in a card, and {"x":[[[...]]]}. */
static struct str card_of_members(struct arena *a, unsigned members, unsigned depth)
{
    auto_buf b = buf_of(1 << 20);

    buf_put(&b, S("{\"@type\":\"Card\",\"uid\":\"u\",\"m\":{"));
    for (unsigned i = 0; i < members; i++)
        buf_fmt(&b, "%s\"m%u\":%u", i ? "," : "", i, i);
    buf_put(&b, S("},\"d\":"));
    for (unsigned i = 0; i < depth; i++)
        buf_char(&b, '[');
    for (unsigned i = 0; i < depth; i++)
        buf_char(&b, ']');
    buf_char(&b, '}');
    return str_copy(a, buf_str(&b));
}

static void cards_have_limits_in_members_and_depth(void **state)
{
    static const struct {
        unsigned    members, depth;
        const char *why;
    } cases[] = {
        { CARD_MEMBERS_MAX, CARD_DEPTH_MAX - 1, NULL },
        { CARD_MEMBERS_MAX + 1, 1, "card: /m: more than 4096 members in one object" },
        { 1, CARD_DEPTH_MAX, "nested deeper than 32 levels" },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        auto_free(arena) a = arena_new(1 << 16);
        struct json *card;
        struct err   e = { 0 };
        struct str   text = card_of_members(a, cases[i].members, cases[i].depth);
        enum rc      rc = card_parse(a, text, S(""), &card, &e);
        assert_int_equal(rc, cases[i].why ? RC_INVALID : RC_OK);
        if (cases[i].why && !strstr(e.text, cases[i].why))
            fail_msg("%s", e.text);
        assert_int_equal(card_parse_stored(a, text, &card, &e), RC_OK); /* what is there already can be read */
        assert_int_equal(json_get(card, S("m"))->n, cases[i].members);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_folded),
        cmocka_unit_test(long_text_is_folded_in_pieces),
        cmocka_unit_test(words_are_found),
        cmocka_unit_test(who_signs_up_has_a_whole_address),
        cmocka_unit_test(emails_have_keys),
        cmocka_unit_test(phones_have_keys),
        cmocka_unit_test(fields_of_several_numbers_are_parted),
        cmocka_unit_test(fields_become_phones),
        cmocka_unit_test(phones_have_regions),
        cmocka_unit_test(names_are_split),
        cmocka_unit_test(people_are_told_from_couples_and_functions),
        cmocka_unit_test(names_have_keys),
        cmocka_unit_test(companies_have_keys),
        cmocka_unit_test(countries_are_known),
        cmocka_unit_test(country_table_is_sorted_and_folded),
        cmocka_unit_test(cards_are_checked),
        cmocka_unit_test(cards_have_a_head),
        cmocka_unit_test(cards_are_built),
        cmocka_unit_test(the_same_person_shares_a_key),
        cmocka_unit_test(a_card_has_at_most_forty_keys),
        cmocka_unit_test(avatars_have_initials),
        cmocka_unit_test(cards_have_limits_in_members_and_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
