/* contact/place_table.h - what place.c knows of countries.  Only for place.c and its test. */
#pragma once
#include "base/base.h"

struct place_row {
    char        code[3];
    const char *name;
};
extern const struct place_row place_rows[];
extern const size_t           place_rows_n;

struct place_name {
    const char *name;
    char        code[3];
};
extern const struct place_name place_names[];
extern const size_t            place_names_n;
