-- After V13, in a transaction of its own: registrations go on while the rows are marked. The feed's row keeps profiles from going meanwhile.
SELECT FROM subscriber_feed FOR UPDATE;
UPDATE home_network_prefix h SET kept = true
FROM subscriber_prefix s JOIN prefix_pool p ON s.prefix <<= p.prefix AND masklen(s.prefix) = p.prefix_length
WHERE h.anchor = p.anchor AND h.prefix = s.prefix;

-- By pool: those of pools that are configured no more, or serve somebody else, stand in nobody's way. A replica of an older release looks
-- through the anchor's prefixes until it is replaced.
CREATE INDEX home_network_prefix_rested ON home_network_prefix (pool, anchor, released_at) WHERE state = 'RESTING' AND NOT kept;
DROP INDEX home_network_prefix_resting;
