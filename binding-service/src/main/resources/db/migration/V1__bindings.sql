-- Every table is keyed by anchor. Row locks of the update path are taken in this order: mobile_node (ascending),
-- home_network_prefix (ascending), anchor (last, held only for the last statement and the commit).

CREATE TABLE anchor (
    anchor      integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lma_address inet    NOT NULL UNIQUE CHECK (family(lma_address) = 6 AND masklen(lma_address) = 128),
    partition   integer NOT NULL CHECK (partition >= 0),
    -- Dense, in commit order over all replicas: the version of events, of streams and of the relay.
    version     bigint  NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- What the anchor's agent has applied. Apart from anchor: that row is the busiest of all.
CREATE TABLE anchor_acknowledgement (
    anchor  integer PRIMARY KEY REFERENCES anchor,
    version bigint  NOT NULL
);

CREATE TABLE prefix_pool (
    anchor        integer NOT NULL REFERENCES anchor,
    prefix        cidr    NOT NULL CHECK (family(prefix) = 6),
    prefix_length integer NOT NULL CHECK (prefix_length <= 128),
    capacity      bigint  NOT NULL CHECK (capacity > 0),
    -- Prefixes below it were leased to some replica at some time.
    next_index    bigint  NOT NULL DEFAULT 0 CHECK (next_index BETWEEN 0 AND capacity),
    PRIMARY KEY (anchor, prefix),
    UNIQUE (anchor, prefix, prefix_length),
    CHECK (prefix_length >= masklen(prefix)),
    -- A handful of rows; refused with names at start, and here whatever was done by hand.
    EXCLUDE USING gist (prefix inet_ops WITH &&)
);

-- Runs of free prefixes leased to a replica. A block whose lease is over is taken by anyone. Where two blocks contain a prefix (it
-- was assigned, released and has rested while its first block was not used up), it is the younger one's.
CREATE TABLE prefix_block (
    block        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    anchor       integer     NOT NULL,
    pool         cidr        NOT NULL,
    first_index  bigint      NOT NULL CHECK (first_index >= 0),
    size         bigint      NOT NULL CHECK (size > 0),
    lessee       uuid        NOT NULL,
    leased_until timestamptz NOT NULL,
    FOREIGN KEY (anchor, pool) REFERENCES prefix_pool (anchor, prefix)
);
CREATE INDEX prefix_block_lease ON prefix_block (anchor, leased_until);
CREATE INDEX prefix_block_range ON prefix_block (anchor, pool, first_index);

-- A prefix is assigned to one mobile node: the primary key. cidr has one spelling per prefix; every pool has one length and pools
-- never overlap, so equal keys are the only possible conflict.
CREATE TABLE home_network_prefix (
    anchor           integer NOT NULL,
    prefix           cidr    NOT NULL,
    pool             cidr    NOT NULL,
    prefix_length    integer NOT NULL GENERATED ALWAYS AS (masklen(prefix)) STORED,
    mobile_node      text COLLATE "C" NOT NULL,
    state            text    NOT NULL CHECK (state IN ('ASSIGNED', 'RESTING')),
    released_at      timestamptz,
    -- The anchor must have applied it before another node gets the prefix.
    released_version bigint,
    PRIMARY KEY (anchor, prefix),
    UNIQUE (anchor, prefix, mobile_node),
    FOREIGN KEY (anchor, pool, prefix_length) REFERENCES prefix_pool (anchor, prefix, prefix_length),
    CHECK (prefix <<= pool),
    CHECK ((state = 'RESTING') = (released_at IS NOT NULL AND released_version IS NOT NULL))
);
CREATE INDEX home_network_prefix_resting ON home_network_prefix (anchor, released_at) WHERE state = 'RESTING';

-- One row per mobile node with entries: what concurrent writers lock, also when the node has no entry yet.
CREATE TABLE mobile_node (
    anchor      integer NOT NULL,
    mobile_node text COLLATE "C" NOT NULL,
    PRIMARY KEY (anchor, mobile_node)
);

CREATE TABLE binding_cache_entry (
    anchor                 integer     NOT NULL,
    mobile_node            text COLLATE "C" NOT NULL,
    binding_identifier     integer     NOT NULL CHECK (binding_identifier BETWEEN 1 AND 65535),
    binding_priority       integer     NOT NULL CHECK (binding_priority BETWEEN 1 AND 127),
    proxy_care_of_address  inet        NOT NULL CHECK (family(proxy_care_of_address) = 6),
    access_technology_type integer     NOT NULL CHECK (access_technology_type BETWEEN 0 AND 255),
    link_layer_identifier  bytea,
    state                  text        NOT NULL CHECK (state IN ('ACTIVE', 'RELEASING')),
    expires_at             timestamptz NOT NULL,
    -- When the timers look next; never after expires_at. Extensions leave it, so they touch no index.
    timer_at               timestamptz NOT NULL,
    policy_group           text        NOT NULL,
    sequence_number        integer     NOT NULL CHECK (sequence_number BETWEEN 0 AND 65535),
    last_timestamp         bigint,
    version                bigint      NOT NULL,
    PRIMARY KEY (anchor, mobile_node, binding_identifier),
    FOREIGN KEY (anchor, mobile_node) REFERENCES mobile_node,
    CHECK (timer_at <= expires_at)
) WITH (fillfactor = 80);
-- Time first: with the anchor first, a plan made while the table was empty may prefer it to the primary key, and scan the anchor.
CREATE INDEX binding_cache_entry_timer ON binding_cache_entry (timer_at, anchor);
CREATE INDEX binding_cache_entry_gateway
    ON binding_cache_entry (proxy_care_of_address, anchor, mobile_node, binding_identifier);

-- Prefixes of an entry. The second key lets entries of one mobile node share a prefix, and no others.
CREATE TABLE binding_prefix (
    anchor             integer NOT NULL,
    mobile_node        text COLLATE "C" NOT NULL,
    binding_identifier integer NOT NULL,
    prefix             cidr    NOT NULL,
    PRIMARY KEY (anchor, mobile_node, binding_identifier, prefix),
    FOREIGN KEY (anchor, mobile_node, binding_identifier) REFERENCES binding_cache_entry ON DELETE CASCADE,
    FOREIGN KEY (anchor, prefix, mobile_node) REFERENCES home_network_prefix (anchor, prefix, mobile_node)
);

-- Changes in version order: for the relay to Kafka and for the streams to agents. No value: the entry is gone.
CREATE TABLE outbox (
    anchor             integer     NOT NULL,
    version            bigint      NOT NULL,
    mobile_node        text COLLATE "C" NOT NULL,
    binding_identifier integer     NOT NULL,
    value              bytea,
    created_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (anchor, version)
);

-- One relay per anchor: the holder of the lease; its epoch is checked in every write of its own.
CREATE TABLE relay (
    anchor       integer     PRIMARY KEY REFERENCES anchor,
    lessee       uuid,
    epoch        bigint      NOT NULL DEFAULT 0,
    leased_until timestamptz NOT NULL DEFAULT '-infinity',
    -- Versions up to it are in Kafka.
    position     bigint      NOT NULL DEFAULT 0
);

-- Read side of the list.
CREATE VIEW binding AS
SELECT e.anchor,
       e.mobile_node,
       e.binding_identifier,
       e.binding_priority,
       e.proxy_care_of_address,
       e.access_technology_type,
       e.link_layer_identifier,
       ARRAY(SELECT text(p.prefix)
             FROM binding_prefix p
             WHERE p.anchor = e.anchor
               AND p.mobile_node = e.mobile_node
               AND p.binding_identifier = e.binding_identifier
             ORDER BY p.prefix) AS home_network_prefixes,
       e.state,
       e.policy_group,
       e.expires_at,
       e.version
FROM binding_cache_entry e;
