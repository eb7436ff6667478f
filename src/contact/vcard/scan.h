/* contact/vcard/scan.h - the inner loop of the line readers (vCard, CSV): the next line end, 16 bytes at a time. */
#pragma once
#include "base/str.h"
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* First CR or LF at or after p; end when there is none. */
static inline const char *scan_eol(const char *p, const char *end)
{
#ifdef __SSE2__
    const __m128i lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r');

    for (; end - p >= 16; p += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
        int     hit = _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(v, lf), _mm_cmpeq_epi8(v, cr)));
        if (hit)
            return p + __builtin_ctz((unsigned)hit);
    }
#endif
    while (p < end && *p != '\n' && *p != '\r')
        p++;
    return p;
}

/* Past the line end at eol: CRLF, LF, CR, and the CR CR LF of files that were sent as text twice. */
static inline const char *scan_past_eol(const char *eol, const char *end)
{
    const char *p = eol;

    while (p < end && *p == '\r' && p - eol < 3)
        p++;
    if (p < end && *p == '\n')
        return p + 1;
    return eol < end ? eol + 1 : end;
}
