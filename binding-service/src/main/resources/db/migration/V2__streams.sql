-- Names the history that versions belong to, together with the server's timeline: a stream is continued only within one history.
ALTER TABLE anchor ADD COLUMN incarnation uuid NOT NULL DEFAULT gen_random_uuid();

-- W3C trace context of the update that made the change.
ALTER TABLE outbox ADD COLUMN traceparent text;

-- Identifier of the Kafka topic that has every entry: another one, made after the topic was lost, begins with all of them.
ALTER TABLE relay ADD COLUMN topic text;
