-- schema/0004_invitations.sql - who was asked to sign up (store/installation/invitations.h).

-- No account data: nobody has an account yet.  One invitation an address; a newer one takes its place.
create table invitations (
    email_key     text   primary key,
    code_hash     bytea  not null,                -- keyed hash: the table opens no door
    created_ms    bigint not null,
    expires_ms    bigint not null
) /*sqlite: strict, without rowid */;
create index invitations_by_end on invitations (expires_ms);   -- the few that ran out go when the next one is made
