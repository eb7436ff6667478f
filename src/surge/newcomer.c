/* A newcomer's way: sign-up, upload, dry run, commit, a look around. */
#include <stdio.h>
#include "base/clock.h"
#include "base/json.h"
#include "surge/visitor.h"

/* Somebody new: sign up, upload, wait for the dry run, commit, wait for the import, the next file, wait until all of it is enriched,
 * deduplicated and indexed, then look around. */
enum { ENTER, ENTER_AGAIN, UPLOAD, DRY_RUN, COMMIT, IMPORTING, WORKING, LIST, SEARCH };

static const char    PASSWORD[] = "a launch day, compressed";
static const int64_t THINK_US = 300000, POLL_FIRST_US = 200000, POLL_MOST_US = 2000000;

int newcomer_credentials(char *to, size_t size, const struct account_made *a)
{
    return snprintf(to, size, "{\"email\":\"%s\",\"password\":\"%s\"}", a->email, PASSWORD);
}

static void keep_text(char *to, size_t size, struct str s)
{
    size_t n = size_min(s.n, size - 1);
    memcpy(to, s.n ? s.p : "", n);
    to[n] = 0;
}

static struct json *read_json(struct arena *a, const struct answer *answer)
{
    struct json *v = NULL;
    return json_parse(a, answer->body, &v, NULL) == RC_OK ? v : NULL;
}

/* Waits longer from time to time: a person's page would be told, a script would back off. */
static int64_t poll_at(struct visitor *p)
{
    int64_t wait_us = i64_min(POLL_MOST_US, POLL_FIRST_US << i64_min(p->turn++ / 2, 8));
    return clock_mono_us() + wait_us;
}

static void enter(struct visitor *p, int step, const char *path, enum deed deed, int64_t due_us)
{
    p->step = step;
    newcomer_credentials(p->body, sizeof p->body, p->account);
    visitor_ask(p, deed, "POST", due_us, true, "%s", path);
}

void newcomer_begin(struct visitor *p)
{
    p->client.cookie[0] = p->client.csrf[0] = 0;
    memcpy(p->client.forwarded, p->account->forwarded, sizeof p->client.forwarded);
    p->account->began_s = run_now_s(p->run, p->due_us);
    enter(p, ENTER, "/api/v1/signup", DEED_SIGN_UP, p->due_us);
}

static size_t number(const struct visitor *p) { return (size_t)(p->account - p->run->account); }

static void upload(struct visitor *p, int64_t due_us)
{
    const struct books     *books = &p->run->books;
    const struct book_file *b = &books->book[number(p)];
    struct call             call = { .method = "POST", .deed = DEED_UPLOAD, .due_us = due_us };

    snprintf(call.path, sizeof call.path, "/api/v1/imports?filename=%s", b->part[p->part].file_name);
    snprintf(call.key, sizeof call.key, "surge-%s-%zu-%zu", p->run->tag, number(p), p->part);
    call.file.fd = books->fd;
    call.file.at = b->part[p->part].at;
    call.file.n = b->part[p->part].bytes;
    p->step = UPLOAD;
    client_send(&p->client, &call);
}

static void keep_session(struct visitor *p, const struct answer *a)
{
    auto_free(arena) arena = arena_new(4096);
    struct account_made *account = p->account;

    keep_text(p->client.csrf, sizeof p->client.csrf, json_get_text(read_json(arena, a), S("csrf")));
    memcpy(account->cookie, p->client.cookie, sizeof account->cookie);
    memcpy(account->csrf, p->client.csrf, sizeof account->csrf);
    account->entered = true;
}

static void look_at_import(struct visitor *p)
{
    visitor_ask(p, DEED_PROGRESS, "GET", poll_at(p), false, "/api/v1/imports/%s", p->import);
}

static void look_at_work(struct visitor *p)
{
    p->step = WORKING;
    visitor_ask(p, DEED_PROGRESS, "GET", poll_at(p), false, "/api/v1/stats?only=work");
}

static void commit(struct visitor *p)
{
    p->step = COMMIT;
    p->turn = 0;
    snprintf(p->body, sizeof p->body, "{\"mode\":\"both\"}");
    visitor_ask(p, DEED_OTHER, "POST", clock_mono_us() + THINK_US, true, "/api/v1/imports/%s/commit", p->import);
}

