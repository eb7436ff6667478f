/* Turns one statement over many keys into one statement over arrays, for PostgreSQL. */
#include <assert.h>
#include <endian.h>
#include "io/sql/pg_each.h"
#include "io/sql/pg_int.h"
#include "io/sql/sql_dialect.h"

/* ---- text.  With $2 as the column of a key, and k for unnest($2) as k(v2):
 *     select x from t where b = $2     select q.*, k.ord from k cross join lateral (select x from t where b = k.v2 offset 0) as q ...
 *     insert into t (a, b) values ($1, $2) on conflict ...      insert into t (a, b) select $1, k.v2 from k on conflict ...
 *     delete from t where b = $2       delete from t using (select k.*, q.ctid as at from k cross join lateral
 *                                          (select ctid from t where b = k.v2 for update offset 0) as q) as k where t.ctid = k.at
 *     update t set a = $1 where b = $2 likewise
 * "offset 0" keeps the planner from turning the join around: a table that was empty when the statement was planned would be read
 * from its beginning for every key.  A row is locked before it is named by its place, so the condition holds when it is written. ---- */

/* $N to k.vN for the columns of a key. */
static void put_inner(struct buf *to, struct str text, size_t nargs)
{
    for (size_t i = 0; i < text.n;) {
        size_t number = 0, n = 1;
        while (text.p[i] == '$' && i + n < text.n && ascii_digit(text.p[i + n]))
            number = number * 10 + (size_t)(text.p[i + n++] - '0');
        if (number > nargs)
            buf_fmt(to, "k.v%zu", number);
        else
            buf_put(to, (struct str){ text.p + i, n });
        i += n;
    }
}

static const char *type_of(const struct sql_arg *v)
{
    return v->type == SQL_I64 ? "bigint[]" : v->type == SQL_TEXT ? "text[]" : "bytea[]";
}

static void put_keys(struct buf *to, const struct sql_each *each)
{
    buf_put(to, S(" unnest("));
    for (size_t i = 0; i < each->width; i++)
        buf_fmt(to, "%s$%zu::%s", i ? ", " : "", each->nargs + i + 1, type_of(&each->key[i]));
    buf_put(to, S(") with ordinality as k("));
    for (size_t i = 0; i < each->width; i++)
        buf_fmt(to, "v%zu, ", each->nargs + i + 1);
    buf_put(to, S("ord) "));
}

static void put_select(struct buf *to, struct str text, const struct sql_each *each)
{
    buf_put(to, S("select q.*, k.ord from"));
    put_keys(to, each);
    buf_put(to, S("cross join lateral ("));
    put_inner(to, text, each->nargs);
    buf_put(to, S(" offset 0) as q order by k.ord"));
}

/* The place of the bracket that closes the one before `from`. */
static size_t closing(struct str text, size_t from)
{
    size_t depth = 1;

    for (; from < text.n; from++) {
        depth += text.p[from] == '(';
        if (text.p[from] == ')' && --depth == 0)
            break;
    }
    return from;
}

static void put_insert(struct buf *to, struct str text, const struct sql_each *each)
{
    static const struct str values = S("values (");
    size_t                  at = str_find(text, values, 0);

    assert(at != SIZE_MAX);
    size_t from = at + values.n, end = closing(text, from);
    buf_put(to, str_head(text, at));
    buf_put(to, S("select "));
    put_inner(to, (struct str){ text.p + from, end - from }, each->nargs);
    buf_put(to, S(" from"));
    put_keys(to, each);
    buf_put(to, S("where true")); /* else the server takes "on conflict" for the condition of a join */
    put_inner(to, str_from(text, end + 1), each->nargs);
}

