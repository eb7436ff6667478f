-- schema/0001_init.sql - the tables of Kith.
--
-- One text for SQLite and PostgreSQL: io/sql reads it in PostgreSQL's words; the SQLite driver maps bigint and
-- bytea to its own types and opens the comments that begin with "sqlite:".
-- account_id leads every primary key and every index of account data: tenant isolation, and the key Citus
-- distributes by.  Ids are made by the application (base/rand.h).  Times are Unix milliseconds, ending in _ms.
-- Texts ending in _json hold JSON.  Forward only: a released file is never edited.

-- ---- who ----

create table accounts (
    account_id    bigint primary key,
    name          text   not null,
    created_ms    bigint not null,
    journal_seq   bigint not null default 0,      -- last number given in this account's journal
    settings_json text   not null default '{}'    -- default country, name order, merge policy ...
) /*sqlite: strict */;

create table users (
    account_id    bigint not null,
    id            bigint not null,
    email         text   not null,                -- as typed
    name          text   not null default '',
    password_hash text   not null,                -- argon2id, libsodium's text form; '' = none yet
    role          text   not null default 'owner',
    created_ms    bigint not null,
    primary key (account_id, id)
) /*sqlite: strict, without rowid */;

-- The one table that is not account data: from an e-mail key to the account that may log in with it.
create table logins (
    email_key     text   primary key,
    account_id    bigint not null,
    user_id       bigint not null
) /*sqlite: strict, without rowid */;
create index logins_by_account on logins (account_id);

-- Browser sessions and API tokens.  The text given out starts with the account id, so looking it up stays
-- inside one account; only a keyed hash of the secret part is stored.
create table sessions (
    account_id    bigint not null,
    secret_hash   bytea  not null,
    id            bigint not null,                -- names the row in lists; opens nothing
    user_id       bigint not null,
    kind          bigint not null,                -- 0 browser, 1 token
    name          text   not null default '',     -- what the user called a token
    csrf          text   not null default '',
    created_ms    bigint not null,
    seen_ms       bigint not null,
    expires_ms    bigint not null,                -- 0 = never
    primary key (account_id, secret_hash)
) /*sqlite: strict, without rowid */;

-- Answers kept for Idempotency-Key, a day long.
create table idempotency (
    account_id    bigint not null,
    idem_key      text   not null,
    request_hash  bigint not null,
    status        bigint not null,                -- 0 = still being answered
    body          text   not null,
    created_ms    bigint not null,
    primary key (account_id, idem_key)
) /*sqlite: strict, without rowid */;

-- ---- what they know ----

create table books (
    account_id    bigint not null,
    id            bigint not null,
    name          text   not null,
    is_default    bigint not null default 0,
    created_ms    bigint not null,
    primary key (account_id, id)
) /*sqlite: strict, without rowid */;

-- A visible person or organisation.  card_json is JSContact (RFC 9553) text; photos are in blobs.
-- state: 0 live, 1 in the trash, 2 merged into another card (merged_into), its text kept as it was.
create table cards (
    account_id    bigint not null,
    id            bigint not null,
    book_id       bigint not null,
    uid           text   not null,
    state         bigint not null default 0,
    merged_into   bigint not null default 0,
    seq           bigint not null,                -- journal number of its last change; the ETag
    created_ms    bigint not null,
    updated_ms    bigint not null,
    deleted_ms    bigint not null default 0,
    sort_key      text   not null,                -- folded name, family first when there is one
    name          text   not null,                -- what a list shows
    company       text   not null default '',
    match_keys    bytea  not null,                -- its rows in keys, 8 bytes each: known without an index from card to keys
    card_json     text   not null,
    primary key (account_id, id)
) /*sqlite: strict */;
create index cards_by_name    on cards (account_id, state, sort_key, id);
create index cards_by_seq     on cards (account_id, state, seq);          -- the order of updated_ms
create index cards_by_company on cards (account_id, state, company, id);
create index cards_by_uid     on cards (account_id, uid);
create index cards_by_winner  on cards (account_id, merged_into) where merged_into <> 0;