static void uploaded(struct visitor *p, const struct answer *a)
{
    auto_free(arena) arena = arena_new(16 << 10);

    keep_text(p->import, sizeof p->import, json_get_text(read_json(arena, a), S("id")));
    p->uploaded_us = clock_mono_us();
    p->step = DRY_RUN;
    p->turn = 0;
    look_at_import(p);
}

static void dry_run(struct visitor *p, const struct answer *a)
{
    auto_free(arena) arena = arena_new(64 << 10);
    struct str state = json_get_text(read_json(arena, a), S("state"));
    double     waited_s = (double)(clock_mono_us() - p->uploaded_us) / 1e6;

    if (str_is(state, "failed")) {
        visitor_fail(p, FAULT_IMPORT);
    } else if (str_is(state, "ready")) {
        p->account->dry_run_s = waited_s > p->account->dry_run_s ? waited_s : p->account->dry_run_s;
        commit(p);
    } else {
        look_at_import(p);
    }
}

/* 409: it was committed by the same request the first time, whose answer got lost. */
static void committed(struct visitor *p, const struct answer *a)
{
    if (a->status != 409 && visitor_refused(p, a))
        return;
    int64_t cards = p->run->books.book[number(p)].part[p->part].cards;
    p->account->sent += cards;
    p->run->sent += cards;
    p->step = IMPORTING;
    look_at_import(p);
}

static void importing(struct visitor *p, const struct answer *a)
{
    auto_free(arena) arena = arena_new(64 << 10);
    struct run          *r = p->run;
    struct account_made *account = p->account;
    struct json         *it = read_json(arena, a);
    struct str           state = json_get_text(it, S("state"));

    if (str_is(state, "failed")) {
        visitor_fail(p, FAULT_IMPORT);
        return;
    }
    if (!str_is(state, "done")) {
        look_at_import(p);
        return;
    }
    int64_t created = json_get_i64(it, S("created"), 0), updated = json_get_i64(it, S("updated"), 0);
    account->created += created;
    account->updated += updated;
    account->skipped += json_get_i64(it, S("skipped"), 0);
    account->failed += json_get_i64(it, S("failed"), 0);
    r->imported += created + updated;
    p->turn = 0;
    if (++p->part < r->books.book[number(p)].nparts) {
        upload(p, clock_mono_us() + THINK_US);
        return;
    }
    account->imported_s = run_now_s(r, clock_mono_us());
    look_at_work(p);
}

static void working(struct visitor *p, const struct answer *a)
{
    auto_free(arena) arena = arena_new(64 << 10);
    const struct json *work = json_get(read_json(arena, a), S("work"));

    if (!work || json_get_i64(work, S("waiting"), 1) || json_get_i64(work, S("running"), 1)) {
        look_at_work(p);
        return;
    }
    p->account->processed_s = run_now_s(p->run, clock_mono_us());
    p->run->processed += p->account->sent;
    p->step = LIST;
    visitor_ask(p, DEED_READ, "GET", clock_mono_us() + THINK_US, false, "/api/v1/cards?limit=50");
}

void newcomer_step(struct visitor *p, const struct answer *a)
{
    if (p->step == ENTER && a->status == 409) { /* the first try went through, its answer did not */
        enter(p, ENTER_AGAIN, "/api/v1/login", DEED_LOG_IN, clock_mono_us());
        return;
    }
    if (p->step == COMMIT) {
        committed(p, a);
        return;
    }
    if (visitor_refused(p, a))
        return;
    switch (p->step) {
    case ENTER:
    case ENTER_AGAIN:
        keep_session(p, a);
        upload(p, clock_mono_us() + THINK_US);
        break;
    case UPLOAD: uploaded(p, a); break;
    case DRY_RUN: dry_run(p, a); break;
    case IMPORTING: importing(p, a); break;
    case WORKING: working(p, a); break;
    case LIST:
        p->step = SEARCH;
        visitor_ask(p, DEED_SEARCH, "GET", clock_mono_us() + THINK_US, false, "/api/v1/search?limit=20&q=ma");
        break;
    default: visitor_leave(p, true);
    }
}
