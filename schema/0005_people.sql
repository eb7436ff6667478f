-- schema/0005_people.sql - who came in, from where, with which rights, and what they did.

-- A session knows where it was used last, and ends by itself when it is not used.  A token may do only what its scope says (bits of
-- store/account/sessions.h); one that was made before there were scopes keeps all it could do.
alter table sessions add column scope      bigint not null default 15;
alter table sessions add column device     text   not null default '';   -- "Firefox on Linux"
alter table sessions add column address    text   not null default '';   -- IPv4, or the /64 of IPv6
alter table sessions add column idle_until_ms bigint not null default 0; -- moves with seen_ms; 0 = no idle end

-- The second factor of a person (RFC 6238).  Its secret must be read to compute with: it is no hash.
create table second_factors (
    account_id    bigint not null,
    user_id       bigint not null,
    secret        bytea  not null,
    made_ms       bigint not null,
    on_ms         bigint not null default 0,      -- 0: being set up, asked of nobody yet
    last_step     bigint not null default 0,      -- of time, the last one that was accepted: none is accepted twice
    tries         bigint not null default 0,      -- wrong codes since the last right one
    again_ms      bigint not null default 0,      -- no code is looked at before
    primary key (account_id, user_id)
) /*sqlite: strict, without rowid */;

-- Codes for who lost the device, each good for once: a row that is used goes.
create table recovery_codes (
    account_id    bigint not null,
    user_id       bigint not null,
    code_hash     bytea  not null,
    primary key (account_id, user_id, code_hash)
) /*sqlite: strict, without rowid */;

-- What a person did that they or an operator may want to know of later (store/account/audit.h).  id tells when.  Account 0 is the
-- installation itself.
create table audit (
    account_id    bigint not null,
    id            bigint not null,
    user_id       bigint not null,                -- 0: the command line of the server
    what          text   not null,
    detail        text   not null default '',     -- name of a token, format of an export: never a secret
    device        text   not null default '',
    address       text   not null default '',
    times         bigint not null default 1,      -- the same again within the hour
    last_ms       bigint not null,
    keep_until_ms bigint not null,
    primary key (account_id, id)
) /*sqlite: strict, without rowid */;
create index audit_by_time on audit (id);         -- the whole installation, for its operators

/*sqlite:
insert into sqlite_stat1 (tbl, idx, stat) values
    ('second_factors', 'second_factors', '1000 1 1'),
    ('recovery_codes', 'recovery_codes', '5000 10 10 1'),
    ('audit', 'audit', '100000 200 1'),
    ('audit', 'audit_by_time', '100000 1');
analyze sqlite_schema;
*/
