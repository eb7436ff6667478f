/* bench_store.c - the one writer at work: cards saved in imports' batches, jobs claimed and completed, search.
 *
 *     bench_store [cards [group [save]]]     100,000 unless told otherwise, in a folder of its own under TMPDIR; save: only that
 *     KITH_DB=postgresql://... bench_store   the same in an empty database there; CPU time is the client's, where
 *                                          nothing else is said; the server's when it is on this host */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/rand.h"
#include "base/vec.h"
#include "io/search/search.h"
#include "store/cards/cards.h"
#include "store/work/jobs.h"
#include "store/installation/schema_steps.h"
#include "store/cards/records.h"
#include "store/account/users.h"

enum { BATCH = 500, KEYS = 6, CLAIM = 100, DOCS = 100, QUERIES = 400 };

struct bench {
    struct sql        *db;
    struct arena      *a;
    int64_t            account, source;
    struct rand_seeded r;
    size_t             n;
    int64_t           *ids;
    size_t             group; /* batches a commit: the agent puts what is ready into one transaction */
};

static void must(enum rc rc, const struct err *e)
{
    if (rc == RC_OK)
        return;
    fprintf(stderr, "%s: %s\n", rc_name(rc), e->text);
    exit(1);
}

static double since(int64_t us) { return (double)(clock_mono_us() - us) / 1e6; }

