#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/clock.h"
#include "contact/fold.h"
#include "io/search/search.h"
#include "store/account/audit.h"
#include "store/cards/cards.h"
#include "store/cards/facts.h"
#include "store/work/imports.h"
#include "store/cards/merges.h"
#include "store/cards/pairs.h"
#include "store/cards/records.h"
#include "store/cards/undo.h"
#include "tests/pump.h"

static struct import upload(struct pump *p, struct arena *a, const char *name, struct str bytes)
{
    struct blob_writer *w;
    struct str          key;
    struct import       it;
    struct err          e = { 0 };
    int64_t             id;
    pump_must(blob_create(p->blobs, p->account, 1 << 30, &w, &e), &e, "blob");
    pump_must(blob_write(w, bytes, &e), &e, "write");
    pump_must(blob_finish(&w, a, &key, &e), &e, "finish");
    pump_must(imports_create(p->db, p->account, str_of(name), key, (int64_t)bytes.n, S("{}"), &id, &e), &e, "create");
    pump_must(jobs_add(p->db, p->account, KIND_IMPORT, JOB_PRIO_NOW, &id, 1, &e), &e, "add");
    pump_all(p);
    pump_must(imports_get(p->db, a, p->account, id, &it, &e), &e, "get");
    return it;
}

static struct import commit(struct pump *p, struct arena *a, int64_t id, const char *source, const char *options)
{
    struct import it;
    struct err    e = { 0 };
    int64_t       sid;
    pump_must(sources_ensure(p->db, p->account, S("file"), str_of(source), &sid, &e), &e, "source");
    pump_must(imports_options(p->db, p->account, id, str_of(options), sid, 0, &e), &e, "options");
    pump_must(imports_start(p->db, a, p->account, id, &e), &e, "start");
    pump_all(p);
    pump_must(imports_get(p->db, a, p->account, id, &it, &e), &e, "get");
    return it;
}

static int64_t live(struct pump *p)
{
    struct card_filter f = { .state = CARD_LIVE };
    int64_t            n;
    assert_int_equal(cards_count(p->db, p->account, &f, &n, NULL), RC_OK);
    return n;
}

static int64_t pairs(struct pump *p, struct str state)
{
    int64_t n;
    assert_int_equal(pairs_count(p->db, p->account, state, 0, &n, NULL), RC_OK);
    return n;
}

#define CARD(uid, name, rest) \
    "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" uid "\r\nN:" name ";;;\r\nFN:" name "\r\n" rest "END:VCARD\r\n"

static const char three[] =
    CARD("u1", "Smith;Ann", "TEL;TYPE=CELL:+49 170 1234567\r\nTITLE:Head of Sales\r\nEMAIL:ann@acme-widgets.de\r\n")
        CARD("u2", "Jones;Bob", "EMAIL:bob@web.de\r\n") CARD("u3", "Müller;Jürgen", "TEL:+49 30 1234567\r\n");

static void a_file_goes_all_the_way(void **state)
{
    struct pump p;
    auto_free(arena) a = arena_new(1 << 16);
    (void)state;
    pump_open(&p);
    struct import it = upload(&p, a, "x.vcf", str_of(three));
    assert_true(str_is(it.state, "ready"));
    struct json *summary;
    assert_int_equal(json_parse(a, it.summary_json, &summary, NULL), RC_OK);
    assert_int_equal(json_get_i64(summary, S("cards"), 0), 3);
    assert_true(str_is(json_get_text(summary, S("format")), "vcard"));
    assert_int_equal(json_get_i64(json_get(summary, S("will")), S("create"), 0), 3);
    it = commit(&p, a, it.id, "Phone", "{\"tags\":[\"friends\"]}");
    assert_true(str_is(it.state, "done"));
    assert_int_equal(it.created, 3);
    assert_int_equal(live(&p), 3);

    struct search_hit  *hits;
    size_t              n, total;
    struct str          tag = S("tag:friends");
    struct search_query q = { .words = fold_text(a, S("mueller")), .limit = 10 };
    assert_int_equal(search_query(p.db, a, p.account, &q, &hits, &n, &total, NULL), RC_OK);
    assert_int_equal(n, 1);
    q = (struct search_query){ .words = S("1234567"), .facet = &tag, .nfacets = 1, .limit = 10 };
    assert_int_equal(search_query(p.db, a, p.account, &q, &hits, &n, &total, NULL), RC_OK);
    assert_int_equal(n, 2);

    struct facts *facts;
    assert_int_equal(facts_proposed(p.db, a, p.account, 0, 10, &facts, &n, NULL), RC_OK);
    assert_int_equal(n, 3);
    assert_true(str_find(facts[0].json, S("\"head\""), 0) != SIZE_MAX);
    assert_true(str_find(facts[0].json, S("Acme Widgets"), 0) != SIZE_MAX);

    struct undo u;
    struct err  e = { 0 };
    pump_must(undo_batch(p.db, a, p.account, it.id, S("user:1"), &u, &e), &e, "undo");
    pump_all(&p);
    assert_int_equal(live(&p), 0);
    it = upload(&p, a, "x.vcf", str_of(three));
    it = commit(&p, a, it.id, "Phone", "{}");
    assert_int_equal(it.created, 3);
    assert_int_equal(live(&p), 3);
    pump_close(&p);
}

