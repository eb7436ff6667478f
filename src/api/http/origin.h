/* api/http/origin.h - where a request comes from, in words for people: what sessions and the audit log show.
 *
 * The device is what User-Agent says, reduced to browser and system, so nobody is told apart by it; it may be a lie.  The address is
 * as limits see it: all of IPv4, of IPv6 the /64 that one household has. */
#pragma once
#include "api/http/api.h"
#include "store/account/audit.h"
#include "store/account/users.h"

enum { DEVICE_MAX = 60 };

/* "Firefox on Linux", "curl"; "" when it says nothing. */
struct str origin_device(struct arena *a, struct str user_agent);
/* "192.0.2.7", "2001:db8:1:2::/64"; "" when it is not known. */
struct str origin_address(struct arena *a, const struct address *from);
/* device, address and idle_until_ms of a session that is used by this request. */
void origin_of(struct req *r, struct session *to);

/* A row of the audit log: what this request's user does; in the request's transaction. */
enum rc req_audit(struct req *r, enum audit_what what, struct str detail, struct err *e) must_use;
/* The same for somebody who is not logged in yet, or not let in. */
enum rc req_audit_of(struct req *r, const struct user *u, enum audit_what what, struct str detail,
                     struct err *e) must_use;
