/* The merge of two cards of one person: entries are united by what they say, nothing is dropped. */
#include "base/map.h"
#include "contact/card.h"
#include "contact/company.h"
#include "contact/diff.h"
#include "contact/email.h"
#include "contact/fold.h"
#include "contact/jscontact.h"
#include "contact/merge.h"
#include "contact/name.h"
#include "contact/phone/phone.h"

enum { LABEL_BYTES_MAX = 1000 };
enum choice { BY_RULE, TAKE_A, TAKE_B, TAKE_BOTH };

struct people {
    struct arena      *a;
    const struct json *winner, *loser;
    struct str         region;
    struct json       *card;
    struct map         new_ids;
};

/* ---- what makes two entries one ---- */

static struct str key_of_email(struct people *p, const struct json *v)
{
    struct str key = S("");
    return email_key(p->a, json_get_text(v, S("address")), &key, NULL) == RC_OK ? key : S("");
}

/* Of all numbers of the field: one that holds two is not the same as one that holds the first of them. */
static struct str key_of_phone(struct people *p, const struct json *v)
{
    auto_buf   b = buf_of(2 * CARD_BYTES_MAX);
    struct str raw = json_get_text(v, S("number"));

    for (struct str rest = raw, one; phone_next(&rest, &one);) {
        struct phone phone;
        if (phone_parse(p->a, one, p->region, &phone, NULL) != RC_OK)
            return fold_text(p->a, raw);
        buf_join(&b, S("/"), phone.e164.n ? phone.e164 : phone.digits);
        buf_put(&b, S("x"));
        buf_put(&b, phone.extension);
    }
    return str_copy(p->a, buf_str(&b));
}

static struct str key_of_address(struct people *p, const struct json *v)
{
    return fold_bare(p->a, card_address_line(p->a, v));
}

static struct str key_of_organization(struct people *p, const struct json *v)
{
    auto_buf b = buf_of(2 * CARD_BYTES_MAX);

    buf_put(&b, company_key(p->a, json_get_text(v, S("name"))));
    json_each(unit, json_get(v, S("units")))
        buf_join(&b, S("/"), fold_bare(p->a, json_get_text(unit, S("name"))));
    return str_copy(p->a, buf_str(&b));
}

static struct str key_of_named(struct people *p, const struct json *v)
{
    return str_join(p->a, fold_bare(p->a, json_get_text(v, S("name"))), S("/"), json_get_text(v, S("organizationId")));
}

static struct str key_of_uri(struct people *p, const struct json *v)
{
    struct str uri = str_lower(p->a, str_trim(json_get_text(v, S("uri"))));

    while (uri.n && uri.p[uri.n - 1] == '/')
        uri.n--;
    return uri.n ? uri : json_get_text(v, S("blobId"));
}

static struct str key_of_service(struct people *p, const struct json *v)
{
    struct str user = str_lower(p->a, str_trim(json_get_text(v, S("user"))));
    struct str uri = key_of_uri(p, v);
    return uri.n ? uri : str_join(p->a, fold_bare(p->a, json_get_text(v, S("service"))), S("/"), user);
}

static struct str key_of_note(struct people *p, const struct json *v)
{
    return fold_text(p->a, json_get_text(v, S("note")));
}

static struct str key_of_date(struct people *p, const struct json *v)
{
    const struct json *date = json_get(v, S("date"));
    struct str         day = diff_text(p->a, S("anniversaries"), v), kind = json_get_text(v, S("kind"));

    /* the year is compared apart: a birthday is often known without it */
    if (day.n == 10 && json_get_i64(date, S("year"), 0))
        day = str_from(day, 5);
    else if (day.n == 7 && str_starts(day, S("--")))
        day = str_from(day, 2);
    return str_fmt(p->a, STR_FMT "/" STR_FMT, STR_ARG(kind), STR_ARG(day));
}

static bool years_agree(const struct json *x, const struct json *y)
{
    int64_t a = json_get_i64(json_get(x, S("date")), S("year"), 0),
            b = json_get_i64(json_get(y, S("date")), S("year"), 0);
    return !a || !b || a == b;
}

