-- Profiles that changed, for each anchor until the bindings there were looked at: whoever looks need not serve every anchor. In the place
-- of subscriber_change, where a look at the anchors of one replica was the last.
CREATE TABLE profile_change (
    anchor        integer     NOT NULL REFERENCES anchor,
    mobile_node   text COLLATE "C" NOT NULL,
    change        uuid        NOT NULL DEFAULT gen_random_uuid(),
    -- Its operator deleted the profile: the mobile node's bindings are revoked.
    withdrawn     boolean     NOT NULL,
    changed_at    timestamptz NOT NULL DEFAULT now(),
    -- Whoever looks has so long before another replica looks as well.
    claimed_until timestamptz NOT NULL DEFAULT '-infinity',
    PRIMARY KEY (anchor, mobile_node)
);
CREATE INDEX profile_change_claim ON profile_change (anchor, claimed_until);
INSERT INTO profile_change (anchor, mobile_node, withdrawn)
SELECT a.anchor, c.mobile_node, c.withdrawn FROM subscriber_change c CROSS JOIN anchor a;
DELETE FROM subscriber_change;

-- A replica of an older release still writes there, as long as it has the feed.
CREATE FUNCTION change_at_every_anchor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO profile_change (anchor, mobile_node, withdrawn)
    SELECT anchor, NEW.mobile_node, NEW.withdrawn FROM anchor
    ON CONFLICT (anchor, mobile_node)
        DO UPDATE SET change = gen_random_uuid(), withdrawn = EXCLUDED.withdrawn, changed_at = now(), claimed_until = '-infinity';
    RETURN NULL;
END $$;
CREATE TRIGGER subscriber_change_of_older_releases BEFORE INSERT ON subscriber_change
    FOR EACH ROW EXECUTE FUNCTION change_at_every_anchor();
