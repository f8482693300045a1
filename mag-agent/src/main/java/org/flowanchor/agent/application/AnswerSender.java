package org.flowanchor.agent.application;

import org.flowanchor.agent.domain.GatewayMessage;

/** Sends what the gateway says to its anchor besides updates; never blocks. */
@FunctionalInterface
public interface AnswerSender {
    /** Lost when no stream is up: the anchor asks again. */
    void send(GatewayMessage message);
}
