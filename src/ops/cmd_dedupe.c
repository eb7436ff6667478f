/* kith dedupe: which cards of some files are the same person. */
#include "ops/cmd_dedupe.h"
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/options.h"
#include "base/vec.h"
#include "contact/card.h"
#include "contact/keys.h"
#include "match/score.h"
#include "ops/commands.h"
#include "store/cards/keys.h"
#include "work/upload.h"

struct held {
    const char *file;
    int64_t     no;
    uint32_t    line, group;
    struct str  name;
};
struct key_at {
    int64_t  key;
    uint32_t card;
};
struct couple {
    uint32_t x, y;
    int      score;
};

struct report {
    struct arena  *a;
    struct str     country;
    bool           json;
    enum certainty least;
    VEC(struct held) cards;
    VEC(struct match_card *) forms;
    VEC(struct key_at) keys;
    VEC(struct couple) couples;
    struct match_ctx *ctx;
};

/* ---- reading ---- */

static void take(struct report *r, const char *file, int64_t no, const struct upload_card *card)
{
    int64_t  keys[KEYS_MAX];
    uint32_t at = (uint32_t)r->cards.n;

    *vec_push(r->a, &r->cards) = (struct held){ file, no, card->line, at, card_display_name(r->a, card->card) };
    *vec_push(r->a, &r->forms) = match_card(r->a, card->card, r->country);
    size_t n = keys_of_card(r->a, card->card, r->country, keys);
    for (size_t i = 0; i < n; i++)
        *vec_push(r->a, &r->keys) = (struct key_at){ keys[i], at };
}

static enum rc read_file(struct report *r, const char *path, struct err *e)
{
    struct stat st;
    int         fd = open(path, O_RDONLY | O_CLOEXEC);
    void       *p = MAP_FAILED;

    if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size)
        p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (fd >= 0)
        close(fd);
    if (p == MAP_FAILED)
        return err_set(e, RC_NOT_FOUND, "%s cannot be read", path);
    struct upload *u = arena_new_of(r->a, struct upload); /* text and mapping stay: cards borrow from them */
    TRY(upload_open(u, r->a, (struct str){ p, (size_t)st.st_size }, NULL, e));
    struct upload_reader reader = upload_read(u, 0, u->text.n, 1);
    struct upload_card   card;
    for (int64_t no = 1; upload_next(&reader, r->a, &card); no++)
        if (card.card)
            take(r, path, no, &card);
    return RC_OK;
}

/* ---- comparing ---- */

static int by_key(const void *x, const void *y)
{
    const struct key_at *a = x, *b = y;
    return a->key != b->key ? (a->key > b->key) - (a->key < b->key) : (a->card > b->card) - (a->card < b->card);
}

static int by_cards(const void *x, const void *y)
{
    const struct couple *a = x, *b = y;
    return a->x != b->x ? (a->x > b->x) - (a->x < b->x) : (a->y > b->y) - (a->y < b->y);
}

static int by_score(const void *x, const void *y)
{
    const struct couple *a = x, *b = y;
    return a->score != b->score ? b->score - a->score : by_cards(x, y);
}

/* All pairs that share a key; keys worn by very many say nothing (the same limit as in an account). */
static void pair_up(struct report *r)
{
    if (r->keys.n)
        qsort(r->keys.v, r->keys.n, sizeof *r->keys.v, by_key);
    for (size_t i = 0, end; i < r->keys.n; i = end) {
        for (end = i; end < r->keys.n && r->keys.v[end].key == r->keys.v[i].key; end++)
            ;
        if (end - i > KEY_CARDS_MAX)
            continue;
        for (size_t x = i; x < end; x++)
            for (size_t y = x + 1; y < end; y++)
                *vec_push(r->a, &r->couples) = (struct couple){ r->keys.v[x].card, r->keys.v[y].card, 0 };
    }
    if (r->couples.n)
        qsort(r->couples.v, r->couples.n, sizeof *r->couples.v, by_cards);
}

static uint32_t group_of(struct report *r, uint32_t card)
{
    while (r->cards.v[card].group != card)
        card = r->cards.v[card].group = r->cards.v[r->cards.v[card].group].group;
    return card;
}

static void score_all(struct report *r)
{
    size_t kept = 0;

    for (size_t i = 0; i < r->couples.n; i++) {
        struct couple c = r->couples.v[i];
        struct match  m;
        if (i && r->couples.v[i - 1].x == c.x && r->couples.v[i - 1].y == c.y)
            continue;
        struct arena_mark mark = arena_mark(r->a);
        match_score(r->a, r->forms.v[c.x], r->forms.v[c.y], r->ctx, &m);
        arena_rewind(r->a, mark);
        r->couples.v[i].score = m.certainty < r->least ? 0 : m.score;
        if (m.certainty == MATCH_CERTAIN) {
            uint32_t x = group_of(r, c.x), y = group_of(r, c.y);
            r->cards.v[x > y ? x : y].group = x < y ? x : y;
        }
    }
    for (size_t i = 0; i < r->couples.n; i++)
        if (r->couples.v[i].score)
            r->couples.v[kept++] = r->couples.v[i];
    r->couples.n = kept;
    if (kept)
        qsort(r->couples.v, kept, sizeof *r->couples.v, by_score);
}

