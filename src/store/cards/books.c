/* Address books of an account. */
#include "base/clock.h"
#include "base/rand.h"
#include "base/vec.h"
#include "store/account/accounts.h"
#include "store/cards/books.h"

#define COLUMNS "b.id, b.name, b.is_default, b.created_ms"
static const char LIST[] =
    "select " COLUMNS " from books b where b.account_id = $1 order by b.is_default desc, b.name, b.id";
static const char GET[] = "select " COLUMNS " from books b where b.account_id = $1 and b.id = $2";
/* One pass over the cards, however many books. */
static const char CARDS[] = "select book_id, count(*) from cards where account_id = $1 and state = 0 group by book_id";
static const char DEFAULT[] = "select id from books where account_id = $1 order by is_default desc, id limit 1";
static const char COUNT[] = "select count(*) from books where account_id = $1";
static const char CREATE[] =
    "insert into books (account_id, id, name, is_default, created_ms) values ($1, $2, $3, $4, $5)";
static const char RENAME[] = "update books set name = $3 where account_id = $1 and id = $2";
static const char LIVE[] = "select count(*) from cards where account_id = $1 and state = 0 and book_id = $2";
static const char MOVE_REST[] = "update cards set book_id = $3 where account_id = $1 and book_id = $2";
static const char DELETE[] = "delete from books where account_id = $1 and id = $2 and is_default = 0";

static struct book take_row(struct arena *a, const struct sql_rows *rows)
{
    return (struct book){ .id = row_i64(rows, 0),
                          .name = str_copy(a, row_text(rows, 1)),
                          .is_default = row_i64(rows, 2) != 0,
                          .created_ms = row_i64(rows, 3) };
}

static enum rc count_cards(struct sql *db, int64_t account, struct book *books, size_t n, struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, CARDS, SQL_ARGS(I64(account))));
    while (rows_next(&rows))
        for (size_t i = 0; i < n; i++)
            if (books[i].id == row_i64(&rows, 0))
                books[i].cards = row_i64(&rows, 1);
    return rows_end(&rows, e);
}

enum rc books_list(struct sql *db, struct arena *a, int64_t account, struct book **ret, size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };
    VEC(struct book) list = { 0 };

    TRY(sql_rows(db, &rows, e, LIST, SQL_ARGS(I64(account))));
    while (rows_next(&rows))
        *vec_push(a, &list) = take_row(a, &rows);
    TRY(rows_end(&rows, e));
    *ret = list.v;
    *ret_n = list.n;
    return count_cards(db, account, list.v, list.n, e);
}

enum rc books_get(struct sql *db, struct arena *a, int64_t account, int64_t book, struct book *ret, struct err *e)
{
    auto_rows rows = { 0 };

    TRY(sql_rows(db, &rows, e, GET, SQL_ARGS(I64(account), I64(book))));
    if (rows_next(&rows)) {
        *ret = take_row(a, &rows);
        return RC_OK;
    }
    TRY(rows_end(&rows, e));
    return err_set(e, RC_NOT_FOUND, "there is no book with this id");
}

enum rc books_default(struct sql *db, int64_t account, int64_t *ret, struct err *e)
{
    return sql_one_i64(db, e, DEFAULT, SQL_ARGS(I64(account)), ret);
}

enum rc books_create(struct sql *db, int64_t account, struct str name, int64_t *ret, struct err *e)
{
    auto_rollback own = { 0 };
    int64_t       books = 0;

    TRY(accounts_hold(db, &own, account, e));
    TRY(sql_one_i64(db, e, COUNT, SQL_ARGS(I64(account)), &books));
    if (books >= BOOKS_MAX)
        return err_set(e, RC_TOO_LARGE, "more than %d books", BOOKS_MAX);
    *ret = id_new();
    TRY(sql_run(db, e, CREATE, SQL_ARGS(I64(account), I64(*ret), TEXT(name), I64(books == 0), I64(clock_ms())), NULL));
    return sql_leave(&own, e);
}

enum rc books_rename(struct sql *db, int64_t account, int64_t book, struct str name, struct err *e)
{
    int64_t changed = 0;

    TRY(sql_run(db, e, RENAME, SQL_ARGS(I64(account), I64(book), TEXT(name)), &changed));
    return changed ? RC_OK : err_set(e, RC_NOT_FOUND, "no such book");
}

enum rc books_delete(struct sql *db, int64_t account, int64_t book, struct err *e)
{
    auto_rollback own = { 0 };
    int64_t       live = 0, changed = 0, heir = 0;

    TRY(accounts_hold(db, &own, account, e));
    TRY(books_default(db, account, &heir, e));
    TRY(sql_one_i64(db, e, LIVE, SQL_ARGS(I64(account), I64(book)), &live));
    if (live || heir == book)
        return err_set(e, RC_CONFLICT, live ? "the book still has cards" : "the default book stays");
    TRY(sql_run(db, e, MOVE_REST, SQL_ARGS(I64(account), I64(book), I64(heir)), NULL));
    TRY(sql_run(db, e, DELETE, SQL_ARGS(I64(account), I64(book)), &changed));
    return changed ? sql_leave(&own, e) : err_set(e, RC_NOT_FOUND, "no such book");
}