-- Where a card came from: one row per source record.  merge moves it to the surviving card, undo moves it back.
-- original is what the source gave, byte for byte; base_json what it meant when last seen (for three-way merges).
create table records (
    account_id    bigint not null,
    source_id     bigint not null,
    remote_key    text   not null,                -- the source's own id: UID, resourceName; else content fingerprint
    card_id       bigint not null,                -- the card that shows it now
    home_card_id  bigint not null,                -- the card it was made as; never changes
    fingerprint   bigint not null,                -- hash of the original
    format        text   not null,                -- vcard | csv | jscontact
    base_json     text   not null default '',     -- '' = same as the card as first imported, see journal
    original      bytea  not null,
    seen_ms       bigint not null,
    primary key (account_id, source_id, remote_key)
) /*sqlite: strict */;
create index records_by_card on records (account_id, card_id);
create index records_by_home on records (account_id, home_card_id) where home_card_id <> card_id;

-- A record as it was before a batch replaced it: what the undo of that batch puts back.
create table records_before (
    account_id    bigint not null,
    home_card_id  bigint not null,
    batch_id      bigint not null,
    source_id     bigint not null,
    remote_key    text   not null,
    fingerprint   bigint not null,
    format        text   not null,
    base_json     text   not null,
    original      bytea  not null,
    seen_ms       bigint not null,
    primary key (account_id, home_card_id, batch_id, source_id, remote_key)
) /*sqlite: strict */;

-- A source of records: a file export of one program now; an account at Google or Exchange later.
create table sources (
    account_id    bigint not null,
    id            bigint not null,
    kind          text   not null,                -- file | google | graph | ews | carddav
    name          text   not null,                -- "iPhone", "Gmail" ...
    created_ms    bigint not null,
    cursor        text   not null default '',
    primary key (account_id, id)
) /*sqlite: strict, without rowid */;

-- Large or binary values of cards (photos), by content.
create table blobs (
    account_id    bigint not null,
    id            text   not null,                -- 32 hex digits: BLAKE2b-128 of type and bytes
    media_type    text   not null,
    bytes         bytea  not null,
    created_ms    bigint not null,
    primary key (account_id, id)
) /*sqlite: strict */;

-- Tags (JSContact keywords) of live cards, for filters and counts.
create table tags (
    account_id    bigint not null,
    tag           text   not null,
    card_id       bigint not null,
    primary key (account_id, tag, card_id)
) /*sqlite: strict, without rowid */;

-- ---- what happened ----

-- Every change of an account takes the next number.  prev_json is the card before the change ('' at creation),
-- so any card, or the whole book, can be shown or restored as of any number.
create table journal (
    account_id    bigint not null,
    seq           bigint not null,
    at_ms         bigint not null,
    card_id       bigint not null,
    op            text   not null,                -- create update delete restore merge unmerge
    actor         text   not null,                -- user:<id> | import:<id> | merge:<id> | rule:<name> | undo:<id>
    batch_id      bigint not null default 0,      -- import or merge or restore this belongs to: undone as one
    prev_state    bigint not null default 0,
    prev_book_id  bigint not null default 0,
    prev_merged_into bigint not null default 0,
    prev_json     text   not null default '',
    primary key (account_id, seq)
) /*sqlite: strict, without rowid */;
create index journal_by_card  on journal (account_id, card_id, seq);
create index journal_by_batch on journal (account_id, batch_id, card_id, seq) where batch_id <> 0;

-- Going back, worked off in slices by KIND_UNDO: a batch (batch_id), or the whole book to a moment (to_seq).
create table undos (
    account_id    bigint not null,
    id            bigint not null,                -- also the batch_id of what it changes
    batch_id      bigint not null default 0,      -- 0: to a moment
    to_seq        bigint not null default 0,
    from_seq      bigint not null,                -- last number when it was asked for: later changes are not touched
    after_card    bigint not null default 0,      -- where the next slice begins
    phase         bigint not null default 0,
    done          bigint not null default 0,
    total         bigint not null default 0,
    actor         text   not null,
    created_ms    bigint not null,
    finished_ms   bigint not null default 0,
    primary key (account_id, id)
) /*sqlite: strict, without rowid */;
create index undos_by_batch on undos (account_id, batch_id);

create table imports (
    account_id    bigint not null,
    id            bigint not null,
    source_id     bigint not null default 0,
    book_id       bigint not null default 0,
    file_name     text   not null,
    file_blob     text   not null,                -- key in io/blob, the upload as it came
    content_blob  text   not null default '',     -- UTF-8 text the chunks point into; '' = file_blob
    bytes         bigint not null,
    state         text   not null,                -- uploaded scanning ready running done undoing undone failed
    options_json  text   not null default '{}',   -- mode, column mapping, country
    summary_json  text   not null default '{}',   -- format, counts, first errors, preview
    chunks        bigint not null default 0,
    chunks_done   bigint not null default 0,
    created       bigint not null default 0,      -- cards
    updated       bigint not null default 0,
    skipped       bigint not null default 0,
    failed        bigint not null default 0,
    created_ms    bigint not null,
    finished_ms   bigint not null default 0,
    primary key (account_id, id)
) /*sqlite: strict, without rowid */;

