/* Writes cards as JSON: a row of a list, and everything about one. */
#include "api/resources/view.h"
#include "base/hash.h"
#include "base/rand.h"
#include "contact/name.h"
#include "contact/place.h"
#include "enrich/avatar.h"
#include "enrich/enrich.h"
#include "store/account/accounts.h"
#include "store/cards/blobs.h"
#include "store/cards/pairs.h"
#include "store/cards/records.h"

struct json *view_tree(struct req *r, const struct card_row *row)
{
    struct json *tree;
    return json_parse(r->a, row->json, &tree, NULL) == RC_OK ? tree : json_new(r->a, JSON_OBJECT);
}

struct str view_state(enum card_state s)
{
    static const char *const name[] = { [CARD_LIVE] = "live", [CARD_TRASH] = "trash", [CARD_MERGED] = "merged" };
    return str_of(name[s]);
}

struct str view_region(struct req *r)
{
    struct account account;
    struct json   *settings;

    if (accounts_get(r->db, r->a, r->account, &account, NULL) != RC_OK ||
        json_parse(r->a, account.settings_json, &settings, NULL) != RC_OK)
        return S("");
    return json_get_text(settings, S("country"));
}

static struct str first_value(const struct json *card, enum card_map map) { return card_first(card, map).value; }

static struct str place_of(struct req *r, const struct json *card)
{
    struct card_item at = card_first(card, CARD_ADDRESSES);

    if (!card_has(&at))
        return S("");
    struct str town = card_address_part(r->a, at.json, S("locality"));
    struct str country = place_country_name(place_of_address(r->a, at.json));
    struct str line = str_join(r->a, town, S(", "), country);
    return line.n ? line : card_address_line(r->a, at.json);
}

/* photo, initials, hue */
static void face_members(struct req *r, int64_t id, const struct json *tree)
{
    struct str       blob = blobs_photo(tree), text = id_text(r->a, id);
    struct card_item media = card_first(tree, CARD_MEDIA);

    if (!blob.n && card_has(&media) && str_starts(json_get_text(media.json, S("uri")), S("data:image/")))
        blob = str_fmt(r->a, "%016llx", (unsigned long long)hash64(json_get_text(media.json, S("uri")), 0));
    if (blob.n)
        json_out_text(&r->json, S("photo"),
                      str_fmt(r->a, "/api/v1/cards/" STR_FMT "/photo?v=" STR_FMT, STR_ARG(text), STR_ARG(blob)));
    else
        json_out_raw(&r->json, S("photo"), S("null"));
    json_out_text(&r->json, S("initials"), name_initials(r->a, tree));
    json_out_i64(&r->json, S("hue"), avatar_hue(r->a, tree));
}

static void row_members(struct req *r, const struct card_row *row, const struct json *tree)
{
    struct json_out *o = &r->json;

    json_out_id(o, S("id"), row->id);
    json_out_text(o, S("name"), row->name);
    json_out_text(o, S("company"), row->company);
    json_out_text(o, S("title"), first_value(tree, CARD_TITLES));
    json_out_text(o, S("email"), first_value(tree, CARD_EMAILS));
    json_out_text(o, S("phone"), first_value(tree, CARD_PHONES));
    json_out_text(o, S("place"), place_of(r, tree));
    json_out_open(o, S("tags"), '[');
    json_each(tag, json_get(tree, S("keywords")))
        json_out_text(o, JSON_ELEMENT, tag->key);
    json_out_close(o, ']');
    json_out_time(o, S("updated"), row->updated_ms);
    json_out_i64(o, S("seq"), row->seq);
    face_members(r, row->id, tree);
    if (!row->json.n)
        json_out_bool(o, S("partial"), true);
}

enum rc view_rows(struct req *r, const struct card_row *rows, size_t n,
                  void (*extra)(struct req *r, void *to, size_t i), void *to, struct err *e)
{
    int64_t *ids = arena_array(r->a, int64_t, n + 1), *suggestions = arena_array(r->a, int64_t, n + 1);

    for (size_t i = 0; i < n; i++)
        ids[i] = rows[i].id;
    if (n)
        TRY(pairs_suggestions(r->db, r->account, ids, n, suggestions, e));
    for (size_t i = 0; i < n; i++) {
        struct arena_mark mark = arena_mark(r->a);
        json_out_open(&r->json, JSON_ELEMENT, '{');
        row_members(r, &rows[i], view_tree(r, &rows[i]));
        json_out_i64(&r->json, S("suggestions"), suggestions[i]);
        if (extra)
            extra(r, to, i);
        json_out_close(&r->json, '}');
        arena_rewind(r->a, mark);
    }
    return RC_OK;
}

