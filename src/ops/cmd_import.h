/* ops/cmd_import.h - one file into an account, the way the browser does it: upload, dry run, commit, wait for the end. */
#pragma once
#include "ops/local.h"

struct import_run {
    const struct conf *conf;
    struct arena      *a; /* grows with every file */
    struct sql        *db;
    struct blob_dir   *blobs;
    int64_t            account;
    struct str         options;          /* JSON, as the API's commit takes it */
    bool               dry, json, quiet; /* quiet: prints nothing */
};

struct str import_options(struct arena *a, const char *source, const char *country,
                          const char *tag); /* NULL = not given */

/* Work is done by a house: local_house_open() first.  RC_INVALID when nothing in the file could be read. */
enum rc import_file(struct import_run *r, const char *path, struct err *e) must_use;
