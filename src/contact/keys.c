/* Match keys of a card: what two cards of one person share. */
#include "contact/keys.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "contact/card.h"
#include "contact/company.h"
#include "contact/email.h"
#include "contact/fold.h"
#include "contact/name.h"
#include "contact/phone/phone.h"
#include "contact/place.h"

enum { HASH_BITS = 59 };

int64_t key_make(enum key_kind kind, struct str value)
{
    return (int64_t)((uint64_t)kind << HASH_BITS | hash64(value, (uint64_t)kind) >> (64 - HASH_BITS));
}

enum key_kind key_kind_of(int64_t key)
{
    uint64_t kind = (uint64_t)key >> HASH_BITS;
    return kind < KEY_KINDS ? (enum key_kind)kind : KEY_NONE;
}

/* What is collected, strong kinds first. */
struct keys {
    struct arena      *a;
    const struct json *card;
    struct str         region, given, surname;
    int64_t           *key;
    size_t             n;
};

static void add(struct keys *k, enum key_kind kind, struct str value)
{
    if (!value.n || k->n == KEYS_MAX)
        return;
    int64_t key = key_make(kind, value);
    for (size_t i = 0; i < k->n; i++)
        if (k->key[i] == key)
            return;
    k->key[k->n++] = key;
}

static void add_pair(struct keys *k, enum key_kind kind, struct str x, struct str y)
{
    if (x.n && y.n)
        add(k, kind, str_join(k->a, x, S("\x1f"), y));
}

static struct str first_word(struct arena *a, struct str s)
{
    struct str rest = fold_text(a, s), word;
    return fold_word(a, &rest, &word) ? word : S("");
}

/* Given name and surname, folded: from the components, else guessed from the full name. */
static void find_names(struct keys *k)
{
    struct str given = card_name_part(k->a, k->card, S("given")), surname = card_name_part(k->a, k->card, S("surname"));

    if (!given.n && !surname.n) {
        struct name n;
        name_split(k->a, json_get_text(json_get(k->card, S("name")), S("full")), &n);
        given = n.given;
        surname = n.surname;
    }
    k->given = first_word(k->a, given);
    k->surname = fold_bare(k->a, surname);
}

static struct str full_name(struct arena *a, const struct json *card)
{
    static const char *const parts[] = { "given", "given2", "surname", "surname2" };
    auto_buf                 b = buf_of(CARD_BYTES_MAX);

    for (size_t i = 0; i < countof(parts); i++)
        buf_join(&b, S(" "), card_name_part(a, card, str_of(parts[i])));
    return b.n ? str_copy(a, buf_str(&b)) : json_get_text(json_get(card, S("name")), S("full"));
}

static struct str region_of(struct keys *k)
{
    for (struct card_item it = card_first(k->card, CARD_ADDRESSES); card_has(&it); card_step(&it)) {
        struct str country = place_of_address(k->a, it.json);
        if (country.n)
            return country;
    }
    return k->region;
}

static void add_emails(struct keys *k)
{
    struct str key;

    for (struct card_item it = card_first(k->card, CARD_EMAILS); card_has(&it) && k->n < KEYS_MAX; card_step(&it))
        if (email_key(k->a, it.value, &key, NULL) == RC_OK)
            add(k, KEY_EMAIL, key);
}

static void add_phone(struct keys *k, struct str field, bool tails)
{
    struct phone p;

    for (struct str one; k->n < KEYS_MAX && phone_next(&field, &one);)
        if (phone_parse(k->a, one, k->region, &p, NULL) == RC_OK && !p.service)
            add(k, tails ? KEY_PHONE_TAIL : KEY_PHONE, tails ? p.tail : p.e164);
}

static void add_phones(struct keys *k, bool tails)
{
    for (struct card_item it = card_first(k->card, CARD_PHONES); card_has(&it) && k->n < KEYS_MAX; card_step(&it))
        add_phone(k, it.value, tails);
}

/* A URI without its scheme, "www." and last slash, in lower case; plain hosts are no identity. */
static struct str uri_key(struct arena *a, struct str uri)
{
    struct str s = str_lower(a, str_trim(uri));
    size_t     scheme = str_find(s, S("://"), 0);

