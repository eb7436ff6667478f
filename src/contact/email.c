/* E-mail addresses as identity keys, and mailboxes of functions. */
#include "contact/email.h"
#include <idn2.h>
#include <stdlib.h>
#include <utf8proc.h>
#include "base/utf8.h"

enum { ROUNDS_MAX = 8 };

/* The last `c` that is not between quotation marks; SIZE_MAX when there is none. */
static size_t last_unquoted(struct str s, char c)
{
    size_t at = SIZE_MAX;
    bool   quoted = false;

    for (size_t i = 0; i < s.n; i++) {
        if (quoted && s.p[i] == '\\')
            i++;
        else if (s.p[i] == '"')
            quoted = !quoted;
        else if (s.p[i] == c && !quoted)
            at = i;
    }
    return at;
}

/* Without commas, dots and brackets that belong to the sentence around; "ann@x.org." is the same host. */
static struct str without_ends(struct str s)
{
    s = str_trim(s);
    while (s.n && memchr(".,;:<>", s.p[s.n - 1], 6))
        s = str_trim(str_head(s, s.n - 1));
    while (s.n && memchr(",;:<>", s.p[0], 5))
        s = str_trim(str_from(s, 1));
    return s;
}

/* "ann@x.org (private)": the comment goes. */
static struct str without_comment(struct str s)
{
    size_t open = last_unquoted(s, '(');
    return open != SIZE_MAX && open && s.p[s.n - 1] == ')' ? str_trim(str_head(s, open)) : s;
}

/* "Ann Smith <ann@x.org>" and "mailto:ann@x.org?subject=hi" -> the address. */
static struct str address_in(struct str s)
{
    s = str_trim(s);
    size_t open = last_unquoted(s, '<'), close = open == SIZE_MAX ? SIZE_MAX : str_find(s, S(">"), open);
    if (close != SIZE_MAX)
        s = str_trim((struct str){ s.p + open + 1, close - open - 1 });
    if (str_ieq(str_head(s, 7), S("mailto:"))) {
        s = str_from(s, 7);
        s = str_head(s, size_min(str_find(s, S("?"), 0), s.n));
    }
    return without_ends(without_comment(without_ends(s)));
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

/* Lower case; the "@" and dots of East Asian keyboards are those of all, what nobody sees goes. */
static bool put_lower(struct buf *b, struct str s, bool quoted)
{
    uint32_t c;

    while (utf8_next(&s, &c)) {
        if (c > ' ' && c < 0x7f) {
            buf_char(b, ascii_lower((char)c));
            continue;
        }
        utf8proc_category_t kind = utf8proc_category((utf8proc_int32_t)c);
        if (kind == UTF8PROC_CATEGORY_CF)
            continue;
        if (c == 0xff0e || c == 0x3002 || c == 0xff61)
            c = '.';
        if ((c == ' ' && !quoted) || c < ' ' || c == 0x7f || c == 0xfffd || (c != ' ' && kind == UTF8PROC_CATEGORY_ZS))
            return false;
        utf8_put(b, (uint32_t)utf8proc_tolower((utf8proc_int32_t)c));
    }
    return true;
}

/* Letters of the domain, whether it was written in them or as xn--; as it is when that is no domain. */
static void put_domain(struct buf *b, struct str domain)
{
    char text[EMAIL_MAX * 4 + 1], *ascii = NULL, *letters = NULL;
    bool plain = str_find(domain, S("xn--"), 0) == SIZE_MAX;

    for (size_t i = 0; i < domain.n; i++)
        plain &= !(domain.p[i] & 0x80);
    if (plain || domain.n >= sizeof text) {
        buf_put(b, domain);
        return;
    }
    memcpy(text, domain.p, domain.n);
    text[domain.n] = 0;
    bool known = idn2_to_ascii_8z(text, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) == IDN2_OK &&
                 idn2_to_unicode_8z8z(ascii, &letters, 0) == IDN2_OK;
    buf_put(b, known ? str_of(letters) : domain);
    idn2_free(ascii);
    idn2_free(letters);
}

/* "ann"@x.org is ann@x.org; other quoted local parts stay quoted. */
static struct str unquoted(struct str local)
{
    if (local.n < 3 || local.p[0] != '"' || local.p[local.n - 1] != '"')
        return local;
    struct str inner = { local.p + 1, local.n - 2 };
    for (size_t i = 0; i < inner.n; i++)
        if (strchr(" \"\\(),:;<>@[]", inner.p[i]) ||
            (inner.p[i] == '.' && (!i || i + 1 == inner.n || inner.p[i - 1] == '.')))
            return local;
    return inner;
}

/* White space is no part of an address, but of a quoted local part. */
static enum rc put_parts(struct str s, size_t at, struct buf *ret, struct err *e)
{
    auto_buf   lower = buf_of(EMAIL_MAX * 4), domain = buf_of(EMAIL_MAX * 4);
    struct str local = unquoted(str_head(s, at));
    bool       quoted = local.n > 2 && local.p[0] == '"' && local.p[local.n - 1] == '"';

