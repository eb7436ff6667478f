/* Copies and compares whole tables for a move to another database. */
#include "store/installation/tables.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/vec.h"

/* table, column, type in SQLite's words, place in the primary key from 1 */
static const char COLUMNS[] =
    "/*sqlite: select m.name, p.name, iif(p.\"notnull\" or p.pk, lower(p.type), 'null'), p.pk from sqlite_schema m "
    "join pragma_table_info(m.name) p"
    " where m.type = 'table' and m.name not like 'sqlite\\_%' escape '\\' and m.name not like 'search\\_%' escape '\\'"
    " and m.name not in ('schema_version', 'agents', 'agent_kinds', 'arriving') order by m.name, p.cid */"
    "/*postgres: select c.relname::text, a.attname::text,"
    " case when not a.attnotnull then 'null' when a.atttypid = 20 then 'integer' when a.atttypid = 25 then 'text'"
    " when a.atttypid = 17 then 'blob' else '?' end,"
    " coalesce(array_position(i.indkey::smallint[], a.attnum) + 1, 0)::bigint"
    " from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
    " left join pg_index i on i.indrelid = c.oid and i.indisprimary"
    " where c.relkind in ('r', 'p') and c.relnamespace = current_schema()::regnamespace and c.relname not like "
    "'search\\_%'"
    " and c.relname not in ('schema_version', 'agents', 'agent_kinds', 'arriving')"
    " order by c.relname collate \"C\", a.attnum */";

enum { STATEMENT_MAX = 4096, PORTION_BYTES = 4 << 20 };

/* ---- what there is ---- */

static enum sql_type type_of(struct str word)
{
    return str_is(word, "integer") ? SQL_I64
           : str_is(word, "text")  ? SQL_TEXT
           : str_is(word, "blob")  ? SQL_BLOB
                                   : SQL_NULL;
}

static void put_names(struct buf *b, const struct table *t, bool key)
{
    size_t n = key ? t->nkey : t->ncolumns;

    for (size_t i = 0; i < n; i++)
        buf_fmt(b, "%s" STR_FMT, i ? ", " : "", STR_ARG(t->column[key ? t->key[i] : i]));
}

static void put_numbers(struct buf *b, size_t n)
{
    for (size_t i = 1; i <= n; i++)
        buf_fmt(b, "%s$%zu", i > 1 ? ", " : "", i);
}

static const char *keep(struct arena *a, struct buf *b)
{
    const char *text = str_copy(a, buf_str(b)).p;
    buf_clear(b);
    return text;
}

static const char *select_text(struct arena *a, struct buf *b, const struct table *t, bool next)
{
    buf_put(b, S("select "));
    put_names(b, t, false);
    buf_fmt(b, " from " STR_FMT, STR_ARG(t->name));
    if (next) {
        buf_put(b, S(" where ("));
        put_names(b, t, true);
        buf_put(b, S(") > ("));
        put_numbers(b, t->nkey);
        buf_char(b, ')');
    }
    buf_put(b, S(" order by "));
    put_names(b, t, true);
    buf_fmt(b, " limit %d", TABLE_PAGE);
    return keep(a, b);
}

static void write_statements(struct arena *a, struct table *t)
{
    auto_buf b = buf_of(STATEMENT_MAX);

    t->first = select_text(a, &b, t, false);
    t->next = select_text(a, &b, t, true);
    buf_fmt(&b, "insert into " STR_FMT " (", STR_ARG(t->name));
    put_names(&b, t, false);
    buf_put(&b, S(") values ("));
    put_numbers(&b, t->ncolumns);
    buf_char(&b, ')');
    t->insert = keep(a, &b);
    buf_fmt(&b, "/*sqlite: delete from*/ /*postgres: truncate*/ " STR_FMT, STR_ARG(t->name));
    t->clear = keep(a, &b);
    buf_fmt(&b, "select count(*) from " STR_FMT, STR_ARG(t->name));
    t->count = keep(a, &b);
}

static enum rc add_column(struct arena *a, struct table *t, const struct sql_rows *row, struct err *e)
{
    struct str name = str_copy(a, row_text(row, 1));
    int64_t    place = row_i64(row, 3);

    if (t->ncolumns == TABLE_COLUMNS_MAX || place > TABLE_COLUMNS_MAX)
        return err_set(e, RC_INTERNAL, "table " STR_FMT " has too many columns", STR_ARG(t->name));
    t->type[t->ncolumns] = type_of(row_text(row, 2));
    if (t->type[t->ncolumns] == SQL_NULL)
        return err_set(e, RC_INVALID,
                       "table " STR_FMT " has a column that may be null or is of a type that is not Kith's: " STR_FMT,
                       STR_ARG(t->name), STR_ARG(name));
    if (place > 0) {
        t->key[place - 1] = t->ncolumns;
        t->nkey++;
    }
    t->column[t->ncolumns++] = name;
    return RC_OK;
}

enum rc tables_list(struct sql *db, struct arena *a, struct table **ret, size_t *ret_n, struct err *e)
{
    auto_rows rows = { 0 };
    VEC(struct table) list = { 0 };

