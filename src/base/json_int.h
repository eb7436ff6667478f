/* base/json_int.h - the index of large objects.  For base/json*.c only.
 *
 * An object of more than JSON_INDEX_FROM members has a hash table of their names, kept by everything that adds, replaces or
 * removes a member, so that each of these and json_get() costs the same however many members there are.  Smaller ones are
 * walked, which is faster there.  The table stands in the arena the object was made in; nothing is allocated by looking. */
#pragma once
#include "base/json.h"

enum { JSON_INDEX_FROM = 16 };

/* A member and the one before it (NULL: it is the first).  member NULL: there is none of that name. */
struct json_place {
    struct json *member, *before;
};
struct json_place json_find(const struct json *object, struct str key);

/* Makes the table from the list of members.  False when two share a name: the table holds the first of them. */
bool json_index_build(struct json *object);
/* After v was appended behind `before`. */
void json_index_added(struct json *object, struct json *v, struct json *before);
/* After v took the place of old, under the same name. */
void json_index_replaced(struct json *object, const struct json *old, struct json *v);
/* Before the member leaves the list. */
void json_index_removed(struct json *object, struct json_place at);

/* To the end of the list; the index is the caller's affair. */
static inline void json_append(struct json *parent, struct json *v)
{
    v->next = NULL;
    if (parent->last)
        parent->last->next = v;
    else
        parent->first = v;
    parent->last = v;
    parent->n++;
}
