/* Takes out of a card what a merge or a batch did to it, keeping what came later. */
#include "store/cards/back_out.h"
#include "store/cards/journal.h"

struct face {
    struct str      json;
    enum card_state state;
    int64_t         book, merged_into;
};

static struct face face_before(const struct journal_row *r)
{
    return (struct face){ r->prev_json, r->prev_state, r->prev_book, r->prev_merged_into };
}

struct three_faces {
    struct face     before, after;
    struct card_row now;
    bool            later;
};

static enum rc look(const struct backing *b, const struct span *s, struct three_faces *ret, struct err *e)
{
    struct journal_row row;

    TRY(cards_get(b->db, b->a, b->batch.account, s->card, &ret->now, e));
    TRY(journal_next_of_card(b->db, b->a, b->batch.account, s->card, s->first - 1, &row, e));
    ret->before = face_before(&row);
    enum rc rc = journal_next_of_card(b->db, b->a, b->batch.account, s->card, s->last, &row, e);
    ret->later = rc == RC_OK;
    ret->after = ret->later ? face_before(&row)
                            : (struct face){ ret->now.json, ret->now.state, ret->now.book, ret->now.merged_into };
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc text_without(const struct backing *b, int64_t batch, const struct three_faces *f, struct str *ret,
                            struct err *e)
{
    *ret = f->later ? f->now.json : f->before.json;
    if (!f->later || str_eq(f->before.json, f->after.json))
        return RC_OK;
    return replay_card(b, &f->now, batch, batch, ret, e);
}

static struct card_change made_here(const struct three_faces *f)
{
    bool edited = !str_eq(f->now.json, f->after.json);

    if (edited || f->now.state != CARD_LIVE)
        return (struct card_change){ .id = f->now.id, .state = f->now.state, .merged_into = f->now.merged_into };
    return (struct card_change){ .id = f->now.id, .state = CARD_TRASH };
}

enum rc back_out(const struct backing *b, int64_t batch, const struct span *s, struct err *e)
{
    struct three_faces f;
    struct card_change c = { .id = s->card };
    enum rc            rc = look(b, s, &f, e);

    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    bool stands = f.now.state == f.after.state && f.now.merged_into == f.after.merged_into;
    if (f.before.json.n == 0) {
        c = made_here(&f);
    } else {
        c.state = stands ? f.before.state : f.now.state;
        c.merged_into = stands ? f.before.merged_into : f.now.merged_into;
        c.book = f.now.book == f.after.book ? f.before.book : f.now.book;
        TRY(text_without(b, batch, &f, &c.json, e));
    }
    TRY(cards_save(b->db, b->a, &b->batch, &c, 1, NULL, e));
    return c.state == CARD_MERGED ? replay_above(b, c.id, c.merged_into, e) : RC_OK;
}
