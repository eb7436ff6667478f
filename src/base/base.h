/* base/base.h - the few words every file may use.  Nothing here allocates. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define must_use          __attribute__((warn_unused_result))
#define printf_like(f, a) __attribute__((format(printf, f, a)))
#define countof(array)    (sizeof(array) / sizeof((array)[0]))

/* auto_free(type): call type_free() when the variable leaves scope. */
#define auto_free(type) __attribute__((cleanup(type##_freep))) struct type *
#define DEFINE_AUTO_FREE(type) \
    static inline void type##_freep(struct type **p) { type##_free(*p); }

/* The only macro that changes control flow. */
#define TRY(call)             \
    do {                      \
        enum rc rc_ = (call); \
        if (rc_ != RC_OK)     \
            return rc_;       \
    } while (0)

static inline size_t  size_min(size_t a, size_t b) { return a < b ? a : b; }
static inline int64_t i64_min(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t i64_max(int64_t a, int64_t b) { return a > b ? a : b; }
