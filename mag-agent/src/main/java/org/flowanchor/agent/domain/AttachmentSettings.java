package org.flowanchor.agent.domain;

import java.time.Duration;
import java.util.Map;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;

/**
 * How a gateway registers its terminals.
 *
 * @param mobileNodes which link-layer identifier belongs to which mobile node (RFC 5213 section 6.6)
 * @param asksForMobileNodes whether the anchor can be asked for what is not in {@code mobileNodes}
 * @param bindingLifetimeSeconds requested, multiple of 4, 4..262140
 * @param attachHandoffIndicator of an attachment (RFC 5213 section 8.4)
 * @param presenceInterval longest time without asking whether a terminal is there
 */
public record AttachmentSettings(
        LmaAddress lmaAddress,
        ProxyCareOfAddress proxyCareOfAddress,
        AccessTechnologyType accessTechnologyType,
        Map<LinkLayerIdentifier, MobileNodeIdentifier> mobileNodes,
        boolean asksForMobileNodes,
        int bindingLifetimeSeconds,
        HandoffIndicator attachHandoffIndicator,
        Duration presenceInterval) {
    public AttachmentSettings {
        mobileNodes = Map.copyOf(mobileNodes);
        if (bindingLifetimeSeconds < 4 || bindingLifetimeSeconds > 4 * 0xffff || bindingLifetimeSeconds % 4 != 0) {
            throw new IllegalArgumentException(
                    "binding lifetime " + bindingLifetimeSeconds + " s is not a multiple of 4 in 4..262140");
        }
    }

    /**
     * Indicator with which a restarted agent registers what it finds installed, prefixes named. With 6 the anchor updates the entry
     * when it still has it (same ATT and link-layer identifier) and shares the prefixes again when only the sibling is left (RFC 7864
     * section 3.2.1). Where prefixes are not shared it is 4: the agent cannot know what happened while it was away (RFC 5213 section
     * 6.9.1.1), and an entry with the same ATT and link-layer identifier is updated at once (section 5.4.1.1).
     */
    HandoffIndicator recoveryHandoffIndicator() {
        return attachHandoffIndicator.equals(HandoffIndicator.ATTACHMENT_OVER_A_NEW_INTERFACE_SHARING_PREFIXES)
                ? attachHandoffIndicator
                : HandoffIndicator.HANDOFF_STATE_UNKNOWN;
    }
}
