/* base/version.h - which binary this is: shown by `kith version`, /healthz and the console, and said when one takes over from another. */
#pragma once

extern const char kith_version[]; /* "0.1.0" */
