/* Prepares a card for comparing: folded words, keys, hashes. */
#include "match/comparable.h"
#include "base/map.h"
#include "contact/area.h"
#include "contact/card.h"
#include "contact/company.h"
#include "contact/email.h"
#include "contact/fold.h"
#include "contact/mail_domains.h"
#include "contact/name.h"
#include "contact/phone/phone.h"
#include "contact/place.h"
#include "match/nicknames.h"

static void words_add(struct arena *a, struct match_words *to, struct str text, bool surname)
{
    struct str rest = fold_text(a, text), word;
    while (to->n < NAME_WORDS_MAX && fold_word(a, &rest, &word))
        if (word.n && !name_is_honorific(word) && !(surname && name_is_particle(word)))
            to->w[to->n++] = word;
}

static void words_end(struct arena *a, struct match_words *to, struct str written)
{
    struct str rest = fold_alias(a, written), word;

    for (size_t i = 0; i < to->n; i++)
        to->joined = str_join(a, to->joined, S(" "), to->w[i]);
    while (fold_word(a, &rest, &word)) /* in words, too: a hyphen is no letter */
        to->alias = str_join(a, to->alias, S(" "), word);
}

/* "jr" of "Jr.", "III, PhD" or "junior"; programs write it among the credentials, too. */
static struct str generation(struct arena *a, struct str written)
{
    static const struct {
        const char *from, *to;
    } same[] = { { "jr", "jr" },   { "junior", "jr" }, { "jun", "jr" },    { "jnr", "jr" },
                 { "fils", "jr" }, { "sr", "sr" },     { "senior", "sr" }, { "sen", "sr" },
                 { "snr", "sr" },  { "pere", "sr" },   { "ii", "ii" },     { "2nd", "ii" },
                 { "iii", "iii" }, { "3rd", "iii" },   { "iv", "iv" },     { "4th", "iv" } };
    struct str rest = fold_text(a, written), word;
    while (fold_word(a, &rest, &word))
        for (size_t i = 0; i < countof(same); i++)
            if (str_is(word, same[i].from))
                return str_of(same[i].to);
    return S("");
}

static void read_name(struct arena *a, struct match_card *m)
{
    struct str  full = json_get_text(json_get(m->card, S("name")), S("full"));
    struct name n = { .given = card_name_part(a, m->card, S("given")),
                      .given2 = card_name_part(a, m->card, S("given2")),
                      .surname = card_name_part(a, m->card, S("surname")),
                      .generation = card_name_part(a, m->card, S("generation")),
                      .credential = card_name_part(a, m->card, S("credential")) };
    struct str  second = card_name_part(a, m->card, S("surname2"));

    if (!n.given.n && !n.surname.n && full.n)
        name_split(a, full, &n);
    words_add(a, &m->given, n.given, false);
    words_add(a, &m->given, n.given2, false);
    words_end(a, &m->given, str_join(a, n.given, S(" "), n.given2));
    words_add(a, &m->surname, n.surname, true);
    words_add(a, &m->surname, second, true);
    words_end(a, &m->surname, n.surname);
    m->generation = generation(a, str_join(a, n.generation, S(" "), n.credential));
    m->name_key = name_key(a, full.n ? full : str_join(a, n.given, S(" "), n.surname));
    for (size_t i = 0; i < m->name_key.n && !m->foreign; i++)
        m->foreign = (unsigned char)m->name_key.p[i] >= 0x80;
    struct str initial = m->given.n ? str_head(m->given.w[0], 1) : S(""),
               family = m->surname.n ? str_head(m->surname.w[0], 4) : S("");
    m->signature = hash64(str_join(a, initial, S("|"), family), 1);
}

static void read_mails(struct arena *a, struct match_card *m)
{
    for (struct card_item it = card_first(m->card, CARD_EMAILS); card_has(&it) && m->nmails < MAILS_MAX;
         card_step(&it)) {
        struct mail mail = { .written = it.value };
        if (email_key(a, it.value, &mail.key, NULL) != RC_OK)
            continue;
        mail.hash = hash64(mail.key, 2);
        mail.role = email_is_role(mail.key);
        mail.domain = email_domain(mail.key);
        mail.free = mail_domain_is_public(mail.domain);
        m->mail[m->nmails++] = mail;
    }
}

static bool says_fixed(const struct card_item *it)
{
    return card_item_is(it, S("features"), S("fax")) || card_item_is(it, S("contexts"), S("work")) ||
           card_item_is(it, S("contexts"), S("private"));
}

static void read_phone(struct arena *a, struct match_card *m, const struct card_item *it, struct str one,
                       struct str region)
{
    struct match_phone line = { .written = one };
    struct phone       phone;

    if (phone_parse(a, one, region, &phone, NULL) != RC_OK || phone.service)
        return;
    line.key = phone.e164.n ? phone.e164 : phone.digits;
    line.tail = phone.tail.n ? phone.tail : line.key;
    line.international = memchr(one.p, '+', one.n) != NULL;
    bool mobile = card_item_is(it, S("features"), S("mobile")) || card_item_is(it, S("features"), S("cell"));
    line.hash = hash64(line.tail, 3);
    line.type = mobile || area_is_mobile(line.key) ? LINE_MOBILE : says_fixed(it) ? LINE_FIXED : LINE_UNKNOWN;
    m->line[m->nlines++] = line;
}

