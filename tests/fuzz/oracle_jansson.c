/* jansson's opinion of a JSON text.  In a file of its own: its header and base/json.h share names. */
#include <jansson.h>
#include "tests/fuzz/oracle_jansson.h"

char *oracle_jansson(const char *text, size_t n, bool *ret_limit)
{
    json_error_t         why = { 0 };
    json_t              *v = json_loadb(text, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
    enum json_error_code code = json_error_code(&why);
    char                *dump = v ? json_dumps(v, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(17)) : NULL;

    *ret_limit = !v && (code == json_error_numeric_overflow || code == json_error_stack_overflow);
    json_decref(v);
    return dump;
}
