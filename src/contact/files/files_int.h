/* contact/files/files_int.h - the rows that have no room of their own: JSON of programs.  For files.c only. */
#pragma once
#include "contact/files/files.h"

extern const struct file_format file_monica, file_telegram;
