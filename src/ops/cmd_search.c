/* ops/cmd_search.c - `kith search`: the same index and ranking as the browser's. */
#include <stdio.h>
#include "base/json.h"
#include "base/options.h"
#include "contact/card.h"
#include "contact/fold.h"
#include "io/search/search.h"
#include "ops/commands.h"
#include "ops/local.h"
#include "store/cards/cards.h"

enum { SHOWN = 50 };

static struct str first_value(const struct json *card, enum card_map map)
{
    struct card_item it = card_first(card, map);
    return card_has(&it) ? it.value : S("");
}

static void print_card(struct arena *a, const struct card_row *row, struct json_out *o)
{
    struct json *card = NULL;
    struct str   email, phone;

    if (json_parse(a, row->json, &card, NULL) != RC_OK)
        return;
    email = first_value(card, CARD_EMAILS);
    phone = first_value(card, CARD_PHONES);
    if (!o) {
        printf(STR_FMT "\t" STR_FMT "\t" STR_FMT "\t" STR_FMT "\n", STR_ARG(row->name), STR_ARG(row->company),
               STR_ARG(email), STR_ARG(phone));
        return;
    }
    json_out_open(o, JSON_ELEMENT, '{');
    json_out_id(o, S("id"), row->id);
    json_out_text(o, S("name"), row->name);
    json_out_text(o, S("company"), row->company);
    json_out_text(o, S("email"), email);
    json_out_text(o, S("phone"), phone);
    json_out_close(o, '}');
}

static enum rc search(const struct conf *conf, struct arena *a, const char *email, struct str words, bool json,
                      size_t *ret_n, struct err *e)
{
    auto_free(sql) db = NULL;
    auto_buf            b = buf_of(1 << 20);
    struct json_out     o = json_out_of(&b);
    struct search_query q = { .words = fold_text(a, words), .limit = SHOWN };
    struct search_hit  *hits;
    struct card_row    *rows;
    int64_t             account, ids[SHOWN];
    size_t              n, total;

    TRY(local_database(conf, a, &db, e));
    TRY(local_account(db, a, str_of(email), &account, e));
    TRY(search_query(db, a, account, &q, &hits, &n, &total, e));
    for (size_t i = 0; i < n; i++)
        ids[i] = hits[i].id;
    TRY(cards_by_ids(db, a, account, ids, n, &rows, ret_n, e));
    json_out_open(&o, JSON_ELEMENT, '[');
    for (size_t i = 0; i < *ret_n; i++)
        print_card(a, &rows[i], json ? &o : NULL);
    json_out_close(&o, ']');
    if (json)
        printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
    return RC_OK;
}

int search_main(int argc, char **argv)
{
    auto_free(arena) a = arena_new(64 << 10);
    struct conf conf;
    struct err  e = { 0 };
    struct str  words = S("");
    size_t      n = 0;

    if (conf_load(&conf, a, &argc, argv, &e) != RC_OK)
        return command_failed("search", &e);
    bool        json = option_given(&argc, argv, "--json");
    const char *email = option_text(&argc, argv, "--account");
    for (int i = 1; i < argc; i++)
        words = str_join(a, words, S(" "), str_of(argv[i]));
    if (!email || !words.n)
        return command_misused(command_find("search"));
    if (search(&conf, a, email, words, json, &n, &e) != RC_OK)
        return command_failed("search", &e);
    if (!n)
        fprintf(stderr, "nobody found\n");
    return n == 0;
}
