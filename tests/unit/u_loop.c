/* io/loop, io/metrics, io/password: what a process stands on. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/clock.h"
#include "base/rand.h"
#include "io/loop.h"
#include "io/shared/metrics.h"
#include "io/shared/password.h"

struct notes {
    struct loop *loop;
    char         text[64];
    size_t       n;
    int          other_fd;
};

static void note(struct notes *s, char c)
{
    if (s->n < sizeof s->text - 1)
        s->text[s->n++] = c;
}

static void fire_a(void *to) { note(to, 'a'); }
static void fire_b(void *to) { note(to, 'b'); }
static void fire_end(void *to) { loop_stop(((struct notes *)to)->loop); }

static void timers_fire_in_order_and_once(void **state)
{
    (void)state;
    auto_free(loop) l = loop_new();
    struct notes      s = { .loop = l };
    struct loop_timer a = { 0 }, b = { 0 }, gone = { 0 }, end = { 0 };

    loop_after(l, &end, 30, fire_end, &s);
    loop_after(l, &b, 15, fire_b, &s);
    loop_after(l, &a, 50, fire_a, &s);
    loop_after(l, &gone, 1, fire_b, &s);
    loop_after(l, &a, 5, fire_a, &s); /* moved */
    loop_cancel(&gone);
    loop_cancel(&gone);
    int64_t began = clock_mono_us();
    loop_run(l);
    assert_string_equal(s.text, "ab");
    assert_true(clock_mono_us() - began >= 30000);
}

struct tick {
    struct loop_timer timer;
    struct ticks     *all;
    int64_t           due_us;
};
struct ticks {
    struct loop *loop;
    struct tick  tick[500];
    int64_t      last_us;
    size_t       fired, wrong, left;
};

static void ticked(void *to)
{
    struct tick  *t = to;
    struct ticks *all = t->all;
    all->wrong += t->due_us < all->last_us || t->due_us == 0;
    all->last_us = t->due_us;
    all->fired++;
    if (--all->left == 0)
        loop_stop(all->loop);
}

static void many_timers_keep_their_order(void **state)
{
    (void)state;
    auto_free(loop) l = loop_new();
    static struct ticks s;
    struct rand_seeded  r = { .state = 7 };

    s.loop = l;
    for (size_t i = 0; i < 3 * countof(s.tick); i++) { /* set, moved, moved again */
        struct tick *t = &s.tick[i % countof(s.tick)];
        t->all = &s;
        loop_after(l, &t->timer, (int64_t)rand_below(&r, 40), ticked, t);
        t->due_us = t->timer.at_us;
    }
    for (size_t i = 0; i < countof(s.tick); i += 3) {
        loop_cancel(&s.tick[i].timer);
        s.tick[i].due_us = 0;
    }
    s.left = countof(s.tick) - (countof(s.tick) + 2) / 3;
    size_t want = s.left;
    loop_run(l);
    assert_int_equal(s.fired, want);
    assert_int_equal(s.wrong, 0);
}

static void take(int fd, uint32_t events, void *to)
{
    struct notes *s = to;
    char          c;
    (void)events;
    if (read(fd, &c, 1) == 1)
        note(s, c);
    loop_unwatch(s->loop, s->other_fd);
    loop_stop(s->loop);
}

static void an_event_of_a_descriptor_unwatched_in_the_same_turn_is_not_delivered(void **state)
{
    (void)state;
    auto_free(loop) l = loop_new();
    int x[2], y[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, x), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, y), 0);
    struct notes first = { .loop = l, .other_fd = y[0] }, second = { .loop = l, .other_fd = x[0] };
    loop_watch(l, x[0], EPOLLIN, take, &first);
    loop_watch(l, y[0], EPOLLIN, take, &second);
    assert_int_equal(write(x[1], "x", 1), 1);
    assert_int_equal(write(y[1], "y", 1), 1);
    loop_run(l);
    assert_int_equal(first.n + second.n, 1);
    for (int i = 0; i < 2; i++) {
        close(x[i]);
        close(y[i]);
    }
}

static void arrived(int signal, void *to)
{
    struct notes *s = to;
    note(s, signal == SIGUSR1 ? '1' : '2');
    if (s->n == 2)
        loop_stop(s->loop);
}

static int64_t count_turns(void *to)
{
    note(to, '.');
    return -1;
}

