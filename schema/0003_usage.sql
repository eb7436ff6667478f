-- schema/0003_usage.sql - what an account holds, kept by whoever writes (store/account/usage.h); tokens of an account found without its sessions.

create table usage (
    account_id     bigint primary key,
    cards          bigint not null default 0,     -- rows of cards, in any state
    card_bytes     bigint not null default 0,     -- their texts
    history_bytes  bigint not null default 0,     -- texts in the journal
    original_bytes bigint not null default 0,     -- records and records_before: original and base_json
    photo_bytes    bigint not null default 0,     -- blobs
    upload_bytes   bigint not null default 0,     -- files of imports
    counted_ms     bigint not null default 0      -- when all was counted, as the numbers above are differences; 0: not yet
) /*sqlite: strict */;

-- Cards of a chunk that meet a changed one of ours: their remote keys, merged by workers in rounds (work/import_merges.h); '' = none.
alter table import_chunks add column waits_json text not null default '';

-- Cards that show, or in their history showed, a picture: it goes with the last of them (store/cards/blobs.h).
create table card_blobs (
    account_id    bigint not null,
    card_id       bigint not null,
    blob_id       text   not null,
    primary key (account_id, card_id, blob_id)
) /*sqlite: strict, without rowid */;
create index card_blobs_by_blob on card_blobs (account_id, blob_id);
alter table blobs add column known bigint not null default 0;   -- 1: all cards that show it are in card_blobs

create index sessions_by_kind on sessions (account_id, kind, id);

/*sqlite:
insert into sqlite_stat1 (tbl, idx, stat) values
    ('card_blobs', 'card_blobs', '100000 5000 2 1'),
    ('card_blobs', 'card_blobs_by_blob', '100000 5000 2'),
    ('sessions', 'sessions_by_kind', '5000 5 3 1');
analyze sqlite_schema;
*/
