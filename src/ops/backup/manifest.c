/* ops/backup/manifest.c - the JSON at both ends of a backup, and rows as bytes. */
#include "ops/backup/manifest.h"
#include <stdio.h>
#include <stdlib.h>
#include "base/clock.h"
#include "base/json.h"
#include "base/pack.h"
#include "base/vec.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "base/pack.h writes numbers as the machine has them");

static const char *const type_name[] = { [SQL_I64] = "integer", [SQL_TEXT] = "text", [SQL_BLOB] = "bytes" };

/* ---- first ---- */

static void write_table(struct json_out *o, const struct table *t)
{
    json_out_open(o, JSON_ELEMENT, '{');
    json_out_text(o, S("name"), t->name);
    json_out_open(o, S("columns"), '[');
    for (size_t c = 0; c < t->ncolumns; c++) {
        json_out_open(o, JSON_ELEMENT, '{');
        json_out_text(o, S("name"), t->column[c]);
        json_out_text(o, S("type"), str_of(type_name[t->type[c]]));
        json_out_close(o, '}');
    }
    json_out_close(o, ']');
    json_out_open(o, S("key"), '[');
    for (size_t k = 0; k < t->nkey; k++)
        json_out_i64(o, JSON_ELEMENT, (int64_t)t->key[k]);
    json_out_close(o, ']');
    json_out_close(o, '}');
}

void manifest_write_first(struct buf *b, const struct manifest *m)
{
    struct json_out o = json_out_of(b);

    json_out_open(&o, JSON_ELEMENT, '{');
    json_out_i64(&o, S("format"), MANIFEST_FORMAT);
    json_out_text(&o, S("kith"), m->made_by);
    json_out_text(&o, S("database"), m->database);
    json_out_time(&o, S("made"), m->made_ms);
    json_out_open(&o, S("schema"), '[');
    for (size_t i = 0; i < m->nschema; i++)
        json_out_text(&o, JSON_ELEMENT, m->schema[i]);
    json_out_close(&o, ']');
    json_out_open(&o, S("tables"), '[');
    for (size_t i = 0; i < m->ntables; i++)
        write_table(&o, &m->table[i]);
    json_out_close(&o, ']');
    json_out_close(&o, '}');
}

static enum rc broken(struct err *e, const char *what) { return err_set(e, RC_INVALID, "it is damaged: %s", what); }

/* Names become parts of statements and paths: small letters, digits and _ only. */
static bool is_name(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && !ascii_digit(s.p[i]) && s.p[i] != '_')
            return false;
    return s.n > 0 && s.n <= MANIFEST_NAME_MAX;
}

static bool read_column(const struct json *v, struct table *t)
{
    struct str type = json_get_text(v, S("type")), name = json_get_text(v, S("name"));

    for (size_t i = SQL_I64; i <= SQL_BLOB; i++)
        if (str_is(type, type_name[i]))
            t->type[t->ncolumns] = (enum sql_type)i;
    t->column[t->ncolumns] = name;
    return is_name(name) && t->type[t->ncolumns++] != SQL_NULL;
}

static bool read_table(const struct json *v, struct table *t)
{
    struct json *columns = json_get(v, S("columns")), *keys = json_get(v, S("key"));
    int64_t      place;

    t->name = json_get_text(v, S("name"));
    if (!is_name(t->name) || !columns || columns->n > TABLE_COLUMNS_MAX || !keys || keys->n > columns->n)
        return false;
    json_each(column, columns)
        if (!read_column(column, t))
            return false;
    json_each(key, keys) {
        if (!json_i64(key, &place) || place < 0 || place >= (int64_t)t->ncolumns)
            return false;
        t->key[t->nkey++] = (size_t)place;
    }
    return t->nkey > 0;
}

static enum rc read_tables(struct arena *a, const struct json *list, struct manifest *m, struct err *e)
{
    if (!list || list->type != JSON_ARRAY || list->n == 0 || list->n > MANIFEST_TABLES_MAX)
        return broken(e, "it lists no tables");
    m->table = arena_array(a, struct table, list->n);
    m->sum = arena_array(a, struct table_sum, list->n);
    json_each(v, list)
        if (!read_table(v, &m->table[m->ntables++]))
            return broken(e, "its list of tables cannot be read");
    return RC_OK;
}

enum rc manifest_read_first(struct arena *a, struct str text, struct manifest *ret, struct err *e)
{
    struct json *v = NULL, *schema;

