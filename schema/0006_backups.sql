-- schema/0006_backups.sql - the backups of the schedule (setting `backup`), one row for each time it names: what was made, or why not.
--
-- No account data.  The row is also the claim: of several agents one makes it, and tries again an hour after it failed.

create table backups (
    due_ms     bigint primary key,
    host       text   not null,
    began_ms   bigint not null,
    alive_ms   bigint not null,                -- renewed while it is made
    done_ms    bigint not null default 0,      -- 0: not yet
    bytes      bigint not null default 0,
    row_count  bigint not null default 0,
    file       text   not null default '',     -- '': rotated away, or of the house this one was restored from
    why        text   not null default ''      -- what was the matter the last time
) /*sqlite: strict */;