    TRY(sql_rows(db, &rows, e, COLUMNS, SQL_NONE));
    while (rows_next(&rows)) {
        if (list.n == 0 || !str_eq(list.v[list.n - 1].name, row_text(&rows, 0)))
            vec_push(a, &list)->name = str_copy(a, row_text(&rows, 0));
        TRY(add_column(a, &list.v[list.n - 1], &rows, e));
    }
    TRY(rows_end(&rows, e));
    for (size_t i = 0; i < list.n; i++) {
        if (list.v[i].nkey == 0)
            return err_set(e, RC_INVALID, "table " STR_FMT " has no primary key: it is not Kith's",
                           STR_ARG(list.v[i].name));
        write_statements(a, &list.v[i]);
    }
    *ret = list.v;
    *ret_n = list.n;
    return RC_OK;
}

enum rc tables_same(const struct table *a, size_t na, const struct table *b, size_t nb, struct err *e)
{
    if (na != nb)
        return err_set(e, RC_INVALID, "one database has %zu tables, the other %zu", na, nb);
    for (size_t i = 0; i < na; i++) {
        bool same = str_eq(a[i].name, b[i].name) && a[i].ncolumns == b[i].ncolumns && a[i].nkey == b[i].nkey;
        for (size_t c = 0; same && c < a[i].ncolumns; c++)
            same = str_eq(a[i].column[c], b[i].column[c]) && a[i].type[c] == b[i].type[c];
        for (size_t k = 0; same && k < a[i].nkey; k++)
            same = a[i].key[k] == b[i].key[k];
        if (!same)
            return err_set(e, RC_INVALID, "the databases differ in table " STR_FMT, STR_ARG(a[i].name));
    }
    return RC_OK;
}

/* ---- rows ---- */

enum rc tables_view(struct sql *db, struct sql_guard *view, struct err *e)
{
    static const char PATIENT[] =
        "/*postgres: set idle_in_transaction_session_timeout = 0; set statement_timeout = 0;*/";

    TRY(sql_script(db, e, str_of(PATIENT)));
    return sql_view(db, view, e);
}

static size_t take_row(struct arena *a, const struct table *t, const struct sql_rows *row, struct sql_arg *to)
{
    size_t bytes = 0;

    for (size_t c = 0; c < t->ncolumns; c++) {
        to[c] = t->type[c] == SQL_I64 ? I64(row_i64(row, (int)c))
                                      : (struct sql_arg){ .type = t->type[c], .s = str_copy(a, row_text(row, (int)c)) };
        bytes += to[c].s.n;
    }
    return bytes;
}

enum rc tables_page(struct sql *db, struct arena *a, const struct table *t, const struct table_page *before,
                    struct table_page *ret, struct err *e)
{
    auto_rows      rows = { 0 };
    struct sql_arg from[TABLE_COLUMNS_MAX];
    size_t         bytes = 0;

    *ret = (struct table_page){ .value = arena_array(a, struct sql_arg, TABLE_PAGE * t->ncolumns) };
    for (size_t k = 0; before && k < t->nkey; k++)
        from[k] = before->value[(before->rows - 1) * t->ncolumns + t->key[k]];
    TRY(sql_rows(db, &rows, e, before ? t->next : t->first, from, before ? t->nkey : 0));
    while (ret->rows < TABLE_PAGE && bytes < TABLE_PAGE_BYTES && rows_next(&rows))
        bytes += take_row(a, t, &rows, &ret->value[ret->rows++ * t->ncolumns]);
    return rows_end(&rows, e);
}

void tables_add(struct table_sum *to, const struct table *t, const struct table_page *page)
{
    for (size_t i = 0; i < page->rows; i++) {
        uint64_t hash = t->ncolumns;
        for (size_t c = 0; c < t->ncolumns; c++) {
            const struct sql_arg *v = &page->value[i * t->ncolumns + c];
            hash = v->type == SQL_I64 ? hash64_mix(hash, (uint64_t)v->i) : hash64(v->s, hash);
        }
        to->hash += hash;
    }
    to->rows += (int64_t)page->rows;
}

/* How many of the n rows go at once: of small ones all, of pictures some. */
static size_t portion(const struct table *t, const struct sql_arg *value, size_t n)
{
    size_t bytes = 0, rows = 0;

    for (; rows < n && bytes < PORTION_BYTES; rows++)
        for (size_t c = 0; c < t->ncolumns; c++)
            bytes += value[rows * t->ncolumns + c].s.n;
    return rows;
}

enum rc tables_put(struct sql *db, const struct table *t, const struct table_page *page, struct err *e)
{
    for (size_t i = 0, n; i < page->rows; i += n) {
        const struct sql_arg *from = &page->value[i * t->ncolumns];
        n = portion(t, from, page->rows - i);
        TRY(sql_run_each(db, e, t->insert, SQL_NONE, from, t->ncolumns, n, NULL));
    }
    return RC_OK;
}

enum rc tables_clear(struct sql *db, const struct table *t, struct err *e)
{
    return sql_run(db, e, t->clear, SQL_NONE, NULL);
}

enum rc tables_count(struct sql *db, const struct table *t, int64_t *ret, struct err *e)
{
    return sql_one_i64(db, e, t->count, SQL_NONE, ret);
}
