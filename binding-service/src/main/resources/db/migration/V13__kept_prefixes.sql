-- A prefix that some profile keeps for its mobile node (subscriber_prefix): with millions of them, who looks for prefixes that have rested
-- must not walk them. True only where subscriber_prefix has it; where that is not so yet (a row written by an older release), the look
-- asks subscriber_prefix, and the next reading of the topic sets it.
ALTER TABLE home_network_prefix ADD COLUMN kept boolean NOT NULL DEFAULT false;

-- Profiles go in several ways, also by a cascade. Joined by key and not by ctid: a row that changed meanwhile is cleared as well.
CREATE FUNCTION keep_no_more() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE home_network_prefix h SET kept = false
    FROM (SELECT p.anchor, g.prefix FROM gone g JOIN prefix_pool p ON g.prefix <<= p.prefix) k
    WHERE h.anchor = k.anchor AND h.prefix = k.prefix AND h.kept;
    RETURN NULL;
END $$;
CREATE TRIGGER subscriber_prefix_gone AFTER DELETE ON subscriber_prefix
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION keep_no_more();
