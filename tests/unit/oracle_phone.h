/* tests/unit/oracle_phone.h - libphonenumber behind a C face, for u_phone_oracle.  Texts returned live until the next call. */
#pragma once
#include <stddef.h>
#ifdef __cplusplus
extern "C" {
#endif
size_t      oracle_regions(void);
const char *oracle_region(size_t i);
/* An example number of that kind in E.164 and as people in the country write it; "" when the region has none. */
const char *oracle_example(const char *region, int kind);
const char *oracle_national(const char *e164);
const char *oracle_international(const char *e164);
/* "" when it is no possible number. */
const char *oracle_e164(const char *raw, const char *region);
#ifdef __cplusplus
}
#endif
