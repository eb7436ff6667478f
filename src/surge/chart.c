/* Draws charts over the time of a run as SVG. */
#include "surge/chart.h"
#include <math.h>
#include <stdio.h>

enum { LEFT = 52, RIGHT = 10, TOP = 10, BOTTOM = 22, TICKS = 4 };

struct plot {
    const struct chart      *c;
    const struct chart_axis *x;
    double                   width, height, top, low; /* top, low: of the values */
};

void chart_number(struct buf *b, double v)
{
    double a = fabs(v);

    if (a >= 1e6)
        buf_fmt(b, "%.3g M", v / 1e6);
    else if (a >= 1000)
        buf_fmt(b, "%d,%03d", (int)(v / 1000), (int)fmod(a, 1000));
    else if (a >= 100 || a == floor(a))
        buf_fmt(b, "%.0f", v);
    else if (a >= 10)
        buf_fmt(b, "%.1f", v);
    else
        buf_fmt(b, "%.2g", v);
}

static double x_of(const struct plot *p, double at_s)
{
    return LEFT + (p->width - LEFT - RIGHT) * fmin(1, fmax(0, at_s / p->x->end_s));
}

static double y_of(const struct plot *p, double v)
{
    double share =
        p->c->logarithmic ? (log10(fmax(v, p->low)) - log10(p->low)) / (log10(p->top) - log10(p->low)) : v / p->top;
    return p->height - BOTTOM - (p->height - TOP - BOTTOM) * fmin(1, fmax(0, share));
}

static double highest(const struct chart *c, const struct chart_axis *x)
{
    double top = fmax(c->least_top, c->goal);

    for (size_t i = 0; i < x->n; i++) {
        double sum = 0;
        for (size_t k = 0; k < c->n; k++) {
            double v = c->series[k].v[i];
            sum = isnan(v) ? sum : c->stacked ? sum + v : fmax(sum, v);
        }
        top = fmax(top, sum);
    }
    return top > 0 ? top : 1;
}

/* 1, 2 or 5 times a power of ten, so that TICKS steps reach v. */
static double step_for(double v)
{
    double raw = v / TICKS, power = pow(10, floor(log10(raw))), lead = raw / power;
    return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
}

/* ---- axes ---- */

static void grid_line(struct buf *b, const struct plot *p, double v)
{
    double y = y_of(p, v);

    buf_fmt(b,
            "<line class=\"g\" x1=\"%d\" x2=\"%.0f\" y1=\"%.1f\" y2=\"%.1f\"/><text class=\"t\" x=\"%d\" y=\"%.1f\" "
            "text-anchor=\"end\">",
            LEFT, p->width - RIGHT, y, y, LEFT - 6, y + 3.5);
    chart_number(b, v);
    buf_put(b, S("</text>"));
}

static void value_axis(struct buf *b, const struct plot *p)
{
    if (p->c->logarithmic) {
        for (double v = p->low; v <= p->top * 1.001; v *= 10)
            grid_line(b, p, v);
        return;
    }
    double step = step_for(p->top);
    for (int i = 0; i * step <= p->top * 1.001; i++)
        grid_line(b, p, i * step);
}

static void time_axis(struct buf *b, const struct plot *p)
{
    const struct chart_axis *x = p->x;
    double                   hours = x->to_h - x->from_h;
    int                      each = p->c->size == CHART_WIDE ? 2 : 4;

    for (double h = ceil(x->from_h); h <= x->to_h; h++) {
        if (fmod(h - x->from_h, each) != 0)
            continue;
        double at = x_of(p, (h - x->from_h) / hours * x->run_s);
        buf_fmt(b, "<text class=\"t\" x=\"%.1f\" y=\"%.0f\" text-anchor=\"middle\">%02.0f:00</text>", at, p->height - 6,
                h);
    }
    if (x->end_s > x->run_s * 1.01) {
        double from = x_of(p, x->run_s);
        buf_fmt(b, "<rect class=\"after\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%.0f\"/>", from, TOP,
                p->width - RIGHT - from, p->height - TOP - BOTTOM);
        if (p->c->size == CHART_WIDE)
            buf_fmt(b, "<text class=\"t\" x=\"%.1f\" y=\"%.0f\">afterwards</text>", from + 6, p->height - BOTTOM - 8);
    }
}

/* ---- values ---- */

