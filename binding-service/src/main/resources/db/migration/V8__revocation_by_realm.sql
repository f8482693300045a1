-- Revocation of a gateway's bindings of one realm (RFC 5846 section 8.1, trigger 129): in lower case, without "@". None: all bindings.
ALTER TABLE gateway_message ADD COLUMN realm text CHECK (realm IS NULL OR revocation_trigger = 129);
ALTER TABLE gateway ADD COLUMN lost_realm text CHECK (lost_realm IS NULL OR lost_bindings = 'REMOVE');
