package org.flowanchor.binding.application;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.flowanchor.binding.domain.MessageKind;
import org.flowanchor.binding.domain.message.BindingError;
import org.flowanchor.binding.domain.message.BindingRevocationIndication;
import org.flowanchor.binding.domain.message.GatewayMessage;
import org.flowanchor.binding.domain.message.Heartbeat;
import org.flowanchor.binding.domain.message.UpdateNotification;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what waits for gateways that this replica reaches: woken by hints, and by the clock once a second in case a hint was lost. A
 * transmission that was taken and then lost is lost as on any link.
 */
public final class MessageSender implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MessageSender.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final int LIMIT = 256;

    private final LmaAddress anchor;
    private final GatewayStore store;
    private final GatewayChannels channels;
    private final MessageHints hints;
    private final SignallingMetrics metrics;
    private volatile boolean stopped;
    private boolean failing;

    public MessageSender(
            LmaAddress anchor,
            GatewayStore store,
            GatewayChannels channels,
            MessageHints hints,
            SignallingMetrics metrics) {
        this.anchor = anchor;
        this.store = store;
        this.channels = channels;
        this.hints = hints;
        this.metrics = metrics;
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                hints.awaitSending(anchor, POLL);
                if (!stopped) {
                    send();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send() {
        try {
            Set<ProxyCareOfAddress> reachable = channels.reachable(anchor);
            List<GatewayStore.Ready> ready;
            do {
                ready = reachable.isEmpty() ? List.of() : store.take(anchor, reachable, LIMIT);
                ready.forEach(this::send);
            } while (ready.size() == LIMIT && !stopped);
            if (failing) {
                LOG.info("messages to gateways of anchor {} go on", anchor);
            }
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                LOG.warn("messages to gateways of anchor {} stand still: {}", anchor, e.getMessage());
            }
            failing = true;
        }
    }

    private void send(GatewayStore.Ready ready) {
        if (channels.send(anchor, ready.gateway(), ready.message())) {
            metrics.sent(kind(ready.message()));
        } else {
            LOG.debug("gateway {} went away before {}", ready.gateway(), ready.message());
        }
    }

    private static MessageKind kind(GatewayMessage message) {
        return switch (message) {
            case UpdateNotification notification -> MessageKind.UPDATE_NOTIFICATION;
            case BindingRevocationIndication indication -> MessageKind.BINDING_REVOCATION_INDICATION;
            case Heartbeat heartbeat -> MessageKind.HEARTBEAT;
            case BindingError error -> throw new IllegalStateException("a Binding Error waits for nothing");
        };
    }

    @Override
    public void close() {
        stopped = true;
        hints.look(anchor);
    }
}