/* RC_NOT_FOUND. */
static enum rc by_uid(struct pump *p, struct arena *a, struct str uid, struct card_row *ret)
{
    static const char text[] = "select id from cards where account_id = $1 and uid = $2 and state = 0";
    int64_t           id;

    TRY(sql_one_i64(p->db, NULL, text, SQL_ARGS(I64(p->account), TEXT(uid)), &id));
    return cards_get(p->db, a, p->account, id, ret, NULL);
}

static void a_second_import_updates(void **state)
{
    static const char later[] =
        CARD("u1", "Smith;Ann", "TEL;TYPE=CELL:+49 170 7654321\r\nTITLE:Head of Sales\r\nEMAIL:ann@acme-widgets.de\r\n")
            CARD("u2", "Jones;Bob", "EMAIL:bob@web.de\r\n") CARD("u4", "New;Nora", "");
    struct pump p;
    auto_free(arena) a = arena_new(1 << 16);
    (void)state;
    pump_open(&p);
    struct import it = upload(&p, a, "x.vcf", str_of(three));
    commit(&p, a, it.id, "Phone", "{}");
    it = upload(&p, a, "x.vcf", str_of(three));
    it = commit(&p, a, it.id, "Phone", "{}");
    assert_int_equal(it.skipped, 3);
    it = upload(&p, a, "y.vcf", str_of(later));
    it = commit(&p, a, it.id, "Phone", "{\"mode\":\"both\"}");
    assert_int_equal(it.created, 1);
    assert_int_equal(it.updated, 1);
    assert_int_equal(it.skipped, 1);
    assert_int_equal(live(&p), 4);
    struct card_row row;
    assert_int_equal(by_uid(&p, a, S("u1"), &row), RC_OK);
    assert_true(str_find(row.json, S("7654321"), 0) != SIZE_MAX);
    pump_close(&p);
}

/* ---- what a transaction of the agent costs, on the largest cards there may be ---- */

enum { SAVE_MOST_US = 250000, ENTRIES = 4000 };

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
enum { SLOWER = 6 };
#else
enum { SLOWER = 1 };
#endif

/* A vendor member of many entries, two of which say what they are told to: some 600 KB. */
static struct str large_card(struct arena *a, int card, const char *first, const char *last)
{
    auto_buf b = buf_of(1 << 20);

    buf_fmt(&b,
            "{\"@type\":\"Card\",\"version\":\"1.0\",\"uid\":\"large%d\",\"name\":{\"full\":\"Card %d\"},"
            "\"example.com:fields\":{\"first\":\"%s\",\"last\":\"%s\"",
            card, card, first, last);
    for (int i = 0; i < ENTRIES; i++)
        buf_fmt(&b, ",\"entry%05d\":\"%0130d\"", i, i);
    buf_fmt(&b, "}}");
    assert_false(buf_full(&b));
    return str_copy(a, buf_str(&b));
}

static struct str large_file(struct arena *a, int n, const char *first, const char *last)
{
    auto_buf b = buf_of(64 << 20);

    for (int i = 0; i < n; i++)
        buf_fmt(&b, "%s" STR_FMT, i ? ",\n" : "[", STR_ARG(large_card(a, i, first, last)));
    buf_char(&b, ']');
    return str_copy(a, buf_str(&b));
}

