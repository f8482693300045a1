package org.flowanchor.binding.application;

import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.flowanchor.binding.domain.message.BindingRevocationAcknowledgement;
import org.flowanchor.binding.domain.message.GatewayAnswer;
import org.flowanchor.binding.domain.message.ReceivedRevocation;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** What gateways send beside updates: the one way in, whatever brought it. Any thread; never blocks. */
public interface GatewaySignals {
    /**
     * A gateway is reached now: what waits for it goes out.
     *
     * @param onTheWire whether its signalling takes the way of its traffic, so that the end of one is the end of the other
     * @param restartCounter as the gateway said, 0..2^32-1 (RFC 5847 section 3.2)
     */
    void connected(ProxyCareOfAddress gateway, boolean onTheWire, OptionalLong restartCounter);

    /**
     * @param senders the authenticated gateway by all its Proxy-CoAs, likeliest first: an answer does not say for which one it was asked
     * @param done runs once, when nothing of it is under way any more, whatever came of it
     */
    void received(LmaAddress anchor, List<ProxyCareOfAddress> senders, GatewayAnswer answer, Runnable done);

    /**
     * A gateway revokes bindings.
     *
     * @param sender the authenticated gateway
     * @param reply takes the answer, once, when it is durable; never when it cannot be
     * @param done runs once, when nothing of it is under way any more, whatever came of it
     */
    void revoked(
            LmaAddress anchor,
            ProxyCareOfAddress sender,
            ReceivedRevocation revocation,
            Consumer<BindingRevocationAcknowledgement> reply,
            Runnable done);
}
