/* No pure function's cost grows faster than its input, whatever the input.
 *
 * Each function of the table gets each shape of cost_inputs.c in 64 KiB and 256 KiB, with COST_KIB=1024 in 1 MiB as well.  What is judged is counted, not timed
 * (cost_steps.h): steps, and bytes of the arena.  Four times the input may cost GROWTH_MAX times as much (n log n costs 4.5, a square 16;
 * a thousand entries of one kind are a border that costs up to 6.2),
 * and a byte may cost STEPS_A_BYTE_MAX steps and ARENA_A_BYTE_MAX bytes at any size.  So a verdict is the same on a busy machine,
 * and a function that became quadratic is found at 256 KiB, long before it would hold up the test.
 * COST_TABLE=1 shows the dearest shape of each function. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include "base/hash.h"
#include "base/map.h"
#include "base/utf8.h"
#include "contact/charset/charset.h"
#include "contact/company.h"
#include "contact/csv/csv_map.h"
#include "contact/files/files.h"
#include "contact/files/refused.h"
#include "contact/diff.h"
#include "contact/email.h"
#include "contact/fold.h"
#include "contact/jscontact.h"
#include "contact/keys.h"
#include "contact/merge.h"
#include "contact/name.h"
#include "contact/phone/phone.h"
#include "contact/place.h"
#include "contact/vcard/vcard_card.h"
#include "enrich/avatar.h"
#include "enrich/enrich.h"
#include "match/score.h"
#include "tests/unit/cost_inputs.h"
#include "tests/unit/cost_steps.h"

enum { SMALLEST = 64 << 10, GROWTH_MAX = 7, STEPS_A_BYTE_MAX = 1500, ARENA_A_BYTE_MAX = 200, OUT_MAX = 64 << 20 };

/* What a function is given: texts of one shape and size; trees of them where they are cards. */
struct given {
    struct arena      *a;
    struct str         text, other;
    const struct json *x, *y;
};

/* ---- functions of cards ---- */

static void parse(const struct given *g)
{
    struct json *v;
    assert_int_equal(json_parse(g->a, g->text, &v, NULL), RC_OK);
}

static void get(const struct given *g)
{
    json_each(m, g->x)
        json_each(entry, m)
            if (m->type == JSON_OBJECT)
                assert_ptr_equal(json_get(m, entry->key), entry);
}

static void equal(const struct given *g) { (void)json_equal(g->x, g->y); }
static void hash(const struct given *g) { (void)json_hash(g->x); }
static void copy(const struct given *g) { (void)json_copy(g->a, g->x); }

static void set_and_remove(const struct given *g)
{
    json_each(m, g->x) {
        struct json *to = json_new(g->a, JSON_OBJECT);
        for (const struct json *v = m->type == JSON_OBJECT ? m->first : NULL; v; v = v->next)
            json_set(to, v->key, json_new_bool(g->a, true));
        for (const struct json *v = to->n ? m->first : NULL; v; v = v->next)
            assert_true(json_remove(to, v->key));
        assert_int_equal(to->n, 0);
    }
}

static void write(const struct given *g)
{
    auto_buf b = buf_of(OUT_MAX);
    json_write(&b, g->x);
    assert_false(buf_full(&b));
}

static void check(const struct given *g)
{
    (void)!card_check(g->x, NULL);
    (void)!jscontact_check(g->x, NULL);
}

static void head(const struct given *g)
{
    struct card_head h;
    card_head(g->a, g->x, &h);
    card_display_name(g->a, g->x);
    name_initials(g->a, g->x);
    avatar_hue(g->a, g->x);
}

static void items(const struct given *g)
{
    for (enum card_map map = CARD_EMAILS; map <= CARD_MEDIA; map++)
        for (struct card_item it = card_first(g->x, map); card_has(&it); card_step(&it))
            card_address_line(g->a, it.json);
}

static void add_entries(const struct given *g)
{
    struct json *card = json_copy(g->a, g->x);
    size_t       n = g->text.n / 64;

    for (size_t i = 0; i < n; i++)
        card_add_value(g->a, card, CARD_NICKNAMES, S("Ann"));
}

