package org.flowanchor.binding.adapter.mobilityheader;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.domain.Timestamp;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.header.PeerProfile;
import org.flowanchor.mobility.message.ProxyBindingAcknowledgement;
import org.flowanchor.mobility.message.ProxyBindingUpdate;
import org.flowanchor.mobility.option.AccessTechnologyTypeOption;
import org.flowanchor.mobility.option.FlowIdentificationOption;
import org.flowanchor.mobility.option.GreKeyOption;
import org.flowanchor.mobility.option.HandoffIndicatorOption;
import org.flowanchor.mobility.option.HomeNetworkPrefixOption;
import org.flowanchor.mobility.option.Ipv4HomeAddressReplyOption;
import org.flowanchor.mobility.option.Ipv4HomeAddressRequestOption;
import org.flowanchor.mobility.option.LinkLayerIdentifierOption;
import org.flowanchor.mobility.option.LinkLocalAddressOption;
import org.flowanchor.mobility.option.MobileNodeIdentifierOption;
import org.flowanchor.mobility.option.MobilityOption;
import org.flowanchor.mobility.option.MobilityOptions;
import org.flowanchor.mobility.option.TimestampOption;

/**
 * Acknowledgements on the wire (RFC 5213 section 5.3.6): decided by the domain, with the request's own octets wherever the RFC says
 * "copied". Gateways compare octets.
 */
final class Acknowledgements {

    /** Statuses of an IPv4 home address (RFC 5844 section 3.3.2). */
    private static final int IPV4_FAILURE = 128;

    private static final int IPV4_ADMINISTRATIVELY_PROHIBITED = 129;

    private Acknowledgements() {}

    /** What the domain decided about an update. */
    static ProxyBindingAcknowledgement of(
            UpdateReading request, org.flowanchor.binding.domain.ProxyBindingAcknowledgement decided, Instant now) {
        ProxyBindingUpdate update = request.update();
        boolean accepted = decided.status().accepted();
        List<MobilityOption> options = new ArrayList<>();
        options.add(update.options().first(MobileNodeIdentifierOption.class).orElse(MobileNodeIdentifierOption.EMPTY));
        if (accepted) {
            decided.homeNetworkPrefixes().forEach(prefix -> options.add(spelled(prefix, request)));
            decided.offLinkPrefixes().forEach(prefix -> options.add(HomeNetworkPrefixOption.offLink(prefix)));
        } else {
            options.addAll(refusedPrefixes(update));
        }
        options.add(new HandoffIndicatorOption(decided.handoffIndicator()));
        options.add(new AccessTechnologyTypeOption(decided.accessTechnologyType()));
        update.options().first(LinkLayerIdentifierOption.class).ifPresent(options::add);
        update.options()
                .first(LinkLocalAddressOption.class)
                .ifPresent(option -> options.add(
                        accepted
                                ? decided.linkLocalAddress()
                                        .map(LinkLocalAddressOption::new)
                                        .orElse(option)
                                : option));
        update.options()
                .first(TimestampOption.class)
                .ifPresent(option -> options.add(timestamp(request, option, decided, now)));
        ipv4Reply(update, decided.status()).ifPresent(options::add);
        update.options()
                .all(FlowIdentificationOption.class)
                .forEach(flow -> options.add(flow.withStatus(
                        flow.fault() == 0 ? FlowIdentificationOption.ADMINISTRATIVELY_PROHIBITED : flow.fault())));
        boolean greRefused =
                accepted && !update.isDeregistration() && update.options().contains(GreKeyOption.class);
        return new ProxyBindingAcknowledgement(
                greRefused ? BindingStatus.GRE_KEY_OPTION_NOT_REQUIRED : decided.status(),
                ProxyBindingAcknowledgement.USUAL_FLAGS,
                decided.sequenceNumber(),
                accepted ? request.lifetime(decided.lifetime()) : 0,
                new MobilityOptions(options).inSendingOrder());
    }