/* Texts that name a thing differ by spelling only; the map's other members are united. */
static const struct united {
    const char *member;
    struct str (*key)(struct people *p, const struct json *v); /* NULL: equal as data */
    const char *spelled;                                       /* the member two spellings differ in */
} united[] = {
    { "emails", key_of_email, "address" },
    { "phones", key_of_phone, "number" },
    { "addresses", key_of_address, "full" },
    { "organizations", key_of_organization, "name" },
    { "titles", key_of_named, "name" },
    { "nicknames", key_of_named, "name" },
    { "onlineServices", key_of_service, "uri" },
    { "links", key_of_uri, "uri" },
    { "notes", key_of_note, "note" },
    { "anniversaries", key_of_date, "date" },
    { "media", key_of_uri, "uri" },
    { "preferredLanguages", NULL, NULL },
    { "calendars", key_of_uri, "uri" },
    { "schedulingAddresses", key_of_uri, "uri" },
    { "cryptoKeys", key_of_uri, "uri" },
    { "directories", key_of_uri, "uri" },
    { "personalInfo", NULL, NULL },
    { "relatedTo", NULL, NULL },
};

static const struct united *united_of(struct str member)
{
    for (size_t i = 0; i < countof(united); i++)
        if (str_is(member, united[i].member))
            return &united[i];
    return NULL;
}

/* ---- uniting ---- */

static void fill(struct people *p, struct json *to, const struct json *from);

static void keep_as_note(struct people *p, const struct json *v);

/* Both labels stand in one, up to a length; a longer one goes to a note, so that many entries that become one cost no more
 * than they hold. */
static void unite_labels(struct people *p, struct json *mine, const struct json *theirs)
{
    if (str_ieq(mine->text, theirs->text))
        return;
    if (mine->text.n + theirs->text.n <= LABEL_BYTES_MAX)
        mine->text = str_join(p->a, mine->text, S(" / "), theirs->text);
    else
        keep_as_note(p, theirs);
}

/* One member both sides have.  What cannot stand beside the other goes to a note, unless it only spells the same thing. */
static void fill_member(struct people *p, struct json *mine, const struct json *theirs)
{
    if (mine->type == JSON_OBJECT && theirs->type == JSON_OBJECT)
        fill(p, mine, theirs);
    else if (mine->type == JSON_STRING && theirs->type == JSON_STRING && str_is(mine->key, "label"))
        unite_labels(p, mine, theirs);
}

static void fill(struct people *p, struct json *to, const struct json *from)
{
    json_each(v, from) {
        struct json *mine = json_get(to, v->key);
        if (mine)
            fill_member(p, mine, v);
        else
            json_add(to, v->key, json_copy(p->a, v));
    }
}

/* The better spelling of one thing stays: a phone with its country, a birthday with its year, the longer text else. */
static bool is_better(struct str spelled, const struct json *mine, const struct json *theirs)
{
    struct str x = json_text(mine), y = json_text(theirs);

    if (str_is(spelled, "date"))
        return !json_get(mine, S("year")) && !json_get(mine, S("utc")) &&
               (json_get(theirs, S("year")) || json_get(theirs, S("utc")));
    if (str_is(spelled, "number"))
        return str_starts(y, S("+")) && !str_starts(x, S("+"));
    return str_is(spelled, "name") && y.n > x.n;
}

static void unite_entry(struct people *p, const struct united *how, struct json *mine, const struct json *theirs)
{
    struct str         spelled = str_of(how->spelled);
    const struct json *old = spelled.n ? json_get(mine, spelled) : NULL,
                      *other = spelled.n ? json_get(theirs, spelled) : NULL;

    if (old && other && is_better(spelled, old, other))
        json_set(mine, spelled, json_copy(p->a, other));
    fill(p, mine, theirs);
}

static struct str free_id(struct people *p, const struct json *entries, struct str id)
{
    struct str candidate = id;

    for (unsigned n = 2; json_get(entries, candidate); n++)
        candidate = str_fmt(p->a, STR_FMT "_%u", STR_ARG(id), n);
    return candidate;
}

static struct str entry_key(struct people *p, const struct united *how, const struct json *v)
{
    struct str key = how->key ? how->key(p, v) : S("");
    if (key.n)
        return key;
    auto_buf b = buf_of(CARD_BYTES_MAX); /* nothing to compare by: equal as text */
    json_write(&b, v);
    return str_copy(p->a, buf_str(&b));
}

/* A loser's title points to its organisation, which may have got another id or not have been taken. */
static struct json *with_new_ids(struct people *p, const struct json *v)
{
    struct json *copy = json_copy(p->a, v);
    struct str   organization = json_get_text(copy, S("organizationId"));
    uint64_t    *id = organization.n ? map_find(&p->new_ids, organization) : NULL;

