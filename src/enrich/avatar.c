/* Draws initials on a colour as SVG. */
#include "enrich/avatar.h"
#include "base/hash.h"
#include "contact/card.h"
#include "contact/fold.h"

int avatar_hue(struct arena *a, const struct json *card)
{
    return (int)(hash64(fold_text(a, card_display_name(a, card)), 0) % 360);
}

void avatar_svg(struct buf *b, struct str initials, int hue)
{
    buf_fmt(
        b,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\" role=\"img\"><rect width=\"64\" height=\"64\" "
        "fill=\"hsl(%d 46%% 42%%)\"/><text x=\"32\" y=\"33\" fill=\"#fff\" font-family=\"system-ui,sans-serif\" "
        "font-size=\"26\" font-weight=\"600\" text-anchor=\"middle\" dominant-baseline=\"central\">",
        hue);
    for (size_t i = 0; i < initials.n; i++)
        switch (initials.p[i]) {
        case '<': buf_put(b, S("&lt;")); break;
        case '&': buf_put(b, S("&amp;")); break;
        case '>': buf_put(b, S("&gt;")); break;
        case '"': buf_put(b, S("&quot;")); break;
        default: buf_char(b, initials.p[i]);
        }
    buf_put(b, S("</text></svg>"));
}
