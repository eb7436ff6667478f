/* Where a request comes from: what connection, proxies and Host say, and how much of it is believed. */
#include "api/http/caller.h"
#include "io/http/http_query.h"

struct caller_rules caller_rules(const struct conf *conf, struct arena *a)
{
    struct caller_rules r = { .url = conf->url, .hosts = conf->allowed_hosts };
    struct str          bad;
    struct address      any;

    if (!networks_parse(conf->trusted_proxies, &r.proxies, &bad))
        r.proxies.n = 0; /* conf_set() refused it already */
    if (str_ends(r.url, S("/")))
        r.url.n--;
    r.url_is_https = str_starts(r.url, S("https://"));
    r.url_host = r.url.n ? host_name(a, str_from(r.url, r.url_is_https ? 8 : 7)) : S("");
    r.url_is_public = r.url.n && !address_parse(r.url_host, &any) && !host_is_local_name(r.url_host);
    r.checks_host = r.url.n || r.hosts.n;
    return r;
}

/* ---- the address ---- */

static bool take_last(struct str *rest, struct str *ret)
{
    size_t at = rest->n;

    if (!rest->p)
        return false;
    while (at && rest->p[at - 1] != ',')
        at--;
    *ret = str_trim(str_from(*rest, at));
    *rest = at ? str_head(*rest, at - 1) : (struct str){ NULL, 0 };
    return true;
}

/* "for=192.0.2.1;proto=https" -> one of its values. */
static struct str forwarded_value(struct arena *a, struct str element, const char *name)
{
    return header_param(a, str_fmt(a, "x;" STR_FMT, STR_ARG(element)), str_of(name));
}

static struct address client_of(const struct caller_rules *rules, const struct http_request *q, struct address peer)
{
    struct str chain = http_header_all(q, "X-Forwarded-For"), last;
    bool       plain = chain.p != NULL;

    if (!plain)
        chain = http_header_all(q, "Forwarded");
    while (networks_have(&rules->proxies, &peer) && take_last(&chain, &last))
        if (!address_parse(plain ? last : forwarded_value(http_arena(q), last, "for"), &peer))
            break;
    return peer;
}

static bool came_by_https(const struct caller_rules *rules, const struct http_request *q, struct address peer)
{
    struct str proto = http_header_all(q, "X-Forwarded-Proto"), forwarded = http_header_all(q, "Forwarded"), last;

    if (!networks_have(&rules->proxies, &peer))
        return false;
    if (take_last(&proto, &last))
        return str_ieq(last, S("https"));
    return take_last(&forwarded, &last) && str_ieq(forwarded_value(http_arena(q), last, "proto"), S("https"));
}

/* What a proxy adds, or does: nginx speaks HTTP/1.0 and adds nothing unless it is told to. */
static bool was_passed_on(const struct http_request *q)
{
    static const char *const added[] = { "X-Forwarded-For",
                                         "X-Forwarded-Host",
                                         "X-Forwarded-Proto",
                                         "X-Forwarded-Port",
                                         "X-Forwarded-Server",
                                         "Forwarded",
                                         "X-Real-IP",
                                         "X-Client-IP",
                                         "CF-Connecting-IP",
                                         "True-Client-IP",
                                         "Via" };

    for (size_t i = 0; i < countof(added); i++)
        if (http_header(q, added[i]).p)
            return true;
    return http_is_1_0(q);
}

/* ---- the name ---- */

static bool is_ours(const struct caller_rules *rules, struct arena *a, struct str host)
{
    struct str rest = rules->hosts, word;

    if (host.n && str_eq(host, rules->url_host))
        return true;
    while (str_next_word(&rest, &word))
        if (str_eq(host_name(a, word), host))
            return true;
    return false;
}

struct caller caller_of(const struct caller_rules *rules, const struct http_request *q)
{
    struct address peer = http_peer(q), any;
    struct str     header = http_header(q, "Host");
    struct caller  c = { .from = client_of(rules, q, peer), .host = host_name(http_arena(q), header) };
    bool by_number = address_parse(c.host, &any) || str_is(c.host, "localhost") || str_ends(c.host, S(".localhost"));
    bool ours = is_ours(rules, http_arena(q), c.host), passed_on = was_passed_on(q);

    c.welcome = !rules->checks_host || !header.n || by_number || ours;
    c.knows_us = by_number || ours || host_is_local_name(c.host);
    c.is_https = came_by_https(rules, q, peer) || (rules->url_is_https && str_eq(c.host, rules->url_host));
    c.is_here = address_is_loopback(&peer) && by_number && !passed_on && !rules->url_is_public;
    c.is_near = (address_is_loopback(&peer) || address_is_private(&peer)) && !passed_on &&
                (by_number || host_is_local_name(c.host));
    return c;
}
