package org.flowanchor.mobility.option;

import java.util.List;
import org.flowanchor.mobility.Unsigned;

/**
 * Flow Summary (RFC 6089 section 4.2.2): flow bindings that stay as they are.
 *
 * @param flowIdentifiers 1..127 values of 0..65535; 0 is reserved and only held to be answered
 */
public record FlowSummaryOption(List<Integer> flowIdentifiers) implements MobilityOption {
    /** Option type. */
    public static final int TYPE = 44;

    public FlowSummaryOption {
        flowIdentifiers = List.copyOf(flowIdentifiers);
        if (flowIdentifiers.isEmpty() || flowIdentifiers.size() > 127) {
            throw new IllegalArgumentException("a flow summary has 1..127 flow identifiers");
        }
        flowIdentifiers.forEach(identifier -> Unsigned.sixteen(identifier, "flow identifier"));
    }

    @Override
    public int type() {
        return TYPE;
    }
}
