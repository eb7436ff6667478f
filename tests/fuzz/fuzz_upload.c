/* Any bytes as an upload: the scan answers, and its chunks together hold exactly the cards it counted. */
#include <stdlib.h>
#include "store/cards/cards.h"
#include "work/import_units.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool truth)
{
    if (!truth)
        abort();
}

static size_t chunk_cards(struct arena *a, struct str file, const struct import_cut *cut)
{
    auto_buf            in = buf_of(1 << 20), out = buf_of(UNIT_OUTPUT_MAX);
    struct import_ask   ask = { .options_json = S("{\"tags\":[\"t\"]}"),
                                .region = S("DE"),
                                .start = cut->start,
                                .bytes = cut->bytes,
                                .first_line = cut->line };
    struct import_card *cards;
    struct str          format;
    struct err          e;
    size_t              n;

    import_ask_write(&in, &ask);
    must(import_run(a, buf_str(&in), file, &out, &e) == RC_OK);
    must(buf_full(&out) || import_cards_read(a, buf_str(&out), &format, &cards, &n));
    return buf_full(&out) ? SIZE_MAX : n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    auto_free(arena) a = arena_new(64 << 10);
    auto_buf           in = buf_of(1 << 20), out = buf_of(UNIT_OUTPUT_MAX);
    struct str         file = { (const char *)data, n };
    struct import_ask  ask = { .scan = true, .options_json = S("{}"), .region = S("") };
    struct import_scan scan;
    struct json       *summary;
    struct err         e;
    size_t             cards = 0;

    import_ask_write(&in, &ask);
    must(import_run(a, buf_str(&in), file, &out, &e) == RC_OK);
    must(import_scan_read(a, buf_str(&out), &scan));
    must(json_parse(a, scan.summary_json, &summary, NULL) == RC_OK);
    must(!scan.failed || json_get_text(summary, S("error")).n);
    for (size_t i = 0; i < scan.ncuts; i++) {
        size_t one = chunk_cards(a, file, &scan.cut[i]);
        if (one >= CARDS_BATCH_MAX)
            return 0;
        cards += one;
    }
    must(scan.failed || (int64_t)cards == json_get_i64(summary, S("cards"), -1));
    return 0;
}
