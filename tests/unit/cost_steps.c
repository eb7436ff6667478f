/* Counts basic blocks, and the bytes that libc walks over for them. */
#include "tests/unit/cost_steps.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

enum { BYTES_A_STEP = 16 };

static uint64_t steps, limit = UINT64_MAX;
static jmp_buf  out;

uint64_t steps_of(void (*run)(const void *given), const void *given, uint64_t most)
{
    steps = 0;
    limit = most;
    if (!setjmp(out))
        run(given);
    limit = UINT64_MAX;
    return steps;
}

static void walked(size_t bytes) { steps += 1 + bytes / BYTES_A_STEP; }

/* The compiler puts a call of this into every basic block. */
void __sanitizer_cov_trace_pc(void);
void __sanitizer_cov_trace_pc(void)
{
    if (++steps > limit)
        longjmp(out, 1);
}

/* ---- libc, as far as the pure rooms give it bytes to walk over; the linker sends their calls here (--wrap) ---- */

/* clang-format off */
void *__real_memcpy(void *to, const void *from, size_t n);
void *__real_mempcpy(void *to, const void *from, size_t n);
void *__real_memset(void *to, int c, size_t n);
void *__real_memchr(const void *p, int c, size_t n);
void *__real_memrchr(const void *p, int c, size_t n);
void *__real_memmem(const void *p, size_t n, const void *what, size_t nwhat);
int   __real_memcmp(const void *x, const void *y, size_t n);
void *__real_realloc(void *p, size_t n);
int   __real_vsnprintf(char *to, size_t n, const char *fmt, va_list ap);
int   __real_crypto_shorthash(unsigned char *to, const unsigned char *p, unsigned long long n, const unsigned char *key);

void *__wrap_memcpy(void *to, const void *from, size_t n);
void *__wrap_mempcpy(void *to, const void *from, size_t n);
void *__wrap_memset(void *to, int c, size_t n);
void *__wrap_memchr(const void *p, int c, size_t n);
void *__wrap_memrchr(const void *p, int c, size_t n);
void *__wrap_memmem(const void *p, size_t n, const void *what, size_t nwhat);
int   __wrap_memcmp(const void *x, const void *y, size_t n);
void *__wrap_realloc(void *p, size_t n);
int   __wrap_vsnprintf(char *to, size_t n, const char *fmt, va_list ap);
int   __wrap_crypto_shorthash(unsigned char *to, const unsigned char *p, unsigned long long n, const unsigned char *key);
/* clang-format on */

void *__wrap_memcpy(void *to, const void *from, size_t n)
{
    walked(n);
    return __real_memcpy(to, from, n);
}

void *__wrap_mempcpy(void *to, const void *from, size_t n)
{
    walked(n);
    return __real_mempcpy(to, from, n);
}

void *__wrap_memset(void *to, int c, size_t n)
{
    walked(n);
    return __real_memset(to, c, n);
}

void *__wrap_memchr(const void *p, int c, size_t n)
{
    const char *at = __real_memchr(p, c, n);
    walked(at ? (size_t)(at - (const char *)p) : n);
    return (void *)(uintptr_t)at;
}

void *__wrap_memrchr(const void *p, int c, size_t n)
{
    const char *at = __real_memrchr(p, c, n);
    walked(at ? n - (size_t)(at - (const char *)p) : n);
    return (void *)(uintptr_t)at;
}

void *__wrap_memmem(const void *p, size_t n, const void *what, size_t nwhat)
{
    const char *at = __real_memmem(p, n, what, nwhat);
    walked(at ? (size_t)(at - (const char *)p) : n);
    return (void *)(uintptr_t)at;
}

/* As far as they are equal: most comparisons end early. */
int __wrap_memcmp(const void *x, const void *y, size_t n)
{
    size_t same = 0;

    while (same < n && ((const char *)x)[same] == ((const char *)y)[same])
        same++;
    walked(same);
    return __real_memcmp(x, y, n);
}

void *__wrap_realloc(void *p, size_t n)
{
    walked(n);
    return __real_realloc(p, n);
}

int __wrap_vsnprintf(char *to, size_t n, const char *fmt, va_list ap)
{
    int made = __real_vsnprintf(to, n, fmt, ap);
    walked(made > 0 ? (size_t)made : 0);
    return made;
}

int __wrap_crypto_shorthash(unsigned char *to, const unsigned char *p, unsigned long long n, const unsigned char *key)
{
    walked((size_t)n);
    return __real_crypto_shorthash(to, p, n, key);
}