/* delete from T where ..., update T set ... where ... */
static void put_write(struct buf *to, struct str text, bool update, const struct sql_each *each)
{
    struct str rest = str_from(text, update ? S("update ").n : S("delete from ").n), table;
    size_t     where = str_find(text, S(" where "), 0);

    assert(where != SIZE_MAX && str_next(&rest, ' ', &table));
    put_inner(to, str_head(text, where), each->nargs);
    buf_put(to, update ? S(" from") : S(" using"));
    buf_put(to, S(" (select k.*, q.ctid as at from"));
    put_keys(to, each);
    buf_fmt(to, "cross join lateral (select ctid from " STR_FMT, STR_ARG(table));
    put_inner(to, str_from(text, where), each->nargs);
    buf_fmt(to, " for update offset 0) as q) as k where " STR_FMT ".ctid = k.at", STR_ARG(table));
}

void pg_each_text(struct buf *to, struct str text, const struct sql_each *each)
{
    if (str_starts(text, S("select ")))
        put_select(to, text, each);
    else if (str_starts(text, S("insert ")))
        put_insert(to, text, each);
    else
        put_write(to, text, str_starts(text, S("update ")), each);
}

struct pg_statement *pg_statement_each(struct pg *db, const char *text, const struct sql_each *each)
{
    uint64_t *slot = map_at_u64(&db->each, (uintptr_t)text);

    if (!*slot) {
        struct pg_statement *s = arena_new_of(db->arena, struct pg_statement);
        auto_buf             plain = buf_of(SQL_SCRIPT_MAX), sql = buf_of(SQL_SCRIPT_MAX);
        sql_dialect(&plain, str_of(text), db->words);
        pg_each_text(&sql, buf_str(&plain), each);
        s->text = text;
        s->sql = (char *)(uintptr_t)str_copy(db->arena, buf_str(&sql)).p;
        *slot = (uintptr_t)s;
    }
    return (struct pg_statement *)(uintptr_t)*slot;
}

/* ---- arrays, as array_recv() reads them ---- */

enum { OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25 };

static void put_u32(struct buf *to, size_t v)
{
    uint32_t big = htobe32((uint32_t)v);
    buf_put(to, (struct str){ (const char *)&big, sizeof big });
}

static void put_element(struct buf *to, const struct sql_arg *v)
{
    uint64_t   big = htobe64((uint64_t)v->i);
    struct str bytes = v->type == SQL_I64 ? (struct str){ (const char *)&big, sizeof big } : v->s;

    put_u32(to, bytes.n);
    buf_put(to, bytes);
}

static void put_array(struct buf *to, const struct sql_each *each, size_t column)
{
    enum sql_type type = each->key[column].type;

    put_u32(to, 1); /* dimensions */
    put_u32(to, 0); /* no nulls */
    put_u32(to, type == SQL_I64 ? OID_INT8 : type == SQL_TEXT ? OID_TEXT : OID_BYTEA);
    put_u32(to, each->n);
    put_u32(to, 1); /* the first index */
    for (size_t i = 0; i < each->n; i++)
        put_element(to, &each->key[i * each->width + column]);
}

enum rc pg_arrays(struct buf *bytes, const struct sql_each *each, struct sql_arg *args, struct err *e)
{
    static const int types[] = { [SQL_I64] = PG_ARRAY_I64, [SQL_TEXT] = PG_ARRAY_TEXT, [SQL_BLOB] = PG_ARRAY_BLOB };
    size_t           end[SQL_ARGS_MAX], from = 0;

    for (size_t i = 0; i < each->nargs; i++)
        args[i] = each->args[i];
    for (size_t i = 0; i < each->width; i++) {
        put_array(bytes, each, i);
        end[i] = buf_str(bytes).n;
    }
    if (buf_full(bytes))
        return err_set(e, RC_TOO_LARGE, "database: keys over %d bytes", PG_ARRAYS_MAX);
    for (size_t i = 0; i < each->width; from = end[i++])
        args[each->nargs + i] = (struct sql_arg){ .type = (enum sql_type)types[each->key[i].type],
                                                  .s = { buf_str(bytes).p + from, end[i] - from } };
    return RC_OK;
}
