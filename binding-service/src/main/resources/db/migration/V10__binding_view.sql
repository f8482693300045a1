-- What operators see of an entry also says when its last update was accepted, what its gateways are asked about it, and where its prefixes
-- came from; prefixes as the entry has them, in its own row.
DROP VIEW binding;
CREATE VIEW binding AS
SELECT e.anchor,
       e.mobile_node,
       e.binding_identifier,
       e.binding_priority,
       e.proxy_care_of_address,
       e.access_technology_type,
       e.link_layer_identifier,
       e.home_network_prefixes,
       e.state,
       e.policy_group,
       e.expires_at,
       e.version,
       e.accepted_at,
       e.service_selection,
       e.prefix_kind,
       e.signalling
FROM binding_cache_entry e;
