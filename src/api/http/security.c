/* Whom to tell about a weakness: /.well-known/security.txt (RFC 9116). */
#include "api/http/handlers.h"
#include "base/clock.h"

enum { EXPIRES_DAYS = 180 };

enum rc security_show(struct req *r, struct err *e)
{
    struct str contact = r->api->conf->security_contact, url = r->api->rules.url;

    if (!contact.n)
        return err_set(e, RC_NOT_FOUND, "nobody is named here: the operator sets security-contact");
    struct str until = clock_rfc3339(r->a, (clock_ms() / 1000 + EXPIRES_DAYS * 86400LL) * 1000);
    struct str text = str_fmt(r->a, "Contact: " STR_FMT "\nExpires: " STR_FMT "\n", STR_ARG(contact), STR_ARG(until));
    if (url.n)
        text = str_fmt(r->a, STR_FMT "Canonical: " STR_FMT "/.well-known/security.txt\n", STR_ARG(text), STR_ARG(url));
    answer_field(r, "Cache-Control", S("max-age=86400"));
    return answer_bytes(r, 200, S("text/plain; charset=utf-8"), text);
}