static void read_phones(struct arena *a, struct match_card *m, struct str region)
{
    for (struct card_item it = card_first(m->card, CARD_PHONES); card_has(&it) && m->nlines < PHONES_MAX;
         card_step(&it))
        for (struct str rest = it.value, one; m->nlines < PHONES_MAX && phone_next(&rest, &one);)
            read_phone(a, m, &it, one, region);
}

static void read_birthday(struct match_card *m)
{
    for (struct card_item it = card_first(m->card, CARD_ANNIVERSARIES); card_has(&it); card_step(&it)) {
        const struct json *date = json_get(it.json, S("date"));
        if (!str_is(json_get_text(it.json, S("kind")), "birth") || !date)
            continue;
        struct str utc = json_get_text(date, S("utc"));
        int64_t    y = 0, mo = 0, d = 0;
        if (utc.n >= 10 && str_i64(str_head(utc, 4), 1, 9999, &y) && str_i64((struct str){ utc.p + 5, 2 }, 1, 12, &mo))
            str_i64((struct str){ utc.p + 8, 2 }, 1, 31, &d);
        m->year = (int)json_get_i64(date, S("year"), y);
        m->month = (int)json_get_i64(date, S("month"), mo);
        m->day = (int)json_get_i64(date, S("day"), d);
        return;
    }
}

static void read_rest(struct arena *a, struct match_card *m)
{
    struct card_item org = card_first(m->card, CARD_ORGANIZATIONS), title = card_first(m->card, CARD_TITLES),
                     home = card_first(m->card, CARD_ADDRESSES);

    m->company = card_has(&org) ? org.value : S("");
    m->company_key = company_key(a, m->company);
    m->title = card_has(&title) ? fold_text(a, title.value) : S("");
    if (card_has(&home)) {
        struct str street = card_address_part(a, home.json, S("name")),
                   number = card_address_part(a, home.json, S("number"));
        m->street = fold_bare(a, fold_text(a, str_join(a, street, S(" "), number)));
        m->place = fold_text(a, card_address_part(a, home.json, S("locality")));
    }
    for (struct card_item it = card_first(m->card, CARD_ONLINE_SERVICES); card_has(&it) && m->nhandles < HANDLES_MAX;
         card_step(&it)) {
        struct str user = json_get_text(it.json, S("user")), uri = json_get_text(it.json, S("uri"));
        struct str handle = uri.n ? uri : str_join(a, json_get_text(it.json, S("service")), S(":"), user);
        if (handle.n)
            m->handle[m->nhandles++] = str_lower(a, handle);
    }
}

struct match_card *match_card(struct arena *a, const struct json *card, struct str region)
{
    struct match_card *m = arena_new_of(a, struct match_card);
    struct card_item   home = card_first(card, CARD_ADDRESSES);
    struct str         country = card_has(&home) ? place_of_address(a, home.json) : S("");

    m->card = card;
    m->display = card_display_name(a, card);
    read_name(a, m);
    read_rest(a, m);
    read_mails(a, m);
    read_phones(a, m, country.n ? country : region);
    read_birthday(m);
    enum card_kind kind = card_kind(card);
    bool           nameless = !m->given.n && !m->surname.n;
    m->is_company =
        kind == CARD_ORG || (m->company_key.n && (nameless || str_eq(company_key(a, m->display), m->company_key)));
    m->person = m->is_company ? PERSON_ONE : person_of_card(a, card);
    return m;
}

/* ---- what many people wear ---- */

struct match_ctx {
    struct map wearers;
}; /* value -> how many signatures */

static void wear(struct match_ctx *ctx, struct map *seen, uint64_t value, uint64_t signature)
{
    uint64_t *pair = map_at_u64(seen, hash64_mix(value, signature));
    if (!*pair) {
        *pair = 1;
        ++*map_at_u64(&ctx->wearers, value);
    }
}

static void learn_nicknames(struct arena *a, struct match_card *const *cards, size_t n)
{
    struct map first = map_of(a); /* given name -> 1 + index of its first card; chained by next */
    size_t    *next = arena_array(a, size_t, n + 1);

    for (size_t i = 0; i < n; i++)
        if (cards[i]->given.n) {
            uint64_t *at = map_at(&first, cards[i]->given.w[0]);
            next[i] = *at;
            *at = i + 1;
            cards[i]->nicks_known = true;
            cards[i]->nnicks = 0;
        }
    for (size_t g = 0; g < nickname_groups_n && first.n; g++) {
        struct str rest = str_of(nickname_groups[g]), name;
        while (str_next(&rest, ' ', &name)) {
            uint64_t *at = map_find(&first, name);
            for (size_t i = at ? *at : 0; i; i = next[i - 1])
                if (cards[i - 1]->nnicks < NICK_GROUPS_MAX)
                    cards[i - 1]->nick[cards[i - 1]->nnicks++] = (uint16_t)g;
        }
    }
}

struct match_ctx *match_ctx(struct arena *a, struct match_card *const *cards, size_t n)
{
    struct match_ctx *ctx = arena_new_of(a, struct match_ctx);
    struct map        seen = map_of(a);

    ctx->wearers = map_of(a);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < cards[i]->nmails; k++)
            wear(ctx, &seen, cards[i]->mail[k].hash, cards[i]->signature);
        for (size_t k = 0; k < cards[i]->nlines; k++)
            wear(ctx, &seen, cards[i]->line[k].hash, cards[i]->signature);
    }
    learn_nicknames(a, cards, n);
    return ctx;
}

unsigned match_wearers(const struct match_ctx *ctx, uint64_t hash)
{
    uint64_t *n = ctx ? map_find_u64(&ctx->wearers, hash) : NULL;
    return n ? (unsigned)*n : 1;
}