/* The other card taken for a patch; a patch of many keys below one member. */
static void patch(const struct given *g)
{
    struct json *got, *many = json_new(g->a, JSON_OBJECT);

    (void)!diff_apply(g->a, g->x, g->y, &got, NULL);
    json_each(m, g->y)
        json_each(entry, m)
            if (m->type == JSON_OBJECT && many->n < DIFF_PATCH_MAX && m->key.n + entry->key.n < 1000)
                json_set(many, str_fmt(g->a, STR_FMT "/" STR_FMT, STR_ARG(m->key), STR_ARG(entry->key)),
                         json_new(g->a, JSON_NULL));
    (void)!diff_apply(g->a, g->x, many, &got, NULL);
}

static void changes(const struct given *g)
{
    struct diff_change *list;
    assert_true(diff_changes(g->a, g->x, g->y, &list) <= DIFF_CHANGES_MAX + 1);
}

static void merge3(const struct given *g)
{
    struct merge m;
    struct json *base = json_copy(g->a, g->x);

    if (base->first)
        json_remove(base, base->last->key);
    merge_three(g->a, g->x, g->y, base, &m);
    merge_three(g->a, base, g->x, g->y, &m);
    merge_three(g->a, g->y, g->x, json_new(g->a, JSON_OBJECT), &m);
    assert_true(m.nconflicts <= MERGE_CONFLICTS_MAX);
}

static void merge2(const struct given *g)
{
    struct json *merged;
    (void)!merge_people(g->a, g->x, g->y, NULL, S("DE"), &merged, NULL);
}

static void keys(const struct given *g)
{
    int64_t key[KEYS_MAX];
    keys_of_card(g->a, g->x, S("DE"), key);
}

static void score(const struct given *g)
{
    struct match_card *two[] = { match_card(g->a, g->x, S("DE")), match_card(g->a, g->y, S("DE")) };
    struct match       m;
    auto_buf           b = buf_of(OUT_MAX);

    match_score(g->a, two[0], two[1], match_ctx(g->a, two, 2), &m);
    match_write(&b, &m);
}

static void enrich(const struct given *g)
{
    struct fact *facts;
    size_t       n;

    enrich_card(g->a, g->x, &(struct enrich_hints){ S("DE") }, &facts, &n);
    enrich_row(g->a, S(""), facts, n);
}

static struct str vcard_of(const struct given *g, enum vcard_version version)
{
    auto_buf b = buf_of(OUT_MAX);

    vcard_write(&b, g->a, g->x, version, S(""));
    assert_false(buf_full(&b));
    return str_copy(g->a, buf_str(&b));
}

static void vcard3(const struct given *g) { vcard_of(g, VCARD_3_0); }
static void vcard4(const struct given *g) { vcard_of(g, VCARD_4_0); }

static void to_csv(const struct given *g)
{
    auto_buf        b = buf_of(OUT_MAX);
    struct csv_plan plan = { 0 };

    csv_plan_card(g->a, &plan, g->x);
    csv_write_header(&b, &plan);
    csv_write_card(g->a, &b, &plan, g->x);
    assert_false(buf_full(&b));
}

/* ---- functions of files ---- */

/* Read, made cards, and each card written back into its own text. */
static void vcards(const struct given *g)
{
    struct vcard_reader r = vcard_reader_of(g->text, 1);
    struct vcard        v;
    struct vcard_report report;
    auto_free(arena) one = arena_new(1 << 16);

    for (; vcard_next(&r, one, &v, &report); arena_reset(one)) {
        auto_buf b = buf_of(OUT_MAX);
        if (v.nlines)
            vcard_write(&b, one, vcard_to_card(one, &v, S("u"), &report), VCARD_4_0, v.text);
    }
}

/* The same in one arena, so that what it costs in memory is seen. */
static void vcard_cards(const struct given *g)
{
    struct vcard_reader r = vcard_reader_of(g->text, 1);
    struct vcard        v;
    struct vcard_report report;

    while (vcard_next(&r, g->a, &v, &report))
        if (v.nlines)
            vcard_to_card(g->a, &v, S("u"), &report);
}

