-- Revocations that gateways began and their answers, for some seconds: repeated to whatever replica, they are answered alike and not done
-- again.
CREATE TABLE revocation_by_gateway (
    anchor                integer     NOT NULL REFERENCES anchor,
    proxy_care_of_address inet        NOT NULL CHECK (family(proxy_care_of_address) = 6),
    sequence_number       integer     NOT NULL CHECK (sequence_number BETWEEN 0 AND 65535),
    -- What it asked: another revocation may have the same number.
    revocation_trigger    integer     NOT NULL,
    identifier            text COLLATE "C" NOT NULL,
    home_network_prefixes bytea       NOT NULL,
    status                integer     NOT NULL CHECK (status BETWEEN 0 AND 255),
    failed_prefixes       bytea       NOT NULL,
    answered_at           timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (anchor, proxy_care_of_address, sequence_number)
);
CREATE INDEX revocation_by_gateway_answered_at ON revocation_by_gateway (answered_at);
