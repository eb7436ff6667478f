/* What one contact costs on its way from a file to the index: load and save in the agent, run in a worker, no processes.
 *     bench_pipeline FILE...      exports, e.g. of kith generate */
#include "contact/card.h"
#include "store/cards/cards.h"
#include "store/work/imports.h"
#include "store/cards/pairs.h"
#include "store/cards/records.h"
#include "tests/pump.h"

static void feed(struct pump *p, const char *path)
{
    auto_free(arena) a = arena_new(1 << 16);
    struct blob_writer *w;
    struct str          key;
    struct err          e = { 0 };
    int64_t             id, source, bytes = 0;
    char               *chunk = arena_raw(a, 1 << 20);
    FILE               *f = fopen(path, "rb");

    pump_must(f ? RC_OK : RC_NOT_FOUND, &e, path);
    pump_must(blob_create(p->blobs, p->account, INT64_MAX, &w, &e), &e, "blob");
    for (size_t n; (n = fread(chunk, 1, 1 << 20, f)) > 0; bytes += (int64_t)n)
        pump_must(blob_write(w, (struct str){ chunk, n }, &e), &e, "write");
    fclose(f);
    pump_must(blob_finish(&w, a, &key, &e), &e, "finish");
    pump_must(imports_create(p->db, p->account, str_of(path), key, bytes, S("{}"), &id, &e), &e, "create");
    pump_must(jobs_add(p->db, p->account, KIND_IMPORT, JOB_PRIO_NOW, &id, 1, &e), &e, "add");
    while (pump_unit(p, workers[0]))
        ;
    int64_t scan_us = p->run_us[KIND_IMPORT];
    pump_must(sources_ensure(p->db, p->account, S("file"), str_of(path), &source, &e), &e, "source");
    pump_must(imports_options(p->db, p->account, id, S("{}"), source, 0, &e), &e, "options");
    pump_must(imports_start(p->db, a, p->account, id, &e), &e, "start");
    pump_all(p);
    printf("%s: %lld bytes, scans so far %lld us\n", path, (long long)bytes, (long long)scan_us);
}

int main(int argc, char **argv)
{
    static const struct {
        enum job_kind kind;
        const char   *name;
    } kinds[] = {
        { KIND_IMPORT, "import" }, { KIND_ENRICH, "enrich" }, { KIND_DEDUPE, "dedupe" }, { KIND_INDEX, "index" }
    };
    struct card_filter all = { .state = CARD_LIVE };
    struct pump        p;
    struct err         e = { 0 };
    int64_t            live, merged, suggested, t0 = pump_cpu_us();

    pump_open(&p);
    for (int i = 1; i < argc; i++)
        feed(&p, argv[i]);
    int64_t us = pump_cpu_us() - t0;
    pump_must(cards_count(p.db, p.account, &all, &live, &e), &e, "count");
    pump_must(pairs_count(p.db, p.account, S("merged"), 0, &merged, &e), &e, "merged");
    pump_must(pairs_count(p.db, p.account, S("suggested"), 0, &suggested, &e), &e, "suggested");
    int64_t cards = live + merged;
    if (cards == 0)
        return 0;
    printf("%-8s %10s %10s %10s %10s   us per card of the files\n", "", "jobs", "load", "run", "save");
    double worker = 0, agent = 0;
    for (size_t i = 0; i < countof(kinds); i++) {
        enum job_kind k = kinds[i].kind;
        double        n = (double)cards;
        printf("%-8s %10lld %10.1f %10.1f %10.1f\n", kinds[i].name, (long long)p.jobs[k], (double)p.load_us[k] / n,
               (double)p.run_us[k] / n, (double)p.save_us[k] / n);
        worker += (double)p.run_us[k] / n;
        agent += (double)(p.load_us[k] + p.save_us[k]) / n;
    }
    printf("%lld cards, %lld live, %lld merged, %lld suggested; %.1f us worker + %.1f us agent a card; %.0f cards/s of "
           "one "
           "CPU\n",
           (long long)cards, (long long)live, (long long)merged, (long long)suggested, worker, agent,
           (double)cards * 1e6 / (double)us);
    pump_close(&p);
    return p.failed != 0;
}