/* Whatever it looks like: each card to the JSON of a card. */
static void files(const struct given *g)
{
    const struct file_format *format = file_recognise(g->text);
    struct vcard              v;
    struct vcard_report       report;
    auto_free(arena) one = arena_new(1 << 16);

    if (!format)
        return;
    struct file_reader r = file_open(g->a, format, g->text);
    for (; file_next(&r, one, &v, &report); arena_reset(one))
        if (v.nlines)
            (void)!vcard_to_card(one, &v, S("u"), &report);
}

static void refused(const struct given *g)
{
    struct err e;

    (void)!refused_bytes(g->text, &e);
    (void)!refused_text(g->text, &e);
}

static void csv_rows(const struct given *g)
{
    struct csv_map    map;
    struct csv        csv = csv_open(g->text);
    struct csv_record row;
    struct json      *card;
    auto_free(arena) one = arena_new(1 << 16);

    if (csv_map_read(g->a, g->text, NULL, &map, NULL) != RC_OK)
        return;
    for (; csv_next(&csv, one, &row); arena_reset(one))
        (void)!csv_card(one, &map, &row, S("u"), &card, NULL);
}

static void jscontacts(const struct given *g)
{
    struct jscontact_reader r = jscontact_open(g->text);
    struct jscontact_item   item;
    struct json            *card;

    while (jscontact_next(&r, &item))
        (void)!card_parse(g->a, item.text, S("u"), &card, NULL);
}

static void charset(const struct given *g)
{
    size_t bom;

    for (enum charset cs = CHARSET_UTF8; cs <= CHARSET_UNKNOWN; cs++) {
        auto_buf b = buf_of(OUT_MAX);
        charset_put(&b, cs, g->text);
    }
    charset_guess(g->text, &bom);
    charset_is_broken_utf8(g->text);
}

/* ---- functions of texts ---- */

static void json_text_of(const struct given *g)
{
    struct json *v;
    auto_buf     b = buf_of(OUT_MAX);

    (void)!json_parse(g->a, g->text, &v, NULL);
    json_write_text(&b, g->text);
}

static void fold(const struct given *g)
{
    struct str rest = fold_text(g->a, g->text), word;

    while (fold_word(g->a, &rest, &word))
        ;
}

static void alias(const struct given *g) { fold_alias(g->a, g->text); }
static void bare(const struct given *g) { fold_bare(g->a, g->text); }

static void name(const struct given *g)
{
    struct name n;

    name_split(g->a, g->text, &n);
    name_key(g->a, g->text);
    name_object(g->a, g->text);
}

static void company(const struct given *g)
{
    company_key(g->a, g->text);
    company_label(g->a, g->text);
    company_site(g->text);
}

static void address(const struct given *g)
{
    struct str   key;
    struct phone phone;

    (void)!email_key(g->a, g->text, &key, NULL);
    email_is_role(g->text);
    (void)!phone_parse(g->a, g->text, S("DE"), &phone, NULL);
    place_country(g->a, g->text);
}

static void patch_key(const struct given *g)
{
    struct json *patch = json_new(g->a, JSON_OBJECT), *got;

    json_set(patch, g->text, json_new_bool(g->a, true));
    (void)!diff_apply(g->a, json_new(g->a, JSON_OBJECT), patch, &got, NULL);
    json_pointer(json_new(g->a, JSON_OBJECT), g->a, g->text);
}

/* ---- the table ---- */

struct cost {
    uint64_t steps;
    size_t   bytes; /* of the arena */
};
struct function {
    const char *name;
    void (*run)(const struct given *g);
    struct cost last; /* of a quarter of the input */
    bool        is_dear;
    const char *shape; /* the dearest so far */
    uint64_t    steps;
    size_t      bytes;
};

