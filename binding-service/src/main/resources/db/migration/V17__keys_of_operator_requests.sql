-- A key is one request's, whichever anchors that is carried out at: who writes the first answer under it claims it, in the same transaction.
CREATE TABLE operator_request_key (
    idempotency_key text COLLATE "C" PRIMARY KEY,
    request         text        NOT NULL,
    claimed_at      timestamptz NOT NULL DEFAULT now(),
    UNIQUE (idempotency_key, request)
);
CREATE INDEX operator_request_key_claimed_at ON operator_request_key (claimed_at);

LOCK TABLE operator_request IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO operator_request_key (idempotency_key, request, claimed_at)
SELECT DISTINCT ON (idempotency_key) idempotency_key, request, written_at
FROM operator_request ORDER BY idempotency_key, written_at, anchor;
DELETE FROM operator_request r
WHERE NOT EXISTS (SELECT FROM operator_request_key k WHERE k.idempotency_key = r.idempotency_key AND k.request = r.request);
ALTER TABLE operator_request ADD FOREIGN KEY (idempotency_key, request)
    REFERENCES operator_request_key (idempotency_key, request) ON DELETE CASCADE;

-- A trigger, so that it is so for a replica of an older release, too. No row is what it takes for an answer given meanwhile.
CREATE FUNCTION claim_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Waits for who is about to claim it.
    INSERT INTO operator_request_key (idempotency_key, request) VALUES (NEW.idempotency_key, NEW.request) ON CONFLICT DO NOTHING;
    IF EXISTS (SELECT FROM operator_request_key WHERE idempotency_key = NEW.idempotency_key AND request = NEW.request) THEN
        RETURN NEW;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER operator_request_claims BEFORE INSERT ON operator_request FOR EACH ROW EXECUTE FUNCTION claim_key();
