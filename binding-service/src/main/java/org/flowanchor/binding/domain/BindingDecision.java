package org.flowanchor.binding.domain;

import java.time.Instant;
import java.util.List;

/** Outcome of one update. Nothing has changed yet: records are written first, the acknowledgement is sent when they are durable. */
public sealed interface BindingDecision {
    /** Status 0. */
    record Accepted(Procedure procedure, List<BindingRecord> records, ProxyBindingAcknowledgement acknowledgement)
            implements BindingDecision {
        public Accepted {
            records = List.copyOf(records);
        }
    }

    /** A status of 128 or more; changes nothing. */
    record Rejected(ProxyBindingAcknowledgement acknowledgement) implements BindingDecision {}

    /**
     * Not decided yet: whether the node left its previous gateway is not known (RFC 5213 section 5.4.1.2, RFC 5846 section 8.1). The same
     * update is decided again when the entries of its node change, and at {@code until} at the latest.
     *
     * @param records the question to the previous gateway, when it is asked now
     */
    record Deferred(List<BindingRecord> records, Instant until) implements BindingDecision {
        public Deferred {
            records = List.copyOf(records);
        }
    }

    /** No acknowledgement is sent (RFC 5213 sections 5.3.5 and 5.4.1); changes nothing. */
    record Ignored(String reason) implements BindingDecision {}

    /** What an accepted update was. */
    enum Procedure {
        /** New session with prefixes of its own (RFC 5213 section 5.3.2). */
        INITIAL,
        /** New session on the prefixes of another one of the same mobile node (RFC 7864 section 3.2.1). */
        SHARING,
        /** Same gateway (RFC 5213 section 5.3.3). */
        EXTENSION,
        /** Another gateway (RFC 5213 section 5.3.4). */
        HANDOVER,
        /** Lifetime 0 (RFC 5213 section 5.3.5). */
        DEREGISTRATION
    }
}