static struct function of_cards[] = {
    { .name = "json_parse", .run = parse },       { .name = "json_get", .run = get },
    { .name = "json_equal", .run = equal },       { .name = "json_hash", .run = hash },
    { .name = "json_copy", .run = copy },         { .name = "json_set", .run = set_and_remove },
    { .name = "json_write", .run = write },       { .name = "card_check", .run = check },
    { .name = "card_head", .run = head },         { .name = "card_address_line", .run = items },
    { .name = "card_add", .run = add_entries },   { .name = "diff_apply", .run = patch },
    { .name = "diff_changes", .run = changes },   { .name = "merge_three", .run = merge3 },
    { .name = "merge_people", .run = merge2 },    { .name = "keys_of_card", .run = keys },
    { .name = "match_score", .run = score },      { .name = "enrich_card", .run = enrich },
    { .name = "vcard_write 3.0", .run = vcard3 }, { .name = "vcard_write 4.0", .run = vcard4 },
    { .name = "csv_write_card", .run = to_csv },
};
static struct function of_vcards[] = { { .name = "vcard_next", .run = vcards },
                                       { .name = "vcard_to_card", .run = vcard_cards } };
static struct function of_csvs[] = { { .name = "csv_card", .run = csv_rows } };
static struct function of_files[] = { { .name = "file_next", .run = files } };
static struct function of_texts[] = {
    { .name = "json_text", .run = json_text_of },
    { .name = "fold_text", .run = fold },
    { .name = "fold_alias", .run = alias },
    { .name = "fold_bare", .run = bare },
    { .name = "name", .run = name },
    { .name = "company", .run = company },
    { .name = "email, phone, place", .run = address },
    { .name = "patch key", .run = patch_key },
    { .name = "charset", .run = charset },
    { .name = "csv_next", .run = csv_rows },
    { .name = "vcard_next", .run = vcards },
    { .name = "jscontact_next", .run = jscontacts },
    { .name = "refused_text", .run = refused },
};

/* ---- judging ---- */

struct run {
    void (*run)(const struct given *g);
    const struct given *given;
};

static void run_it(const void *what)
{
    const struct run *r = what;
    r->run(r->given);
}

static struct cost cost_of(const struct function *f, const struct given *inputs)
{
    auto_free(arena) a = arena_new(1 << 16);
    struct given given = *inputs;

    given.a = a;
    uint64_t steps = steps_of(run_it, &(struct run){ f->run, &given }, STEPS_A_BYTE_MAX * (uint64_t)given.text.n);
    return (struct cost){ steps, arena_bytes(a) };
}

/* Less than this is no growth: the first chunk of an arena, the first table. */
static bool grows(uint64_t small, uint64_t large, uint64_t floor)
{
    return large > GROWTH_MAX * (small > floor ? small : floor);
}

static bool is_too_dear(const struct function *f, const struct cost_shape *shape, size_t bytes, struct cost last,
                        struct cost now)
{
    bool dear = now.steps >= STEPS_A_BYTE_MAX * (uint64_t)bytes || now.bytes > ARENA_A_BYTE_MAX * bytes,
         fast = last.steps && (grows(last.steps, now.steps, bytes) || grows(last.bytes, now.bytes, 1 << 18));

    if (dear || fast)
        print_error("%s of \"%s\", %zu KiB: %llu steps, %zu KiB (a quarter of it: %llu steps, %zu KiB)\n", f->name,
                    shape->name, bytes >> 10, (unsigned long long)now.steps, now.bytes >> 10,
                    (unsigned long long)last.steps, last.bytes >> 10);
    return dear || fast;
}

static void note(struct function *f, const struct cost_shape *shape, struct cost now)
{
    if (now.steps > f->steps) {
        f->steps = now.steps;
        f->shape = shape->name;
    }
    f->bytes = now.bytes > f->bytes ? now.bytes : f->bytes;
}

