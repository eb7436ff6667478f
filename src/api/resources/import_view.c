/* Writes an import as JSON. */
#include "api/resources/import_view.h"
#include "base/clock.h"
#include "store/cards/records.h"

static void text_or_empty(struct json_out *o, const struct json *summary, struct str key)
{
    json_out_text(o, key, json_get_text(summary, key));
}

static void tree_or(struct json_out *o, const struct json *summary, struct str key, struct str otherwise)
{
    const struct json *v = json_get(summary, key);
    if (v)
        json_out_tree(o, key, v);
    else
        json_out_raw(o, key, otherwise);
}

static void progress_member(struct json_out *o, const struct import *it, int64_t cards)
{
    int64_t done = it->created + it->updated + it->skipped + it->failed;
    int64_t until_ms = it->finished_ms ? it->finished_ms : clock_ms();
    int64_t per_second = done * 1000 / i64_max(1, until_ms - it->created_ms);
    bool    ended = it->finished_ms || str_is(it->state, "done");

    json_out_open(o, S("progress"), '{');
    json_out_i64(o, S("done"), done);
    json_out_i64(o, S("total"), i64_max(cards, done));
    json_out_i64(o, S("per_second"), per_second);
    if (ended || per_second > 0)
        json_out_i64(o, S("eta_s"), ended ? 0 : i64_max(0, cards - done) / per_second);
    else
        json_out_raw(o, S("eta_s"), S("null"));
    json_out_close(o, '}');
}

/* What the dry run found out about the file. */
static void counts_members(struct json_out *o, const struct import *it, const struct json *summary)
{
    int64_t cards = json_get_i64(summary, S("cards"), 0);

    text_or_empty(o, summary, S("format"));
    text_or_empty(o, summary, S("program"));
    text_or_empty(o, summary, S("encoding"));
    json_out_i64(o, S("cards"), cards);
    json_out_i64(o, S("good"), json_get_i64(summary, S("good"), 0));
    json_out_i64(o, S("bad"), json_get_i64(summary, S("bad"), 0));
    json_out_i64(o, S("created"), it->created);
    json_out_i64(o, S("updated"), it->updated);
    json_out_i64(o, S("skipped"), it->skipped);
    json_out_i64(o, S("failed"), it->failed);
    progress_member(o, it, cards);
    tree_or(o, summary, S("will"), S("{\"create\":0,\"update\":0,\"unchanged\":0}"));
    json_out_i64(o, S("errors_total"), json_get_i64(summary, S("errors_total"), 0));
}

/* What is long: problems, how its columns are understood, the first cards. */
static void whole_members(struct json_out *o, const struct json *summary)
{
    tree_or(o, summary, S("errors"), S("[]"));
    if (json_get(summary, S("columns"))) {
        tree_or(o, summary, S("columns"), S("[]"));
        tree_or(o, summary, S("targets"), S("[]"));
        tree_or(o, summary, S("columns_unknown"), S("0"));
        text_or_empty(o, summary, S("delimiter"));
        tree_or(o, summary, S("has_header"), S("true"));
    }
    tree_or(o, summary, S("preview"), S("[]"));
}

static void source_member(struct json_out *o, const struct import *it, struct str name)
{
    if (!it->source) {
        json_out_raw(o, S("source"), S("null"));
        return;
    }
    json_out_open(o, S("source"), '{');
    json_out_id(o, S("id"), it->source);
    json_out_text(o, S("name"), name);
    json_out_close(o, '}');
}

void import_write(struct json_out *o, struct arena *a, const struct import *it, struct str source_name, bool whole)
{
    struct json *summary;

    if (json_parse(a, it->summary_json, &summary, NULL) != RC_OK)
        summary = NULL;
    json_out_open(o, JSON_ELEMENT, '{');
    json_out_id(o, S("id"), it->id);
    json_out_text(o, S("file"), it->file_name);
    json_out_i64(o, S("bytes"), it->bytes);
    json_out_text(o, S("state"), it->state);
    counts_members(o, it, summary);
    if (whole)
        whole_members(o, summary);
    source_member(o, it, source_name);
    if (it->book)
        json_out_id(o, S("book"), it->book);
    else
        json_out_raw(o, S("book"), S("null"));
    json_out_time(o, S("created_at"), it->created_ms);
    json_out_time(o, S("finished_at"), it->finished_ms);
    tree_or(o, summary, S("error"), S("null"));
    json_out_close(o, '}');
}
