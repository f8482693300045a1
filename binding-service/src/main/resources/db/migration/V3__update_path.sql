-- The update path decides on what it has read and writes in one statement, which counts only when the anchor is still in the state that
-- was read. That state is named by the version together with a number drawn for the transaction that led to it: a version alone may be
-- reached in two ways.
ALTER TABLE anchor ADD COLUMN last_transaction bigint NOT NULL DEFAULT 0;

-- Nothing is locked but the anchor's row; the primary key of binding_cache_entry is the index from mobile node to entries.
ALTER TABLE binding_cache_entry DROP CONSTRAINT binding_cache_entry_anchor_mobile_node_fkey;
DROP TABLE mobile_node;

-- One row per transaction: a row and an index entry for each change cost more than all else that an extension writes. Element n of the
-- arrays is the change with version - cardinality(mobile_node) + n. No value: the entry is gone.
ALTER TABLE outbox RENAME TO outbox_of_changes;
ALTER TABLE outbox_of_changes RENAME CONSTRAINT outbox_pkey TO outbox_of_changes_pkey;
CREATE TABLE outbox (
    anchor             integer     NOT NULL,
    -- Of the last change.
    version            bigint      NOT NULL,
    mobile_node        text[]      NOT NULL,
    binding_identifier integer[]   NOT NULL,
    value              bytea[]     NOT NULL,
    traceparent        text[]      NOT NULL,
    created_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (anchor, version),
    CHECK (cardinality(mobile_node) > 0
        AND cardinality(binding_identifier) = cardinality(mobile_node)
        AND cardinality(value) = cardinality(mobile_node)
        AND cardinality(traceparent) = cardinality(mobile_node))
);
INSERT INTO outbox (anchor, version, mobile_node, binding_identifier, value, traceparent, created_at)
SELECT anchor, version, ARRAY[mobile_node], ARRAY[binding_identifier], ARRAY[value], ARRAY[traceparent], created_at
FROM outbox_of_changes;
DROP TABLE outbox_of_changes;

-- A prefix that has rested is leased where it is: no row is deleted and made again for it.
ALTER TABLE home_network_prefix ADD COLUMN lessee uuid;
ALTER TABLE home_network_prefix ADD COLUMN leased_until timestamptz;

-- The prefixes of an entry once more, read with it: for each, in order, 16 octets and one with the length. binding_prefix, which the
-- constraints are on, is written in the same statement.
ALTER TABLE binding_cache_entry ADD COLUMN home_network_prefixes bytea;
UPDATE binding_cache_entry e
SET home_network_prefixes = (
    SELECT string_agg(substring(inet_send(p.prefix) FROM 5) || set_byte('\x00'::bytea, 0, masklen(p.prefix)), ''::bytea ORDER BY p.prefix)
    FROM binding_prefix p
    WHERE p.anchor = e.anchor AND p.mobile_node = e.mobile_node AND p.binding_identifier = e.binding_identifier);
ALTER TABLE binding_cache_entry ALTER COLUMN home_network_prefixes SET NOT NULL;
ALTER TABLE binding_cache_entry ADD CHECK (length(home_network_prefixes) > 0 AND length(home_network_prefixes) % 17 = 0);
