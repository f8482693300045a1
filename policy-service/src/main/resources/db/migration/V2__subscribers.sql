-- What policies had alone becomes one mechanism for every topic: versions, outbox, relay, keys of creations.

-- A row's lock makes the versions of its topic dense and in commit order over all replicas.
create table topic_version (
    topic   varchar(63) primary key,
    version bigint not null check (version >= 0)
);
insert into topic_version (topic, version) select 'policies', version from policy_version;
insert into topic_version (topic, version) values ('subscribers', 0);
drop table policy_version;

alter table outbox add column topic varchar(63);
update outbox set topic = 'policies';
alter table outbox
    alter column topic set not null,
    alter column record_key type text,
    drop constraint outbox_pkey,
    add primary key (topic, version);

-- A row per topic: who holds its lock is the one that publishes there.
drop table outbox_relay;
create table outbox_relay (
    topic varchar(63) primary key
);
insert into outbox_relay (topic) values ('policies'), ('subscribers');

-- What was created under a key, as it was then.
alter table idempotency_key
    drop constraint idempotency_key_name_revision_fkey,
    drop constraint idempotency_key_pkey,
    add column topic varchar(63),
    add column document text check (document is json object),
    alter column name type text;
update idempotency_key k
set topic = 'policies', document = r.document
from policy_revision r
where r.name = k.name and r.revision = k.revision;
alter table idempotency_key
    alter column topic set not null,
    alter column document set not null,
    add primary key (topic, idempotency_key);

-- Profiles of mobile nodes as they stand. The revision is the version of the set that wrote it: none is ever used twice.
create table subscriber (
    mobile_node text collate "C" primary key,
    revision    bigint      not null check (revision >= 1),
    document    text        not null check (document is json object),
    created_at  timestamptz not null,
    updated_at  timestamptz not null
);

-- An interface is one mobile node's.
create table subscriber_link_layer_identifier (
    link_layer_identifier bytea primary key,
    mobile_node           text collate "C" not null references subscriber on delete cascade
);
create index subscriber_link_layer_identifier_node on subscriber_link_layer_identifier (mobile_node);

-- A static prefix is one mobile node's, and so is everything in it.
create table subscriber_prefix (
    prefix      cidr not null check (family(prefix) = 6),
    mobile_node text collate "C" not null references subscriber on delete cascade,
    exclude using gist (prefix inet_ops with &&)
);
create index subscriber_prefix_node on subscriber_prefix (mobile_node);
