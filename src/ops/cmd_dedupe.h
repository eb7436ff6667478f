/* ops/cmd_dedupe.h - `kith dedupe FILE...`: which cards of some files are the same person, without any account.
 *
 *     kith dedupe [--country DE] [--least certain|likely|possible] [--json] FILE...
 *
 * Reads what an import reads (vCard, CSV, JSContact, .zip), changes nothing.  All cards are held in memory, some 6 KB each. */
#pragma once

int dedupe_main(int argc, char **argv);