void view_facts(struct req *r, int64_t card, struct str facts_json, struct str state)
{
    struct json_out *o = &r->json;
    struct json     *facts;
    int              n = 0;

    if (json_parse(r->a, facts_json, &facts, NULL) != RC_OK)
        return;
    json_each(fact, facts) {
        struct str field = json_get_text(fact, S("field")), value = json_get_text(fact, S("value"));
        struct str label = json_get_text(fact, S("label")), rule = json_get_text(fact, S("rule")),
                   id = id_text(r->a, card);
        int at = n++;
        if (state.n && !str_eq(json_get_text(fact, S("state")), state))
            continue;
        json_out_open(o, JSON_ELEMENT, '{');
        json_out_text(o, S("id"), str_fmt(r->a, STR_FMT "." STR_FMT ".%d", STR_ARG(id), STR_ARG(field), at));
        json_out_id(o, S("card"), card);
        json_out_text(o, S("field"), field);
        json_out_text(o, S("value"), value);
        json_out_text(o, S("label"), label.n ? label : enrich_label(field, value));
        json_out_text(o, S("rule"), rule);
        json_out_text(o, S("rule_text"), enrich_rule_text(rule));
        json_out_i64(o, S("confidence"), json_get_i64(fact, S("confidence"), 0));
        json_out_text(o, S("from"), json_get_text(fact, S("from")));
        json_out_text(o, S("state"), json_get_text(fact, S("state")));
        json_out_close(o, '}');
    }
}

static enum rc source_members(struct req *r, int64_t card, struct err *e)
{
    struct json_out *o = &r->json;
    struct record   *records;
    struct source   *sources;
    size_t           n, nsources;

    TRY(records_of_cards(r->db, r->a, r->account, &card, 1, &records, &n, e));
    TRY(sources_names(r->db, r->a, r->account, &sources, &nsources, e));
    json_out_open(o, S("sources"), '[');
    for (size_t i = 0; i < n; i++) {
        json_out_open(o, JSON_ELEMENT, '{');
        json_out_id(o, S("source"), records[i].source);
        for (size_t s = 0; s < nsources; s++)
            if (sources[s].id == records[i].source) {
                json_out_text(o, S("name"), sources[s].name);
                json_out_text(o, S("kind"), sources[s].kind);
            }
        json_out_text(o, S("key"), records[i].remote_key);
        json_out_time(o, S("seen"), records[i].seen_ms);
        json_out_text(o, S("format"), records[i].format);
        json_out_close(o, '}');
    }
    json_out_close(o, ']');
    return RC_OK;
}

enum rc view_detail_of(struct req *r, struct str key, const struct card_row *row, const struct json *tree,
                       struct err *e)
{
    struct json_out *o = &r->json;
    struct facts    *facts;

    TRY(facts_of_cards(r->db, r->a, r->account, &row->id, 1, &facts, e));
    json_out_open(o, key, '{');
    json_out_id(o, S("id"), row->id);
    json_out_i64(o, S("seq"), row->seq);
    json_out_id(o, S("book"), row->book);
    json_out_text(o, S("state"), view_state(row->state));
    if (row->merged_into)
        json_out_id(o, S("merged_into"), row->merged_into);
    else
        json_out_raw(o, S("merged_into"), S("null"));
    json_out_time(o, S("created"), row->created_ms);
    json_out_time(o, S("updated"), row->updated_ms);
    json_out_time(o, S("deleted"), row->deleted_ms);
    json_out_text(o, S("name"), row->name);
    json_out_raw(o, S("card"), row->json);
    json_out_open(o, S("facts"), '[');
    view_facts(r, row->id, facts[0].json, S(""));
    json_out_close(o, ']');
    TRY(source_members(r, row->id, e));
    face_members(r, row->id, tree);
    json_out_close(o, '}');
    return RC_OK;
}

enum rc view_detail(struct req *r, struct str key, const struct card_row *row, struct err *e)
{
    return view_detail_of(r, key, row, view_tree(r, row), e);
}

enum rc view_answer(struct req *r, int64_t card, struct err *e)
{
    struct card_row row;

    TRY(cards_get(r->db, r->a, r->account, card, &row, e));
    answer_etag(r, row.seq);
    return view_detail(r, JSON_ELEMENT, &row, e);
}
