/* fleet/role.h - what this host does when several share one database (setting `role`).
 *
 *   all     everything: the usual installation
 *   http    answers people.  Its agent keeps only the workers that serve a channel (passwords) and claims nothing
 *   agent   claims and works.  It has no address, unless `listen` was set: then one http process answers /healthz, /readyz and
 *           /metrics there, and nothing else
 * Every host has a data folder, and its lock, of its own; what hosts share is in the database.  An embedded database is a file of one
 * host, which then does everything. */
#pragma once
#include "fleet/fleet.h"

enum rc role_check(const struct conf *conf, struct err *e) must_use; /* INVALID: a role that needs PostgreSQL */
bool    role_listens(const struct conf *conf);
bool    role_claims(const struct conf *conf);
int64_t role_http_processes(const struct conf *conf);
/* The kinds of workers this host keeps, as many as the fleet has at most; how many. */
size_t role_workers(const struct conf *conf, const struct fleet *fleet, const struct worker **ret);
