-- One row: its lock makes versions dense and in commit order over all replicas.
create table policy_version (
    id      smallint primary key check (id = 1),
    version bigint not null check (version >= 0)
);
insert into policy_version (id, version) values (1, 0);

-- As it stands.
create table policy (
    name       varchar(63) primary key,
    precedence integer     not null check (precedence >= 0),
    revision   bigint      not null check (revision >= 1),
    document   text        not null check (document is json object),
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint policy_precedence_unique unique (precedence)
);

-- Everything that ever was; document is null where the policy was retired.
create table policy_revision (
    version    bigint primary key,
    name       varchar(63) not null,
    revision   bigint      not null check (revision >= 1),
    document   text check (document is json object),
    author     text,
    written_at timestamptz not null,
    constraint policy_revision_unique unique (name, revision)
);

-- Not yet on the topic; payload is null for a tombstone.
create table outbox (
    version    bigint primary key,
    record_key varchar(63) not null,
    payload    bytea,
    written_at timestamptz not null
);

-- One row: who holds its lock is the one that publishes.
create table outbox_relay (
    id smallint primary key check (id = 1)
);
insert into outbox_relay (id) values (1);

create table idempotency_key (
    idempotency_key varchar(255) primary key,
    name            varchar(63) not null,
    revision        bigint      not null,
    written_at      timestamptz not null,
    foreign key (name, revision) references policy_revision (name, revision)
);
create index idempotency_key_written_at on idempotency_key (written_at);
