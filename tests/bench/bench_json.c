/* base/json on a card of about 1 KB, beside jansson in the same run: microseconds per KB to read (parse into a tree) and to write. */
#include <stdio.h>
#include <stdlib.h>
#include "base/clock.h"
#include "base/json.h"
#include "tests/bench/peer_jansson.h"

static const char card[] =
    "{\"@type\":\"Card\",\"version\":\"1.0\",\"uid\":\"urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1\",\"created\":"
    "\"2024-09-10T08:11:01Z\","
    "\"name\":{\"components\":[{\"kind\":\"title\",\"value\":\"Dr.\"},{\"kind\":\"given\",\"value\":\"Eva\"},{\"kind\":"
    "\"surname\",\"value\":\"M\xc3\xbcller\"}],"
    "\"isOrdered\":true,\"full\":\"Dr. Eva M\xc3\xbcller\"},"
    "\"emails\":{\"e1\":{\"address\":\"eva.mueller@example.com\",\"contexts\":{\"work\":true},\"pref\":1},\"e2\":{"
    "\"address\":\"eva@home.example\","
    "\"contexts\":{\"private\":true}}},\"phones\":{\"p1\":{\"number\":\"+49 171 "
    "1234567\",\"features\":{\"mobile\":true,\"voice\":true}},"
    "\"p2\":{\"number\":\"+49 30 7654321\",\"contexts\":{\"work\":true},\"features\":{\"fax\":true}}},"
    "\"organizations\":{\"o1\":{\"name\":\"Example Widgets "
    "GmbH\",\"units\":[{\"name\":\"Research\"}]}},\"titles\":{\"t1\":{\"name\":\"Head of Research\","
    "\"organizationId\":\"o1\"}},\"addresses\":{\"a1\":{\"components\":[{\"kind\":\"name\",\"value\":"
    "\"Hauptstra\xc3\x9f"
    "e 12\"},{\"kind\":\"locality\",\"value\":\"Berlin\"},"
    "{\"kind\":\"postcode\",\"value\":\"10115\"},{\"kind\":\"country\",\"value\":\"Germany\"}],\"countryCode\":\"DE\","
    "\"contexts\":{\"work\":true}}},"
    "\"notes\":{\"n1\":{\"note\":\"Met at the fair in Cologne.\\nLikes green "
    "tea.\"}},\"keywords\":{\"friends\":true,\"research\":true}}";

enum { TIMES = 100000 };

static void say(const char *what, int64_t ours_us, int64_t theirs_us)
{
    double kb = (double)(sizeof card - 1) / 1024 * TIMES, x = (double)ours_us / kb, y = (double)theirs_us / kb;
    printf("%-6s base/json %6.2f us/KB   jansson %6.2f us/KB   %5.1f times\n", what, x, y, y / x);
}

static void must(bool truth)
{
    if (!truth)
        abort();
}

int main(void)
{
    auto_free(arena) a = arena_new(1 << 15);
    auto_buf     b = buf_of(1 << 16);
    struct str   text = { card, sizeof card - 1 };
    struct json *v = NULL;
    int64_t      t0 = clock_mono_us();

    for (int i = 0; i < TIMES; i++) {
        arena_reset(a);
        must(json_parse(a, text, &v, NULL) == RC_OK);
    }
    int64_t t1 = clock_mono_us();
    for (int i = 0; i < TIMES; i++)
        must(peer_jansson_read(text.p, text.n));
    int64_t t2 = clock_mono_us();
    for (int i = 0; i < TIMES; i++) {
        buf_clear(&b);
        json_write(&b, v);
    }
    int64_t t3 = clock_mono_us();
    must(str_eq(buf_str(&b), text) && peer_jansson_write(text.p, text.n, TIMES) == text.n);
    int64_t t4 = clock_mono_us();
    printf("a card of %zu bytes, %d times\n", text.n, TIMES);
    say("read", t1 - t0, t2 - t1);
    say("write", t3 - t2, t4 - t3);
    return 0;
}
