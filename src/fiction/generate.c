/* Makes address books of fictional people as files, with the truth about who is who. */
#include "fiction/generate.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include "base/options.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "fiction/export_as.h"

enum { COPIES_MAX = 3, STREAM_COPY = 0x636c };

struct out {
    FILE   *file;
    int64_t cards;
};
struct outs {
    struct out *out;
    size_t      n;
    FILE       *truth;
};

static bool chance(struct rand_seeded *r, unsigned percent) { return rand_below(r, 100) < percent; }

/* ---- what happens to a record when people keep it in several books ---- */

static struct str familiar(struct arena *a, struct str given)
{
    struct str rest = str_of(people_nicknames), pair;
    while (str_next(&rest, '|', &pair)) {
        size_t same = str_find(pair, S("="), 0);
        if (same != SIZE_MAX && str_eq(str_head(pair, same), given))
            return str_copy(a, str_from(pair, same + 1));
    }
    return given;
}

static struct str typo(struct arena *a, struct rand_seeded *r, struct str s)
{
    size_t at = s.n > 3 ? 1 + rand_below(r, s.n - 2) : 0;
    if (!at || (unsigned char)s.p[at] >= 0x80 || (unsigned char)s.p[at + 1] >= 0x80)
        return s;
    struct str head = str_head(s, at), tail = str_from(s, at);
    switch (rand_below(r, 3)) {
    case 0: return str_fmt(a, STR_FMT STR_FMT, STR_ARG(head), STR_ARG(str_from(tail, 1)));
    case 1: return str_fmt(a, STR_FMT "%c" STR_FMT, STR_ARG(head), tail.p[0], STR_ARG(tail));
    default: return str_fmt(a, STR_FMT "%c%c" STR_FMT, STR_ARG(head), tail.p[1], tail.p[0], STR_ARG(str_from(tail, 2)));
    }
}

static struct str plain_letters(struct arena *a, struct str s)
{
    struct str ascii = people_ascii(a, s);
    if (!ascii.n || ascii.n + 1 < s.n / 2)
        return s;
    char *name = memcpy(arena_get(a, ascii.n + 1), ascii.p, ascii.n);
    name[0] = ascii_upper(name[0]);
    return (struct str){ name, ascii.n };
}

static struct str upper(struct arena *a, struct str s)
{
    char *to = arena_get(a, s.n + 1);
    for (size_t i = 0; i < s.n; i++)
        to[i] = ascii_upper(s.p[i]);
    return (struct str){ to, s.n };
}

static void respell(struct arena *a, struct rand_seeded *r, struct entry *e)
{
    bool foreign = !str_eq(e->p.surname.native, e->p.surname.latin);

    if (foreign && chance(r, 35)) {
        e->given = e->p.given.latin;
        e->surname = e->p.surname.latin;
    } else if (chance(r, 10))
        e->given = familiar(a, e->given);
    else if (chance(r, 4) && e->given.n && !foreign)
        e->given = str_fmt(a, STR_FMT ".", STR_ARG(utf8_first(e->p.given.latin)));
    if (!foreign && chance(r, 6))
        e->surname = typo(a, r, e->surname);
    else if (!foreign && chance(r, 2))
        e->given = typo(a, r, e->given);
    else if (!foreign && chance(r, 8)) {
        e->given = plain_letters(a, e->given);
        e->surname = str_find(e->surname, S(" "), 0) == SIZE_MAX ? plain_letters(a, e->surname) : e->surname;
    }
    if (!foreign && chance(r, 2))
        e->given = upper(a, e->given), e->surname = upper(a, e->surname);
    if (chance(r, 2)) {
        struct str swap = e->given;
        e->given = e->surname;
        e->surname = swap;
    }
    if (chance(r, 40))
        e->p.middle = S("");
}

static void keep(struct rand_seeded *r, unsigned percent, struct str *field)
{
    if (!chance(r, percent))
        *field = S("");
}

/* Every book knows only a part of a person. */
static void forget(struct rand_seeded *r, struct entry *e, bool first)
{
    struct person *p = &e->p;

    keep(r, first ? 88 : 78, &p->mobile);
    keep(r, first ? 70 : 60, &p->mail);
    keep(r, 70, &p->work_mail);
    keep(r, 30, &p->landline);
    keep(r, 25, &p->work_phone);
    keep(r, 85, &p->title);
    keep(r, 25, &p->birthday);
    keep(r, first ? 100 : 30, &p->note);
    e->has_home = chance(r, 40);
    if (chance(r, 15))
        e->company = S("");
    if (!p->mobile.n && !p->mail.n && !p->work_mail.n && !p->landline.n && !chance(r, 10))
        e->has_home = true;
}

