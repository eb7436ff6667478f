/* io/shared/password.h - asking the password workers to hash and to verify, without waiting.
 *
 * argon2id takes some 30 ms and 19 MiB by design: in an http process it would stop every other request, so it is done by a
 * bounded number of workers (work/password.c) that read one SOCK_SEQPACKET channel shared by all http processes.  A
 * request carries its own reply descriptor; the answer, or end of file when the worker died, makes it readable.
 *
 *     TRY(password_ask_hash(shared->password_fd, password, &fd, e));      keep fd in the loop, at most PASSWORD_WAIT_MS
 *     TRY(password_answer(fd, &answer, e));                              when readable; then close(fd)
 *
 * rc: UNAVAILABLE when too many wait already (answer 503 with Retry-After) or the worker died; INVALID when the
 * password is empty or longer than PASSWORD_BYTES_MAX. */
#pragma once
#include "base/err.h"
#include "base/password_rules.h"
#include "base/str.h"

enum { PASSWORD_HASH_MAX = 128, PASSWORD_WAIT_MS = 20000 };

struct password_answer {
    bool same;                    /* verify: the password is the one */
    bool old;                     /* verify: same, but hashed with other costs: hash it again and store that */
    char hash[PASSWORD_HASH_MAX]; /* hash: libsodium's text form, NUL-terminated */
};

/* ret_fd is the caller's to close. */
enum rc password_ask_hash(int channel_fd, struct str password, int *ret_fd, struct err *e) must_use;
enum rc password_ask_verify(int channel_fd, struct str password, struct str hash, int *ret_fd, struct err *e) must_use;
enum rc password_answer(int fd, struct password_answer *ret, struct err *e) must_use;

/* ---- the workers' side: what travels ---- */
struct password_question {
    bool       verify;
    struct str password, hash;
};
struct buf;
bool password_question_read(struct str message, struct password_question *ret);
void password_answer_write(struct buf *b, const struct password_answer *a);
/* In the asking process: what a worker says is checked; a hash is ASCII without spaces and controls, or "". */
bool password_answer_read(struct str message, struct password_answer *ret);