/* One shape in one size, given to each function; those that were too dear in a smaller one are left out. */
static int judge(struct function *f, size_t nf, const struct cost_shape *shape, size_t bytes, bool card)
{
    auto_buf text = buf_of(8 << 20), other = buf_of(8 << 20);
    auto_free(arena) a = arena_new(1 << 16);
    struct json *x = NULL, *y = NULL;
    struct err   e = { 0 };
    int          faults = 0;

    shape->put(&text, shape, bytes, 0);
    shape->put(&other, shape, bytes, 1);
    if (card && (json_parse(a, buf_str(&text), &x, &e) != RC_OK || json_parse(a, buf_str(&other), &y, &e) != RC_OK))
        fail_msg("%s: %s", shape->name, e.text);
    struct given given = { NULL, buf_str(&text), buf_str(&other), x, y };
    for (size_t i = 0; i < nf; i++) {
        if (f[i].is_dear)
            continue;
        struct cost now = cost_of(&f[i], &given);
        note(&f[i], shape, now);
        f[i].is_dear = is_too_dear(&f[i], shape, bytes, f[i].last, now);
        faults += f[i].is_dear;
        f[i].last = now;
    }
    return faults;
}

static size_t largest(void)
{
    const char *kib = getenv("COST_KIB");
    return kib ? strtoul(kib, NULL, 10) << 10 : 256 << 10;
}

static void judge_all(struct function *f, size_t nf, const struct cost_shape *shape, size_t n, bool card)
{
    int faults = 0;

    for (size_t k = 0; k < n; k++) {
        for (size_t i = 0; i < nf; i++) {
            f[i].last = (struct cost){ 0 };
            f[i].is_dear = false;
        }
        for (size_t bytes = SMALLEST; bytes <= largest(); bytes *= 4)
            faults += judge(f, nf, &shape[k], bytes, card);
    }
    for (size_t i = 0; getenv("COST_TABLE") && i < nf; i++)
        print_message("%-20s %8.1f steps a byte  %6.1f MiB  %s\n", f[i].name, (double)f[i].steps / (double)largest(),
                      (double)f[i].bytes / (1 << 20), f[i].shape);
    assert_int_equal(faults, 0);
}

static void cards_cost_what_they_hold(void **state)
{
    (void)state;
    judge_all(of_cards, countof(of_cards), cost_cards, cost_cards_n, true);
}

static void files_cost_what_they_hold(void **state)
{
    (void)state;
    judge_all(of_vcards, countof(of_vcards), cost_vcards, cost_vcards_n, false);
    judge_all(of_csvs, countof(of_csvs), cost_csvs, cost_csvs_n, false);
    judge_all(of_files, countof(of_files), cost_files, cost_files_n, false);
}

static void texts_cost_what_they_hold(void **state)
{
    (void)state;
    judge_all(of_texts, countof(of_texts), cost_texts, cost_texts_n, false);
}

struct keys_of {
    const struct str *key;
    size_t            n;
    struct map       *map;
};

static void put_keys(const void *what)
{
    const struct keys_of *k = what;

    for (size_t i = 0; i < k->n; i++)
        *map_at(k->map, k->key[i]) = 1;
}

/* Keys that shared a slot while tables were placed by hash64(key, 0): anybody can find them, in seconds. */
static void keys_that_once_met_do_not(void **state)
{
    enum { KEYS = 2000, SLOTS = 4096 };
    auto_free(arena) a = arena_new(1 << 20);
    struct str *key = arena_array(a, struct str, KEYS), *other = arena_array(a, struct str, KEYS);
    uint64_t    cost[2];
    size_t      n = 0;
    (void)state;

    for (unsigned i = 0; n < KEYS; i++) {
        char text[16];
        int  len = snprintf(text, sizeof text, "k%u", i);
        other[n] = str_copy(a, (struct str){ text, (size_t)len });
        if ((hash64((struct str){ text, (size_t)len }, 0) >> 7 & (SLOTS - 1)) < 2)
            key[n++] = str_copy(a, (struct str){ text, (size_t)len });
    }
    for (size_t which = 0; which < 2; which++) {
        struct map m = map_of(a);
        cost[which] = steps_of(put_keys, &(struct keys_of){ which ? key : other, KEYS, &m }, UINT64_MAX);
    }
    assert_true(cost[1] < 3 * cost[0]); /* it was a hundred times as much */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_that_once_met_do_not),
        cmocka_unit_test(cards_cost_what_they_hold),
        cmocka_unit_test(files_cost_what_they_hold),
        cmocka_unit_test(texts_cost_what_they_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
