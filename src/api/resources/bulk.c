/* One change to many cards, named by id or found by a filter. */
#include "api/http/handlers.h"
#include "api/http/bulk_slices.h"
#include "base/rand.h"

enum { TAG_MAX = 200 };

static enum rc read_filter(struct req *r, struct slices *s, struct err *e)
{
    const struct json *query = json_get(r->body, S("query"));
    struct str         book = json_get_text(query, S("book")), source = json_get_text(query, S("source"));

    if (!query || query->type != JSON_OBJECT)
        return answer_invalid(r, "ids", e, "ids, or query with book, tag or source, must say which cards");
    if ((book.n && !id_parse(book, &s->filter.book)) || (source.n && !id_parse(source, &s->filter.source)))
        return answer_invalid(r, "query", e, "book and source must be ids");
    s->filter.tag = json_get_text(query, S("tag"));
    s->filter.state = s->action == SLICE_RESTORE ? CARD_TRASH : CARD_LIVE;
    return RC_OK;
}

static enum rc read_action(struct req *r, struct slices *s, struct err *e)
{
    static const char *const words[] = { [SLICE_DELETE] = "delete",
                                         [SLICE_RESTORE] = "restore",
                                         [SLICE_TAG] = "tag",
                                         [SLICE_UNTAG] = "untag",
                                         [SLICE_MOVE] = "move" };
    struct str               action = json_get_text(r->body, S("action"));

    for (size_t i = 0; i < countof(words); i++)
        if (str_is(action, words[i])) {
            s->action = (enum slice_action)i;
            return RC_OK;
        }
    return answer_invalid(r, "action", e, "action must be delete, restore, tag, untag or move");
}

enum rc bulk_run(struct req *r, struct err *e)
{
    struct slices s = { 0 };
    int64_t      *ids;

    TRY(read_action(r, &s, e));
    if (s.action == SLICE_TAG || s.action == SLICE_UNTAG)
        TRY(req_text(r, "tag", 1, TAG_MAX, &s.tag, e));
    if (s.action == SLICE_MOVE) {
        TRY(req_body_id(r, "book", &s.book, e));
        TRY(books_must_exist(r, s.book, e));
    }
    if (json_get(r->body, S("ids"))) {
        TRY(req_ids(r, "ids", &ids, &s.nids, e));
        s.ids = ids;
    } else {
        TRY(read_filter(r, &s, e));
    }
    return bulk_slices_start(r, &s, e);
}
