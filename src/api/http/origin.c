/* Device and address of a request, and its entry in the audit log. */
#include "api/http/origin.h"
#include "base/clock.h"

static const int64_t DAY_MS = 24LL * 3600 * 1000;

/* ---- the device ---- */

struct word {
    const char *sign, *name;
};
/* The first that is found: every browser also claims to be those below it. */
static const struct word browsers[] = {
    { "Edg/", "Edge" },
    { "EdgA/", "Edge" },
    { "EdgiOS/", "Edge" },
    { "OPR/", "Opera" },
    { "SamsungBrowser/", "Samsung Internet" },
    { "Vivaldi/", "Vivaldi" },
    { "Firefox/", "Firefox" },
    { "FxiOS/", "Firefox" },
    { "CriOS/", "Chrome" },
    { "Chrome/", "Chrome" },
    { "Safari/", "Safari" },
};
static const struct word systems[] = {
    { "iPhone", "iPhone" }, { "iPad", "iPad" },       { "Android", "Android" }, { "Windows", "Windows" },
    { "CrOS", "ChromeOS" }, { "Macintosh", "macOS" }, { "Linux", "Linux" },     { "BSD", "BSD" },
};

static struct str find_word(struct str text, const struct word *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_find(text, str_of(words[i].sign), 0) != SIZE_MAX)
            return str_of(words[i].name);
    return S("");
}

/* "curl/8.1" is curl: the name of the first product (RFC 9110, 10.1.5), when it looks like one. */
static struct str first_product(struct arena *a, struct str agent)
{
    size_t n = 0;

    while (n < agent.n && n < DEVICE_MAX &&
           (ascii_alpha(agent.p[n]) || ascii_digit(agent.p[n]) || agent.p[n] == '-' || agent.p[n] == '_' ||
            agent.p[n] == '.'))
        n++;
    return str_copy(a, str_head(agent, n));
}

struct str origin_device(struct arena *a, struct str agent)
{
    struct str browser = find_word(agent, browsers, countof(browsers));

    if (!browser.n)
        return first_product(a, agent);
    return str_join(a, browser, S(" on "), find_word(agent, systems, countof(systems)));
}

/* ---- the address ---- */

struct str origin_address(struct arena *a, const struct address *from)
{
    struct address site = address_site(from);
    struct str     text = address_text(a, &site);

    if (!address_is_known(from))
        return S("");
    return address_is_loopback(from) || str_find(text, S(":"), 0) == SIZE_MAX ? address_text(a, from)
                                                                              : str_join(a, text, S(""), S("/64"));
}

void origin_of(struct req *r, struct session *to)
{
    to->device = origin_device(r->a, http_header(r->http, "User-Agent"));
    to->address = origin_address(r->a, &r->caller.from);
    to->idle_until_ms = to->kind == SESSION_BROWSER ? clock_ms() + r->api->conf->session_idle_days * DAY_MS : 0;
}

/* ---- the audit log ---- */

static enum rc note(struct req *r, int64_t account, int64_t user, enum audit_what what, struct str detail,
                    struct err *e)
{
    struct session at = { .kind = SESSION_TOKEN };

    origin_of(r, &at);
    struct audit x = { .account = account,
                       .user = user,
                       .what = what,
                       .detail = detail,
                       .device = at.device,
                       .address = at.address,
                       .keep_until_ms = clock_ms() + r->api->conf->audit_days * DAY_MS };
    return audit_add(r->db, &x, e);
}

enum rc req_audit(struct req *r, enum audit_what what, struct str detail, struct err *e)
{
    return note(r, r->account, r->user, what, detail, e);
}

enum rc req_audit_of(struct req *r, const struct user *u, enum audit_what what, struct str detail, struct err *e)
{
    return note(r, u->account, u->id, what, detail, e);
}
