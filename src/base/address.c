/* IP addresses, networks and host names, as settings and proxies write them. */
#include "base/address.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

static const uint8_t MAPPED[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

static bool is_v4(const struct address *a) { return memcmp(a->byte, MAPPED, sizeof MAPPED) == 0; }

static bool parse_v4(struct str text, struct address *ret)
{
    char           z[INET_ADDRSTRLEN];
    struct address read = { 0 };

    if (text.n >= sizeof z || memchr(text.p, 0, text.n))
        return false;
    memcpy(z, text.p, text.n);
    z[text.n] = 0;
    memcpy(read.byte, MAPPED, sizeof MAPPED);
    if (inet_pton(AF_INET, z, read.byte + sizeof MAPPED) != 1)
        return false;
    *ret = read;
    return true;
}

static bool parse_v6(struct str text, struct address *ret)
{
    char z[INET6_ADDRSTRLEN];

    text = str_head(text, size_min(str_find(text, S("%"), 0), text.n));
    if (text.n >= sizeof z || memchr(text.p, 0, text.n))
        return false;
    memcpy(z, text.p, text.n);
    z[text.n] = 0;
    struct address read;
    if (inet_pton(AF_INET6, z, read.byte) != 1)
        return false;
    *ret = read;
    return true;
}

static bool is_port(struct str text)
{
    int64_t port;
    return text.n <= 5 && str_i64(text, 0, 65535, &port);
}

bool address_parse(struct str text, struct address *ret)
{
    text = str_trim(text);
    if (text.n == 0)
        return false;
    size_t close = str_find(text, S("]"), 0), colon = str_find(text, S(":"), 0);
    if (text.p[0] == '[') {
        struct str rest = close == SIZE_MAX ? S("x") : str_from(text, close + 1);
        return (rest.n == 0 || (rest.p[0] == ':' && is_port(str_from(rest, 1)))) &&
               parse_v6((struct str){ text.p + 1, close - 1 }, ret);
    }
    if (colon == SIZE_MAX)
        return parse_v4(text, ret);
    if (str_find(text, S(":"), colon + 1) == SIZE_MAX)
        return is_port(str_from(text, colon + 1)) && parse_v4(str_head(text, colon), ret);
    return parse_v6(text, ret);
}

struct address address_of(const struct sockaddr *peer)
{
    struct address a = { { 0 } };

    if (peer->sa_family == AF_INET6) {
        memcpy(a.byte, &((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr, 16);
    } else if (peer->sa_family == AF_INET) {
        memcpy(a.byte, MAPPED, sizeof MAPPED);
        memcpy(a.byte + sizeof MAPPED, &((const struct sockaddr_in *)(const void *)peer)->sin_addr, 4);
    }
    return a;
}

bool address_is_known(const struct address *a)
{
    static const struct address none = { 0 };
    return memcmp(a, &none, sizeof none) != 0;
}

bool address_is_loopback(const struct address *a)
{
    static const struct address v6 = { { [15] = 1 } };
    return is_v4(a) ? a->byte[12] == 127 : memcmp(a, &v6, sizeof v6) == 0;
}

bool address_is_private(const struct address *a)
{
    const uint8_t *b = a->byte, *v4 = b + 12;

    if (!is_v4(a))
        return (b[0] & 0xfe) == 0xfc || (b[0] == 0xfe && (b[1] & 0xc0) == 0x80);
    return v4[0] == 10 || (v4[0] == 172 && v4[1] >> 4 == 1) || (v4[0] == 192 && v4[1] == 168) ||
           (v4[0] == 100 && v4[1] >> 6 == 1) || (v4[0] == 169 && v4[1] == 254);
}

struct address address_site(const struct address *a)
{
    struct address site = *a;

    if (!is_v4(a))
        memset(site.byte + 8, 0, 8);
    return site;
}

struct str address_text(struct arena *a, const struct address *one)
{
    char text[INET6_ADDRSTRLEN] = "";
    bool v4 = is_v4(one);

    inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? one->byte + 12 : one->byte, text, sizeof text);
    return str_copy(a, str_of(text));
}

/* ---- networks ---- */

static void clear_after(struct address *a, int bits)
{
    for (int i = 0; i < 16; i++) {
        int keep = bits - i * 8;
        a->byte[i] &= keep >= 8 ? 0xff : keep <= 0 ? 0 : (uint8_t)(0xff << (8 - keep));
    }
}

static bool network_parse(struct str word, struct network *ret)
{
    struct str rest = word, text = S("");
    int64_t    bits = 0;

    str_next(&rest, '/', &text);
    int width = parse_v4(text, &ret->first) ? 32 : parse_v6(text, &ret->first) ? 128 : 0;
    if (!width)
        return false;
    if (rest.p && !str_i64(rest, 0, width, &bits))
        return false;
    ret->bits = rest.p ? 128 - width + (int)bits : 128;
    clear_after(&ret->first, ret->bits);
    return true;
}

bool networks_parse(struct str text, struct networks *ret, struct str *ret_bad)
{
    *ret = (struct networks){ .n = 0 };
    while (str_next_word(&text, ret_bad))
        if (ret->n == NETWORKS_MAX || !network_parse(*ret_bad, &ret->v[ret->n++]))
            return false;
    return true;
}

bool networks_have(const struct networks *l, const struct address *a)
{
    for (size_t i = 0; i < l->n; i++) {
        struct address masked = *a;
        clear_after(&masked, l->v[i].bits);
        if (memcmp(&masked, &l->v[i].first, sizeof masked) == 0)
            return true;
    }
    return false;
}

/* ---- names of hosts ---- */

static bool is_host_byte(char c)
{
    return ascii_alpha(c) || ascii_digit(c) || c == '-' || c == '.' || c == '_' || c == ':';
}

struct str host_name(struct arena *a, struct str authority)
{
    struct str host = str_trim(authority), port = S("");
    size_t     close = str_find(host, S("]"), 0), colon = str_find(host, S(":"), 0);

    if (host.n && host.p[0] == '[') {
        if (close == SIZE_MAX)
            return S("");
        port = str_from(host, close + 1);
        host = (struct str){ host.p + 1, close - 1 };
    } else if (colon != SIZE_MAX) {
        port = str_from(host, colon);
        host = str_head(host, colon);
    }
    if (port.n && (port.p[0] != ':' || (port.n > 1 && !is_port(str_from(port, 1)))))
        return S("");
    for (size_t i = 0; i < host.n; i++)
        if (!is_host_byte(host.p[i]))
            return S("");
    if (host.n && host.p[host.n - 1] == '.')
        host.n--;
    return str_lower(a, host);
}

bool host_is_local_name(struct str host)
{
    static const char *const tails[] = { ".localhost", ".local", ".internal", ".home.arpa" };

    if (host.n == 0)
        return false;
    for (size_t i = 0; i < countof(tails); i++)
        if (str_ends(host, str_of(tails[i])))
            return true;
    return str_find(host, S("."), 0) == SIZE_MAX && str_find(host, S(":"), 0) == SIZE_MAX;
}
