-- What operators asked for under an Idempotency-Key, for a day: asked again, it is answered alike and not done again.
CREATE TABLE operator_request (
    idempotency_key text COLLATE "C" NOT NULL CHECK (length(idempotency_key) BETWEEN 1 AND 255),
    anchor          integer     NOT NULL REFERENCES anchor,
    request         text        NOT NULL,
    -- Bindings under revocation.
    answer          integer     NOT NULL CHECK (answer >= 0),
    written_at      timestamptz NOT NULL,
    PRIMARY KEY (idempotency_key, anchor)
);
CREATE INDEX operator_request_written_at ON operator_request (written_at);
