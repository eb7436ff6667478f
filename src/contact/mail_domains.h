/* contact/mail_domains.h - what the domain of a mail address says. */
#pragma once
#include "base/str.h"

/* Gives mailboxes to everybody (free mail, internet providers, telephone companies): says nothing about an employer. */
bool mail_domain_is_public(struct str domain);
/* The country of the top-level domain; "" for generic ones, and for those sold as words (.io .co .tv .me .ai ...). */
struct str mail_domain_country(struct str domain);
/* "Acme Widgets" of "mail.acme-widgets.co.uk"; "" for public mail and bare suffixes. */
struct str mail_domain_company(struct arena *a, struct str domain);
