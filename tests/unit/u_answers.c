/* What a wild worker answers is refused before it is stored: bytes that end early, texts that are none, cards that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "contact/card.h"
#include "work/dedupe_unit.h"
#include "work/import_units.h"
#include "work/index_doc.h"

static const char CARD[] = "{\"@type\":\"Card\",\"version\":\"1.0\",\"uid\":\"u\",\"name\":{\"full\":\"Ann\"}}";

/* One answer of each kind, with a place for a fault. */
struct fault {
    struct str json, text, blob_id, evidence;
    int64_t    score;
};
static const struct fault sound = { .json = { CARD, sizeof CARD - 1 },
                                    .text = { "Ann", 3 },
                                    .blob_id = { NULL, 0 },
                                    .evidence = { "[]", 2 },
                                    .score = MATCH_LIKELY_POINTS };

static void put_card(struct buf *b, const struct fault *f)
{
    pack_str(b, f->json);
    for (int i = 0; i < 4; i++)
        pack_str(b, i == 1 ? f->text : S("u"));
    pack_u32(b, 1);
    pack_str(b, f->text);
    pack_u32(b, 1);
    pack_i64(b, 42);
}

static void import_answer(struct buf *b, struct arena *a, const struct fault *f)
{
    pack_str(b, S("vcard"));
    pack_str(b, S("key"));
    pack_i64(b, 1);
    pack_u32(b, 1);
    pack_str(b, f->text);
    pack_str(b, S(""));
    put_card(b, f);
    pack_i64(b, 0);
    pack_i64(b, 0);
    pack_str(b, S(""));
    pack_str(b, S("BEGIN:VCARD"));
    pack_u32(b, 1);
    pack_str(b, f->blob_id.n ? f->blob_id : blobs_id(a, S("image/png"), S("bytes")));
    pack_str(b, S("image/png"));
    pack_str(b, S("bytes"));
}

static bool import_reads(struct arena *a, struct str out)
{
    struct str          format;
    struct import_card *cards;
    size_t              n;
    return import_cards_read(a, out, &format, &cards, &n) && n == 1;
}

static void dedupe_answer(struct buf *b, struct arena *a, const struct fault *f)
{
    (void)a;
    for (int64_t i = 1; i < 5; i++)
        pack_i64(b, i);
    pack_i64(b, f->score);
    pack_str(b, f->evidence);
    put_card(b, f);
}

static bool dedupe_reads(struct arena *a, struct str out)
{
    struct dedupe_found *found;
    size_t               n;
    return dedupe_found_read(a, out, &found, &n) && n == 1;
}

static void scan_answer(struct buf *b, struct arena *a, const struct fault *f)
{
    (void)a;
    pack_u32(b, 0);
    pack_str(b, f->json);
    pack_u32(b, 1);
    pack_i64(b, 0);
    pack_i64(b, 100);
    pack_i64(b, 1);
    pack_u32(b, 1);
    pack_str(b, f->text);
    pack_i64(b, 7);
}

static bool scan_reads(struct arena *a, struct str out)
{
    struct import_scan scan;
    return import_scan_read(a, out, &scan) && scan.ncuts == 1 && scan.nknown == 1;
}

static void index_answer(struct buf *b, struct arena *a, const struct fault *f)
{
    (void)a;
    pack_i64(b, 1);
    pack_i64(b, 2);
    for (int i = 0; i < SEARCH_FIELDS; i++)
        pack_str(b, f->text);
    pack_u32(b, 1);
    pack_str(b, f->text);
}

static bool index_reads(struct arena *a, struct str out)
{
    struct unpack     u = unpack_of(out);
    struct search_doc doc;
    return index_doc_read(a, &u, &doc) && unpack_end(&u);
}

static void facts_answer(struct buf *b, struct arena *a, const struct fault *f)
{
    (void)a;
    pack_i64(b, 1);
    pack_str(b, S("[]"));
    pack_str(b, f->evidence);
}

