/* api/http/caller.h - where a request comes from: the client's address behind trusted proxies, the name it asked for, and what follows.
 *
 * The address is that of the connection.  When that is one of the setting trusted-proxies, X-Forwarded-For (else Forwarded, RFC 7239) is
 * read from its right end: the first entry that is no trusted proxy is the client.  What is no address is not believed, nor
 * anything left of it.  Limits count address_site() of it.
 *
 * Nobody is an operator, or reads /metrics, by where they are unless nothing speaks against it: a proxy on this machine and DNS
 * rebinding both make strangers come from 127.0.0.1.  docs/security.md. */
#pragma once
#include "base/conf.h"
#include "io/http/http_server.h"

/* The settings that say whom to believe, read once in a process. */
struct caller_rules {
    struct networks proxies;
    struct str      url, url_host, hosts; /* url without a slash at its end */
    bool            url_is_https, url_is_public, checks_host;
};
struct caller_rules caller_rules(const struct conf *conf, struct arena *a); /* texts of conf are borrowed */

struct caller {
    struct address from; /* not known: the socket has none */
    struct str     host; /* of Host without its port; "" when there is none or it is no name */
    bool welcome;        /* asked for by an address, localhost, or a name of url or allowed-hosts; or no name is set */
    bool knows_us;       /* by an address, a local name, or a name that is set: no stranger's name points here */
    bool is_https;       /* at the browser's end, says a trusted proxy or url */
    /* HERE: somebody on this machine: loopback, by an address or localhost, in HTTP/1.1, without any header a proxy adds, and url
     * is not set to a public name.  NEAR: the same from a private network too, or by a local name; whatever url is. */
    bool is_here, is_near;
};
struct caller caller_of(const struct caller_rules *rules, const struct http_request *q);