    if (id)
        json_set_text(p->a, copy, S("organizationId"), ((const struct json *)(uintptr_t)*id)->key);
    else
        json_remove(copy, S("organizationId"));
    return copy;
}

/* Entries are found by key, so that two large cards do not cost the product of their sizes. */
static void unite(struct people *p, const struct united *how, struct json *to, const struct json *from)
{
    struct map known = map_of(p->a);

    json_each(mine, to)
        *map_at(&known, entry_key(p, how, mine)) = (uintptr_t)mine;
    json_each(v, from) {
        struct json *theirs = with_new_ids(p, v);
        uint64_t    *place = map_at(&known, entry_key(p, how, theirs));
        struct json *mine = (struct json *)(uintptr_t)*place;
        if (json_equal(json_get(to, v->key), theirs)) {
            mine = json_get(to, v->key);
        } else if (mine && years_agree(mine, theirs)) {
            unite_entry(p, how, mine, theirs);
        } else {
            mine = json_add(to, free_id(p, to, v->key), theirs);
            *place = (uintptr_t)mine;
        }
        if (str_is(str_of(how->member), "organizations"))
            *map_at(&p->new_ids, v->key) = (uintptr_t)mine;
    }
}

/* ---- single values ---- */

static void keep_as_note(struct people *p, const struct json *v)
{
    auto_buf b = buf_of(CARD_BYTES_MAX);

    if (v->type == JSON_STRING)
        buf_put(&b, v->text);
    else
        json_write(&b, v);
    struct str text =
        str_fmt(p->a, STR_FMT ": " STR_FMT, STR_ARG(diff_label(p->a, p->card, v->key)), STR_ARG(buf_str(&b)));
    card_add_value(p->a, p->card, CARD_NOTES, text);
}

/* The words of a name, and the letters they begin with. */
struct name_words {
    struct map words;
    bool       begins[256];
};

static void read_words(struct people *p, struct str key, struct name_words *ret)
{
    *ret = (struct name_words){ .words = map_of(p->a) };
    for (struct str word; key.n && str_next(&key, ' ', &word);) {
        *map_at(&ret->words, word) = 1;
        if (word.n)
            ret->begins[(unsigned char)word.p[0]] = true;
    }
}

/* All words of the shorter name are in the longer one. */
static bool names_agree(struct people *p, struct str x, struct str y)
{
    struct str        rest = name_key(p->a, x.n < y.n ? x : y), word;
    struct name_words longer;

    read_words(p, name_key(p->a, x.n < y.n ? y : x), &longer);
    while (rest.n && str_next(&rest, ' ', &word))
        if (!map_find(&longer.words, word) && !(word.n == 1 && longer.begins[(unsigned char)word.p[0]]))
            return false;
    return true;
}

static struct str text_of_name(struct people *p, const struct json *name)
{
    return name ? diff_text(p->a, S("name"), name) : S("");
}

static void choose_name(struct people *p, enum choice choice)
{
    const struct json *mine = json_get(p->winner, S("name")), *theirs = json_get(p->loser, S("name"));
    struct str         x = text_of_name(p, mine), y = text_of_name(p, theirs);
    bool               agree = mine && theirs && names_agree(p, x, y);
    bool               take_theirs = choice == TAKE_B || !mine || (choice == BY_RULE && agree && y.n > x.n);
    const struct json *kept = take_theirs && theirs ? theirs : mine, *lost = kept == mine ? theirs : mine;

    if (kept)
        json_set(p->card, S("name"), json_copy(p->a, kept));
    if (lost && lost != kept && (choice == TAKE_BOTH || (choice == BY_RULE && !agree)) && !json_equal(kept, lost))
        card_add_value(p->a, p->card, CARD_NICKNAMES, kept == mine ? y : x);
}

static bool follows_winner(struct str member)
{
    static const char *const members[] = { "@type", "version", "uid", "kind", "created", "updated", "prodId" };
    for (size_t i = 0; i < countof(members); i++)
        if (str_is(member, members[i]))
            return true;
    return false;
}

static void append_distinct(struct people *p, struct json *to, const struct json *from)
{
    struct map known = map_of(p->a); /* hash -> the element */

    json_each(v, to)
        *map_at_u64(&known, json_hash(v)) = (uintptr_t)v;
    json_each(v, from) {
        uint64_t *place = map_at_u64(&known, json_hash(v));
        if (*place && json_equal((const struct json *)(uintptr_t)*place, v))
            continue;
        *place = (uintptr_t)json_push(to, json_copy(p->a, v));
    }
}