/* On a machine that is busy with other things, CPU time says more than the clock. */
static double cpu_s(void)
{
    struct rusage u;

    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

/* Of the connection's server process; 0 when it is none of this host. */
static double server_s(struct sql *db)
{
    static const char PID[] = "select /*sqlite: 0*/ /*postgres: pg_backend_pid()*/";
    char              path[40];
    int64_t           pid = 0;
    unsigned long     user = 0, system = 0;
    struct err        e;

    must(sql_one_i64(db, &e, PID, SQL_NONE, &pid), &e);
    snprintf(path, sizeof path, "/proc/%lld/stat", (long long)pid);
    FILE *f = pid ? fopen(path, "re") : NULL;
    if (f && fscanf(f, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2)
        user = system = 0;
    if (f)
        fclose(f);
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static void server_share(double began_s, double ended_s, size_t n)
{
    if (ended_s > began_s)
        printf("          of the server's CPU: %.0f us each\n", (ended_s - began_s) * 1e6 / (double)n);
}

static const char *const given[] = { "Anna", "Peter", "Maria", "Ivan", "Chen", "Fatima",
                                     "Lars", "Sofia", "Hans",  "Olga", "Noah", "Emma" };

static struct str family(struct bench *b, uint64_t i)
{
    static const char *const parts[] = { "mul", "ler", "iva", "nov", "smi", "than",
                                         "ber", "gar", "cia", "son", "kov", "sen" };
    return str_fmt(b->a, "%s%s%s", parts[i % 12], parts[i / 12 % 12], parts[i / 144 % 12]);
}

static struct str card_text(struct bench *b, size_t i, struct card_head *head)
{
    const char *first = given[rand_below(&b->r, 12)];
    struct str  last = family(b, rand_below(&b->r, 1728));

    *head = (struct card_head){ .uid = str_fmt(b->a, "%016llx", (unsigned long long)rand_next(&b->r)),
                                .name = str_fmt(b->a, "%s " STR_FMT, first, STR_ARG(last)),
                                .sort_key = str_fmt(b->a, STR_FMT " %s", STR_ARG(last), first),
                                .company = str_fmt(b->a, "Company %d", (int)rand_below(&b->r, 2000)) };
    return str_fmt(
        b->a,
        "{\"@type\":\"Card\",\"version\":\"1.0\",\"uid\":\"" STR_FMT "\",\"name\":{\"full\":\"" STR_FMT
        "\",\"components\":[{\"kind\":\"given\",\"value\":\"%s\"},{\"kind\":\"surname\",\"value\":\"" STR_FMT
        "\"}]},\"organizations\":{\"o1\":{\"name\":\"" STR_FMT
        "\"}},\"titles\":{\"t1\":{\"name\":\"Head of Testing\"}},"
        "\"emails\":{\"e1\":{\"address\":\"%s.%zu@example.com\",\"contexts\":{\"work\":true}}},\"phones\":{\"p1\":{"
        "\"number\":\"+49 151 %08d\",\"features\":{\"mobile\":true}},\"p2\":{\"number\":\"+49 30 %07d\"}},"
        "\"addresses\":{\"a1\":{\"full\":\"Teststr. 1, 10115 Berlin\",\"countryCode\":\"DE\"}}}",
        STR_ARG(head->uid), STR_ARG(head->name), first, STR_ARG(last), STR_ARG(head->company), first, i,
        (int)rand_below(&b->r, 100000000), (int)rand_below(&b->r, 10000000));
}

static void save_batch(struct bench *b, size_t from)
{
    struct err         e;
    struct card_change changes[BATCH] = { 0 };
    struct card_head   heads[BATCH];
    struct record      records[BATCH] = { 0 };
    int64_t            keys[BATCH][KEYS];
    struct card_batch  batch = { .account = b->account, .actor = S("import:1"), .batch = 1, .prio = JOB_PRIO_BULK };

    for (size_t i = 0; i < BATCH; i++) {
        for (int k = 0; k < KEYS; k++)
            keys[i][k] = (int64_t)(rand_next(&b->r) >> 5) | (int64_t)(k + 1) << 59;
        changes[i] = (struct card_change){ .head = &heads[i], .keys = keys[i], .nkeys = KEYS };
        changes[i].json = card_text(b, from + i, &heads[i]);
    }
    if (!sql_in_transaction(b->db))
        must(sql_begin(b->db, &e), &e);
    must(cards_save(b->db, b->a, &batch, changes, BATCH, NULL, &e), &e);
    for (size_t i = 0; i < BATCH; i++) {
        records[i] = (struct record){ .source = b->source,
                                      .card = changes[i].id,
                                      .home = changes[i].id,
                                      .remote_key = heads[i].uid,
                                      .format = S("vcard"),
                                      .base_json = S(""),
                                      .original = changes[i].json };
        b->ids[from + i] = changes[i].id;
    }
    must(records_put(b->db, b->account, 1, records, BATCH, &e), &e);
    if (from / BATCH % b->group == b->group - 1 || from + BATCH >= b->n)
        must(sql_commit(b->db, &e), &e);
}

static void cards(struct bench *b)
{
    double  tail = 0, whole, cpu = cpu_s();
    int64_t start = clock_mono_us();

    for (size_t i = 0; i < b->n; i += BATCH) {
        int64_t one = clock_mono_us();
        save_batch(b, i);
        arena_reset(b->a);
        if (i >= b->n - b->n / 10)
            tail += since(one);
    }
    whole = since(start);
    printf("save      %zu cards, %d a batch, %zu batches a commit, %d keys, record, journal, job: %.0f cards/s (%.0f "
           "per CPU second); the "
           "last tenth %.0f\n",
           b->n, BATCH, b->group, KEYS, (double)b->n / whole, (double)b->n / (cpu_s() - cpu),
           (double)(b->n / 10) / tail);
}

static void jobs(struct bench *b)
{
    struct err e;
    struct job jobs[CLAIM];
    size_t     n = 1, total = 0;
    int64_t    start = clock_mono_us();
    double     cpu = cpu_s();

    while (n) {
        bool held[CLAIM];
        must(sql_begin(b->db, &e), &e);
        must(jobs_claim(b->db, b->account, KIND_ENRICH, JOB_LANE_BULK, CLAIM, 77, jobs, &n, &e), &e);
        must(sql_commit(b->db, &e), &e);
        must(sql_begin(b->db, &e), &e);
        must(jobs_held(b->db, b->account, KIND_ENRICH, jobs, n, held, &e), &e);
        must(jobs_done(b->db, b->account, KIND_ENRICH, jobs, n, &e), &e);
        must(sql_commit(b->db, &e), &e);
        total += n;
    }
    printf("queue     %zu jobs claimed, fenced and completed, %d a batch, two commits each: %.0f jobs/s (%.0f per CPU "
           "second)\n",
           total, CLAIM, (double)total / since(start), (double)total / (cpu_s() - cpu));
}

static void index_all(struct bench *b)
{
    struct err e;
    int64_t    start = clock_mono_us();
    double     cpu = cpu_s(), put = 0;

    for (size_t i = 0; i < b->n; i += DOCS) {
        struct search_doc docs[DOCS] = { 0 };
        struct card_row  *rows = NULL;
        size_t            n = 0;
        must(cards_by_ids(b->db, b->a, b->account, b->ids + i, DOCS, &rows, &n, &e), &e);
        for (size_t k = 0; k < n; k++) {
            for (int f = 0; f < SEARCH_FIELDS; f++)
                docs[k].field[f] = S("");
            docs[k].id = rows[k].id;
            docs[k].order = (int64_t)(i + k);
            docs[k].field[SEARCH_NAME] = str_lower(b->a, rows[k].name);
            docs[k].field[SEARCH_COMPANY] = str_lower(b->a, rows[k].company);
            docs[k].field[SEARCH_EMAIL] = str_fmt(b->a, "x%zu example com", i + k);
            docs[k].field[SEARCH_PHONE] = str_fmt(b->a, "49151%08d", (int)rand_below(&b->r, 100000000));
            docs[k].field[SEARCH_PLACE] = S("teststr 1 10115 berlin");
            docs[k].field[SEARCH_OTHER] = S("head of testing");
        }
        put -= server_s(b->db);
        must(sql_begin(b->db, &e), &e);
        must(search_put(b->db, b->account, docs, n, &e), &e);
        must(sql_commit(b->db, &e), &e);
        put += server_s(b->db);
        arena_reset(b->a);
    }
    printf("index     %zu documents, %d a batch: %.0f documents/s (%.0f per CPU second)\n", b->n, DOCS,
           (double)b->n / since(start), (double)b->n / (cpu_s() - cpu));
    server_share(0, put, b->n);
}

static int by_size(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static void ask(struct bench *b, const char *what, int kind)
{
    double     took[QUERIES], began = server_s(b->db);
    struct err e;

    for (int i = 0; i < QUERIES; i++) {
        struct str last = family(b, rand_below(&b->r, 1728));
        struct str two = str_fmt(b->a, "%s %c", str_lower(b->a, str_of(given[rand_below(&b->r, 12)])).p, last.p[0]);
        struct str tail = str_fmt(b->a, "%05d", (int)rand_below(&b->r, 100000));
        struct search_query q = { .words = kind == 0   ? str_head(last, 1 + rand_below(&b->r, 4))
                                           : kind == 1 ? two
                                                       : tail,
                                  .limit = 50 };
        struct search_hit  *hits = NULL;
        size_t              n = 0, total = 0;
        int64_t             start = clock_mono_us();
        must(search_query(b->db, b->a, b->account, &q, &hits, &n, &total, &e), &e);
        took[i] = since(start) * 1000;
        arena_reset(b->a);
    }
    qsort(took, QUERIES, sizeof *took, by_size);
    printf("search    %-28s p50 %.2f ms  p99 %.2f ms\n", what, took[QUERIES / 2], took[QUERIES * 99 / 100]);
    server_share(began, server_s(b->db), QUERIES);
}

static void pages(struct bench *b, int64_t offset)
{
    struct err       e;
    struct card_page p = { .filter = { .tag = S("") }, .limit = 50, .offset = offset, .cursor = S("") };
    struct card_row *rows = NULL;
    size_t           n = 0;
    struct str       next;
    int64_t          start = clock_mono_us(), total = 0;

    must(cards_page(b->db, b->a, b->account, &p, &rows, &n, &next, &e), &e);
    double page = since(start) * 1000;
    start = clock_mono_us();
    must(cards_count(b->db, b->account, &p.filter, &total, &e), &e);
    printf("page      50 cards by name at %lld: %.2f ms; count of %lld: %.2f ms\n", (long long)offset, page,
           (long long)total, since(start) * 1000);
}

static void clean(const char *folder)
{
    DIR *d = opendir(folder);

    for (struct dirent *entry; d && (entry = readdir(d));)
        unlinkat(dirfd(d), entry->d_name, 0);
    closedir(d);
    rmdir(folder);
}

static void the_rest(struct bench *b)
{
    jobs(b);
    index_all(b);
    ask(b, "beginning of 1-4 letters", 0);
    ask(b, "given name + 1 letter", 1);
    ask(b, "last 5 digits of a number", 2);
    pages(b, 0);
    pages(b, (int64_t)b->n / 2);
}

int main(int argc, char **argv)
{
    struct bench  b = { .r = { 1 }, .n = argc > 1 ? (size_t)atoi(argv[1]) / BATCH * BATCH : 100000 };
    const char   *tmp = getenv("TMPDIR");
    char          folder[256], url[300];
    struct err    e;
    struct user   user;
    struct signup s = { .email = S("a@b.c"), .email_key = S("a@b.c") };
    struct rusage usage;

    snprintf(folder, sizeof folder, "%s/kith-bench-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(folder))
        return 1;
    snprintf(url, sizeof url, "sqlite:%s/kith.db", folder);
    if (getenv("KITH_DB"))
        snprintf(url, sizeof url, "%s", getenv("KITH_DB"));
    b.a = arena_new(4 << 20);
    b.ids = calloc(b.n, sizeof *b.ids);
    b.group = argc > 2 ? (size_t)atoi(argv[2]) : 1;
    must(sql_open(&b.db, str_of(url), &e), &e);
    must(sql_bulk(b.db, &e), &e);
    must(migrate_up(b.db, NULL, &e), &e);
    must(users_sign_up(b.db, b.a, &s, &user, &e), &e);
    b.account = user.account;
    must(sources_ensure(b.db, b.account, S("file"), S("bench"), &b.source, &e), &e);
    cards(&b);
    if (argc < 4)
        the_rest(&b);
    getrusage(RUSAGE_SELF, &usage);
    printf("memory    %ld MB at most\n", usage.ru_maxrss / 1024);
    sql_free(b.db);
    arena_free(b.a);
    free(b.ids);
    clean(folder);
    return 0;
}
