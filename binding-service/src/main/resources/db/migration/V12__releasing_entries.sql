-- Entries that are given up, which operators list: few among many. Only what gives an entry up or takes it back touches it; extensions do not.
CREATE INDEX binding_cache_entry_releasing ON binding_cache_entry (anchor, mobile_node, binding_identifier) WHERE state = 'RELEASING';
