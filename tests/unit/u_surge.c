#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>
#include "fiction/export_as.h"
#include "fiction/generate.h"
#include "surge/book_files.h"
#include "surge/hist.h"
#include "surge/profile.h"
#include "surge/reply.h"
#include "surge/marks.h"
#include "surge/watch.h"

/* ---- histogram ---- */

static void times_are_found_again_within_2_percent(void **state)
{
    static const double  q[] = { 0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1 };
    static struct hist   h, two;
    static const int64_t n = 100000;
    (void)state;
    for (int64_t i = 1; i <= n; i++)
        hist_add(i % 2 ? &h : &two, i * 37);
    hist_join(&h, &two);
    assert_int_equal(h.n, n);
    assert_int_equal(h.max_us, n * 37);
    assert_int_equal(h.sum_us, n * (n + 1) / 2 * 37);
    for (size_t i = 0; i < countof(q); i++) {
        double truth = q[i] * (double)n * 37, got = (double)hist_at(&h, q[i]);
        assert_true(got >= truth - 37 && got <= truth * 1.016 + 37);
    }
}

static void odd_times_do_no_harm(void **state)
{
    static struct hist h;
    (void)state;
    assert_int_equal(hist_at(&h, 0.99), 0);
    hist_add(&h, -5);
    hist_add(&h, 0);
    hist_add(&h, INT64_MAX / 4);
    assert_int_equal(h.n, 3);
    assert_int_equal(hist_at(&h, 0.5), 0);
    assert_true(hist_at(&h, 1) >= ((int64_t)1 << 32) - 1);
}

/* ---- schedule ---- */

static void equal_seeds_give_equal_days(void **state)
{
    auto_free(arena) a = arena_new(1 << 20);
    const struct profile *p = profile_find(S("producthunt"));
    struct schedule       one, two, other;
    (void)state;
    assert_int_equal(schedule_draw(a, p, 1, 120, 7, &one, NULL), RC_OK);
    assert_int_equal(schedule_draw(a, p, 1, 120, 7, &two, NULL), RC_OK);
    assert_int_equal(schedule_draw(a, p, 1, 120, 8, &other, NULL), RC_OK);
    assert_int_equal(one.n, two.n);
    for (size_t i = 0; i < one.n; i++)
        assert_true(one.event[i].at_us == two.event[i].at_us && one.event[i].what == two.event[i].what);
    assert_true(one.n != other.n || one.event[0].at_us != other.event[0].at_us);
    for (size_t i = 1; i < one.n; i++)
        assert_true(one.event[i].at_us >= one.event[i - 1].at_us);
    assert_int_equal(schedule_draw(a, p, 1e9, 120, 7, &other, NULL), RC_TOO_LARGE);
}

/* Thinning gives the rates that were asked for: counts in each tenth of the day are within 4.5 sigma of their integral. */
static void arrivals_follow_the_rates(void **state)
{
    enum { PARTS = 10, SCALE = 20 };
    auto_free(arena) a = arena_new(1 << 20);
    const struct profile *p = profile_find(S("producthunt"));
    const double          run_s = 300;
    struct schedule       s;
    int64_t               seen[ARRIVALS][PARTS] = { 0 };
    (void)state;
    assert_int_equal(schedule_draw(a, p, SCALE, run_s, 3, &s, NULL), RC_OK);
    for (size_t i = 0; i < s.n; i++)
        seen[s.event[i].what][(int)((double)s.event[i].at_us / 1e6 / run_s * PARTS)]++;
    for (enum arrival w = 0; w < ARRIVALS; w++)
        for (int k = 0; k < PARTS; k++) {
            double want = 0, step = run_s / PARTS / 1000;
            for (int i = 0; i < 1000; i++)
                want += step * profile_rate(p, w, SCALE, run_s, k * run_s / PARTS + (i + 0.5) * step);
            double off = (double)seen[w][k] - want;
            assert_true(off * off <= 4.5 * 4.5 * (want + 1));
        }
}

static void the_day_has_its_shape(void **state)
{
    const struct profile *p = profile_find(S("producthunt"));
    (void)state;
    assert_true(profile_shape(p, 7.99) == 0);
    assert_true(profile_shape(p, 8.2) > 0.95); /* the step is a step */
    assert_true(profile_shape(p, 12) > profile_shape(p, 10.5));
    assert_true(profile_shape(p, 16) > profile_shape(p, 14));
    assert_true(profile_shape(p, 23.9) < 0.02);
    assert_true(profile_rate(p, ARRIVE_VISIT, 1, 300, 62) / profile_rate(p, ARRIVE_VISIT, 1, 300, 30) > 55);
    assert_null(profile_find(S("nothing")));
}

