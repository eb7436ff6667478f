/* E-mail addresses as identity keys, and mailboxes of functions. */
#include "contact/email.h"
#include <stdlib.h>
#include <utf8proc.h>
#include "base/utf8.h"

enum { ROUNDS_MAX = 8 };

/* "Ann Smith <ann@x.org>" and "mailto:ann@x.org?subject=hi" -> the address. */
static struct str address_in(struct str s)
{
    s = str_trim(s);
    size_t open = str_find(s, S("<"), 0), close = open == SIZE_MAX ? SIZE_MAX : str_find(s, S(">"), open);
    if (close != SIZE_MAX)
        s = str_trim((struct str){ s.p + open + 1, close - open - 1 });
    if (str_ieq(str_head(s, 7), S("mailto:"))) {
        s = str_from(s, 7);
        s = str_head(s, size_min(str_find(s, S("?"), 0), s.n));
    }
    s = str_trim(s);
    while (s.n && s.p[s.n - 1] == '.') /* "ann@x.org." is the same host */
        s.n--;
    return str_trim(s);
}

static bool is_gmail(struct str domain) { return str_is(domain, "gmail.com") || str_is(domain, "googlemail.com"); }

/* The local part Google looks at; the whole of it when nothing would be left. */
static void put_gmail_local(struct buf *b, struct str local)
{
    size_t from = b->n;

    for (size_t i = 0; i < local.n && local.p[i] != '+'; i++)
        if (local.p[i] != '.')
            buf_char(b, local.p[i]);
    if (b->n == from)
        buf_put(b, local);
}

static bool put_lower(struct buf *b, struct str s)
{
    uint32_t c;

    while (utf8_next(&s, &c)) {
        if (c <= ' ' || c == 0x7f || c == 0xfffd || utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_ZS)
            return false;
        utf8_put(b, (uint32_t)utf8proc_tolower((utf8proc_int32_t)c));
    }
    return true;
}

static enum rc key_once(struct str raw, struct buf *ret, struct err *e)
{
    struct str s = address_in(raw);
    auto_buf   lower = buf_of(EMAIL_MAX * 2);

    buf_clear(ret);
    if (s.n == 0 || s.n > EMAIL_MAX)
        return err_set(e, RC_INVALID, "email: %zu bytes", s.n);
    size_t at = str_find(s, S("@"), 0);
    if (at == SIZE_MAX || at == 0 || at == s.n - 1 || str_find(s, S("@"), at + 1) != SIZE_MAX)
        return err_set(e, RC_INVALID, "email: not one @ with text on both sides");
    if (!put_lower(&lower, s))
        return err_set(e, RC_INVALID, "email: white space inside");
    struct str local = email_local(buf_str(&lower)), domain = email_domain(buf_str(&lower));
    if (is_gmail(domain)) {
        put_gmail_local(ret, local);
        buf_put(ret, S("@gmail.com"));
    } else {
        buf_put(ret, buf_str(&lower));
    }
    return RC_OK;
}

/* Again until nothing changes: "mailto:mailto:ann@x.org" hides an address, and "m.ailto:ann@gmail.com" becomes one that does. */
enum rc email_key(struct arena *a, struct str raw, struct str *ret_key, struct err *e)
{
    auto_buf key = buf_of(EMAIL_MAX * 2), next = buf_of(EMAIL_MAX * 2);

    if (raw.n > EMAIL_RAW_MAX)
        return err_set(e, RC_INVALID, "email: %zu bytes", raw.n);
    TRY(key_once(raw, &key, e));
    for (int round = 0; round < ROUNDS_MAX; round++) {
        TRY(key_once(buf_str(&key), &next, e));
        if (str_eq(buf_str(&key), buf_str(&next))) {
            *ret_key = str_copy(a, buf_str(&key));
            return RC_OK;
        }
        buf_clear(&key);
        buf_put(&key, buf_str(&next));
    }
    return err_set(e, RC_INVALID, "email: an address within an address, many times over");
}

/* ---- of people who log in ---- */

static struct str folded(struct arena *a, struct str s)
{
    uint8_t         *out = NULL;
    utf8proc_ssize_t n = utf8proc_map((const uint8_t *)s.p, (utf8proc_ssize_t)s.n, &out,
                                      UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_IGNORE);
    struct str       copy = n < 0 ? S("") : str_copy(a, (struct str){ (const char *)out, (size_t)n });

    free(out);
    return copy;
}

