-- schema/0002_fleet.sql - the live settings of the fleet, and what it tells of itself.
--
-- None of this is account data.  The tables are small, every agent reads them, and whoever spans accounts (console, kith scale)
-- shows the last value it knows when they cannot be read.

-- What the law of fleet/scale.c is told for each kind, beside min, max and paused.
alter table kinds add column slo_ms  bigint not null default 5000;  -- the oldest job may be this old
alter table kinds add column rho_pct bigint not null default 90;    -- how busy workers should be
alter table kinds add column down_s  bigint not null default 60;    -- nobody is let go earlier than this after the last need
alter table kinds add column weight  bigint not null default 20;    -- share of the CPU when it is short, 1 to 100
alter table kinds add column service text   not null default '';    -- the outside service its units draw on, '' = none

-- How much work an agent's host can do at once: agents divide what is wanted by it.
alter table agents add column slots bigint not null default 1;

-- With state in it, SQLite counts and lists ready jobs from the index alone: five times cheaper.
drop index job_ready_next;
create index job_ready_next on job_ready (kind, account_id, prio, id, state) where state = 0;

-- The urgent lane (store/work/jobs.h): nearly empty, so the first account in it is found at once.
create index job_ready_urgent on job_ready (kind, account_id) where state = 0 and prio < 5;

-- An operator sees the console and sets the scale of the whole installation.
alter table users add column admin bigint not null default 0;

-- "A launch: ten times the usual, for twelve hours."  It ends by itself: nothing has to run for it to be over.
create table launches (
    id            bigint primary key,
    factor        bigint not null,
    starts_ms     bigint not null,
    ends_ms       bigint not null,
    ended_ms      bigint not null default 0,      -- landed earlier by hand
    actor         text   not null,
    plan_json     text   not null default '{}'    -- what was checked and promised when it was begun
) /*sqlite: strict */;

-- Services outside: what they allow in a window, what was drawn from it, and until when they said no (fleet/quota.h).
create table services (
    name            text   primary key,           -- google, microsoft, mapbox, mandrill ...
    limit_calls     bigint not null default 0,    -- in a window; 0 = not known: they say when it is too much
    window_ms       bigint not null default 1000,
    window_start_ms bigint not null default 0,
    used            bigint not null default 0,    -- in the window that began then
    next_us         bigint not null default 0,    -- short windows are paced: up to here the time line is given away
    closed_until_ms bigint not null default 0,
    closed_why      text   not null default '',
    hour_start_ms   bigint not null default 0,    -- calls since then, for what this hour costs
    hour_used       bigint not null default 0,
    span_start_ms   bigint not null default 0,    -- calls of the running and of the last span of ten seconds: the rate
    span_used       bigint not null default 0,
    span_before     bigint not null default 0,
    price_micro     bigint not null default 0,    -- millionths of the currency a call
    raise_note      text   not null default ''    -- how its limit is raised and what that costs, for the operator
) /*sqlite: strict, without rowid */;

-- Work of an account that an operator holds back.  The agent knows all of these rows by heart and steps over those accounts.
create table account_pauses (
    account_id    bigint not null,
    kind          bigint not null,                -- 0 = all kinds
    at_ms         bigint not null,
    primary key (account_id, kind)
) /*sqlite: strict, without rowid */;

-- What each agent does for each kind now; the row dies with the agent's.
create table agent_kinds (
    agent         bigint not null,
    kind          bigint not null,
    target        bigint not null,
    wanted        bigint not null default 0,      -- by the law, whatever this host's processors and memory say
    running       bigint not null,
    busy          bigint not null,
    done          bigint not null default 0,      -- jobs since the agent began
    service_us    bigint not null default 0,      -- a job keeps one worker for so long
    arrived_milli bigint not null default 0,      -- thousandths of a job that arrive in a second
    held_by       text   not null default '',     -- what keeps it from more: fleet/scale.h, '' = nothing
    at_ms         bigint not null,
    primary key (agent, kind)
) /*sqlite: strict, without rowid */;

-- One look at a host a minute, kept for a while: the history of the console.
create table samples (
    at_ms         bigint not null,
    host          text   not null,
    sample_json   text   not null,
    primary key (at_ms, host)
) /*sqlite: strict, without rowid */;

-- ---- uploads ----

-- A file in pieces, so that hosts share nothing but the database (setting `blobs`, src/io/blob_sql.c).
create table files (
    account_id    bigint not null,
    id            bigint not null,
    bytes         bigint not null,                -- -1: still being written, or left by a writer that died
    primary key (account_id, id)
) /*sqlite: strict, without rowid */;
create table file_chunks (
    account_id    bigint not null,
    file_id       bigint not null,
    no            bigint not null,
    bytes         bytea  not null,                -- 256 KiB but for the last
    primary key (account_id, file_id, no)
) /*sqlite: strict */;
