package org.flowanchor.binding.domain;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.flowanchor.binding.domain.message.BindingRevocationIndication;
import org.flowanchor.binding.domain.message.GatewayMessage;
import org.flowanchor.binding.domain.message.UpdateNotification;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.message.RevocationTrigger;
import org.flowanchor.mobility.message.UpdateNotificationReason;

/**
 * A message about one mobile node that a gateway has not answered: at most one of a kind with each gateway (F-18).
 *
 * @param sequenceNumber empty until it is stored: numbers are the gateway's, not the mobile node's (RFC 7077 section 4.1)
 * @param transmissions 1: not repeated yet
 * @param dueAt when it is repeated or given up
 */
public record OutstandingMessage(
        Key key, OptionalInt sequenceNumber, Content content, int transmissions, Instant dueAt) {
    /** What a mobile node has at most one of with a gateway. */
    public record Key(ProxyCareOfAddress gateway, MessageKind kind) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            return Comparator.comparing(Key::gateway).thenComparing(Key::kind).compare(this, other);
        }
    }

    /** What it says. */
    public sealed interface Content {
        /**
         * Flow Mobility Initiate (RFC 7864 section 4.2), for all entries of the node at the gateway.
         *
         * @param onLinkPrefixes the gateway's own, L=0: only when there is no other one to name (F-16)
         * @param offLinkPrefixes all the gateway is to carry, L=1
         */
        record FlowMobilityInitiate(List<HomeNetworkPrefix> onLinkPrefixes, List<HomeNetworkPrefix> offLinkPrefixes)
                implements Content {
            public FlowMobilityInitiate {
                onLinkPrefixes = List.copyOf(onLinkPrefixes);
                offLinkPrefixes = List.copyOf(offLinkPrefixes);
            }
        }

        /**
         * Binding Revocation Indication for entries at the gateway (RFC 5846 section 8.1).
         *
         * @param homeNetworkPrefixes of these entries
         */
        record BindingRevocation(
                RevocationTrigger trigger,
                List<BindingIdentifier> bindingIdentifiers,
                List<HomeNetworkPrefix> homeNetworkPrefixes)
                implements Content {
            public BindingRevocation {
                bindingIdentifiers = List.copyOf(bindingIdentifiers);
                homeNetworkPrefixes = List.copyOf(homeNetworkPrefixes);
            }
        }
    }

    public OutstandingMessage {
        dueAt = dueAt.truncatedTo(ChronoUnit.MILLIS);
        if (transmissions < 1) {
            throw new IllegalArgumentException("a message is transmitted once or more");
        }
    }

    /** Not stored yet. */
    static OutstandingMessage first(ProxyCareOfAddress gateway, Content content, Instant dueAt) {
        MessageKind kind = switch (content) {
            case Content.FlowMobilityInitiate initiate -> MessageKind.UPDATE_NOTIFICATION;
            case Content.BindingRevocation revocation -> MessageKind.BINDING_REVOCATION_INDICATION;
        };
        return new OutstandingMessage(new Key(gateway, kind), OptionalInt.empty(), content, 1, dueAt);
    }

    /** The same message once more: same sequence number, same content. */
    OutstandingMessage repeated(Instant nextDueAt) {
        return new OutstandingMessage(key, sequenceNumber, content, transmissions + 1, nextDueAt);
    }

    /** The number it is stored under. */
    public OutstandingMessage numbered(int number) {
        return new OutstandingMessage(key, OptionalInt.of(number), content, transmissions, dueAt);
    }

    public boolean isDue(Instant now) {
        return !dueAt.isAfter(now);
    }

    /** As it goes to the gateway. */
    public GatewayMessage message(MobileNodeIdentifier mobileNode) {
        int number = sequenceNumber.orElseThrow(() -> new IllegalStateException("the message has no number yet"));
        return switch (content) {
            case Content.FlowMobilityInitiate initiate ->
                new UpdateNotification(
                        number,
                        UpdateNotificationReason.FLOW_MOBILITY,
                        true,
                        transmissions > 1,
                        mobileNode,
                        initiate.onLinkPrefixes(),
                        initiate.offLinkPrefixes());
            case Content.BindingRevocation revocation ->
                new BindingRevocationIndication(
                        number,
                        revocation.trigger(),
                        false,
                        Optional.of(mobileNode),
                        revocation.homeNetworkPrefixes(),
                        key.gateway());
        };
    }
}
