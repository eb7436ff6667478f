#include "surge/run.h"

enum rc page_write(const struct run *r, const char *path, struct err *e)
{
    (void)r, (void)path, (void)e;
    return RC_OK;
}