    *ret = (struct manifest){ 0 };
    if (json_parse(a, text, &v, NULL) != RC_OK)
        return broken(e, "its first part cannot be read");
    int64_t format = json_get_i64(v, S("format"), 0);
    if (format != MANIFEST_FORMAT)
        return err_set(e, RC_INVALID, "it has format %lld, this Kith reads %d: use the Kith that made it",
                       (long long)format, MANIFEST_FORMAT);
    ret->made_by = json_get_text(v, S("kith"));
    ret->database = json_get_text(v, S("database"));
    if (!clock_parse(json_get_text(v, S("made")), &ret->made_ms))
        return broken(e, "it does not say when it was made");
    schema = json_get(v, S("schema"));
    ret->schema = arena_array(a, struct str, schema ? schema->n : 0);
    json_each(file, schema)
        ret->schema[ret->nschema++] = json_text(file);
    return read_tables(a, json_get(v, S("tables")), ret, e);
}

/* ---- last ---- */

void manifest_write_sums(struct json_out *o, const struct manifest *m)
{
    char hash[20];

    json_out_open(o, S("tables"), '{');
    for (size_t i = 0; i < m->ntables; i++) {
        snprintf(hash, sizeof hash, "%016llx", (unsigned long long)m->sum[i].hash);
        json_out_open(o, m->table[i].name, '{');
        json_out_i64(o, S("rows"), m->sum[i].rows);
        json_out_text(o, S("hash"), str_of(hash));
        json_out_close(o, '}');
    }
    json_out_close(o, '}');
}

void manifest_write_last(struct buf *b, const struct manifest *m)
{
    struct json_out o = json_out_of(b);

    json_out_open(&o, JSON_ELEMENT, '{');
    manifest_write_sums(&o, m);
    json_out_i64(&o, S("uploads"), m->uploads);
    json_out_i64(&o, S("uploadBytes"), m->upload_bytes);
    json_out_i64(&o, S("uploadsGone"), m->uploads_gone);
    json_out_close(&o, '}');
}

enum rc manifest_same_sum(const struct table *t, const struct table_sum *was, const struct table_sum *is, struct err *e)
{
    if (was->rows == is->rows && was->hash == is->hash)
        return RC_OK;
    return err_set(e, RC_INVALID, "table " STR_FMT ": %lld rows (%016llx) became %lld (%016llx)", STR_ARG(t->name),
                   (long long)was->rows, (unsigned long long)was->hash, (long long)is->rows,
                   (unsigned long long)is->hash);
}

enum rc manifest_agrees(struct arena *a, struct str text, const struct manifest *counted, struct err *e)
{
    struct json *v = NULL;

    if (json_parse(a, text, &v, NULL) != RC_OK)
        return broken(e, "its last part cannot be read");
    struct json *tables = json_get(v, S("tables"));
    for (size_t i = 0; i < counted->ntables; i++) {
        struct json     *t = json_get(tables, counted->table[i].name);
        struct table_sum said = { strtoull(str_copy(a, json_get_text(t, S("hash"))).p, NULL, 16),
                                  json_get_i64(t, S("rows"), -1) };
        TRY(manifest_same_sum(&counted->table[i], &said, &counted->sum[i], e));
    }
    return json_get_i64(v, S("uploads"), -1) == counted->uploads &&
                   json_get_i64(v, S("uploadBytes"), -1) == counted->upload_bytes
               ? RC_OK
               : broken(e, "uploads are missing");
}

int64_t manifest_rows(const struct manifest *m)
{
    int64_t rows = 0;

    for (size_t i = 0; i < m->ntables; i++)
        rows += m->sum[i].rows;
    return rows;
}

/* ---- rows ---- */

struct str manifest_piece_name(const struct table *t, int64_t number, char to[MANIFEST_NAME_MAX + 32])
{
    snprintf(to, MANIFEST_NAME_MAX + 32, "tables/" STR_FMT "/%06lld", STR_ARG(t->name), (long long)number);
    return str_of(to);
}

void manifest_piece(struct buf *b, const struct table *t, const struct table_page *page)
{
    for (size_t i = 0; i < page->rows * t->ncolumns; i++) {
        const struct sql_arg *v = &page->value[i];
        if (v->type == SQL_I64)
            pack_i64(b, v->i);
        else
            pack_str(b, v->s);
    }
}

enum rc manifest_read_piece(struct arena *a, const struct table *t, struct str piece, struct table_page *ret,
                            struct err *e)
{
    struct unpack u = unpack_of(piece);
    VEC(struct sql_arg) value = { 0 };

    while (!u.bad && u.left.n && value.n < MANIFEST_PIECE_ROWS * t->ncolumns)
        for (size_t c = 0; c < t->ncolumns; c++) {
            struct sql_arg *v = vec_push(a, &value);
            *v = t->type[c] == SQL_I64 ? I64(unpack_i64(&u))
                                       : (struct sql_arg){ .type = t->type[c], .s = unpack_str(&u) };
        }
    *ret = (struct table_page){ value.v, value.n / t->ncolumns };
    return unpack_end(&u) && value.n ? RC_OK : broken(e, "rows cannot be read");
}