    if (!put_lower(&lower, local, quoted) || !put_lower(&domain, str_from(s, at + 1), false))
        return err_set(e, RC_INVALID, "email: white space inside");
    if (!lower.n || !domain.n)
        return err_set(e, RC_INVALID, "email: not one @ with text on both sides");
    if (is_gmail(buf_str(&domain))) {
        put_gmail_local(ret, buf_str(&lower));
        buf_put(ret, S("@gmail.com"));
        return RC_OK;
    }
    buf_put(ret, buf_str(&lower));
    buf_char(ret, '@');
    put_domain(ret, buf_str(&domain));
    return RC_OK;
}

/* The "@" of East Asian keyboards as the one of all. */
static void put_plain_at(struct buf *b, struct str s)
{
    size_t at;

    while ((at = str_find(s, S("＠"), 0)) != SIZE_MAX || (at = str_find(s, S("﹫"), 0)) != SIZE_MAX) {
        buf_put(b, str_head(s, at));
        buf_char(b, '@');
        s = str_from(s, at + 3);
    }
    buf_put(b, s);
}

static enum rc key_once(struct str raw, struct buf *ret, struct err *e)
{
    auto_buf plain = buf_of(EMAIL_RAW_MAX);

    buf_clear(ret);
    if (raw.n && !memchr(raw.p, '@', raw.n))
        put_plain_at(&plain, raw);
    struct str s = address_in(plain.n ? buf_str(&plain) : raw);
    if (s.n == 0 || s.n > EMAIL_MAX)
        return err_set(e, RC_INVALID, "email: %zu bytes", s.n);
    size_t at = last_unquoted(s, '@');
    if (at == SIZE_MAX || at == 0 || at == s.n - 1 || last_unquoted(str_head(s, at), '@') != SIZE_MAX)
        return err_set(e, RC_INVALID, "email: not one @ with text on both sides");
    return put_parts(s, at, ret, e);
}

/* Again until nothing changes: "mailto:mailto:ann@x.org" hides an address, and "m.ailto:ann@gmail.com" becomes one that does. */
enum rc email_key(struct arena *a, struct str raw, struct str *ret_key, struct err *e)
{
    auto_buf key = buf_of(EMAIL_MAX * 8), next = buf_of(EMAIL_MAX * 8);

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

struct str email_local(struct str key) { return str_head(key, size_min(last_unquoted(key, '@'), key.n)); }

struct str email_domain(struct str key)
{
    size_t at = last_unquoted(key, '@');
    return at == SIZE_MAX ? S("") : str_from(key, at + 1);
}

struct str email_ascii(struct arena *a, struct str key)
{
    char      *ascii = NULL;
    struct str domain = email_domain(key), all = key;

    if (domain.n && idn2_to_ascii_8z(str_copy(a, domain).p, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) == IDN2_OK)
        all = str_join(a, email_local(key), S("@"), str_of(ascii));
    idn2_free(ascii);
    return all;
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
        if (local.n && local.p[0] == roles[i][0] && str_is(local, roles[i])) /* one byte first: most differ there */
            return true;
    return false;
}
