-- Static prefixes of profiles that are older than the pool were taken for their nodes; until then the next start does it. Pools of before
-- were looked through at every start.
ALTER TABLE prefix_pool ADD COLUMN static_prefixes_kept boolean NOT NULL DEFAULT true;