/* Members that are objects of texts (columns of a CSV file) : what is in both and differs goes to a note. */
static void note_differences(struct people *p, const struct json *mine, const struct json *theirs)
{
    json_each(v, theirs) {
        const struct json *old = json_get(mine, v->key);
        if (old && !json_equal(old, v) && old->type != JSON_OBJECT)
            keep_as_note(p, v);
    }
}

static void merge_member(struct people *p, struct str member, enum choice choice)
{
    const struct json   *mine = json_get(p->winner, member), *theirs = json_get(p->loser, member);
    const struct united *how = united_of(member);

    if (!theirs || choice == TAKE_A || (follows_winner(member) && mine && choice != TAKE_B))
        return;
    struct json *to = json_get(p->card, member);
    bool         fresh = !mine || choice == TAKE_B;
    if (how && theirs->type == JSON_OBJECT && (fresh || mine->type == JSON_OBJECT)) {
        unite(p, how, fresh ? json_set(p->card, member, json_new(p->a, JSON_OBJECT)) : to, theirs);
    } else if (fresh) {
        json_set(p->card, member, json_copy(p->a, theirs));
    } else if (mine->type == JSON_OBJECT && theirs->type == JSON_OBJECT) {
        note_differences(p, to, theirs);
        fill(p, to, theirs);
    } else if (mine->type == JSON_ARRAY && theirs->type == JSON_ARRAY) {
        append_distinct(p, to, theirs);
    } else if (!json_equal(mine, theirs)) {
        keep_as_note(p, theirs);
    }
}

/* ---- choices ---- */

static enum rc choice_of(const struct json *choices, struct str member, enum choice *ret, struct err *e)
{
    static const char *const names[] = { "", "a", "b", "both" };
    const struct json       *v = json_get(choices, member);

    *ret = BY_RULE;
    for (size_t i = 1; v && i < countof(names); i++)
        if (str_is(json_text(v), names[i]))
            *ret = (enum choice)i;
    return v && *ret == BY_RULE ? err_set(e, RC_INVALID, "merge: a choice is a, b or both") : RC_OK;
}

static enum rc check_choices(const struct json *choices, struct err *e)
{
    enum choice c;

    if (choices && choices->type != JSON_OBJECT)
        return err_set(e, RC_INVALID, "merge: choices are an object");
    json_each(v, choices) {
        if (str_is(v->key, "uid") || str_is(v->key, "@type"))
            return err_set(e, RC_INVALID, "merge: " STR_FMT " is not chosen", STR_ARG(v->key));
        TRY(choice_of(choices, v->key, &c, e));
    }
    return RC_OK;
}

/* Two cards within the limits do not become one that nobody could edit any more. */
static enum rc within_limits(const struct people *p, struct err *e)
{
    bool were = jscontact_bounds(p->winner, NULL) == RC_OK && jscontact_bounds(p->loser, NULL) == RC_OK;

    if (!were || jscontact_bounds(p->card, e) == RC_OK)
        return RC_OK;
    return err_in(e, RC_TOO_LARGE, "merge");
}

enum rc merge_people(struct arena *a, const struct json *winner, const struct json *loser, const struct json *choices,
                     struct str region, struct json **ret, struct err *e)
{
    struct people p = { .a = a, .winner = winner, .loser = loser, .region = region, .new_ids = map_of(a) };
    enum choice   choice;

    TRY(check_choices(choices, e));
    p.card = json_copy(a, winner);
    TRY(choice_of(choices, S("organizations"), &choice, e));
    merge_member(&p, S("organizations"), choice); /* first: titles refer to them */
    json_each(v, loser) {
        if (str_is(v->key, "organizations") || str_is(v->key, "name"))
            continue;
        TRY(choice_of(choices, v->key, &choice, e));
        merge_member(&p, v->key, choice);
    }
    TRY(choice_of(choices, S("name"), &choice, e));
    choose_name(&p, choice); /* last: the name that lost becomes a nickname */
    json_each(v, p.card)
        if (united_of(v->key) && v->n > CARD_ITEMS_MAX)
            return err_set(e, RC_TOO_LARGE, "merge: more than %d entries in one field", CARD_ITEMS_MAX);
    *ret = p.card;
    return within_limits(&p, e);
}
