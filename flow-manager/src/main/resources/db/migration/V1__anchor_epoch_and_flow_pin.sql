-- Addresses are canonical text (RFC 5952).
create table anchor_epoch (
    lma_address text primary key,
    epoch bigint not null check (epoch > 0),
    taken_over_at timestamptz not null
);

create table flow_pin (
    lma_address text not null,
    flow_id text not null check (flow_id ~ '^[0-9a-f]{16}$'),
    source_address text not null,
    destination_address text not null,
    protocol smallint not null check (protocol between 0 and 255),
    source_port integer not null check (source_port between 0 and 65535),
    destination_port integer not null check (destination_port between 0 and 65535),
    access_technology_type smallint not null check (access_technology_type between 0 and 255),
    pinned_at timestamptz not null,
    primary key (lma_address, flow_id)
);
