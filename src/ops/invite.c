/* Makes an invitation at the server and prints its link. */
#include "ops/invite.h"
#include <stdio.h>
#include "contact/email.h"
#include "ops/local.h"
#include "store/installation/invitations.h"
#include "store/installation/moving.h"

enum rc invite(const struct conf *conf, struct arena *a, const char *email, unsigned said, struct err *e)
{
    (void)said;
    auto_house house = { 0 };
    auto_free(sql) db = NULL;
    struct str        key, url = conf->url.n ? conf->url : str_fmt(a, "http://" STR_FMT, STR_ARG(conf->listen));
    struct invitation made;

    TRY(email_sign_up_key(a, str_of(email), &key, e));
    TRY(local_house_open(conf, a, &house, e)); /* brings the schema up to date */
    TRY(local_database(conf, a, &db, e));
    TRY(moving_refuse(db, e));
    TRY(invitations_create(db, a, key, &made, e));
    printf(STR_FMT "%s#invitation=" STR_FMT "\n", STR_ARG(url), str_ends(url, S("/")) ? "" : "/", STR_ARG(made.code));
    fprintf(stderr, "for %s alone, once, for %d days%s\n", email, INVITATION_DAYS,
            conf->sign_up == CONF_SIGN_UP_CLOSED ? "; but sign-up is closed here: set sign-up = invitation" : "");
    return RC_OK;
}
