-- What operators asked for under an Idempotency-Key, and was done, for a day: asked again, it is answered alike and not done again.
create table operator_request (
    idempotency_key text collate "C" primary key check (length(idempotency_key) between 1 and 255),
    -- Method, path and query, and the SHA-256 of the body.
    request text not null,
    status smallint not null check (status between 200 and 299),
    answer text not null,
    written_at timestamptz not null
);
create index operator_request_written_at on operator_request (written_at);
