/* Writes and reads the cursors of lists of cards. */
#include "store/cards/cards_cursor.h"
#include "base/rand.h"
#include "base/utf8.h"

static const char HEX[] = "0123456789abcdef";
static const char SORT[] = {
    [CARDS_BY_NAME] = 'n', [CARDS_BY_UPDATED] = 'u', [CARDS_BY_CREATED] = 'c', [CARDS_BY_COMPANY] = 'o'
};

static struct str sorted_by(const struct card_page *p, const struct card_row *row)
{
    return p->sort == CARDS_BY_NAME ? row->sort_key : p->sort == CARDS_BY_COMPANY ? row->company : S("");
}

struct str cards_cursor(struct arena *a, const struct card_page *p, const struct card_row *last)
{
    struct str text = sorted_by(p, last);
    char      *to = arena_raw(a, 2 + ID_CHARS + 2 * text.n), *at = to + 2 + ID_CHARS;

    to[0] = SORT[p->sort];
    to[1] = p->descending ? 'd' : 'a';
    id_print(p->sort == CARDS_BY_UPDATED ? last->seq : last->id, to + 2);
    for (size_t i = 0; i < text.n; i++) {
        *at++ = HEX[(unsigned char)text.p[i] >> 4];
        *at++ = HEX[text.p[i] & 15];
    }
    return (struct str){ to, (size_t)(at - to) };
}

static int hex_value(char c)
{
    const char *at = memchr(HEX, c, 16);
    return at ? (int)(at - HEX) : -1;
}

static bool hex_read(struct arena *a, struct str hex, struct str *ret)
{
    char *text = arena_raw(a, hex.n / 2 + 1);

    for (size_t i = 0; i < hex.n / 2; i++) {
        int high = hex_value(hex.p[2 * i]), low = hex_value(hex.p[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        text[i] = (char)(high << 4 | low);
    }
    *ret = (struct str){ text, hex.n / 2 };
    return hex.n % 2 == 0 && utf8_valid(*ret) && !memchr(text, 0, ret->n);
}

bool cards_cursor_read(struct arena *a, const struct card_page *p, struct card_place *ret)
{
    struct str s = p->cursor;

    return s.n >= 2 + ID_CHARS && s.p[0] == SORT[p->sort] && s.p[1] == (p->descending ? 'd' : 'a') &&
           id_parse((struct str){ s.p + 2, ID_CHARS }, &ret->number) &&
           hex_read(a, str_from(s, 2 + ID_CHARS), &ret->text);
}
