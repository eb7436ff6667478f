#include "work/password.h"

const struct worker *const workers[] = {
    &worker_password,
};
const size_t workers_n = countof(workers);