static void books_are_skewed_and_their_sum_is_steady(void **state)
{
    enum { N = 1800 };
    static int64_t size[N];
    int64_t        first = 0;
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        int64_t sum = 0, small = 0;
        book_sizes(size, N, seed);
        for (size_t i = 0; i < N; i++) {
            assert_in_range(size[i], BOOK_LEAST, BOOK_MOST);
            sum += size[i];
            small += size[i] < 100;
        }
        assert_true(small > N / 2);
        assert_in_range(sum / N, 150, 190);
        first = first ? first : sum;
        assert_true(llabs(sum - first) < first / 50);
    }
}

/* ---- the marks, and whoever counts them ---- */

static struct str slurp(struct arena *a, const struct books *b)
{
    char *to = arena_raw(a, (size_t)b->bytes + 1);
    assert_int_equal(pread(b->fd, to, (size_t)b->bytes, 0), b->bytes);
    return (struct str){ to, (size_t)b->bytes };
}

/* Folded lines and quoted-printable put line ends into a mark: as every reader does, they are taken out. */
static struct str unfolded(struct arena *a, struct str s)
{
    char  *to = arena_raw(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (i + 2 < s.n && !memcmp(s.p + i, "\r\n ", 3))
            i += 2;
        else if (i + 2 < s.n && !memcmp(s.p + i, "=\r\n", 3))
            i += 2;
        else
            to[n++] = s.p[i];
    }
    return (struct str){ to, n };
}

static void every_card_is_marked_once(void **state)
{
    auto_free(arena) a = arena_new(1 << 20);
    int64_t      sizes[] = { 60, 333, 50, 1200, 75 };
    struct books b;
    (void)state;
    assert_int_equal(book_files_write(a, sizes, countof(sizes), 11, &b, NULL), RC_OK);
    for (size_t i = 0; i < b.n; i++) {
        struct marks     t = marks_of(a, (int64_t)i, sizes[i]);
        struct marks_sum sum = { 0 };
        int64_t          cards = 0;
        for (size_t k = 0; k < b.book[i].nparts; k++) {
            struct str all = slurp(a, &b),
                       part = str_head(str_from(all, (size_t)b.book[i].part[k].at), (size_t)b.book[i].part[k].bytes);
            marks_feed(&t, unfolded(a, part));
            marks_feed(&t, S("\r\n"));
            cards += b.book[i].part[k].cards;
        }
        marks_end(&t, sizes[i], &sum);
        assert_int_equal(cards, sizes[i]);
        assert_int_equal(sum.found, sizes[i]);
        assert_int_equal(sum.lost + sum.doubled + sum.astray, 0);
    }
    book_files_close(&b);
}

/* In pieces of every size the same; and a loss, a double and a stray are seen. */
static void what_is_missing_or_doubled_is_seen(void **state)
{
    static const char text[] =
        "[{\"n\":\"a ~s000002.00000~\"},{\"~~s000002.00001~\"},{\"~s000002.00001~~s000002.00003~\"},"
        "{\"~s000009.00002~\"},{\"~s00000x.00002~ ~s000002.0000\"}]";
    auto_free(arena) a = arena_new(4096);
    (void)state;
    for (size_t piece = 1; piece <= sizeof text; piece++) {
        struct marks     t = marks_of(a, 2, 4);
        struct marks_sum sum = { 0 };
        for (size_t at = 0; at < sizeof text - 1; at += piece)
            marks_feed(&t, (struct str){ text + at, size_min(piece, sizeof text - 1 - at) });
        marks_end(&t, 4, &sum);
        assert_int_equal(sum.sent, 4);
        assert_int_equal(sum.found, 3);
        assert_int_equal(sum.lost, 1);
        assert_int_equal(sum.doubled, 1);
        assert_int_equal(sum.astray, 1);
        marks_forget(&t);
        sum = (struct marks_sum){ 0 };
        marks_end(&t, 3, &sum);
        assert_int_equal(sum.lost, 3);
    }
}

/* ---- responses ---- */

struct taken {
    char   p[4096];
    size_t n;
};

static void take(void *to, struct str bytes)
{
    struct taken *t = to;
    assert_true(t->n + bytes.n <= sizeof t->p);
    memcpy(t->p + t->n, bytes.p, bytes.n);
    t->n += bytes.n;
}

static enum rc feed(struct reply *r, struct str bytes, size_t piece, bool closes)
{
    reply_reset(r);
    for (size_t at = 0, used; at < bytes.n && !r->done; at += used)
        TRY(reply_feed(r, str_head(str_from(bytes, at), piece), &used, NULL));
    return closes && !r->done ? reply_end(r, NULL) : RC_OK;
}

