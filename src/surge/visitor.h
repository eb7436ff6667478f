/* surge/visitor.h - somebody who is doing something: a browser and a place in a story.  The inside of people.c and newcomer.c. */
#pragma once
#include "surge/run.h"

struct visitor {
    struct run          *run;
    struct client        client;
    struct account_made *account; /* NULL for visitors */
    enum arrival         what;
    int                  step, turn;
    int64_t              due_us;      /* when this person came */
    int64_t              uploaded_us; /* when the newest upload was answered */
    bool                 returning;
    size_t               part, asset;
    char                 import[16], card[16];
    char                 body[400];  /* of the request under way */
    struct visitor      *next, *all; /* of those free; of everybody */
};

void visitor_leave(struct visitor *p, bool hang_up);
/* true: it was no answer to go on from; the person has left and what failed is counted. */
bool visitor_refused(struct visitor *p, const struct answer *a);
void visitor_fail(struct visitor *p, enum fault why);
/* path in the manner of printf; p->body is sent when with_body. */
void visitor_ask(struct visitor *p, enum deed deed, const char *method, int64_t due_us, bool with_body,
                 const char *path, ...) printf_like(6, 7);
void visitor_wear(struct client *c, const struct account_made *a); /* cookie, token, address */

/* newcomer.c */
void newcomer_begin(struct visitor *p);
void newcomer_step(struct visitor *p, const struct answer *a);
int  newcomer_credentials(char *to, size_t size, const struct account_made *a);
