/* ops/invite.h - `kith account invite EMAIL`: prints the link by which this person may sign up. */
#pragma once
#include "base/conf.h"

/* Works beside a running server; there are no switches to be said.  RC_INVALID when nobody could sign up with this address. */
enum rc invite(const struct conf *conf, struct arena *a, const char *email, unsigned said, struct err *e) must_use;