    if (scheme != SIZE_MAX)
        s = str_from(s, scheme + 3);
    if (str_starts(s, S("www.")))
        s = str_from(s, 4);
    s = str_head(s, size_min(str_find(s, S("?"), 0), s.n));
    while (s.n && s.p[s.n - 1] == '/')
        s.n--;
    return str_find(s, S("/"), 0) == SIZE_MAX && str_find(s, S(":"), 0) == SIZE_MAX ? S("") : s;
}

static void add_handles(struct keys *k)
{
    for (struct card_item it = card_first(k->card, CARD_ONLINE_SERVICES); card_has(&it) && k->n < KEYS_MAX;
         card_step(&it)) {
        add(k, KEY_HANDLE, uri_key(k->a, it.value));
        add_pair(k, KEY_HANDLE, fold_bare(k->a, json_get_text(it.json, S("service"))),
                 str_lower(k->a, str_trim(json_get_text(it.json, S("user")))));
    }
    for (struct card_item it = card_first(k->card, CARD_LINKS); card_has(&it) && k->n < KEYS_MAX; card_step(&it))
        add(k, KEY_HANDLE, uri_key(k->a, it.value));
}

static void add_birthdays(struct keys *k)
{
    for (struct card_item it = card_first(k->card, CARD_ANNIVERSARIES); card_has(&it) && k->n < KEYS_MAX;
         card_step(&it)) {
        const struct json *date = json_get(it.json, S("date"));
        struct str         utc = json_get_text(date, S("utc"));
        int64_t            month = json_get_i64(date, S("month"), 0), day = json_get_i64(date, S("day"), 0);
        if (utc.n >= 10 && (!str_i64((struct str){ utc.p + 5, 2 }, 1, 12, &month) ||
                            !str_i64((struct str){ utc.p + 8, 2 }, 1, 31, &day)))
            continue;
        if (!str_is(it.value, "birth") || !month || !day)
            continue;
        struct str when = str_fmt(k->a, "%02d%02d", (int)month, (int)day);
        add_pair(k, KEY_BIRTHDAY, when, k->surname.n ? k->surname : k->given);
    }
}

/* With either name: one of them may be short for the other, or misspelt. */
static void add_company(struct keys *k, struct str company)
{
    add_pair(k, KEY_COMPANY, company, k->given);
    add_pair(k, KEY_COMPANY, company, k->surname);
}

/* The consonants of a folded name, each once, in the order of the alphabet: a letter doubled or moved or a wrong vowel
 * changes nothing ("Mathews", "Matthews", "Amtthews").  k and q sound as c, w as v. */
static struct str consonants(struct arena *a, struct str s)
{
    static const char sounds[] = " bcd fgh jclmn pcrst vvx z";
    bool              seen[26] = { 0 };
    char             *to = arena_raw(a, 26);
    size_t            n = 0;

    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] >= 'a' && s.p[i] <= 'z' && sounds[s.p[i] - 'a'] != ' ')
            seen[sounds[s.p[i] - 'a'] - 'a'] = true;
    for (size_t i = 0; i < countof(seen); i++)
        if (seen[i])
            to[n++] = (char)('a' + i);
    return (struct str){ to, n };
}

static void add_sound(struct keys *k)
{
    struct str surname = consonants(k->a, k->surname), given = consonants(k->a, k->given);
    if (surname.n > 1 && given.n)
        add_pair(k, KEY_SOUND, surname, given);
}

static void add_weak(struct keys *k)
{
    add_sound(k);
    add_pair(k, KEY_INITIAL, k->surname, utf8_first(k->given));
    for (struct card_item it = card_first(k->card, CARD_ORGANIZATIONS); card_has(&it) && k->n < KEYS_MAX;
         card_step(&it))
        add_company(k, company_key(k->a, it.value));
    for (struct card_item it = card_first(k->card, CARD_NICKNAMES); card_has(&it) && k->n < KEYS_MAX; card_step(&it))
        add_pair(k, KEY_NICK, fold_bare(k->a, it.value), k->surname);
}

size_t keys_of_card(struct arena *a, const struct json *card, struct str region, int64_t ret[KEYS_MAX])
{
    struct keys k = { .a = a, .card = card, .region = region, .key = ret };

    k.region = region_of(&k);
    find_names(&k);
    add(&k, KEY_UID, card_uid(card));
    add(&k, KEY_NAME, name_key(a, full_name(a, card)));
    add_emails(&k);
    add_phones(&k, false);
    add_handles(&k);
    add_birthdays(&k);
    add_phones(&k, true);
    add_weak(&k);
    return k.n;
}