/* ---- telling ---- */

static void tell_card(struct json_out *o, struct str key, const struct held *card)
{
    json_out_open(o, key, '{');
    json_out_text(o, S("file"), str_of(card->file));
    json_out_i64(o, S("card"), card->no);
    json_out_i64(o, S("line"), card->line);
    json_out_text(o, S("name"), card->name);
    json_out_close(o, '}');
}

static void flush_text(struct buf *b)
{
    fwrite(buf_str(b).p, 1, b->n, stdout);
    buf_clear(b);
}

static void tell_couple_json(struct report *r, const struct couple *c, struct buf *b, bool first)
{
    struct json_out o = json_out_of(b);
    struct match    m;
    auto_buf        evidence = buf_of(1 << 20);

    match_score(r->a, r->forms.v[c->x], r->forms.v[c->y], r->ctx, &m);
    match_write(&evidence, &m);
    if (!first)
        buf_put(b, S(",\n"));
    json_out_open(&o, JSON_ELEMENT, '{');
    json_out_i64(&o, S("score"), m.score);
    json_out_text(&o, S("certainty"), str_of(certainty_name(m.certainty)));
    tell_card(&o, S("a"), &r->cards.v[c->x]);
    tell_card(&o, S("b"), &r->cards.v[c->y]);
    json_out_raw(&o, S("evidence"), buf_str(&evidence));
    json_out_close(&o, '}');
    flush_text(b);
}

static void tell_couple(struct report *r, const struct couple *c)
{
    const struct held *x = &r->cards.v[c->x], *y = &r->cards.v[c->y];
    struct match       m;

    match_score(r->a, r->forms.v[c->x], r->forms.v[c->y], r->ctx, &m);
    printf("%-8s %5d  " STR_FMT " (%s:%u)  =  " STR_FMT " (%s:%u)\n", certainty_name(m.certainty), m.score,
           STR_ARG(x->name), x->file, x->line, STR_ARG(y->name), y->file, y->line);
    for (size_t i = 0; i < m.n; i++)
        if (m.evidence[i].points)
            printf("         %+5d  " STR_FMT "\n", m.evidence[i].points, STR_ARG(m.evidence[i].text));
}

struct totals {
    size_t groups, surplus, pairs[4];
};

static struct totals count(struct report *r)
{
    struct totals t = { 0 };
    bool         *led = arena_array(r->a, bool, r->cards.n + 1);

    for (uint32_t i = 0; i < r->cards.n; i++) {
        uint32_t g = group_of(r, i);
        t.surplus += g != i;
        t.groups += g != i && !led[g];
        led[g] = led[g] || g != i;
    }
    for (size_t i = 0; i < r->couples.n; i++)
        t.pairs[certainty_of(r->couples.v[i].score)]++;
    return t;
}

static void tell(struct report *r)
{
    struct totals t = count(r);
    auto_buf      b = buf_of(4 << 20);

    if (r->json)
        printf("{\"cards\":%zu,\"groups\":%zu,\"surplus\":%zu,\"certain\":%zu,\"likely\":%zu,\"possible\":%zu,"
               "\"pairs\":[\n",
               r->cards.n, t.groups, t.surplus, t.pairs[MATCH_CERTAIN], t.pairs[MATCH_LIKELY], t.pairs[MATCH_POSSIBLE]);
    for (size_t i = 0; i < r->couples.n; i++) {
        struct arena_mark mark = arena_mark(r->a);
        if (r->json)
            tell_couple_json(r, &r->couples.v[i], &b, i == 0);
        else
            tell_couple(r, &r->couples.v[i]);
        arena_rewind(r->a, mark);
    }
    if (r->json)
        puts("\n]}");
    else
        printf("%zu cards: %zu are further copies, in %zu groups, for certain; %zu pairs likely, %zu possible\n",
               r->cards.n, t.surplus, t.groups, t.pairs[MATCH_LIKELY], t.pairs[MATCH_POSSIBLE]);
}

static bool read_least(const char *name, enum certainty *ret)
{
    for (enum certainty c = MATCH_POSSIBLE; c <= MATCH_CERTAIN; c++)
        if (!strcmp(name, certainty_name(c))) {
            *ret = c;
            return true;
        }
    return false;
}

int dedupe_main(int argc, char **argv)
{
    auto_free(arena) a = arena_new(1 << 20);
    struct report r = { .a = a, .country = S(""), .least = MATCH_POSSIBLE };
    struct err    e = { 0 };

    const char *country = option_text(&argc, argv, "--country"), *least = option_text(&argc, argv, "--least");
    r.country = str_of(country);
    r.json = option_given(&argc, argv, "--json");
    if (least && !read_least(least, &r.least))
        return command_misused(command_find("dedupe"));
    for (int i = 1; i < argc; i++)
        if (read_file(&r, argv[i], &e) != RC_OK) {
            err_in(&e, RC_INVALID, "%s", argv[i]);
            return command_failed("dedupe", &e);
        }
    r.ctx = match_ctx(a, r.forms.v, r.forms.n);
    pair_up(&r);
    score_all(&r);
    tell(&r);
    return 0;
}
