/* io/http/http_multipart.h - multipart/form-data (RFC 7578) as a stream: one named part, in constant memory.
 *
 * Browsers send a form's file this way.  The reader takes the body in pieces of any size and gives the bytes of the first part
 * called `field` to `take`, in order; everything else is skipped.  Its own memory is a boundary and one line.
 * Limits: boundary 70 bytes (RFC 2046), a part's header line 1 KiB, 16 header lines. */
#pragma once
#include "base/err.h"
#include "base/str.h"

enum { MULTIPART_BOUNDARY_MAX = 70, MULTIPART_LINE_MAX = 1024, MULTIPART_LINES_MAX = 16, MULTIPART_NAME_MAX = 255 };

struct multipart {
    enum { MULTIPART_START, MULTIPART_BETWEEN, MULTIPART_HEAD, MULTIPART_BODY, MULTIPART_END } state;
    char       mark[MULTIPART_BOUNDARY_MAX + 4]; /* CR LF - - boundary */
    size_t     mark_n, matched;                  /* of the mark, at the end of what was seen */
    size_t     unseen;                           /* matched bytes that are not the part's: the line end before it */
    char       line[MULTIPART_LINE_MAX];
    size_t     line_n, lines;
    struct str field;
    bool       wanted, found;                     /* this part / some part is the one looked for */
    char       file_name[MULTIPART_NAME_MAX + 1]; /* of the part found; "" = none */
    enum rc (*take)(void *to, struct str bytes, struct err *e);
    void *to;
};

/* content_type: the header's value.  RC_MALFORMED without a usable boundary.  field and to must outlive m. */
enum rc multipart_init(struct multipart *m, struct arena *a, struct str content_type, struct str field,
                       enum rc (*take)(void *to, struct str bytes, struct err *e), void *to, struct err *e) must_use;
/* RC_MALFORMED, or what take() returned. */
enum rc multipart_feed(struct multipart *m, struct str bytes, struct err *e) must_use;
/* After the last byte: RC_MALFORMED when the closing boundary or the part is missing. */
enum rc multipart_end(const struct multipart *m, struct err *e) must_use;
