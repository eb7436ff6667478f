/* Address books and tags: list, make, rename, remove. */
#include "api/http/handlers.h"
#include "api/http/bulk_slices.h"
#include "store/cards/books.h"
#include "store/cards/tags.h"

enum { NAME_MAX_BYTES = 200 };

static void book_write(struct req *r, const struct book *b)
{
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_id(&r->json, S("id"), b->id);
    json_out_text(&r->json, S("name"), b->name);
    json_out_bool(&r->json, S("default"), b->is_default);
    json_out_time(&r->json, S("created"), b->created_ms);
    json_out_i64(&r->json, S("cards"), b->cards);
    json_out_close(&r->json, '}');
}

/* With the number of its cards; RC_NOT_FOUND. */
static enum rc book_find(struct req *r, int64_t id, struct book *ret, struct err *e)
{
    struct book *books;
    size_t       n;

    TRY(books_list(r->db, r->a, r->account, &books, &n, e));
    for (size_t i = 0; i < n; i++)
        if (books[i].id == id) {
            *ret = books[i];
            return RC_OK;
        }
    return err_set(e, RC_NOT_FOUND, "there is no book with this id");
}

enum rc books_must_exist(struct req *r, int64_t id, struct err *e)
{
    struct book book;
    enum rc     rc = books_get(r->db, r->a, r->account, id, &book, e);

    return rc == RC_NOT_FOUND ? answer_invalid(r, "book", e, "there is no such book") : rc;
}

enum rc books_show(struct req *r, struct err *e)
{
    struct book *books;
    size_t       n;

    TRY(books_list(r->db, r->a, r->account, &books, &n, e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_open(&r->json, S("items"), '[');
    for (size_t i = 0; i < n; i++)
        book_write(r, &books[i]);
    json_out_close(&r->json, ']');
    json_out_close(&r->json, '}');
    return RC_OK;
}

enum rc books_add(struct req *r, struct err *e)
{
    struct str  name;
    struct book book;
    int64_t     id;

    TRY(req_text(r, "name", 1, NAME_MAX_BYTES, &name, e));
    TRY(books_create(r->db, r->account, name, &id, e));
    TRY(book_find(r, id, &book, e));
    r->status = 201;
    book_write(r, &book);
    return RC_OK;
}

enum rc books_change(struct req *r, struct err *e)
{
    struct str  name;
    struct book book;
    int64_t     id;

    TRY(req_id(r, 0, &id, e));
    TRY(req_text(r, "name", 1, NAME_MAX_BYTES, &name, e));
    TRY(books_rename(r->db, r->account, id, name, e));
    TRY(book_find(r, id, &book, e));
    book_write(r, &book);
    return RC_OK;
}

enum rc books_remove(struct req *r, struct err *e)
{
    struct slices s = { .action = SLICE_DELETE, .after = books_delete };
    struct book   book = { 0 };

    TRY(req_id(r, 0, &s.after_book, e));
    TRY(books_get(r->db, r->a, r->account, s.after_book, &book, e));
    if (book.is_default)
        return err_set(e, RC_CONFLICT, "the first book stays");
    s.filter = (struct card_filter){ .state = CARD_LIVE, .book = s.after_book };
    return bulk_slices_start(r, &s, e);
}

enum rc tags_show(struct req *r, struct err *e)
{
    struct tag_count *tags;
    size_t            n;

    TRY(tags_list(r->db, r->a, r->account, &tags, &n, e));
    json_out_open(&r->json, JSON_ELEMENT, '{');
    json_out_open(&r->json, S("items"), '[');
    for (size_t i = 0; i < n; i++) {
        json_out_open(&r->json, JSON_ELEMENT, '{');
        json_out_text(&r->json, S("tag"), tags[i].tag);
        json_out_i64(&r->json, S("count"), tags[i].count);
        json_out_close(&r->json, '}');
    }
    json_out_close(&r->json, ']');
    json_out_close(&r->json, '}');
    return RC_OK;
}