create table import_chunks (
    account_id    bigint not null,
    id            bigint not null,                -- the subject of an import job
    import_id     bigint not null,
    no            bigint not null,
    start_byte    bigint not null,
    bytes         bigint not null,
    first_line    bigint not null,
    state         bigint not null default 0,      -- 0 waiting, 1 done
    errors_json   text   not null default '[]',   -- per card: line, message
    primary key (account_id, id)
) /*sqlite: strict, without rowid */;
create index import_chunks_by_import on import_chunks (account_id, import_id, no);

-- ---- who is the same, what else is known ----

-- Inverted index of match keys of live cards; key_hash = hash of kind and value (contact/keys.h).
create table keys (
    account_id    bigint not null,
    key_hash      bigint not null,
    card_id       bigint not null,
    primary key (account_id, key_hash, card_id)
) /*sqlite: strict, without rowid */;

-- Pairs that were compared and are worth keeping.  low_id < high_id.
create table pairs (
    account_id    bigint not null,
    low_id        bigint not null,
    high_id       bigint not null,
    state         text   not null,                -- suggested | merged | different (never the same)
    score         bigint not null,                -- centibits, see match/score.h
    evidence_json text   not null default '[]',
    decided_by    text   not null default '',
    at_ms         bigint not null,
    primary key (account_id, low_id, high_id)
) /*sqlite: strict, without rowid */;
create index pairs_by_state on pairs (account_id, state, score);
create index pairs_by_high  on pairs (account_id, high_id);

create table merges (
    account_id    bigint not null,
    id            bigint not null,                -- also the batch_id in the journal
    winner_id     bigint not null,                -- the card that stays visible
    loser_id      bigint not null,
    winner_seq    bigint not null,                -- journal number the merge gave the winner
    choices_json  text   not null default '{}',
    actor         text   not null,
    at_ms         bigint not null,
    undone_ms     bigint not null default 0,      -- kept in step with the loser's merged_into by store/cards/cards.c
    primary key (account_id, id)
) /*sqlite: strict, without rowid */;
create index merges_by_winner on merges (account_id, winner_id);
create index merges_by_loser  on merges (account_id, loser_id);

-- What enrichment found, one row a card: [{field, value, rule, confidence, from, state}], state = proposed, accepted,
-- rejected.  rejected stays, so a rule refused once is never proposed again.
create table facts (
    account_id    bigint not null,
    card_id       bigint not null,
    facts_json    text   not null,
    at_ms         bigint not null,
    primary key (account_id, card_id)
) /*sqlite: strict, without rowid */;

-- Values of facts that are not rejected, of live cards: counts without reading every card's facts.
create table facets (
    account_id    bigint not null,
    field         text   not null,
    value         text   not null,
    card_id       bigint not null,
    primary key (account_id, field, value, card_id)
) /*sqlite: strict, without rowid */;

-- ---- work ----

-- At most one row per (account, kind, subject).  state: 0 ready, 1 claimed.  A change that arrives while its
-- job runs sets again = 1, and completion makes the row ready anew instead of deleting it.
-- id and attempt fence a completion: both must still be what the claim saw.  id tells when it was queued.
create table job_ready (
    account_id    bigint not null,
    kind          bigint not null,
    subject       bigint not null,
    id            bigint not null,
    prio          bigint not null default 5,      -- 1 interactive ... 9 bulk
    state         bigint not null default 0,
    again         bigint not null default 0,
    attempt       bigint not null default 0,
    agent         bigint not null default 0,      -- incarnation that holds the claim
    primary key (account_id, kind, subject)
) /*sqlite: strict, without rowid */
  /*postgres: with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0) */;
create index job_ready_next    on job_ready (kind, account_id, prio, id) where state = 0;
create index job_ready_claimed on job_ready (agent, account_id, kind, subject) where state = 1;

create table job_later (
    account_id    bigint not null,
    kind          bigint not null,
    subject       bigint not null,
    run_at_ms     bigint not null,
    prio          bigint not null default 5,
    attempt       bigint not null default 0,
    why           text   not null default '',
    primary key (account_id, kind, subject)
) /*sqlite: strict, without rowid */;
create index job_later_due on job_later (run_at_ms);