static struct card_row card_of(struct pump *p, struct arena *a, struct str uid)
{
    struct card_row row;

    assert_int_equal(by_uid(p, a, uid, &row), RC_OK);
    return row;
}

static void edit(struct pump *p, struct str uid, struct str json)
{
    auto_free(arena) a = arena_new(1 << 16);
    struct err         e = { 0 };
    struct card_change c = { .id = card_of(p, a, uid).id, .json = json };
    struct card_batch  b = { .account = p->account, .actor = S("user:1"), .quiet = true };

    pump_must(cards_save(p->db, a, &b, &c, 1, NULL, &e), &e, "edit");
}

static bool says(const struct card_row *row, const char *text)
{
    return str_find(row->json, str_of(text), 0) != SIZE_MAX;
}

static void large_changed_cards_are_merged_by_workers(void **state)
{
    enum { CARDS = 5 };
    struct pump p;
    auto_free(arena) a = arena_new(1 << 16);
    (void)state;
    pump_open(&p);
    struct import it = upload(&p, a, "x.json", large_file(a, CARDS, "one", "one"));
    commit(&p, a, it.id, "App", "{}");
    for (int i = 0; i < CARDS; i++)
        edit(&p, str_fmt(a, "large%d", i), large_card(a, i, "mine", "one"));
    int64_t units = p.units[KIND_IMPORT];
    it = upload(&p, a, "x.json", large_file(a, CARDS, "one", "theirs"));
    it = commit(&p, a, it.id, "App", "{}");
    assert_true(str_is(it.state, "done"));
    assert_int_equal(it.updated, CARDS);
    assert_int_equal(it.failed + it.created + it.skipped, 0);
    assert_true(p.units[KIND_IMPORT] - units > 4); /* a scan, and chunks in more than one round */
    for (int i = 0; i < CARDS; i++) {
        struct card_row row = card_of(&p, a, str_fmt(a, "large%d", i));
        assert_true(says(&row, "\"first\":\"mine\"") && says(&row, "\"last\":\"theirs\""));
    }
    assert_in_range(p.longest_save_us, 1, SLOWER * SAVE_MOST_US);
    it = upload(&p, a, "x.json", large_file(a, CARDS, "one", "theirs"));
    it = commit(&p, a, it.id, "App", "{}");
    assert_int_equal(it.skipped, CARDS);
    pump_close(&p);
}

static void later_edits_of_a_large_card_stay_when_an_import_is_undone(void **state)
{
    enum { EDITS = 20 };
    struct pump p;
    auto_free(arena) a = arena_new(1 << 16);
    struct undo u;
    struct err  e = { 0 };
    (void)state;
    pump_open(&p);
    struct import it = upload(&p, a, "x.json", large_file(a, 1, "one", "one"));
    commit(&p, a, it.id, "App", "{}");
    it = upload(&p, a, "x.json", large_file(a, 1, "one", "theirs"));
    it = commit(&p, a, it.id, "App", "{}");
    assert_int_equal(it.updated, 1);
    for (int i = 0; i < EDITS; i++)
        edit(&p, S("large0"), large_card(a, 0, str_fmt(a, "mine%d", i).p, "theirs"));
    p.longest_save_us = 0;
    pump_must(undo_batch(p.db, a, p.account, it.id, S("user:1"), &u, &e), &e, "undo");
    pump_all(&p);
    struct card_row row = card_of(&p, a, S("large0"));
    assert_true(says(&row, "\"first\":\"mine19\"") && says(&row, "\"last\":\"one\""));
    assert_in_range(p.longest_save_us, 1, SLOWER * SAVE_MOST_US);
    pump_close(&p);
}

static void edit_once_while_it_is_merged(struct pump *p, const struct worker *w)
{
    auto_free(arena) a = arena_new(1 << 16);
    struct card_row row;

    if (w->kind != KIND_IMPORT || by_uid(p, a, S("large0"), &row) != RC_OK || says(&row, "mine"))
        return;
    edit(p, S("large0"), large_card(a, 0, "mine", "one"));
}