static void signals_are_events(void **state)
{
    (void)state;
    auto_free(loop) l = loop_new();
    struct notes     s = { .loop = l };
    static const int signals[] = { SIGUSR1, SIGUSR2 };
    sigset_t         none;

    loop_signals(l, signals, 2, arrived, &s);
    kill(getpid(), SIGUSR2);
    kill(getpid(), SIGUSR1);
    loop_run(l);
    assert_int_equal(s.n, 2);
    struct notes turns = { .loop = l };
    loop_each_turn(l, count_turns, &turns);
    assert_false(loop_turn(l, 0));
    assert_string_equal(turns.text, ".");
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* ---- metrics ---- */

static bool has(const struct buf *b, const char *line) { return str_find(buf_str(b), str_of(line), 0) != SIZE_MAX; }

static void metrics_of_all_processes_come_out_as_text(void **state)
{
    (void)state;
    struct metrics *m = metrics_new();
    auto_buf        b = buf_of(1 << 20);

    metrics_name(m->kind[2], S("en\"rich"));
    metrics_name(m->route[0], S("GET /cards"));
    metrics_add(&m->units_done[2], 3);
    metrics_set(&m->oldest_ms[2], clock_ms() - 2000);
    metrics_time(&m->request_time[0], 700);
    metrics_time(&m->request_time[0], 60 * 1000 * 1000);
    metrics_process_born(m, getpid(), ROLE_AGENT);
    metrics_process_born(m, 999999999, ROLE_WORKER);
    metrics_process_gone(m, 999999999);
    metrics_print(m, &b);
    assert_true(has(&b, "\nkith_units_done_total{kind=\"en_rich\"} 3\n"));
    assert_true(has(&b, "\nkith_queue_oldest_seconds{kind=\"en_rich\"} 2."));
    assert_true(has(&b, "\nkith_request_seconds_bucket{route=\"GET /cards\",le=\"0.0005\"} 0\n"));
    assert_true(has(&b, "\nkith_request_seconds_bucket{route=\"GET /cards\",le=\"0.001\"} 1\n"));
    assert_true(has(&b, "\nkith_request_seconds_bucket{route=\"GET /cards\",le=\"+Inf\"} 2\n"));
    assert_true(has(&b, "\nkith_request_seconds_count{route=\"GET /cards\"} 2\n"));
    assert_true(has(&b, "\nkith_processes{role=\"agent\"} 1\n"));
    assert_true(has(&b, "\nkith_processes{role=\"worker\"} 0\n"));
    assert_false(has(&b, "kith_resident_bytes{role=\"agent\"} 0\n"));
}

/* ---- the password channel ---- */

static int receive(int channel, char *to, size_t room, size_t *ret_n)
{
    union {
        struct cmsghdr head;
        char           bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec  iov = { to, room };
    struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
    int           fd = -1;

    *ret_n = (size_t)recvmsg(channel, &m, 0);
    memcpy(&fd, CMSG_DATA(&control.head), sizeof fd);
    return fd;
}

static void a_question_carries_its_own_way_back(void **state)
{
    (void)state;
    int                      pair[2], fd;
    char                     text[4096];
    size_t                   n;
    struct err               e = { 0 };
    struct password_question q;
    struct password_answer   said = { .same = true, .hash = "$x" }, got;

    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
    assert_int_equal(password_ask_hash(pair[0], S(""), &fd, &e), RC_INVALID);
    assert_int_equal(password_ask_verify(pair[0], S("secret"), S("$hash"), &fd, &e), RC_OK);
    int back = receive(pair[1], text, sizeof text, &n);
    assert_true(password_question_read((struct str){ text, n }, &q));
    assert_true(q.verify && str_is(q.password, "secret") && str_is(q.hash, "$hash"));
    assert_false(password_question_read((struct str){ text, n - 1 }, &q));
    assert_int_equal(password_answer(fd, &got, &e), RC_UNAVAILABLE); /* nothing there yet */
    auto_buf b = buf_of(1024);
    password_answer_write(&b, &said);
    assert_int_equal(write(back, b.p, b.n), b.n);
    assert_int_equal(password_answer(fd, &got, &e), RC_OK);
    assert_true(got.same && !got.old && !strcmp(got.hash, "$x"));
    close(back);
    assert_int_equal(password_answer(fd, &got, &e), RC_UNAVAILABLE); /* the worker died */
    close(fd);
    close(pair[0]);
    close(pair[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timers_fire_in_order_and_once),
        cmocka_unit_test(many_timers_keep_their_order),
        cmocka_unit_test(an_event_of_a_descriptor_unwatched_in_the_same_turn_is_not_delivered),
        cmocka_unit_test(signals_are_events),
        cmocka_unit_test(metrics_of_all_processes_come_out_as_text),
        cmocka_unit_test(a_question_carries_its_own_way_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
