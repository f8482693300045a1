package org.flowanchor.testbed.benchmark.registrations;

import java.util.List;
import org.flowanchor.mobility.HomeNetworkPrefix;

/**
 * One update a gateway is to send.
 *
 * @param gateway 0..number of gateways - 1
 * @param prefixes those the mobile node has; empty: it asks for one
 */
record Errand(
        Procedure procedure,
        String mobileNodeIdentifier,
        byte[] linkLayerIdentifier,
        int gateway,
        List<HomeNetworkPrefix> prefixes) {
    /** What the update is for; RFC 5213 section 5.3. */
    enum Procedure {
        INITIAL(1),
        REFRESH(5),
        HANDOVER(3),
        DEREGISTRATION(4);

        private final int handoffIndicator;

        Procedure(int handoffIndicator) {
            this.handoffIndicator = handoffIndicator;
        }

        int handoffIndicator() {
            return handoffIndicator;
        }
    }
}