static void a_card_changed_while_it_is_merged_is_merged_again(void **state)
{
    struct pump p;
    auto_free(arena) a = arena_new(1 << 16);
    (void)state;
    pump_open(&p);
    struct import it = upload(&p, a, "x.json", large_file(a, 2, "one", "one"));
    commit(&p, a, it.id, "App", "{}");
    it = upload(&p, a, "x.json", large_file(a, 2, "one", "theirs"));
    p.meanwhile = edit_once_while_it_is_merged;
    it = commit(&p, a, it.id, "App", "{}");
    assert_true(str_is(it.state, "done"));
    assert_int_equal(it.updated, 2);
    struct card_row row = card_of(&p, a, S("large0"));
    assert_true(says(&row, "\"first\":\"mine\"") && says(&row, "\"last\":\"theirs\""));
    pump_close(&p);
}

static void copies_merge_families_do_not(void **state)
{
    static const char gmail[] = CARD("g1", "Smith;Ann", "TEL;TYPE=CELL:+491701234567\r\nEMAIL:ann@smith.net\r\n")
        CARD("g2", "Klein;Paul", "TEL;TYPE=HOME:+49 30 5551234\r\n")
            CARD("g3", "Klein;Petra", "TEL;TYPE=HOME:+49 30 5551234\r\n")
                CARD("g4", "Brown;Robert", "TEL;TYPE=CELL:+49 171 1112222\r\n")
                    CARD("g5", "Brown;Bob", "TEL;TYPE=CELL:+49 171 1112222\r\n");
    struct pump p;
    auto_free(arena) a = arena_new(1 << 16);
    (void)state;
    pump_open(&p);
    struct import it = upload(&p, a, "x.vcf", str_of(three));
    commit(&p, a, it.id, "Phone", "{}");
    it = upload(&p, a, "g.vcf", str_of(gmail));
    commit(&p, a, it.id, "Gmail", "{}");
    assert_int_equal(live(&p), 7);
    assert_int_equal(pairs(&p, S("merged")), 1);
    assert_int_equal(pairs(&p, S("suggested")), 1);
    struct merge_row *merges;
    size_t            n;
    assert_int_equal(merges_list(p.db, a, p.account, 0, 10, &merges, &n, NULL), RC_OK);
    assert_int_equal(n, 1);
    int64_t *cards;
    assert_int_equal(merges_undo(p.db, a, p.account, merges[0].id, S("user:1"), &cards, &n, NULL), RC_OK);
    pump_all(&p);
    assert_int_equal(live(&p), 8);
    assert_int_equal(pairs(&p, S("different")), 1);
    pump_close(&p);
}

static void uids_may_repeat(void **state)
{
    static const char twice[] = CARD("u1", "Smith;Ann", "") CARD("u1", "Jones;Bob", "") CARD("u1", "Smith;Ann", "");
    struct pump       p;
    auto_free(arena) a = arena_new(1 << 16);
    (void)state;
    pump_open(&p);
    struct import it = upload(&p, a, "x.vcf", str_of(twice));
    assert_true(str_find(it.summary_json, S("UID"), 0) != SIZE_MAX);
    it = commit(&p, a, it.id, "Phone", "{}");
    assert_int_equal(it.created, 2);
    assert_int_equal(it.skipped, 1);
    it = upload(&p, a, "x.vcf", str_of(twice));
    it = commit(&p, a, it.id, "Phone", "{}");
    assert_int_equal(it.skipped, 3);
    pump_close(&p);
}

static void other_formats(void **state)
{
    static const struct {
        const char *text, *format, *state;
        int64_t     cards;
    } cases[] = {
        { "Name,E-mail 1 - Value\nAnn Smith,ann@x.de\nBob,bob@x.de\n", "csv", "ready", 2 },
        { "[{\"@type\":\"Card\",\"version\":\"1.0\",\"uid\":\"1\",\"name\":{\"full\":\"Ann\"}},\n{\"@type\":\"Card\","
          "\"version\":\"1.0\",\"uid\":\"2\",\"name\":{\"full\":\"Bob\"}}]",
          "jscontact", "ready", 2 },
        { "\x89PNG\r\n\x1a\n\0\0", "", "failed", 0 },
        { "   \n", "", "failed", 0 },
        { "PK\3\4 but no more", "", "failed", 0 },
    };
    struct pump p;
    auto_free(arena) a = arena_new(1 << 16);
    (void)state;
    pump_open(&p);
    for (size_t i = 0; i < countof(cases); i++) {
        struct import it = upload(&p, a, "x", i == 2 ? (struct str){ cases[i].text, 10 } : str_of(cases[i].text));
        struct json  *summary;
        if (!str_is(it.state, cases[i].state))
            fail_msg("%zu: %.*s %.*s", i, STR_ARG(it.state), STR_ARG(it.summary_json));
        assert_int_equal(json_parse(a, it.summary_json, &summary, NULL), RC_OK);
        assert_int_equal(json_get_i64(summary, S("cards"), 0), cases[i].cards);
        assert_true(str_is(json_get_text(summary, S("format")), cases[i].format));
        if (cases[i].cards) {
            it = commit(&p, a, it.id, cases[i].format, "{}");
            assert_int_equal(it.created, cases[i].cards);
        } else
            assert_true(json_get_text(summary, S("error")).n > 0);
    }
    assert_int_equal(p.failed, 0);
    pump_close(&p);
}

