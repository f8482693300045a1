-- W3C trace context of the request that wrote the record; null: that is not known.
alter table outbox add column traceparent varchar(55);
