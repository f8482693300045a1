-- Profiles of mobile nodes, as the topic subscribers tells them. They are no anchor's: where the database is distributed, these are
-- reference tables. Written by the one replica that holds the lease in subscriber_feed.
CREATE TABLE subscriber (
    mobile_node text COLLATE "C" PRIMARY KEY,
    -- Of the record; 0 while the topic is read anew and this profile has not come again.
    version     bigint NOT NULL CHECK (version >= 0),
    -- SubscriberEvent
    profile     bytea  NOT NULL
);
CREATE INDEX subscriber_unconfirmed ON subscriber (mobile_node) WHERE version = 0;

-- Whose interface it is.
CREATE TABLE subscriber_link_layer_identifier (
    link_layer_identifier bytea PRIMARY KEY,
    mobile_node           text COLLATE "C" NOT NULL REFERENCES subscriber ON DELETE CASCADE
);
CREATE INDEX subscriber_link_layer_identifier_node ON subscriber_link_layer_identifier (mobile_node);

-- Kept for the mobile node: no pool gives it to another one.
CREATE TABLE subscriber_prefix (
    prefix      cidr PRIMARY KEY CHECK (family(prefix) = 6),
    mobile_node text COLLATE "C" NOT NULL REFERENCES subscriber ON DELETE CASCADE
);
CREATE INDEX subscriber_prefix_node ON subscriber_prefix (mobile_node);

-- Who reads the topic, and how far it was read. One row.
CREATE TABLE subscriber_feed (
    id               smallint PRIMARY KEY DEFAULT 1 CHECK (id = 1),
    lessee           uuid,
    epoch            bigint      NOT NULL DEFAULT 0,
    leased_until     timestamptz NOT NULL DEFAULT '-infinity',
    -- Of the topic the position belongs to: one that was made again has another.
    topic_identifier text,
    position         bigint      NOT NULL DEFAULT 0,
    -- Read from the beginning: profiles of an earlier reading are unconfirmed until the end is reached.
    rereading        boolean     NOT NULL DEFAULT false,
    -- The end was reached once: who has no profile is nobody's subscriber.
    complete         boolean     NOT NULL DEFAULT false,
    read_at          timestamptz
);
INSERT INTO subscriber_feed DEFAULT VALUES;
