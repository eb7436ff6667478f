#include "tests/bench/peer_vobject.h"
#include <libical/vcc.h>

size_t peer_vobject_parse(const char *text, size_t n)
{
    VObject *all = Parse_MIME(text, n);
    size_t   cards = 0;

    for (VObject *v = all, *next; v; v = next, cards++) {
        next = nextVObjectInList(v);
        cleanVObject(v);
    }
    cleanStrTbl();
    return cards;
}
