/* Checks texts, JSON and cards that come from a worker. */
#include "work/answer.h"
#include "base/utf8.h"
#include "contact/keys.h"

bool answer_is_text(struct str s, size_t most) { return s.n <= most && !memchr(s.p, 0, s.n) && utf8_valid(s); }

bool answer_is_json(struct arena *a, struct str s, enum json_type type, size_t most)
{
    struct arena_mark mark = arena_mark(a);
    struct json      *tree = NULL;
    bool              good = answer_is_text(s, most) && json_parse(a, s, &tree, NULL) == RC_OK && tree->type == type;

    arena_rewind(a, mark);
    return good;
}

bool answer_is_card(struct arena *a, struct str s)
{
    struct arena_mark mark = arena_mark(a);
    struct json      *tree = NULL;
    bool              good = answer_is_text(s, CARD_BYTES_MAX) && card_parse(a, s, S(""), &tree, NULL) == RC_OK;

    arena_rewind(a, mark);
    return good;
}

void answer_card_write(struct arena *a, struct buf *out, struct str json, const struct json *card, struct str region)
{
    struct card_head head;
    int64_t          keys[KEYS_MAX];

    pack_str(out, json);
    if (!json.n)
        return;
    card_head(a, card, &head);
    pack_str(out, head.uid);
    pack_str(out, head.name);
    pack_str(out, head.sort_key);
    pack_str(out, head.company);
    pack_u32(out, (uint32_t)head.ntags);
    for (size_t i = 0; i < head.ntags; i++)
        pack_str(out, head.tags[i]);
    size_t n = keys_of_card(a, card, region, keys);
    pack_u32(out, (uint32_t)n);
    for (size_t i = 0; i < n; i++)
        pack_i64(out, keys[i]);
}

static bool read_head(struct arena *a, struct unpack *u, struct card_head *h)
{
    *h = (struct card_head){ .uid = unpack_str(u) };
    h->name = unpack_str(u);
    h->sort_key = unpack_str(u);
    h->company = unpack_str(u);
    h->ntags = unpack_u32(u);
    if (u->bad || h->ntags > CARD_ITEMS_MAX)
        return false;
    h->tags = arena_array(a, struct str, h->ntags + 1);
    bool good = h->uid.n && answer_is_text(h->uid, CARD_BYTES_MAX) && answer_is_text(h->name, CARD_BYTES_MAX) &&
                answer_is_text(h->sort_key, CARD_BYTES_MAX) && answer_is_text(h->company, CARD_BYTES_MAX);
    for (size_t i = 0; i < h->ntags; i++) {
        h->tags[i] = unpack_str(u);
        good &= answer_is_text(h->tags[i], CARD_BYTES_MAX);
    }
    return good;
}

bool answer_card_read(struct arena *a, struct unpack *u, struct answer_card *ret)
{
    *ret = (struct answer_card){ .json = unpack_str(u) };
    if (!ret->json.n)
        return !u->bad;
    if (!answer_is_card(a, ret->json) || !read_head(a, u, &ret->head))
        return false;
    ret->nkeys = unpack_u32(u);
    if (u->bad || ret->nkeys > KEYS_MAX)
        return false;
    int64_t *keys = arena_array(a, int64_t, ret->nkeys + 1);
    for (size_t i = 0; i < ret->nkeys; i++)
        keys[i] = unpack_i64(u);
    ret->keys = keys;
    return !u->bad;
}

bool answer_facts_read(struct arena *a, struct unpack *u, struct answer_facts *ret)
{
    ret->card = unpack_i64(u);
    ret->earlier = unpack_str(u);
    ret->facts = unpack_str(u);
    return !u->bad && answer_is_text(ret->earlier, ANSWER_FACTS_MAX) &&
           answer_is_json(a, ret->facts, JSON_ARRAY, ANSWER_FACTS_MAX);
}
