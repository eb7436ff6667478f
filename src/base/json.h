/* base/json.h - JSON (RFC 8259): a strict reader into an arena tree, and writers.
 *
 * The reader is ours because every stored card is read on the hot path and a general DOM costs 15 us
 * per KB there (tests/bench/bench_json.c); it is held against jansson, value by value, by tests/fuzz/fuzz_json.c.
 *
 * Strict: UTF-8 only, no duplicate members, no NUL in texts, depth and size capped.  Nothing is lost: members
 * keep their order, numbers keep their text.  Texts without escapes are borrowed from the input, which must
 * outlive the tree; the rest is in the arena.
 *
 * json_get(), json_set() and json_remove() cost the same however many members an object has, json_equal() and json_copy()
 * are linear: large objects carry an index.
 *
 * Everything that takes `const struct json *` accepts NULL and answers "not there", so a path of
 * json_get() calls needs no checks in between. */
#pragma once
#include "base/buf.h"
#include "base/err.h"

enum json_type { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
    enum json_type type;
    uint32_t       n;    /* members or elements */
    struct str     key;  /* name, when this is a member of an object */
    struct json   *next; /* next member or element */
    union {
        struct str text; /* STRING: unescaped; NUMBER: as written */
        struct {
            struct json *first, *last;
        };
    };
    struct arena      *a;     /* where an object's index is made */
    struct json_index *index; /* of an object with many members (base/json_int.h), else NULL */
};

/* What a text may cost at most.  0 = the most there is: 64 MiB, JSON_DEPTH_MAX, any number of members, JSON_NODES_MAX. */
struct json_limits {
    size_t   bytes;
    unsigned depth;   /* arrays and objects within each other */
    size_t   members; /* of one object */
    size_t   nodes;   /* values in all: 64 bytes of memory each */
};
enum { JSON_DEPTH_MAX = 64, JSON_NODES_MAX = 2 << 20 };

/* Reads a text into a tree, which is valid while a and text live.  RC_MALFORMED with line and column when it is no JSON;
 * RC_TOO_LARGE names the limit it passes, and nothing behind that place was read.  Costs time and memory in proportion to the
 * text, whatever is in it. */
enum rc json_parse_within(struct arena *a, struct str text, const struct json_limits *limits, struct json **ret,
                          struct err *e) must_use;
/* The same with the limits all at 0. */
enum rc json_parse(struct arena *a, struct str text, struct json **ret, struct err *e) must_use;

/* ---- looking ---- */
struct json *json_get(const struct json *object, struct str key); /* NULL when not there */
struct json *json_at(const struct json *array, size_t i);
struct str   json_text(const struct json *v); /* "" unless a STRING */
struct str   json_get_text(const struct json *object, struct str key);
bool         json_i64(const struct json *v, int64_t *ret); /* whole numbers only */
int64_t      json_get_i64(const struct json *object, struct str key, int64_t otherwise);
bool         json_get_bool(const struct json *object, struct str key, bool otherwise);
/* RFC 6901, "/emails/e1/address"; NULL when not there or the pointer is broken. */
struct json *json_pointer(const struct json *root, struct arena *a, struct str pointer);
/* One part of a pointer, '~' and '/' escaped. */
void json_pointer_put(struct buf *b, struct str name);
/* Equal as data: members in any order, numbers by their text. */
bool json_equal(const struct json *x, const struct json *y);
/* The same for equal trees; for others the same only by chance (hash_secret(): nobody outside can bring it about).  Never
 * stored: it differs from process to process. */
uint64_t json_hash(const struct json *v);

#define json_each(item, parent) \
    for (struct json *item = (parent) && (parent)->type >= JSON_ARRAY ? (parent)->first : NULL; item; item = item->next)

/* ---- building; texts are borrowed, not copied ---- */
struct json *json_new(struct arena *a, enum json_type type);
struct json *json_new_text(struct arena *a, struct str s);
struct json *json_new_i64(struct arena *a, int64_t v);
struct json *json_new_bool(struct arena *a, bool v);
struct json *json_push(struct json *array, struct json *v); /* returns v */
/* Replaces a member of that name in its place, else appends; v must not be in a tree yet.  Returns v. */
struct json *json_set(struct json *object, struct str key, struct json *v);
/* Appends without looking for the name: for builders that know it is new.  An object that moves to another arena is copied
 * (json_copy()): its members and its index live where it was made. */
struct json *json_add(struct json *object, struct str key, struct json *v);
struct json *json_set_text(struct arena *a, struct json *object, struct str key, struct str s);
bool         json_remove(struct json *object, struct str key);
/* The object under key, made and added when it is not there (or is no object). */
struct json *json_child(struct arena *a, struct json *object, struct str key);
struct json *json_copy(struct arena *a, const struct json *v); /* deep; texts stay borrowed */

/* ---- writing: compact, UTF-8 as it is ---- */
void json_write(struct buf *b, const struct json *v);
void json_write_text(struct buf *b, struct str s); /* quoted and escaped; broken UTF-8 becomes U+FFFD */

/* Straight from values, without a tree:
 *     struct json_out o = json_out_of(&buf);
 *     json_out_open(&o, '{');  json_out_text(&o, S("name"), name);  json_out_close(&o);
 * key is NULL-length (JSON_ELEMENT) inside arrays. */
struct json_out {
    struct buf *b;
    uint64_t    comma;
}; /* comma: one bit a level */
#define JSON_ELEMENT ((struct str){ NULL, 0 })
static inline struct json_out json_out_of(struct buf *b) { return (struct json_out){ .b = b }; }
void                          json_out_open(struct json_out *o, struct str key, char bracket); /* '{' or '[' */
void                          json_out_close(struct json_out *o, char bracket);                /* '}' or ']' */
void                          json_out_text(struct json_out *o, struct str key, struct str s);
void                          json_out_i64(struct json_out *o, struct str key, int64_t v);
void                          json_out_real(struct json_out *o, struct str key, double v); /* 3 decimals at most */
void                          json_out_bool(struct json_out *o, struct str key, bool v);
void                          json_out_id(struct json_out *o, struct str key, int64_t id);   /* base 32 text */
void                          json_out_time(struct json_out *o, struct str key, int64_t ms); /* RFC 3339; null when 0 */
void                          json_out_raw(struct json_out *o, struct str key, struct str json_text);
void                          json_out_tree(struct json_out *o, struct str key, const struct json *v);