static void responses_are_read_in_any_pieces(void **state)
{
    static const struct {
        const char *text, *body;
        int         status;
        bool        keeps, closes;
    } cases[] = {
        { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: \"x\"\r\n\r\nhello", "hello", 200, true, false },
        { "HTTP/1.1 204 No Content\r\nETag: \"x\"\r\n\r\n", "", 204, true, false },
        { "HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\nETag: \"x\"\r\n\r\n", "", 304, true, false },
        { "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\nETag: \"x\"\r\n\r\n", "", 201,
          true, false },
        { "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\netag: \"x\"\r\n\r\n5\r\nhello\r\nB\r\n, "
          "beautiful\r\n0\r\n\r\n",
          "hello, beautiful", 200, true, false },
        { "HTTP/1.1 200 OK\r\nConnection: close\r\nETag: \"x\"\r\n\r\nto the end", "to the end", 200, false, true },
        { "HTTP/1.0 200 OK\r\nContent-Length: 2\r\nETag: \"x\"\r\n\r\nhi", "hi", 200, false, false },
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++)
        for (size_t piece = 1; piece <= strlen(cases[i].text); piece++) {
            struct taken t = { .n = 0 };
            struct reply r = { .take = take, .to = &t };
            assert_int_equal(feed(&r, str_of(cases[i].text), piece, cases[i].closes), RC_OK);
            assert_true(r.done);
            assert_int_equal(r.status, cases[i].status);
            assert_int_equal(r.keeps, cases[i].keeps);
            assert_true(str_is((struct str){ t.p, t.n }, cases[i].body));
            assert_true(str_is(reply_header(&r, "ETag"), "\"x\""));
            assert_null(reply_header(&r, "Set-Cookie").p);
            reply_done(&r);
        }
}

static void responses_of_two_meanings_are_refused(void **state)
{
    static const char *const cases[] = {
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\n folded: 5\r\n\r\nhello",
        "HTTP/2 200\r\n\r\n",
        "220 smtp.example.com ready\r\n\r\n",
    };
    (void)state;
    for (size_t i = 0; i < countof(cases); i++) {
        struct reply r = { 0 };
        assert_int_equal(feed(&r, str_of(cases[i]), 4096, false), RC_MALFORMED);
        reply_done(&r);
    }
    struct reply r = { 0 };
    assert_int_equal(feed(&r, S("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"), 4096, true), RC_UNAVAILABLE);
    reply_done(&r);
}

/* ---- what the server says of itself ---- */

static void metrics_are_read(void **state)
{
    static const char text[] =
        "# HELP kith_jobs_ready jobs\nkith_jobs_ready{kind=\"enrich\"} 12\nkith_jobs_claimed{kind=\"enrich\"} 3\n"
        "kith_jobs_later{kind=\"expire\"} 99\nkith_workers{kind=\"enrich\"} 4\nkith_workers{kind=\"index\"} 2\n"
        "kith_queue_oldest_seconds{kind=\"enrich\"} 1.500\nkith_proportional_bytes{role=\"http\"} 1000\n"
        "kith_proportional_bytes{role=\"agent\"} 2000\nkith_unknown 5\nnonsense\nkith_jobs_ready{kind=\"\n";
    struct watch_metrics m;
    (void)state;
    watch_read_metrics(str_of(text), &m);
    assert_true(m.waiting == 15 && m.workers == 6 && m.pss_bytes == 3000 && m.oldest_interactive_s < 0);
    assert_string_equal(m.kind[0].name, "enrich");
    assert_true(m.kind[0].oldest_s == 1.5);
    watch_read_metrics(S(""), &m);
    assert_int_equal(m.nkinds, 0);
}

static void this_process_is_seen(void **state)
{
    struct watch_tree *t = calloc(1, sizeof *t);
    (void)state;
    assert_true(watch_tree_read(getpid(), true, t));
    assert_true(t->n >= 1 && t->bytes > 0 && t->proc[0].role == WATCH_OTHER);
    assert_false(watch_tree_read(1 << 29, false, t));
    free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_found_again_within_2_percent),
        cmocka_unit_test(odd_times_do_no_harm),
        cmocka_unit_test(equal_seeds_give_equal_days),
        cmocka_unit_test(arrivals_follow_the_rates),
        cmocka_unit_test(the_day_has_its_shape),
        cmocka_unit_test(books_are_skewed_and_their_sum_is_steady),
        cmocka_unit_test(every_card_is_marked_once),
        cmocka_unit_test(what_is_missing_or_doubled_is_seen),
        cmocka_unit_test(responses_are_read_in_any_pieces),
        cmocka_unit_test(responses_of_two_meanings_are_refused),
        cmocka_unit_test(metrics_are_read),
        cmocka_unit_test(this_process_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
