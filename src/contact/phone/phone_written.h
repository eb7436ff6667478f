/* contact/phone/phone_written.h - what people write into a phone field, before anybody asks which plan it follows.  Only for phone.c.
 *
 * Digits of all scripts, "(0)", remarks ("(private)", "mobil"), extensions ("DW 56", "poste 12", ";ext=7"), pauses ("p12", ",,12"), codes
 * in front ("*31#", "*67"), labels ("Tel.:", "tel:"), letters of vanity numbers.  Linear in the text. */
#pragma once
#include "contact/phone/phone.h"

struct phone_written {
    struct str digits; /* what is dialled, ASCII, at most PHONE_DIGITS_MAX; without letters and all that is no number */
    struct str vanity; /* the same with letters as keys; empty without letters behind digits */
    size_t     lettered;  /* digits of `vanity` before its first letter */
    struct str extension; /* at most 7 digits */
    bool       plus;      /* began with "+" */
    bool       zero;      /* "(0)" stood in it, and is not in digits */
    bool       code;      /* "*100#": dialled by itself, nobody's number */
    bool       full;      /* more than PHONE_DIGITS_MAX digits */
};

/* False when there is no digit, or too many. */
bool phone_read(struct arena *a, struct str raw, struct phone_written *ret);
/* 0-9 of the scripts phones are written in; -1 when it is none. */
int phone_digit(uint32_t c);
