package org.flowanchor.agent.domain;

import java.util.Optional;
import java.util.Set;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.message.UpdateNotificationStatus;

/**
 * RFC 7077 section 4.2; of a Flow Mobility Initiate the Flow Mobility Acknowledgement (RFC 7864 section 4.3).
 *
 * @param sequenceNumber copied, as are {@code mobileNode} and {@code allSessions} (U-07)
 * @param anchored copied when accepted (F-06), without L
 * @param foreign copied when accepted, with L
 */
public record UpdateNotificationAcknowledgement(
        int sequenceNumber,
        UpdateNotificationStatus status,
        Optional<MobileNodeIdentifier> mobileNode,
        boolean allSessions,
        Set<HomeNetworkPrefix> anchored,
        Set<HomeNetworkPrefix> foreign)
        implements GatewayMessage {
    public UpdateNotificationAcknowledgement {
        anchored = Set.copyOf(anchored);
        foreign = Set.copyOf(foreign);
    }

    static UpdateNotificationAcknowledgement of(UpdateNotification notification, UpdateNotificationStatus status) {
        boolean echoes = status.accepted();
        return new UpdateNotificationAcknowledgement(
                notification.sequenceNumber(),
                status,
                notification.mobileNode(),
                notification.allSessions(),
                echoes ? notification.anchored() : Set.of(),
                echoes ? notification.foreign() : Set.of());
    }
}
