package org.flowanchor.binding.domain;

import java.util.List;

/** Outcome of asking that a gateway carry a prefix. Nothing has changed yet. */
public sealed interface PrepareMoveDecision {
    /** Flows may go there: at once, or once the records are durable. */
    record Prepared(List<BindingRecord> records) implements PrepareMoveDecision {
        public Prepared {
            records = List.copyOf(records);
        }
    }

    /** The gateway is asked; the entry tells what becomes of it. */
    record Requested(List<BindingRecord> records) implements PrepareMoveDecision {
        public Requested {
            records = List.copyOf(records);
        }
    }

    record Refused(Refusal refusal) implements PrepareMoveDecision {}

    /** Why not. */
    enum Refusal {
        /** The mobile node has no active binding at that gateway. */
        NO_BINDING,
        /** The prefix is none of the mobile node's at another gateway. */
        NO_PREFIX,
        /** A strong end system drops packets for the address of another interface (RFC 7864 section 6). */
        HOST_MODEL,
        /** The mobile node decides, so the anchor must not (RFC 7864 section 3.2). */
        DECISION_AUTHORITY,
        /** The gateway does not know Update Notifications. */
        GATEWAY_CANNOT
    }
}
