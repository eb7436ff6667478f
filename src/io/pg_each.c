#include <endian.h>
#include "io/pg.h"
#include "io/sql_dialect.h"

/* ---- text: "select x from t where a = $1 and b = $2" with one key column becomes
 *     select q.*, k.ord from unnest($2) with ordinality as k(v2, ord)
 *     cross join lateral (select x from t where a = $1 and b = k.v2) as q order by k.ord
 * The planner has one plan for it: for each key, what it does for one. ---- */

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

static void put_each(struct buf *to, struct str text, const struct sql_each *each)
{
    buf_put(to, S("select q.*, k.ord from unnest("));
    for (size_t i = 0; i < each->width; i++)
        buf_fmt(to, "%s$%zu::%s", i ? ", " : "", each->nargs + i + 1, type_of(&each->key[i]));
    buf_put(to, S(") with ordinality as k("));
    for (size_t i = 0; i < each->width; i++)
        buf_fmt(to, "v%zu, ", each->nargs + i + 1);
    buf_put(to, S("ord) cross join lateral ("));
    put_inner(to, text, each->nargs);
    buf_put(to, S(") as q order by k.ord"));
}

struct pg_statement *pg_statement_each(struct pg *db, const char *text, const struct sql_each *each)
{
    uint64_t *slot = map_at_u64(&db->each, (uintptr_t)text);

    if (!*slot) {
        struct pg_statement *s = arena_new_of(db->arena, struct pg_statement);
        auto_buf             plain = buf_of(SQL_SCRIPT_MAX), sql = buf_of(SQL_SCRIPT_MAX);
        sql_dialect(&plain, str_of(text), &sql_dialect_postgres_statement);
        put_each(&sql, buf_str(&plain), each);
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

void pg_arrays(struct buf *bytes, const struct sql_each *each, struct sql_arg *args)
{
    static const int types[] = { [SQL_I64] = PG_ARRAY_I64, [SQL_TEXT] = PG_ARRAY_TEXT, [SQL_BLOB] = PG_ARRAY_BLOB };
    size_t           from[SQL_ARGS_MAX];

    for (size_t i = 0; i < each->width; i++) {
        from[i] = buf_str(bytes).n;
        put_array(bytes, each, i);
    }
    for (size_t i = 0; i < each->width; i++) {
        size_t end = i + 1 < each->width ? from[i + 1] : buf_str(bytes).n;
        args[i] = (struct sql_arg){ .type = (enum sql_type)types[each->key[i].type],
                                    .s = { buf_str(bytes).p + from[i], end - from[i] } };
    }
}
