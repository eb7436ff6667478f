/* Answers the API's description, which is compiled in. */
#include "api/http/handlers.h"
#include "api/http/web.h"

enum rc openapi_show(struct req *r, struct err *e)
{
    (void)e;
    answer_field(r, "Access-Control-Allow-Origin", S("*")); /* public, and tools read it from elsewhere */
    return web_answer(r, &openapi_files[0]);
}