    /** A refusal that needs no decision: the codec's, or of an identifier of a kind nobody here has. */
    static ProxyBindingAcknowledgement refused(
            ProxyBindingUpdate update, BindingStatus status, PeerProfile profile, Instant now) {
        List<MobilityOption> options = new ArrayList<>();
        options.add(update.options().first(MobileNodeIdentifierOption.class).orElse(MobileNodeIdentifierOption.EMPTY));
        options.addAll(refusedPrefixes(update));
        options.add(update.options()
                .first(HandoffIndicatorOption.class)
                .orElse(new HandoffIndicatorOption(HandoffIndicator.RESERVED)));
        options.add(update.options()
                .first(AccessTechnologyTypeOption.class)
                .orElse(new AccessTechnologyTypeOption(new AccessTechnologyType(0))));
        update.options().first(LinkLayerIdentifierOption.class).ifPresent(options::add);
        update.options().first(LinkLocalAddressOption.class).ifPresent(options::add);
        update.options()
                .first(TimestampOption.class)
                .ifPresent(option -> options.add(profile.readsStatus() ? option : TimestampOption.of(now)));
        ipv4Reply(update, status).ifPresent(options::add);
        return new ProxyBindingAcknowledgement(
                status,
                ProxyBindingAcknowledgement.USUAL_FLAGS,
                update.sequenceNumber(),
                0,
                new MobilityOptions(options).inSendingOrder());
    }

    /** All of the request's; one ALL_ZERO when it had none, unless it asked for IPv4 alone (RFC 5844 section 3.1.2.6). */
    private static List<HomeNetworkPrefixOption> refusedPrefixes(ProxyBindingUpdate update) {
        List<HomeNetworkPrefixOption> requested = update.options().all(HomeNetworkPrefixOption.class);
        return requested.isEmpty() && !update.options().contains(Ipv4HomeAddressRequestOption.class)
                ? List.of(HomeNetworkPrefixOption.ALL_ZERO)
                : requested;
    }

    /** No address is ever given: the request's own comes back with the reason (RFC 5844 section 3.1.2.6), and no default router. */
    private static Optional<Ipv4HomeAddressReplyOption> ipv4Reply(ProxyBindingUpdate update, BindingStatus status) {
        int reason = status.accepted() || status.equals(BindingStatus.NOT_AUTHORIZED_FOR_IPV4_MOBILITY_SERVICE)
                ? IPV4_ADMINISTRATIVELY_PROHIBITED
                : IPV4_FAILURE;
        return update.options()
                .first(Ipv4HomeAddressRequestOption.class)
                .map(request -> new Ipv4HomeAddressReplyOption(reason, request.prefixLength(), request.homeAddress()));
    }

    /** As the peer wrote it, when it named it. */
    private static HomeNetworkPrefixOption spelled(HomeNetworkPrefix prefix, UpdateReading request) {
        return request.update().options().all(HomeNetworkPrefixOption.class).stream()
                .filter(option ->
                        !option.isAllZero() && request.profile().prefix(option).equals(prefix))
                .findFirst()
                .orElseGet(() -> HomeNetworkPrefixOption.of(prefix));
    }

    /**
     * The request's own; the anchor's time with 156 and 157 (section 5.5), and in every refusal to a gateway that takes an
     * acknowledgement with its own timestamp for an acceptance.
     */
    private static TimestampOption timestamp(
            UpdateReading request,
            TimestampOption requested,
            org.flowanchor.binding.domain.ProxyBindingAcknowledgement decided,
            Instant now) {
        BindingStatus status = decided.status();
        if (status.equals(BindingStatus.TIMESTAMP_MISMATCH)
                || status.equals(BindingStatus.TIMESTAMP_LOWER_THAN_PREV_ACCEPTED)) {
            return decided.timestamp()
                    .map(Timestamp::value)
                    .map(TimestampOption::new)
                    .orElse(requested);
        }
        return status.accepted() || request.profile().readsStatus() ? requested : TimestampOption.of(now);
    }
}
