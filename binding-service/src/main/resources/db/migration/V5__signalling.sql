-- What the anchor and its gateways say to each other beside registration (RFC 7077, 7864, 5846, 5847). Messages are written with the
-- entries that wait for them; whoever sends or repeats one takes its row with SKIP LOCKED.

-- RFC 5847 section 3.2: another value means that sessions were lost. They live in this database, so it is the time the anchor was made in.
ALTER TABLE anchor ADD COLUMN restart_counter bigint NOT NULL DEFAULT floor(extract(epoch FROM now()))::bigint;

-- Blocks of temporal prefixes (draft-park): whose gateway. None: a pool of permanent prefixes.
ALTER TABLE prefix_pool ADD COLUMN proxy_care_of_address inet CHECK (family(proxy_care_of_address) = 6);

ALTER TABLE binding_cache_entry
    ADD COLUMN accepted_at        timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN link_local_address inet,
    ADD COLUMN service_selection  text,
    ADD COLUMN prefix_kind        text NOT NULL DEFAULT 'PERMANENT' CHECK (prefix_kind IN ('PERMANENT', 'TEMPORAL')),
    -- flow_mobile_prefixes and revocation of the contract's BindingCacheEntry; none: the usual case.
    ADD COLUMN signalling         bytea,
    -- When the first hold time of a flow-mobile prefix ends. timer_at is never after it.
    ADD COLUMN hold_until         timestamptz;

-- A peer: what is known of a gateway beside its bindings.
CREATE TABLE gateway (
    anchor                integer NOT NULL REFERENCES anchor,
    proxy_care_of_address inet    NOT NULL CHECK (family(proxy_care_of_address) = 6),
    -- Signalling takes the way of the traffic: its end is the end of forwarding.
    on_the_wire           boolean NOT NULL DEFAULT false,
    -- Of the next message; random at first (RFC 7077 section 4.1).
    next_sequence         integer NOT NULL DEFAULT floor(random() * 65536)::integer
                                  CHECK (next_sequence BETWEEN 0 AND 65535),
    restart_counter       bigint,
    -- When it said so.
    counted_at            timestamptz,
    heartbeat_sequence    bigint  NOT NULL DEFAULT 0,
    heartbeat_unanswered  boolean NOT NULL DEFAULT false,
    missing_heartbeats    integer NOT NULL DEFAULT 0,
    reachable             boolean NOT NULL DEFAULT true,
    heartbeat_at          timestamptz,
    -- Names of MessageKind: what it has answered, and what it answered with a Binding Error.
    known_messages        text[]  NOT NULL DEFAULT '{}',
    unknown_messages      text[]  NOT NULL DEFAULT '{}',
    -- Bindings accepted before it are invalid (INVALIDATE) or revoked (REMOVE) and go from lost_from on; none: all are good.
    lost_before           timestamptz,
    lost_bindings         text CHECK (lost_bindings IN ('INVALIDATE', 'REMOVE')),
    lost_from             timestamptz,
    PRIMARY KEY (anchor, proxy_care_of_address),
    CHECK ((lost_before IS NULL) = (lost_bindings IS NULL) AND (lost_before IS NULL) = (lost_from IS NULL))
);
CREATE INDEX gateway_heartbeat ON gateway (heartbeat_at, anchor) WHERE heartbeat_at IS NOT NULL;
CREATE INDEX gateway_lost ON gateway (lost_from, anchor) WHERE lost_from IS NOT NULL;

-- Messages a gateway has not answered. One of a kind per gateway and mobile node, or per gateway where there is no mobile node.
CREATE TABLE gateway_message (
    message               bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    anchor                integer NOT NULL,
    proxy_care_of_address inet    NOT NULL,
    kind                  text    NOT NULL
        CHECK (kind IN ('UPDATE_NOTIFICATION', 'BINDING_REVOCATION_INDICATION', 'HEARTBEAT')),
    sequence_number       bigint  NOT NULL CHECK (sequence_number BETWEEN 0 AND 4294967295),
    mobile_node           text COLLATE "C",
    revocation_trigger    integer,
    binding_identifiers   integer[] NOT NULL DEFAULT '{}',
    on_link_prefixes      cidr[]  NOT NULL DEFAULT '{}',
    off_link_prefixes     cidr[]  NOT NULL DEFAULT '{}',
    -- How often it is to have gone, and how often it went.
    transmissions         integer NOT NULL DEFAULT 1 CHECK (transmissions >= 1),
    sent                  integer NOT NULL DEFAULT 0 CHECK (sent <= transmissions),
    due_at                timestamptz NOT NULL,
    UNIQUE NULLS NOT DISTINCT (proxy_care_of_address, mobile_node, kind, anchor),
    UNIQUE (proxy_care_of_address, sequence_number, kind, anchor),
    CHECK ((kind = 'BINDING_REVOCATION_INDICATION') = (revocation_trigger IS NOT NULL))
);
CREATE INDEX gateway_message_due ON gateway_message (due_at, anchor);
CREATE INDEX gateway_message_unsent ON gateway_message (proxy_care_of_address, anchor) WHERE sent < transmissions;
CREATE INDEX gateway_message_mobile_node ON gateway_message (mobile_node, anchor);