static void put_line(struct buf *b, const struct plot *p, const struct chart_series *s)
{
    bool on = false;

    buf_fmt(b, "<path class=\"l\" style=\"stroke:var(--c%d)%s\" d=\"", s->colour,
            s->dashed ? ";stroke-dasharray:3 4" : "");
    for (size_t i = 0; i < p->x->n; i++) {
        if (isnan(s->v[i])) {
            on = false;
            continue;
        }
        buf_fmt(b, "%s%.1f %.1f", on ? "L" : "M", x_of(p, p->x->at_s[i]), y_of(p, s->v[i]));
        if (!on && (i + 1 == p->x->n || isnan(s->v[i + 1])))
            buf_put(b, S("h.1")); /* a lone value is a dot */
        on = true;
    }
    buf_put(b, S("\"/>"));
}

static void put_area(struct buf *b, const struct plot *p, const struct chart_series *s, double *base)
{
    buf_fmt(b, "<path class=\"a\" style=\"fill:var(--c%d)\" d=\"", s->colour);
    for (size_t i = 0; i < p->x->n; i++)
        buf_fmt(b, "%s%.1f %.1f", i ? "L" : "M", x_of(p, p->x->at_s[i]), y_of(p, base[i] + s->v[i]));
    for (size_t i = p->x->n; i-- > 0;) {
        buf_fmt(b, "L%.1f %.1f", x_of(p, p->x->at_s[i]), y_of(p, base[i]));
        base[i] += s->v[i];
    }
    buf_put(b, S("Z\"/>"));
}

static void put_goal(struct buf *b, const struct plot *p)
{
    double y = y_of(p, p->c->goal);

    if (p->c->goal <= 0)
        return;
    buf_fmt(b, "<line class=\"goal\" x1=\"%d\" x2=\"%.0f\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT, p->width - RIGHT, y, y);
    buf_fmt(b, "<text class=\"t goalt\" x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%s</text>", p->width - RIGHT - 2,
            y - 4, p->c->goal_name);
}

static void put_values(struct buf *b, const struct chart *c, const struct chart_axis *x)
{
    buf_put(b, S("<script type=\"application/json\">["));
    for (size_t k = 0; k < c->n; k++) {
        buf_put(b, k ? S(",[") : S("["));
        for (size_t i = 0; i < x->n; i++) {
            double v = c->series[k].v[i];
            if (i)
                buf_char(b, ',');
            if (isnan(v))
                buf_put(b, S("null"));
            else
                buf_fmt(b, "%.4g", v);
        }
        buf_char(b, ']');
    }
    buf_put(b, S("]</script>"));
}

static void put_legend(struct buf *b, const struct chart *c)
{
    buf_put(b, S("<div class=\"legend\">"));
    for (size_t k = 0; k < c->n; k++)
        buf_fmt(b, "<span><i%s style=\"--k:var(--c%d)\"></i>%s <b></b></span>",
                c->series[k].dashed ? " class=\"dash\"" : "", c->series[k].colour, c->series[k].name);
    buf_put(b, S("</div>"));
}

void chart_draw(struct buf *b, const struct chart *c, const struct chart_axis *x)
{
    static const double width[] = { 1100, 540, 420 }, height[] = { 260, 220, 150 };
    struct plot         p = { c, x, width[c->size], height[c->size], highest(c, x), 0 };
    double              base[CHART_POINTS_MAX] = { 0 };

    if (c->logarithmic) {
        p.low = 0.1;
        p.top = fmax(pow(10, ceil(log10(p.top))), 100);
    } else {
        p.top *= 1.04;
    }
    buf_fmt(b, "<figure class=\"chart%s\" data-unit=\"%s\"><figcaption><h3>%s</h3><p>%s</p></figcaption>",
            c->size == CHART_SMALL  ? " small"
            : c->size == CHART_HALF ? " half"
                                    : "",
            c->unit, c->title, c->note ? c->note : "");
    put_legend(b, c);
    buf_fmt(b, "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">", p.width, p.height, c->title);
    time_axis(b, &p);
    value_axis(b, &p);
    for (size_t k = 0; k < c->n; k++)
        if (c->stacked)
            put_area(b, &p, &c->series[k], base);
        else
            put_line(b, &p, &c->series[k]);
    put_goal(b, &p);
    buf_fmt(b, "<line class=\"now\" y1=\"%d\" y2=\"%.0f\"/></svg>", TOP, p.height - BOTTOM);
    put_values(b, c, x);
    buf_put(b, S("</figure>\n"));
}
