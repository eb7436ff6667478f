/* api/resources/import_view.h - an import as the API shows it: its row, and what the scan found (imports.summary_json). */
#pragma once
#include "api/http/api.h"
#include "store/work/imports.h"

/* One object; with errors, columns and preview only when `whole`: lists and events leave them out. */
void import_write(struct json_out *o, struct arena *a, const struct import *it, struct str source_name, bool whole);
