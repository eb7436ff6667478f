/* Counts the marks of sent contacts in an export. */
#include "surge/marks.h"

struct marks marks_of(struct arena *a, int64_t account, int64_t cards)
{
    return (struct marks){ .account = account, .cards = cards, .seen = arena_get(a, (size_t)cards + 1) };
}

static bool read_mark(const char *p, int64_t *ret_account, int64_t *ret_card)
{
    return p[0] == '~' && p[1] == 's' && p[8] == '.' && p[14] == '~' &&
           str_i64((struct str){ p + 2, 6 }, 0, 999999, ret_account) &&
           str_i64((struct str){ p + 9, 5 }, 0, 99999, ret_card);
}

/* Counts the marks that lie wholly within s. */
static void count(struct marks *t, struct str s)
{
    const char *p = s.p, *end = s.p + s.n;
    int64_t     account, card;

    while (end - p >= MARK_BYTES && (p = memchr(p, '~', (size_t)(end - p) - MARK_BYTES + 1))) {
        if (!read_mark(p, &account, &card)) {
            p++;
            continue;
        }
        p += MARK_BYTES;
        if (account != t->account || card >= t->cards)
            t->astray++;
        else if (t->seen[card] < UINT8_MAX)
            t->seen[card]++;
    }
}

/* A mark may lie across two pieces: the last 14 bytes of one are looked at again with the first 14 of the next. */
void marks_feed(struct marks *t, struct str bytes)
{
    enum { KEEP = MARK_BYTES - 1 };
    char   seam[2 * KEEP];
    size_t head = size_min(bytes.n, KEEP);

    memcpy(seam, t->tail, t->ntail);
    memcpy(seam + t->ntail, bytes.n ? bytes.p : "", head);
    count(t, (struct str){ seam, t->ntail + head });
    if (bytes.n >= KEEP) {
        count(t, bytes);
        memcpy(t->tail, bytes.p + bytes.n - KEEP, KEEP);
        t->ntail = KEEP;
        return;
    }
    size_t all = t->ntail + head, keep = size_min(all, KEEP);
    memmove(t->tail, seam + all - keep, keep);
    t->ntail = keep;
}

void marks_forget(struct marks *t)
{
    memset(t->seen, 0, (size_t)t->cards);
    t->astray = 0;
    t->ntail = 0;
}

void marks_end(const struct marks *t, int64_t sent, struct marks_sum *into)
{
    int64_t found = 0;

    for (int64_t i = 0; i < t->cards; i++) {
        found += t->seen[i] > 0;
        into->doubled += t->seen[i] > 1;
    }
    into->sent += sent;
    into->found += found;
    into->lost += i64_max(0, sent - found);
    into->astray += t->astray;
}
