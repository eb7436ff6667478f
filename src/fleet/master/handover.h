/* fleet/master/handover.h - what one image of the master leaves to the next when it replaces itself by exec.
 *
 * The process stays the same, so its children stay its children, and so do the descriptors named here: the lock of the data
 * folder and the listening socket are never let go for a moment.  The doorbell and the password channel go over as well: http
 * processes of the old binary that still finish requests ring the new agent and ask the new password workers.
 * All this travels in one variable, KITH_HANDOVER (`name=value` words; unknown ones are passed over, so that binaries of
 * different age understand each other), honoured only by the process it was meant for.
 *
 * The image that leaves also hands over a descriptor of its own executable: when the new one cannot come up it runs that
 * again (handover_back), even if the file was overwritten meanwhile. */
#pragma once
#include <sys/types.h>
#include "base/err.h"
#include "base/str.h"
#include "io/shared/metrics.h"

enum { HANDOVER_OLD_MAX = 200, HANDOVER_PATH_MAX = 1024 };

struct handover_child {
    pid_t             pid;
    enum metrics_role role;
};

struct handover {
    bool                  taken;  /* this image came from another one */
    bool                  fallen; /* ... back, because the one between could not come up */
    int                   lock_fd, listen_fd, doorbell_fd, channel[2];
    int                   exe_fd;   /* the image before; -1: none */
    int64_t               tries;    /* upgrades tried since the house was started */
    char                  why[160]; /* fallen: why */
    struct handover_child old[HANDOVER_OLD_MAX];
    size_t                n;
};

/* What this process was left, taken out of the environment; close-on-exec is set again.  Nothing: taken is false. */
void handover_take(struct handover *ret);
/* Becomes the program at `path` (NULL: at h->exe_fd), run as `up` with these words.  Returns only when that is not possible. */
enum rc handover_to(const struct handover *h, const char *path, char **words, struct err *e) must_use;
/* The same, back to the image before, which neither checks nor migrates anything and goes on.  Returns when there is none. */
void handover_back(struct handover *h, char **words, const char *why);

/* For who fails before master_run(): is something left to us?  Then back to the image before. */
bool handover_is_given(void);
void handover_refuse(char **words, const char *why);

/* Path of this process's executable, also when it was replaced or removed since. */
void handover_own_path(char to[HANDOVER_PATH_MAX]);
