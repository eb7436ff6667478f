/* Undoes a batch, or takes the whole book back to a moment. */
#include "api/http/handlers.h"
#include "base/clock.h"
#include "store/cards/undo.h"

static void undo_write(struct req *r, const struct undo *u)
{
    r->status = 202;
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_id(&r->json, S("batch"), u->id);
    json_out_id(&r->json, S("job"), u->id);
    json_out_text(&r->json, S("state"), u->state);
    json_out_i64(&r->json, S("done"), u->done);
    json_out_i64(&r->json, S("total"), u->total);
    json_out_close(&r->json, '}');
}

enum rc undo_run(struct req *r, struct err *e)
{
    struct undo u;
    int64_t     batch;

    TRY(req_body_id(r, "batch", &batch, e));
    if (!batch)
        return answer_invalid(r, "batch", e, "batch says what is to be undone");
    TRY(undo_batch(r->db, r->a, r->account, batch, req_actor(r), &u, e));
    undo_write(r, &u);
    return RC_OK;
}

enum rc restore_run(struct req *r, struct err *e)
{
    struct undo u;
    int64_t     at_ms, cards;

    if (!clock_parse(json_get_text(r->body, S("at")), &at_ms))
        return answer_invalid(r, "at", e, "at must be a time as in 2026-11-23T22:54:01Z");
    if (at_ms > clock_ms())
        return answer_invalid(r, "at", e, "at lies in the future");
    if (json_get_bool(r->body, S("dry_run"), false)) {
        TRY(undo_moment_count(r->db, r->account, at_ms, &cards, e));
        json_out_open(&r->json, JSON_ELEMENT, '{');
        json_out_i64(&r->json, S("cards"), cards);
        json_out_close(&r->json, '}');
        return RC_OK;
    }
    TRY(undo_to_moment(r->db, r->a, r->account, at_ms, req_actor(r), &u, e));
    undo_write(r, &u);
    return RC_OK;
}
