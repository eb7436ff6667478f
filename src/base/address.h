/* base/address.h - IP addresses and networks read from text, compared, and written.
 *
 * An IPv4 address is kept as IPv4-mapped IPv6 (RFC 4291, 2.5.5.2), so "1.2.3.4" and "::ffff:1.2.3.4" are the same one.
 * The address of all zeros stands for "not known". */
#pragma once
#include "base/str.h"

struct sockaddr;

enum { NETWORKS_MAX = 64 };

struct address {
    uint8_t byte[16];
};
struct network {
    struct address first;
    int            bits; /* of 128 */
};
struct networks {
    struct network v[NETWORKS_MAX];
    size_t         n;
};

/* An address and nothing else, but for what proxies add: "1.2.3.4", "1.2.3.4:80", "::1", "[::1]", "[::1]:443", "fe80::1%eth0" (the
 * zone is dropped).  false leaves ret as it was: leading zeros, names, "unknown", anything RFC 5952 would not read. */
bool address_parse(struct str text, struct address *ret);
/* Of an IPv4 or IPv6 socket; of others not known. */
struct address address_of(const struct sockaddr *peer);
bool           address_is_known(const struct address *a);
bool           address_is_loopback(const struct address *a);
/* RFC 1918, RFC 6598, RFC 3927; RFC 4193, link-local. */
bool address_is_private(const struct address *a);
/* Whom limits count it as: an IPv4 address itself, of IPv6 the first 64 bits, which one customer has (RFC 6177). */
struct address address_site(const struct address *a);
struct str     address_text(struct arena *a, const struct address *one); /* RFC 5952; IPv4 as four numbers */

/* Addresses and networks ("10.0.0.0/8", "2001:db8::/32") parted by blanks or commas; at most NETWORKS_MAX.  false: ret_bad is the word
 * that is none, or the first one too many. */
bool networks_parse(struct str text, struct networks *ret, struct str *ret_bad);
bool networks_have(const struct networks *l, const struct address *a);

/* The host of a Host header or an authority without its port and brackets, in lower case without a dot at its end: "Kith.Example.:443"
 * is "kith.example", "[::1]:80" is "::1".  "" when it is none (RFC 9110, 7.2; user names, blanks and slashes are no part of it). */
struct str host_name(struct arena *a, struct str authority);
/* Nobody outside can own it: localhost, a name without a dot, .localhost, .local, .internal, .home.arpa (RFC 6761, 6762, 8375). */
bool host_is_local_name(struct str host);
