/* The version text of this binary. */
#include "base/version.h"

const char kith_version[] = KITH_VERSION;
