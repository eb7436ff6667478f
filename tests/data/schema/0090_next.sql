-- tests/data/schema/0090_next.sql - a change as a later release might bring it: compiled into kith-next, for tests/spec/schema.py.
-- backfill: update cards set name_length = length(name) where account_id = $1 and id in (select id from cards where account_id = $1 and name_length = -1 limit 100)
-- index: cards_by_length on cards (account_id, name_length)
alter table cards add column name_length bigint not null default -1;
