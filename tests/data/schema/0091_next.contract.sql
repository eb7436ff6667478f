-- tests/data/schema/0091_next.contract.sql - and what it takes away when nobody needs it any more.
drop index cards_by_uid;
