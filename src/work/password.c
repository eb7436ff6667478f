/* KIND_PASSWORD: hashes and verifies passwords (argon2id). */
#include "work/password.h"
#include <sodium.h>
#include "io/shared/password.h"
#include "store/work/jobs.h"

/* OWASP's first choice for argon2id (t = 2, m = 19 MiB, p = 1): some 30 ms of one core. */
enum { OPSLIMIT = 2, MEMLIMIT_BYTES = 19 << 20 };

_Static_assert(PASSWORD_HASH_MAX >= crypto_pwhash_STRBYTES, "libsodium's text form must fit");

static enum rc hash(const struct password_question *q, struct password_answer *a, struct err *e)
{
    if (crypto_pwhash_str_alg(a->hash, q->password.p, q->password.n, OPSLIMIT, MEMLIMIT_BYTES,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        return err_set(e, RC_INTERNAL, "password: no memory to hash with");
    return RC_OK;
}

static void verify(struct arena *a, const struct password_question *q, struct password_answer *answer)
{
    const char *stored = str_copy(a, q->hash).p;
    answer->same = crypto_pwhash_str_verify(stored, q->password.p, q->password.n) == 0;
    answer->old = answer->same && crypto_pwhash_str_needs_rehash(stored, OPSLIMIT, MEMLIMIT_BYTES) != 0;
}

static enum rc run(struct arena *a, struct str in, const struct files *files, struct buf *out, struct err *e)
{
    struct password_question q;
    struct password_answer   answer = { 0 };

    (void)files;
    if (sodium_init() < 0)
        return err_set(e, RC_INTERNAL, "password: libsodium does not start");
    if (!password_question_read(in, &q))
        return err_set(e, RC_MALFORMED, "password: broken question");
    if (q.verify)
        verify(a, &q, &answer);
    else
        TRY(hash(&q, &answer, e));
    password_answer_write(out, &answer);
    return RC_OK;
}

const struct worker worker_password = {
    .name = "password",
    .kind = KIND_PASSWORD,
    .unit = 1,
    .lease_s = 30,
    .max_tries = 1,
    .memory_mb = 64,
    .min = 1,
    .max = 2,
    .run = run,
};
