/* ops/findings.h - a list of things that were checked: each fine, to be minded, or broken, with advice; shown as text or JSON.
 *
 * `kith doctor` and `kith scale launch` make one.  Texts are borrowed: they live as long as the arena. */
#pragma once
#include "base/json.h"
#include "base/vec.h"

enum health { FINE, MIND, BROKEN };
struct finding {
    enum health health;
    const char *what;
    struct str  text, advice; /* advice: "" when there is nothing to do */
};
struct findings {
    VEC(struct finding) list;
};

void findings_add(struct findings *f, struct arena *a, enum health h, const char *what, struct str text,
                  struct str advice);
/* A line each to stdout, and one more for advice. */
void findings_print(const struct findings *f);
/* Objects {what, health, text, advice} into an array that is open. */
void findings_write(const struct findings *f, struct json_out *o);
/* The first that is broken; NULL when none is. */
const struct finding *findings_broken(const struct findings *f);
