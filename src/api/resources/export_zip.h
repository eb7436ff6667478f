/* api/resources/export_zip.h - everything of an account as one .zip, in constant memory (libarchive, entries of unknown size).
 *
 *   contacts-4.0.vcf contacts-3.0.vcf contacts.json contacts.csv     all live cards in every format
 *   originals/SOURCE/CARD-N.vcf|csv|json                             what each source gave, byte for byte
 *   photos/CARD.jpg ...                                              pictures, byte for byte
 *   imports/ID-NAME                                                  the files that were uploaded, byte for byte
 *   manifest.json                                                    what is in it: counts, time, names, versions */
#pragma once
#include "api/resources/export_pages.h"

struct export_zip;
/* pages: begun, borrowed. */
struct export_zip *export_zip_new(struct blob_dir *blobs, struct export_pages *pages);
void               export_zip_free(struct export_zip *z);
/* One step: appends what the archive wrote, maybe nothing. */
enum rc export_zip_step(struct export_zip *z, struct buf *out, bool *ret_end, struct err *e) must_use;
