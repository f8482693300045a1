package org.flowanchor.binding.application;

import java.time.Duration;
import org.flowanchor.binding.domain.message.BindingRevocationAcknowledgement;
import org.flowanchor.binding.domain.message.ReceivedRevocation;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** A revocation that a gateway begins (RFC 5846 section 8.2), and that is not refused for what it is. */
public record GatewayRequest(ProxyCareOfAddress gateway, ReceivedRevocation revocation)
        implements RepeatableRequest<BindingRevocationAcknowledgement> {
    /** A gateway repeats within seconds (RFC 5846 section 11: after 1 s, then 2), and numbers come round late. */
    public static final Duration REMEMBERED = Duration.ofSeconds(10);

    @Override
    public Class<BindingRevocationAcknowledgement> answerType() {
        return BindingRevocationAcknowledgement.class;
    }
}
