/* contact/phone/phone_table.h - the numbering plans phone.c works with.  Only for phone.c. */
#pragma once
#include "base/base.h"

struct phone_row {
    unsigned    code;      /* calling code: 49 */
    char        region[3]; /* "DE"; "" for codes of no country (+800, +870 ...) */
    const char *trunk;     /* dialled before a national number inside the country, not from abroad: "0" */
    const char *out;       /* dialled before a foreign number: "00" */
    uint32_t    lengths;   /* bit n: a national number may have n digits */
};
extern const struct phone_row phone_rows[];
extern const size_t           phone_rows_n;

/* Which region a number of a shared calling code is in: national numbers that begin with one of these. */
struct phone_lead {
    unsigned    code;
    char        region[3];
    const char *begins;
};
extern const struct phone_lead phone_leads[];
extern const size_t            phone_leads_n;