static void move_on(struct arena *a, uint64_t seed, struct rand_seeded *r, struct entry *e, int64_t companies)
{
    struct person stranger = person_of(a, seed ^ 0x5eed, (int64_t)rand_below(r, 1 << 30), companies);

    if (chance(r, 10) && stranger.company.name.n) { /* a new job */
        e->p.company = stranger.company;
        if (stranger.culture == e->p.culture)
            e->p.title = stranger.title;
        e->p.work_phone = stranger.company.switchboard;
        e->p.work_mail = str_fmt(a, STR_FMT "." STR_FMT "@" STR_FMT, STR_ARG(people_ascii(a, e->p.given.latin)),
                                 STR_ARG(people_ascii(a, e->p.surname.latin)), STR_ARG(stranger.company.domain));
    }
    if (chance(r, 4) && stranger.culture == e->p.culture)
        e->p.mobile = stranger.mobile;
    if (chance(r, 6)) {
        e->p.street = stranger.street;
        e->p.city = stranger.city;
        e->p.postcode = stranger.postcode;
        e->p.region = stranger.region;
    }
}

static struct str full_name(struct arena *a, const struct entry *e)
{
    const struct culture *c = e->p.culture;
    bool                  native = str_eq(e->surname, e->p.surname.native);

    if (e->p.is_company)
        return e->company;
    if (c->flags & PEOPLE_FAMILY_FIRST && native)
        return str_join(a, e->surname, c->flags & PEOPLE_NO_SPACE ? S("") : S(" "), e->given);
    struct str given = str_join(a, e->given, S(" "), e->p.middle);
    return str_join(a, str_join(a, given, S(" "), e->surname), S(" "), e->p.generation);
}

static struct entry entry_of(struct arena *a, const struct generate_options *o, const struct person *p, int copy,
                             int64_t companies)
{
    struct rand_seeded r = { hash64_mix(hash64_mix(o->seed, STREAM_COPY), (uint64_t)(p->number * COPIES_MAX + copy)) };
    struct entry       e = { .p = *p, .given = p->given.native, .surname = p->surname.native };

    e.company = p->company.name;
    if (p->company.name.n && chance(&r, 60))
        e.company = str_join(a, p->company.name, S(" "), p->company.legal);
    if (!p->is_company) {
        if (copy) {
            respell(a, &r, &e);
            move_on(a, o->seed, &r, &e, companies);
            if (!str_eq(e.p.company.domain, p->company.domain))
                e.company = e.p.company.name;
        }
        forget(&r, &e, copy == 0);
    }
    e.full = full_name(a, &e);
    return e;
}

/* ---- files ---- */

static void close_all(struct outs *o)
{
    for (size_t i = 0; i < o->n; i++)
        if (o->out[i].file)
            fclose(o->out[i].file);
    if (o->truth)
        fclose(o->truth);
}

static enum rc open_one(struct arena *a, struct str dir, const char *name, FILE **ret, struct err *e)
{
    struct str path = str_fmt(a, STR_FMT "/%s", STR_ARG(dir), name);
    *ret = fopen(path.p, "wb");
    return *ret ? RC_OK : err_set(e, RC_UNAVAILABLE, "%s: %s", path.p, strerror(errno));
}

static enum rc open_all(struct arena *a, struct outs *o, struct str dir, struct err *e)
{
    auto_buf head = buf_of(4096);

    if (mkdir(str_copy(a, dir).p, 0777) && errno != EEXIST)
        return err_set(e, RC_UNAVAILABLE, STR_FMT ": %s", STR_ARG(dir), strerror(errno));
    for (size_t i = 0; i < o->n; i++) {
        TRY(open_one(a, dir, programs[i].file, &o->out[i].file, e));
        buf_clear(&head);
        if (programs[i].begin)
            programs[i].begin(&head);
        fwrite(buf_str(&head).p, 1, head.n, o->out[i].file);
    }
    TRY(open_one(a, dir, "truth.csv", &o->truth, e));
    fputs("file,card,person\n", o->truth);
    return RC_OK;
}

/* 1 + how many further copies, so that `duplicates` per mille of all cards are copies; a sixth of them are third copies. */
static int copies_of(const struct generate_options *o, struct rand_seeded *r)
{
    uint64_t odds = (uint64_t)(o->duplicates * 1000000 / (1000 - o->duplicates) * 5 / 6);
    uint64_t second = rand_below(r, 1000000), third = rand_below(r, 5);
    return second >= odds ? 1 : third ? 2 : 3;
}

struct making {
    const struct generate_options *o;
    generate_take                 *take;
    void                          *to;
    int64_t                       *cards; /* of each program so far */
    int64_t                        written;
};

