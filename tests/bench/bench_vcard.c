/* tests/bench/bench_vcard.c - how fast vCards are read, converted and written, beside libical's vobject in the same run.
 *
 *   bench-vcard [MB]
 * The cards are vCard 3.0 as phones export them, without photos, each a little different.  Every row is the best of five runs
 * over the same text.  Names are plain ASCII: libical stops reading at some other letters. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "base/buf.h"
#include "contact/vcard/vcard_card.h"
#include "tests/bench/peer_vobject.h"

enum { RUNS = 5, BYTES_DEFAULT = 8 << 20, PEER_CARDS = 64 };

static void put_card(struct buf *b, int i)
{
    static const char *const given[] = { "Marlene", "Jose", "Olga", "Priya", "Tom", "Zoe", "Liam", "Jonas" };
    static const char *const surname[] = { "Vogt", "Nunez", "Kuznetsova", "Raman", "Baker", "van den Berg" };
    const char              *g = given[i % 8], *s = surname[i / 8 % 6];

    buf_fmt(b, "BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:-//Apple Inc.//iPhone OS 17.5.1//EN\r\nN:%s;%s;;;\r\nFN:%s %s\r\n",
            s, g, g, s);
    buf_fmt(b,
            "ORG:Hafenlicht %d GmbH;Einkauf\r\nTITLE:Leiterin "
            "Einkauf\r\nEMAIL;type=INTERNET;type=WORK;type=pref:a%d@example.org\r\n",
            i, i);
    buf_fmt(b, "EMAIL;type=INTERNET;type=HOME:p%d@mail.example\r\nTEL;type=CELL;type=VOICE;type=pref:+49 171 %07d\r\n",
            i, i);
    buf_fmt(b,
            "TEL;type=WORK;type=VOICE:+49 40 %07d\r\nitem1.ADR;type=WORK;type=pref:;;Speicherstra\xc3\x9f"
            "e %d;Hamburg;;20457;Germany\r\n",
            i, i);
    buf_fmt(b, "item1.X-ABADR:de\r\nitem2.URL;type=pref:https://example.org/%d\r\nitem2.X-ABLabel:_$!<HomePage>!$_\r\n",
            i);
    buf_fmt(b,
            "BDAY:1984-06-%02d\r\nNOTE:Treffen jeden ersten Dienstag\\, 9 Uhr.\\nMag "
            "Espresso.\r\nREV:2024-05-14T10:10:10Z\r\nEND:VCARD\r\n",
            i % 28 + 1);
}

typedef size_t work(struct arena *a, struct buf *out, struct str text);

static size_t split(struct arena *a, struct buf *out, struct str text)
{
    struct vcard_split s = vcard_split_of(text, 1, true);
    struct vcard_span  span;
    size_t             n = 0;

    (void)a, (void)out;
    while (vcard_split_next(&s, &span))
        n++;
    return n;
}

static size_t parse(struct arena *a, struct buf *out, struct str text)
{
    struct vcard_reader r = vcard_reader_of(text, 1);
    struct vcard        v;
    struct vcard_report report;
    size_t              n = 0;

    (void)out;
    for (; vcard_next(&r, a, &v, &report); arena_reset(a))
        n++;
    return n;
}

static size_t convert(struct arena *a, struct buf *out, struct str text)
{
    struct vcard_reader r = vcard_reader_of(text, 1);
    struct vcard        v;
    struct vcard_report report;
    size_t              n = 0;

    for (; vcard_next(&r, a, &v, &report); arena_reset(a), n++) {
        buf_clear(out);
        json_write(out, vcard_to_card(a, &v, S("u"), &report));
    }
    return n;
}

static size_t write_as(struct arena *a, struct buf *out, struct str text, bool keep)
{
    struct vcard_reader r = vcard_reader_of(text, 1);
    struct vcard        v;
    struct vcard_report report;
    size_t              n = 0;

    for (; vcard_next(&r, a, &v, &report); arena_reset(a), n++) {
        buf_clear(out);
        vcard_write(out, a, vcard_to_card(a, &v, S("u"), &report), keep ? VCARD_3_0 : VCARD_4_0, keep ? v.text : S(""));
    }
    return n;
}

static size_t there_and_back(struct arena *a, struct buf *out, struct str text)
{
    return write_as(a, out, text, false);
}
static size_t with_original(struct arena *a, struct buf *out, struct str text) { return write_as(a, out, text, true); }

/* libical gives up on texts of more than some hundred cards: it gets them in pieces. */
static size_t peer(struct arena *a, struct buf *out, struct str text)
{
    struct vcard_split s = vcard_split_of(text, 1, true);
    struct vcard_span  span;
    size_t             n = 0, from = 0, waiting = 0;

    (void)a, (void)out;
    for (bool more = true; more;) {
        more = vcard_split_next(&s, &span);
        if (more && ++waiting < PEER_CARDS)
            continue;
        n += peer_vobject_parse(text.p + from, s.at - from);
        from = s.at;
        waiting = 0;
    }
    return n;
}

/* Processor time: others on the machine do not count. */
static double cpu_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        work       *run;
    } rows[] = {
        { "libical vobject: parse", peer },
        { "split into cards", split },
        { "read: content lines", parse },
        { "vCard -> JSContact text", convert },
        { "vCard -> card -> vCard 4.0", there_and_back },
        { "vCard -> card -> its original", with_original },
    };
    auto_buf text = buf_of((size_t)1 << 30), out = buf_of(1 << 20);
    auto_free(arena) a = arena_new(1 << 16);
    size_t bytes = argc > 1 ? (size_t)atoi(argv[1]) << 20 : BYTES_DEFAULT;
    double peer_s = 0;

    for (int i = 0; text.n < bytes; i++)
        put_card(&text, i);
    printf("%-32s %10s %10s %10s %8s\n", "", "cards", "MB/s", "us/KB", "ratio");
    for (size_t row = 0; row < countof(rows); row++) {
        double best = 1e9;
        size_t cards = 0;
        for (int run = 0; run < RUNS; run++) {
            double before = cpu_s();
            cards = rows[row].run(a, &out, buf_str(&text));
            double s = cpu_s() - before;
            best = s < best ? s : best;
        }
        peer_s = row == 0 ? best : peer_s;
        printf("%-32s %10zu %10.1f %10.2f %7.1fx\n", rows[row].name, cards, (double)text.n / best / 1e6,
               best * 1e6 / ((double)text.n / 1024), peer_s / best);
    }
    return 0;
}