create table job_dead (
    account_id    bigint not null,
    kind          bigint not null,
    subject       bigint not null,
    attempt       bigint not null,
    why           text   not null,
    at_ms         bigint not null,
    primary key (account_id, kind, subject)
) /*sqlite: strict, without rowid */;

-- Agents that are alive: one row each, renewed as one update; jobs of a row that expired are ready again.
create table agents (
    id            bigint primary key,             -- incarnation
    host          text   not null,
    pid           bigint not null,
    lease_until_ms bigint not null
) /*sqlite: strict */;

-- Live settings of the fleet, one row per kind: min and max workers, paused.
create table kinds (
    kind          bigint primary key,
    name          text   not null,
    min_workers   bigint not null,
    max_workers   bigint not null,
    paused        bigint not null default 0
) /*sqlite: strict */;

create table settings (
    name          text   primary key,
    value         text   not null
) /*sqlite: strict, without rowid */;

-- ---- what a planner should know ----

-- PostgreSQL gathers statistics by itself.  SQLite has none, believes that an account has ten rows, and reads all of a journal to
-- find one card's history.  So it is told, once, what a well-filled installation looks like: rows of the index, then rows behind
-- one value of its first column, of its first two ...  tests/spec/statements.py shows what each statement makes of it.
/*sqlite:
analyze;
delete from sqlite_stat1;
insert into sqlite_stat1 (tbl, idx, stat) values
    ('users', 'users', '1000 1 1'),
    ('logins', 'logins_by_account', '1000 1'),
    ('sessions', 'sessions', '5000 5 1'),
    ('idempotency', 'idempotency', '1000 10 1'),
    ('books', 'books', '3000 3 1'),
    ('cards', 'sqlite_autoindex_cards_1', '1000000 50000 1'),
    ('cards', 'cards_by_name', '1000000 50000 25000 2 1'),
    ('cards', 'cards_by_seq', '1000000 50000 25000 1'),
    ('cards', 'cards_by_company', '1000000 50000 25000 20 1'),
    ('cards', 'cards_by_uid', '1000000 50000 1'),
    ('cards', 'cards_by_winner', '100000 5000 2'),
    ('records', 'sqlite_autoindex_records_1', '1000000 50000 10000 1'),
    ('records', 'records_by_card', '1000000 50000 2'),
    ('records', 'records_by_home', '100000 5000 2'),
    ('records_before', 'sqlite_autoindex_records_before_1', '100000 5000 2 1 1 1'),
    ('sources', 'sources', '5000 5 1'),
    ('blobs', 'sqlite_autoindex_blobs_1', '100000 5000 1'),
    ('tags', 'tags', '500000 20000 500 1'),
    ('journal', 'journal', '3000000 150000 1'),
    ('journal', 'journal_by_card', '3000000 150000 3 1'),
    ('journal', 'journal_by_batch', '2000000 100000 5000 1 1'),
    ('undos', 'undos', '100 5 1'),
    ('undos', 'undos_by_batch', '100 5 1'),
    ('imports', 'imports', '1000 10 1'),
    ('import_chunks', 'import_chunks', '20000 500 1'),
    ('import_chunks', 'import_chunks_by_import', '20000 500 50 1'),
    ('keys', 'keys', '6000000 300000 2 1'),
    ('pairs', 'pairs', '500000 20000 2 1'),
    ('pairs', 'pairs_by_state', '500000 20000 7000 50'),
    ('pairs', 'pairs_by_high', '500000 20000 2'),
    ('merges', 'merges', '300000 15000 1'),
    ('merges', 'merges_by_winner', '300000 15000 2'),
    ('merges', 'merges_by_loser', '300000 15000 1'),
    ('facts', 'facts', '1000000 50000 1'),
    ('facets', 'facets', '2000000 100000 40000 500 1'),
    ('job_ready', 'job_ready', '100000 5000 2000 1'),
    ('job_ready', 'job_ready_next', '100000 30000 2000 1000 1'),
    ('job_ready', 'job_ready_claimed', '500 500 50 50 1'),
    ('job_later', 'job_later', '1000 50 20 1'),
    ('job_later', 'job_later_due', '1000 1'),
    ('job_dead', 'job_dead', '1000 50 20 1');
analyze sqlite_schema;
*/