static void make_card(struct arena *a, struct making *m, size_t source, struct entry *e)
{
    auto_buf b = buf_of(1 << 20);
    size_t   program = (m->o->first + source) % programs_n;

    if (m->o->mark.n)
        e->p.note = str_fmt(a, STR_FMT "%s~" STR_FMT ".%05" PRId64 "~", STR_ARG(e->p.note), e->p.note.n ? " " : "",
                            STR_ARG(m->o->mark), m->written);
    programs[program].card(a, &b, e, hash64_mix(m->o->seed, (uint64_t)m->cards[program]++));
    m->take(m->to, program, buf_str(&b), e->p.number);
    m->written++;
}

void generate_cards(const struct generate_options *o, generate_take *take, void *to, struct generated *ret)
{
    auto_free(arena) keep = arena_new(1024);
    auto_free(arena) a = arena_new(1 << 16);
    struct making m = { o, take, to, arena_array(keep, int64_t, programs_n), 0 };
    int64_t       companies = 3 + o->cards / 20;

    *ret = (struct generated){ 0 };
    for (int64_t number = 0; m.written < o->cards; number++, arena_reset(a)) {
        struct rand_seeded r = { hash64_mix(o->seed, (uint64_t)number) };
        struct person      p = person_of(a, o->seed, number, companies);
        int                copies = copies_of(o, &r), made = 0;
        size_t             source = rand_below(&r, o->sources);

        for (; made < copies && m.written < o->cards; made++) {
            struct entry e = entry_of(a, o, &p, made, companies);
            make_card(a, &m, source, &e);
            if (chance(&r, 85)) /* mostly in another book, sometimes twice in one */
                source = (source + 1 + rand_below(&r, o->sources > 1 ? o->sources - 1 : 1)) % o->sources;
        }
        ret->people++;
        ret->true_pairs += made * (made - 1) / 2;
    }
}

static void write_card(void *to, size_t program, struct str card, int64_t person)
{
    struct outs *o = to;
    struct out  *out = &o->out[program];

    fwrite(card.p, 1, card.n, out->file);
    fprintf(o->truth, "%s,%" PRId64 ",%" PRId64 "\n", programs[program].file, ++out->cards, person);
}

enum rc generate_files(const struct generate_options *o, struct str dir, struct generated *ret, struct err *e)
{
    auto_free(arena) a = arena_new(4096);
    struct outs outs = { .out = arena_array(a, struct out, programs_n), .n = o->sources };

    *ret = (struct generated){ 0 };
    if (o->cards < 1 || o->cards > 10000000 || o->duplicates < 0 || o->duplicates > 800 || o->sources < 1 ||
        o->sources > programs_n)
        return err_set(e, RC_INVALID, "generate: 1 to 10000000 cards, 0 to 0.8 duplicates, 1 to %zu sources",
                       programs_n);
    enum rc rc = open_all(a, &outs, dir, e);
    if (rc == RC_OK) {
        generate_cards(o, write_card, &outs, ret);
        for (size_t i = 0; i < outs.n && rc == RC_OK; i++)
            if (fflush(outs.out[i].file))
                rc = err_set(e, RC_UNAVAILABLE, "%s: %s", programs[i].file, strerror(errno));
    }
    close_all(&outs);
    return rc;
}

int generate_main(int argc, char **argv)
{
    const char *dir = option_text(&argc, argv, "--out"), *cards = option_text(&argc, argv, "--cards"),
               *duplicates = option_text(&argc, argv, "--duplicates"), *seed = option_text(&argc, argv, "--seed"),
               *sources = option_text(&argc, argv, "--sources");
    bool                    json = option_given(&argc, argv, "--json");
    struct generate_options o = { .cards = cards ? atoll(cards) : 2000,
                                  .duplicates = duplicates ? (int64_t)(atof(duplicates) * 1000 + 0.5) : 250,
                                  .seed = seed ? strtoull(seed, NULL, 10) : 1,
                                  .sources = sources ? strtoull(sources, NULL, 10) : 3 };
    struct generated        made;
    struct err              e = { 0 };

    if (generate_files(&o, str_of(dir), &made, &e) != RC_OK) {
        fprintf(stderr, "kith generate: %s\n", e.text);
        return 1;
    }
    printf(json ? "{\"cards\":%" PRId64 ",\"people\":%" PRId64 ",\"true_pairs\":%" PRId64 "}\n"
                : "%" PRId64 " cards of %" PRId64 " people, %" PRId64 " true pairs\n",
           o.cards, made.people, made.true_pairs);
    return 0;
}
