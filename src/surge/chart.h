/* surge/chart.h - charts over the time of a run, as inline SVG: lines or stacked areas, light and dark by CSS.
 *
 * Colours are the page's variables --c1 .. --c8; texts come from us, so nothing is escaped.  Values of a chart stand beside it as JSON, for
 * the page's script: it shows those of the moment under the pointer in every chart at once. */
#pragma once
#include "base/buf.h"

enum { CHART_SERIES_MAX = 12, CHART_POINTS_MAX = 600 };

struct chart_series {
    const char   *name;
    int           colour; /* 1 .. 8 */
    bool          dashed;
    const double *v; /* one a point of the axis; NAN: nothing to show */
};
struct chart {
    const char *title, *note, *unit; /* unit stands behind values; "" */
    bool        stacked, logarithmic;
    enum { CHART_WIDE, CHART_HALF, CHART_SMALL } size;
    double              goal; /* a line across, 0: none */
    const char         *goal_name;
    double              least_top; /* the axis reaches at least this */
    struct chart_series series[CHART_SERIES_MAX];
    size_t              n;
};
/* Shared by all charts of a page. */
struct chart_axis {
    const double *at_s; /* rising */
    size_t        n;
    double        end_s;        /* the axis ends here */
    double        run_s;        /* behind this the day is over */
    double        from_h, to_h; /* of the day, at 0 and at run_s */
};
void chart_draw(struct buf *b, const struct chart *c, const struct chart_axis *x);

/* A number as people read it: 0.35, 7.2, 140, 12,300. */
void chart_number(struct buf *b, double v);
