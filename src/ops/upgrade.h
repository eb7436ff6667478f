/* ops/upgrade.h - `kith upgrade`: one word to the server that runs on a data folder, and what became of it. */
#pragma once
#include "base/conf.h"

/* Asks the master that holds the lock of conf.data to become the program at `binary` (NULL: this one), and waits until it has, or
 * has said why not.  It checks the program itself before it changes anything.  rc: NOT_FOUND nobody runs there,
 * INVALID it was tried and refused (the text says why), UNAVAILABLE no answer in time. */
enum rc upgrade_running(const struct conf *conf, struct arena *a, const char *binary, struct err *e) must_use;
