/* contact/company.h - names of companies as keys.
 *
 * "ACME Widgets GmbH & Co. KG", "Acme Widgets Ltd" and "acme-widgets" share "acmewidgets": folded, legal forms of the
 * main languages dropped from the end (and "the" etc. from the start), then only letters and digits.  A name that is
 * nothing but a legal form keeps it.  Output lives in the arena. */
#pragma once
#include "base/str.h"

struct str company_key(struct arena *a, struct str name); /* empty when there are no letters or digits */
/* The label a company owns in a domain, comparable with company_key(): "mail.acme-widgets.co.uk" -> "acmewidgets".
 * Empty for a bare public suffix. */
struct str company_label(struct arena *a, struct str domain);
/* The registered part: "mail.acme-widgets.co.uk" -> "acme-widgets.co.uk".  Borrowed. */
struct str company_site(struct str domain);
