/* base/password_rules.h - which new passwords are refused, and why, in words for whoever chose one.
 *
 * As NIST SP 800-63B, 5.1.1.2 wants it: no rules of composition, but nothing that is tried first.  Refused are fewer than PASSWORD_BYTES_MIN
 * or more than PASSWORD_BYTES_MAX bytes; the e-mail address or its local part; one piece of up to four characters again and again;
 * runs of the alphabet, the digits or the keyboard; the common passwords of common_passwords.txt, also with letters spelt as digits
 * (p4ssw0rd) and up to eight digits and signs around them (Password2024!). */
#pragma once
#include "base/str.h"

enum { PASSWORD_BYTES_MIN = 10, PASSWORD_BYTES_MAX = 1024 };

/* NULL when it may be taken, else a sentence.  email may be "". */
const char *password_fault(struct str password, struct str email);

/* Sorted hashes, made at build time by tools/common_passwords. */
extern const uint32_t common_passwords[];
extern const size_t   common_passwords_n;
