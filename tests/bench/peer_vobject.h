/* tests/bench/peer_vobject.h - libical's vCard reader, the peer of bench_vcard.c. */
#pragma once
#include <stddef.h>

/* Parses the text of many cards into its objects and frees them; returns how many cards it saw. */
size_t peer_vobject_parse(const char *text, size_t n);