static void an_import_ends_without_a_part(void **state)
{
    struct pump p;
    auto_free(arena) a = arena_new(1 << 16);
    struct import_chunk *chunks;
    struct job           job;
    struct err           e = { 0 };
    size_t               n;
    int64_t              sid;
    (void)state;
    pump_open(&p);
    struct import it = upload(&p, a, "x.vcf", str_of(three));
    pump_must(sources_ensure(p.db, p.account, S("file"), S("Phone"), &sid, &e), &e, "source");
    pump_must(imports_options(p.db, p.account, it.id, S("{}"), sid, 0, &e), &e, "options");
    pump_must(imports_start(p.db, a, p.account, it.id, &e), &e, "start");
    pump_must(imports_chunks(p.db, a, p.account, it.id, &chunks, &n, &e), &e, "chunks");
    assert_int_equal(n, 1);
    pump_must(jobs_claim(p.db, p.account, KIND_IMPORT, JOB_LANE_BULK, 1, 1, &job, &n, &e), &e, "claim");
    pump_must(jobs_bury(p.db, p.account, KIND_IMPORT, &job, S("it crashed"), &e), &e, "bury");
    pump_must(jobs_add(p.db, p.account, KIND_EXPIRE, JOB_PRIO_BULK, &p.account, 1, &e), &e, "expire");
    pump_all(&p);
    pump_must(imports_get(p.db, a, p.account, it.id, &it, &e), &e, "get");
    assert_true(str_is(it.state, "done"));
    assert_int_equal(it.failed, 1);
    pump_close(&p);
}

/* Rows of the audit log say until when they are kept; the worker that comes by takes away those that are over. */
static void the_log_is_swept(void **state)
{
    auto_free(arena) a = arena_new(4096);
    struct pump   p;
    struct err    e = { 0 };
    struct audit *list, x = { .what = AUDIT_LOGIN, .detail = S("young"), .device = S(""), .address = S("") };
    size_t        n;

    (void)state;
    pump_open(&p);
    x.account = p.account;
    x.keep_until_ms = clock_ms() + 3600 * 1000;
    pump_must(audit_add(p.db, &x, &e), &e, "young");
    x.detail = S("old");
    x.keep_until_ms = clock_ms() + 2;
    pump_must(audit_add(p.db, &x, &e), &e, "old");
    while (clock_ms() <= x.keep_until_ms)
        usleep(1000);
    pump_must(jobs_add(p.db, p.account, KIND_EXPIRE, JOB_PRIO_BULK, &p.account, 1, &e), &e, "expire");
    pump_all(&p);
    pump_must(audit_page(p.db, a, p.account, 0, 10, &list, &n, &e), &e, "page");
    assert_int_equal(n, 1);
    assert_true(str_is(list[0].detail, "young"));
    pump_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_goes_all_the_way),
        cmocka_unit_test(a_second_import_updates),
        cmocka_unit_test(large_changed_cards_are_merged_by_workers),
        cmocka_unit_test(later_edits_of_a_large_card_stay_when_an_import_is_undone),
        cmocka_unit_test(a_card_changed_while_it_is_merged_is_merged_again),
        cmocka_unit_test(copies_merge_families_do_not),
        cmocka_unit_test(uids_may_repeat),
        cmocka_unit_test(other_formats),
        cmocka_unit_test(an_import_ends_without_a_part),
        cmocka_unit_test(the_log_is_swept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