static bool facts_reads(struct arena *a, struct str out)
{
    struct unpack       u = unpack_of(out);
    struct answer_facts facts;
    return answer_facts_read(a, &u, &facts) && unpack_end(&u);
}

static const struct kind {
    void (*write)(struct buf *b, struct arena *a, const struct fault *f);
    bool (*reads)(struct arena *a, struct str out);
    bool card, text, evidence;
} kinds[] = {
    { import_answer, import_reads, true, true, false }, { dedupe_answer, dedupe_reads, true, true, true },
    { scan_answer, scan_reads, false, true, false },    { index_answer, index_reads, false, true, false },
    { facts_answer, facts_reads, false, false, true },
};

static bool reads(const struct kind *k, const struct fault *f)
{
    auto_free(arena) a = arena_new(1 << 14);
    auto_buf b = buf_of(1 << 16);

    k->write(&b, a, f);
    return k->reads(a, buf_str(&b));
}

static void what_ends_early_is_refused(void **state)
{
    auto_free(arena) a = arena_new(1 << 14);
    (void)state;
    for (size_t k = 0; k < countof(kinds); k++) {
        auto_buf b = buf_of(1 << 16);
        kinds[k].write(&b, a, &sound);
        assert_true(kinds[k].reads(a, buf_str(&b)));
        for (size_t n = 0; n < b.n; n++) {
            char *cut = malloc(n + 1); /* its own bytes, so that a sanitizer sees a read past them */
            memcpy(cut, b.p, n);
            assert_false(kinds[k].reads(a, (struct str){ cut, n }));
            free(cut);
        }
    }
}

static void what_is_no_text_is_refused(void **state)
{
    static const struct str bad[] = { { "A\0n", 3 }, { "\xff", 1 }, { "\xed\xa0\x80", 3 }, { "\xc3", 1 } };
    (void)state;
    for (size_t k = 0; k < countof(kinds); k++)
        for (size_t i = 0; i < countof(bad) && kinds[k].text; i++) {
            struct fault f = sound;
            f.text = bad[i];
            assert_false(reads(&kinds[k], &f));
        }
}

static void what_is_no_card_is_refused(void **state)
{
    static const char *const bad[] = { "{", "[]", "{\"@type\":\"Card\"}", "{\"@type\":\"Group\",\"uid\":\"u\"}",
                                       "{\"@type\":\"Card\",\"version\":\"1.0\",\"uid\":\"u\",\"emails\":1}" };
    (void)state;
    for (size_t k = 0; k < countof(kinds); k++)
        for (size_t i = 0; i < countof(bad) && kinds[k].card; i++) {
            struct fault f = sound;
            f.json = str_of(bad[i]);
            assert_false(reads(&kinds[k], &f));
        }
}

static void what_is_no_list_is_refused(void **state)
{
    static const char *const bad[] = { "", "{}", "[", "[}", "1" };
    (void)state;
    for (size_t k = 0; k < countof(kinds); k++)
        for (size_t i = 0; i < countof(bad) && kinds[k].evidence; i++) {
            struct fault f = sound;
            f.evidence = str_of(bad[i]);
            assert_false(reads(&kinds[k], &f));
        }
}

static void a_picture_is_known_by_its_content(void **state)
{
    struct fault f = sound;
    (void)state;
    f.blob_id = S("00112233445566778899aabbccddeeff");
    assert_false(reads(&kinds[0], &f));
}

static void a_score_is_one(void **state)
{
    struct fault f = sound;
    (void)state;
    f.score = 1;
    assert_false(reads(&kinds[1], &f));
    f.score = INT64_MAX;
    assert_false(reads(&kinds[1], &f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_ends_early_is_refused),        cmocka_unit_test(what_is_no_text_is_refused),
        cmocka_unit_test(what_is_no_card_is_refused),        cmocka_unit_test(what_is_no_list_is_refused),
        cmocka_unit_test(a_picture_is_known_by_its_content), cmocka_unit_test(a_score_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
