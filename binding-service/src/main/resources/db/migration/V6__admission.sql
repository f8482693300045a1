-- Admission by subscriber profile.

-- Of the mobile node's profile, beside its group: the fields of the contract's BindingCacheEntry. None: nothing is said.
ALTER TABLE binding_cache_entry ADD COLUMN facts bytea;

-- Profiles that changed, until the bindings of their mobile nodes were looked at. Written with the profile itself.
CREATE TABLE subscriber_change (
    mobile_node   text COLLATE "C" PRIMARY KEY,
    change        uuid        NOT NULL DEFAULT gen_random_uuid(),
    changed_at    timestamptz NOT NULL DEFAULT now(),
    -- Whoever looks has so long before another replica looks as well.
    claimed_until timestamptz NOT NULL DEFAULT '-infinity'
);
CREATE INDEX subscriber_change_claim ON subscriber_change (claimed_until);
INSERT INTO subscriber_change (mobile_node) SELECT mobile_node FROM subscriber;

-- A static prefix is held for its node like one that the node gave up and nobody may take: the primary key of home_network_prefix keeps
-- everybody else away. Where another node has the prefix already, it is taken over when that one has given it up.
INSERT INTO home_network_prefix (anchor, prefix, pool, mobile_node, state, released_at, released_version)
SELECT p.anchor, s.prefix, p.prefix, s.mobile_node, 'RESTING', now(), 0
FROM subscriber_prefix s
JOIN prefix_pool p
  ON s.prefix <<= p.prefix AND masklen(s.prefix) = p.prefix_length AND p.proxy_care_of_address IS NULL
ON CONFLICT (anchor, prefix) DO NOTHING;
