package org.flowanchor.flow.application;

import org.flowanchor.mobility.LmaAddress;

/** Which anchors this instance steers. */
@FunctionalInterface
public interface AnchorOwnership {
    /** One instance, every anchor. */
    AnchorOwnership SOLE_INSTANCE = anchor -> true;

    boolean isOurs(LmaAddress anchor);
}
