/* enrich/avatar.h - the picture of somebody without a picture: initials on a colour of their own. */
#pragma once
#include "base/json.h"

/* 0 .. 359, the same for the same folded name everywhere. */
int avatar_hue(struct arena *a, const struct json *card);
/* A complete SVG document; initials as of name_initials(), escaped here. */
void avatar_svg(struct buf *b, struct str initials, int hue);
