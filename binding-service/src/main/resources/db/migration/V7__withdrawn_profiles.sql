-- A profile that its operator deleted, told apart from one that is only not there any more: its mobile node's bindings are revoked.
ALTER TABLE subscriber_change ADD COLUMN withdrawn boolean NOT NULL DEFAULT false;
