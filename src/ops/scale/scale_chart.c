/* Draws the replay of kith scale plan as an HTML file. */
#include "ops/scale/scale_chart.h"
#include <math.h>

enum { WIDE = 960, HIGH = 200, LEFT = 56, TOP = 30, BOTTOM = 26, POINTS = 900, TICKS = 4, HOUR_S = 3600 };

struct line {
    const char   *name, *colour;
    const double *v;
};

static const char HEAD[] =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>kith scale plan</title><style>"
    "body{font:14px system-ui,sans-serif;margin:2em auto;max-width:1000px;color:#222;background:#fff}"
    "svg{width:100%;height:auto}text{font-size:11px;fill:#555}h2{font-size:15px;margin:1.5em 0 0}"
    "@media(prefers-color-scheme:dark){body{color:#ddd;background:#181a1b}text{fill:#aaa}}</style>"
    "<h1>kith scale plan</h1>";

/* The highest of each piece, so that no peak is lost. */
static double piece(const double *v, size_t n, size_t i, size_t pieces)
{
    double most = 0;
    for (size_t k = i * n / pieces, end = size_min(n, (i + 1) * n / pieces); k < end; k++)
        most = fmax(most, v[k]);
    return most;
}

/* 1, 2 or 5 times a power of ten, not less than v. */
static double round_up(double v)
{
    double ten = pow(10, floor(log10(fmax(v, 1))));
    return v <= ten ? ten : v <= 2 * ten ? 2 * ten : v <= 5 * ten ? 5 * ten : 10 * ten;
}

static void axes(struct buf *b, double most, size_t seconds)
{
    size_t hours = seconds / HOUR_S, step = hours > 48 ? 24 : hours > 12 ? 4 : 1;

    for (int i = 0; i <= TICKS; i++) {
        double y = TOP + HIGH - (double)HIGH * i / TICKS;
        buf_fmt(b, "<path d=\"M%d %.1fH%d\" stroke=\"#8884\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%g</text>",
                LEFT, y, LEFT + WIDE, LEFT - 6, y + 4, most * i / TICKS);
    }
    for (size_t h = 0; h <= hours; h += step)
        buf_fmt(b, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%zu h</text>",
                LEFT + (double)WIDE * (double)(h * HOUR_S) / (double)seconds, TOP + HIGH + 18, h);
}

static void curve(struct buf *b, const struct line *l, size_t n, double most)
{
    size_t pieces = size_min(n, POINTS);

    buf_fmt(b, "<path fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\" d=\"", l->colour);
    for (size_t i = 0; i < pieces; i++)
        buf_fmt(b, "%c%.1f %.1f", i ? 'L' : 'M', LEFT + (double)WIDE * (double)i / (double)pieces,
                TOP + HIGH - HIGH * fmin(piece(l->v, n, i, pieces), most) / most);
    buf_fmt(b, "\"/>");
}

static void chart(struct buf *b, const char *title, const struct line *lines, size_t nlines, size_t n)
{
    double most = 0;

    for (size_t i = 0; i < nlines; i++)
        for (size_t k = 0; k < n; k++)
            most = fmax(most, lines[i].v[k]);
    most = round_up(most);
    buf_fmt(b, "<h2>%s</h2><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">", title, LEFT + WIDE + 10,
            TOP + HIGH + BOTTOM, title);
    axes(b, most, n);
    for (size_t i = 0; i < nlines; i++) {
        curve(b, &lines[i], n, most);
        buf_fmt(b, "<text x=\"%zu\" y=\"16\" style=\"fill:%s\">%s</text>", LEFT + i * 210, lines[i].colour,
                lines[i].name);
    }
    buf_fmt(b, "</svg>");
}

void scale_chart(struct buf *b, const struct trace *t, const struct sim_run run[SIM_POLICIES])
{
    const struct line arrived[] = { { "jobs a second", "#777", t->arrived } };
    const struct line workers[] = { { sim_policy_name[SIM_STATIC_PEAK], "#999", run[SIM_STATIC_PEAK].workers },
                                    { sim_policy_name[SIM_DEPTH], "#d80", run[SIM_DEPTH].workers },
                                    { sim_policy_name[SIM_TRACKING], "#28c", run[SIM_TRACKING].workers },
                                    { sim_policy_name[SIM_LAW], "#2a6", run[SIM_LAW].workers } };
    const struct line ages[] = { { sim_policy_name[SIM_DEPTH], "#d80", run[SIM_DEPTH].age_s },
                                 { sim_policy_name[SIM_TRACKING], "#28c", run[SIM_TRACKING].age_s },
                                 { sim_policy_name[SIM_LAW], "#2a6", run[SIM_LAW].age_s } };

    buf_put(b, str_of(HEAD));
    chart(b, "Arrivals", arrived, countof(arrived), t->n);
    chart(b, "Workers", workers, countof(workers), t->n);
    chart(b, "Age of the oldest job, seconds", ages, countof(ages), t->n);
    buf_put(b, S("</html>\n"));
}
