/* Folding, names, companies, e-mails, countries from any bytes: a normal form is its own normal form. */
#include <stdlib.h>
#include "base/utf8.h"
#include "contact/company.h"
#include "contact/email.h"
#include "contact/fold.h"
#include "contact/name.h"
#include "contact/place.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool truth)
{
    if (!truth)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    auto_free(arena) a = arena_new(1 << 14);
    struct str  text = { (const char *)data, n }, once = fold_text(a, text), key, again;
    struct name name;

    must(utf8_valid(once) && str_eq(fold_text(a, once), once));
    fold_alias(a, text);
    struct str bare = fold_bare(a, text);
    must(str_eq(fold_bare(a, bare), bare));
    name_split(a, text, &name);
    must(name.given.n <= n && name.surname.n <= n);
    key = name_key(a, text);
    must(utf8_valid(key));
    company_key(a, text);
    company_label(a, text);
    place_country(a, text);
    if (email_key(a, text, &key, NULL) == RC_OK) {
        must(email_key(a, key, &again, NULL) == RC_OK && str_eq(key, again));
        must(email_local(key).n && email_domain(key).n);
        email_is_role(key);
    }
    return 0;
}
