/* A list of things that were checked, as text and as JSON. */
#include "ops/findings.h"
#include <stdio.h>
#include "base/utf8.h"

static const char *const health_name[] = { "fine", "mind", "broken" };

void findings_add(struct findings *f, struct arena *a, enum health h, const char *what, struct str text,
                  struct str advice)
{
    *vec_push(a, &f->list) = (struct finding){ h, what, text, advice };
}

static void print_plain(struct str text)
{
    auto_buf b = buf_of(UTF8_PLAIN_MAX * text.n + 1);

    utf8_put_plain(&b, text);
    printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
}

void findings_print(const struct findings *f)
{
    for (size_t i = 0; i < f->list.n; i++) {
        const struct finding *one = &f->list.v[i];
        printf("%-6s  %-12s  ", health_name[one->health], one->what);
        print_plain(one->text);
        if (one->advice.n) {
            printf("%22s", "-> ");
            print_plain(one->advice);
        }
    }
}

void findings_write(const struct findings *f, struct json_out *o)
{
    for (size_t i = 0; i < f->list.n; i++) {
        const struct finding *one = &f->list.v[i];
        json_out_open(o, JSON_ELEMENT, '{');
        json_out_text(o, S("what"), str_of(one->what));
        json_out_text(o, S("health"), str_of(health_name[one->health]));
        json_out_text(o, S("text"), one->text);
        json_out_text(o, S("advice"), one->advice);
        json_out_close(o, '}');
    }
}

const struct finding *findings_broken(const struct findings *f)
{
    for (size_t i = 0; i < f->list.n; i++)
        if (f->list.v[i].health == BROKEN)
            return &f->list.v[i];
    return NULL;
}
