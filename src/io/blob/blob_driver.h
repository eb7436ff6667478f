/* io/blob/blob_driver.h - what a driver of io/blob/blob.h gives.  Only blob*.c and the tests include it. */
#pragma once
#include "io/blob/blob.h"

struct blob_driver {
    void (*free)(struct blob_dir *d);
    enum rc (*create)(struct blob_dir *d, int64_t account, int64_t id, struct blob_writer **ret, struct err *e);
    enum rc (*write)(struct blob_writer *w, struct str bytes, struct err *e);
    enum rc (*finish)(struct blob_writer *w, struct err *e);
    void (*writer_free)(struct blob_writer *w); /* finished or not */
    enum rc (*fd)(struct blob_dir *d, int64_t account, int64_t id, int *ret_fd, int64_t *ret_bytes, struct err *e);
    /* For reading in pieces without a descriptor; NULL: the driver's descriptors cost nothing. */
    enum rc (*size)(struct blob_dir *d, int64_t account, int64_t id, int64_t *ret_bytes, struct err *e);
    enum rc (*piece)(struct blob_dir *d, int64_t account, int64_t id, int64_t at, struct buf *out, struct err *e);
    enum rc (*delete)(struct blob_dir *d, int64_t account, int64_t id, struct err *e);
    /* Ids of an account above `after`, complete or not, in order; at most BLOB_LIST of them. */
    enum rc (*list)(struct blob_dir *d, int64_t account, int64_t after, int64_t *ret, size_t *ret_n, struct err *e);
    enum rc (*forget)(struct blob_dir *d, int64_t account, struct err *e); /* it has none any more */
    void (*keep)(struct blob_dir *d);                                      /* may be NULL, as trim */
    void (*trim)(struct blob_dir *d);
};
enum { BLOB_LIST = 256 };

/* First members of a driver's own structs. */
struct blob_dir {
    const struct blob_driver *driver;
    struct blob_dir          *also; /* the other driver, for what it kept before; may be NULL */
};
struct blob_writer {
    const struct blob_driver *driver;
    int64_t                   account, id, max_bytes, written;
    bool                      done; /* it is a blob now */
};

/* folder: made when missing (0700). */
enum rc blob_open_folder(struct blob_dir **ret, struct str folder, struct err *e) must_use;
enum rc blob_open_sql(struct blob_dir **ret, struct sql *db, struct err *e) must_use;