enum rc email_login_key(struct arena *a, struct str raw, struct str *ret_key, struct err *e)
{
    if (raw.n > EMAIL_MAX)
        return err_set(e, RC_INVALID, "email: %zu bytes", raw.n);
    return email_key(a, folded(a, raw), ret_key, e);
}

static bool is_mail_domain(struct str domain)
{
    size_t labels = 0;

    for (struct str rest = domain, label; str_next(&rest, '.', &label); labels++) {
        if (label.n == 0 || label.n > 63 || label.p[0] == '-' || label.p[label.n - 1] == '-')
            return false;
        for (size_t i = 0; i < label.n; i++)
            if (!ascii_alpha(label.p[i]) && !ascii_digit(label.p[i]) && label.p[i] != '-' && !(label.p[i] & 0x80))
                return false;
    }
    return labels > 1 || str_is(domain, "localhost");
}

enum rc email_sign_up_key(struct arena *a, struct str raw, struct str *ret_key, struct err *e)
{
    if (raw.n > EMAIL_SIGN_UP_MAX)
        return err_set(e, RC_INVALID, "this e-mail address is longer than %d bytes", EMAIL_SIGN_UP_MAX);
    for (size_t i = 0; i < raw.n; i++)
        if ((unsigned char)raw.p[i] < ' ' || strchr("<>()[]\\,;:\" ", raw.p[i]))
            return err_set(e, RC_INVALID, "one e-mail address and nothing else, such as ann@example.org");
    if (email_login_key(a, raw, ret_key, e) != RC_OK)
        return err_set(e, RC_INVALID, "this is no e-mail address");
    if (email_local(*ret_key).n > 64 || !is_mail_domain(email_domain(*ret_key)))
        return err_set(e, RC_INVALID,
                       "no mail can be sent to this address: what stands behind the @ must be a whole domain");
    return RC_OK;
}

struct str email_local(struct str key) { return str_head(key, size_min(str_find(key, S("@"), 0), key.n)); }

struct str email_domain(struct str key)
{
    size_t at = str_find(key, S("@"), 0);
    return at == SIZE_MAX ? S("") : str_from(key, at + 1);
}

bool email_is_role(struct str key)
{
    /* clang-format off */
    static const char *const roles[] = {
        "abuse", "accounting", "accounts", "accueil", "admin", "administracion", "administration", "administrator", "advertising",
        "all", "anfrage", "anfragen", "ap", "ar", "assistance", "atencion", "ausbildung", "bestellung", "bewerbung", "billing",
        "bookings", "booking", "buchhaltung", "buero", "careers", "comercial", "commercial", "compliance", "compta",
        "comptabilite", "contabilidad", "contact", "contacto", "contactus", "contato", "contatti", "courrier", "customercare",
        "customerservice", "datenschutz", "devnull", "direction", "dispo", "donotreply", "do-not-reply", "einkauf", "empfang",
        "empleo", "enquiries", "enquiry", "events", "export", "facturacion", "faktura", "feedback", "finance", "formation",
        "geschaeftsleitung", "hallo", "hello", "help", "helpdesk", "hi", "hola", "hostmaster", "hr", "info", "infos", "info1",
        "informacion", "information", "inquiries", "inquiry", "invoice", "invoices", "it", "jobs", "kontakt", "kundenservice",
        "legal", "list", "mail", "mailbox", "mailer-daemon", "marketing", "media", "news", "newsletter", "no-reply", "noc",
        "noreply", "office", "officemanager", "operations", "orders", "order", "pedidos", "personal", "poczta", "post",
        "postmaster", "praxis", "presse", "press", "privacy", "purchasing", "rechnung", "rechnungen", "reception", "recepcion",
        "recruiting", "recruitment", "redaktion", "reservations", "reservation", "reservas", "rh", "root", "sales", "secretaria",
        "secretariat", "security", "sekretariat", "service", "services", "servicio", "shop", "spam", "staff", "studio",
        "subscribe", "support", "team", "tech", "technik", "unsubscribe", "usenet", "uucp", "ventas", "verkauf", "verwaltung",
        "vertrieb", "vorstand", "web", "webmaster", "welcome", "willkommen", "www", "zentrale",
    };
    /* clang-format on */
    struct str local = email_local(key);

    local = str_head(local, size_min(str_find(local, S("+"), 0), local.n));
    for (size_t i = 0; i < countof(roles); i++)
        if (str_is(local, roles[i]))
            return true;
    return false;
}
