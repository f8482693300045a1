package org.flowanchor.mobility.header;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.BindingStatus;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.message.*;
import org.flowanchor.mobility.option.*;
import org.flowanchor.mobility.option.QualityOfServiceAttribute.Direction;

/** Legal messages from a seed: every message, every option, every sub-option. */
final class RandomMessages {
    private final RandomGenerator random;
    private final List<Supplier<MobilityOption>> options = List.of(
            () -> new BindingRefreshAdviceOption(sixteen()),
            () -> new AlternateCareOfAddressOption(ipv6()),
            this::identifier,
            () -> new VendorSpecificOption(thirtyTwo(), octet(), octets(0, 40)),
            () -> new ServiceSelectionOption(octets(1, 40)),
            this::homeNetworkPrefix,
            this::homeNetworkPrefix,
            () -> new HandoffIndicatorOption(new HandoffIndicator(octet())),
            () -> new AccessTechnologyTypeOption(new AccessTechnologyType(1 + below(255))),
            () -> new LinkLayerIdentifierOption(
                    LinkLayerIdentifier.of(octets(1, 20).toByteArray())),
            () -> new LinkLocalAddressOption(ipv6()),
            () -> new TimestampOption(random().nextLong()),
            () -> new RestartCounterOption(thirtyTwo()),
            () -> new Ipv4HomeAddressOption(below(64), flag(), ipv4()),
            () -> new Ipv4AddressAcknowledgementOption(octet(), below(64), ipv4()),
            () -> new NatDetectionOption(flag(), thirtyTwo()),
            () -> new Ipv4CareOfAddressOption(ipv4()),
            () -> new GreKeyOption(flag() ? OptionalLong.of(thirtyTwo()) : OptionalLong.empty()),
            () -> new BindingIdentifierOption(sixteen(), octet(), flag(), below(128), maybe(this::address)),
            () -> new Ipv4HomeAddressRequestOption(below(64), ipv4()),
            () -> new Ipv4HomeAddressReplyOption(octet(), below(64), ipv4()),
            () -> new Ipv4DefaultRouterOption(ipv4()),
            () -> new Ipv4DhcpSupportModeOption(flag()),
            () -> new LmaAddressOption(octet(), address()),
            () -> new TransientBindingOption(flag(), octet()),
            () -> new FlowSummaryOption(list(1, 20, this::sixteen)),
            () -> new FlowIdentificationOption(sixteen(), sixteen(), octet(), list(0, 3, this::flowSubOption)),
            () -> new FlowIdentificationOption(sixteen(), sixteen(), octet(), list(0, 3, this::flowSubOption)),
            RedirectCapabilityOption::new,
            () -> new RedirectOption(maybe(this::ipv6), maybe(this::ipv4)),
            () -> new LoadInformationOption(sixteen(), thirtyTwo(), thirtyTwo(), thirtyTwo(), thirtyTwo()),
            () -> new AlternateIpv4CareOfAddressOption(ipv4()),
            () -> new MobileNodeGroupIdentifierOption(octet(), thirtyTwo()),
            () -> new MagIpv6AddressOption(octet(), ipv6()),
            () -> new AccessNetworkIdentifierOption(list(0, 3, this::accessNetworkSubOption)),
            () -> new Ipv4TrafficOffloadSelectorOption(
                    flag(), maybe(() -> new FlowSubOption.TrafficSelectorSubOption(selector()))),
            () -> new DelegatedMobileNetworkPrefixOption(octet(), address()),
            () -> new QualityOfServiceOption(octet(), below(64), octet(), list(0, 3, this::attribute)),
            () -> new LmaUserPlaneAddressOption(maybe(this::address)),
            () -> new LmaControlledMagParametersOption(list(0, 3, this::magParameters)),
            () -> new MagMultipathBindingOption(new AccessTechnologyType(octet()), octet(), octet(), flag(), flag()),
            () -> new MagIdentifierOption(octet(), octets(1, 30)),
            () -> new DynamicIpMulticastSelectorOption(octet(), flag(), sixteen(), octets(0, 40)),
            () -> new ActiveMulticastSubscriptionOption(56 + below(2), octet(), octets(0, 40)),
            () -> new ContextRequestOption(list(1, 4, this::contextRequest)),
            () -> new MobileNodeLinkLocalInterfaceIdentifierOption(octets(8, 8)),
            () -> new MulticastMobilityOption(octet(), multicastReport()),
            () -> new MulticastAcknowledgementOption(octet(), octet(), multicastReport()),
            () -> new AnchoredPrefixOption(octet(), ipv6()),
            () -> new LocalPrefixOption(octet(), ipv6()),
            () -> new PreviousMaarOption(octet(), ipv6(), ipv6()),
            () -> new ServingMaarOption(ipv6()),
            () -> new DlifLinkLocalAddressOption(ipv6()),
            () -> new DlifLinkLayerAddressOption(
                    LinkLayerIdentifier.of(octets(1, 20).toByteArray())),
            () -> new UnknownOption(71 + below(184), octets(0, 30)));
    private final List<Function<MobilityOptions, MobilityMessage>> messages = List.of(
            BindingRefreshRequest::new,
            all -> new BindingUpdate(sixteen(), new BindingUpdateFlags(sixteen() & ~0x200), sixteen(), all),
            all -> new ProxyBindingUpdate(sixteen(), new BindingUpdateFlags(sixteen() | 0x200), sixteen(), all),
            all -> new BindingAcknowledgement(
                    new BindingStatus(octet()),
                    new BindingAcknowledgementFlags(octet() & ~0x20),
                    sixteen(),
                    sixteen(),
                    all),
            all -> new ProxyBindingAcknowledgement(
                    new BindingStatus(octet()),
                    new BindingAcknowledgementFlags(octet() | 0x20),
                    sixteen(),
                    sixteen(),
                    all),
            all -> new BindingError(new BindingErrorStatus(octet()), ipv6(), all),
            all -> new Heartbeat(flag(), flag(), thirtyTwo(), all),
            all -> new BindingRevocationIndication(
                    new RevocationTrigger(octet()), sixteen(), flag(), flag(), flag(), all),
            all -> new BindingRevocationAcknowledgement(
                    new RevocationStatus(octet()), sixteen(), flag(), flag(), flag(), all),
            all -> new LocalizedRoutingInitiation(sixteen(), sixteen(), all),
            all -> new LocalizedRoutingAcknowledgement(
                    sixteen(), flag(), new LocalizedRoutingStatus(octet()), sixteen(), all),
            all -> new UpdateNotification(sixteen(), new UpdateNotificationReason(sixteen()), flag(), flag(), all),
            all -> new UpdateNotificationAcknowledgement(sixteen(), new UpdateNotificationStatus(octet()), all),
            all -> new FlowBindingIndication(sixteen(), new FlowBindingTrigger(octet()), flag(), all),
            all -> new FlowBindingAcknowledgement(sixteen(), new FlowBindingStatus(octet()), all),
            all -> new SubscriptionQuery(octet(), all),
            all -> new SubscriptionResponse(octet(), flag(), all));

    RandomMessages(RandomGenerator random) {
        this.random = random;
    }

    MobilityMessage next() {
        List<MobilityOption> chosen = new ArrayList<>();
        for (Supplier<MobilityOption> option : options) {
            if (below(5) == 0) {
                chosen.add(option.get());
            }
        }
        for (int i = chosen.size() - 1; i > 0; i--) {
            MobilityOption moved = chosen.set(below(i + 1), chosen.get(i));
            chosen.set(i, moved);
        }
        return messages.get(below(messages.size())).apply(new MobilityOptions(chosen));
    }

    private RandomGenerator random() {
        return random;
    }

    private int below(int bound) {
        return random.nextInt(bound);
    }

    private boolean flag() {
        return random.nextBoolean();
    }

    private int octet() {
        return below(256);
    }

    private int sixteen() {
        return below(65536);
    }

    private long thirtyTwo() {
        return Integer.toUnsignedLong(random.nextInt());
    }

    private Ipv4Address ipv4() {
        return new Ipv4Address(random.nextInt());
    }

    private Ipv6Address ipv6() {
        return new Ipv6Address(random.nextLong(), random.nextLong());
    }

    private IpAddress address() {
        return flag() ? ipv4() : ipv6();
    }

    private Octets octets(int min, int max) {
        byte[] octets = new byte[min + below(max - min + 1)];
        random.nextBytes(octets);
        return Octets.of(octets);
    }

    private <T> Optional<T> maybe(Supplier<T> value) {
        return flag() ? Optional.of(value.get()) : Optional.empty();
    }

    private <T> List<T> list(int min, int max, Supplier<? extends T> value) {
        List<T> values = new ArrayList<>();
        for (int count = min + below(max - min + 1); count > 0; count--) {
            values.add(value.get());
        }
        return values;
    }

    private ContextRequestOption.Request contextRequest() {
        return flag()
                ? ContextRequestOption.Request.of(2 + below(254))
                : new ContextRequestOption.Request(VendorSpecificOption.TYPE, octets(5, 15));
    }

    private MulticastReport multicastReport() {
        int words = below(8);
        return new MulticastReport(sixteen(), octets(4 * words, 4 * words));
    }

    private MobilityOption identifier() {
        return switch (below(4)) {
            case 0 -> MobileNodeIdentifierOption.EMPTY;
            case 1 -> new MobileNodeIdentifierOption(2, octets(16, 16));
            case 2 -> new MobileNodeIdentifierOption(3 + below(253), octets(0, 30));
            default ->
                MobileNodeIdentifierOption.of(new MobileNodeIdentifier(
                        "mn" + below(1_000_000) + (flag() ? "@opérateur.example" : "@example")));
        };
    }

    private MobilityOption homeNetworkPrefix() {
        HomeNetworkPrefix prefix = HomeNetworkPrefix.containing(ipv6(), below(129));
        return flag() ? HomeNetworkPrefixOption.of(prefix) : HomeNetworkPrefixOption.offLink(prefix);
    }

    private FlowSubOption flowSubOption() {
        return switch (below(5)) {
            case 0 -> new FlowSubOption.BindingReference(list(1, 4, this::sixteen));
            case 1 -> new FlowSubOption.FlowBindingAction(octet());
            case 2 -> new FlowSubOption.TargetCareOfAddress(address());
            case 3 -> new FlowSubOption.UnknownFlowSubOption(6 + below(250), octets(0, 10));
            default -> new FlowSubOption.TrafficSelectorSubOption(selector());
        };
    }

    private BinaryTrafficSelector selector() {
        return switch (below(5)) {
            case 0 -> new BinaryTrafficSelector.UnreadableTrafficSelector(3 + below(253), octets(0, 20));
            case 1, 2 ->
                new Ipv4TrafficSelector(
                        range(this::ipv4),
                        range(this::ipv4),
                        range(this::thirtyTwo),
                        range(this::sixteen),
                        range(this::sixteen),
                        range(() -> below(64)),
                        range(this::octet));
            default ->
                new Ipv6TrafficSelector(
                        range(this::ipv6),
                        range(this::ipv6),
                        range(this::thirtyTwo),
                        range(() -> below(1 << 20)),
                        range(this::sixteen),
                        range(this::sixteen),
                        range(() -> below(64)),
                        range(this::octet));
        };
    }

    private <T extends Comparable<T>> Optional<InclusiveRange<T>> range(Supplier<T> value) {
        if (below(3) == 0) {
            return Optional.empty();
        }
        T one = value.get();
        T other = flag() ? one : value.get();
        return Optional.of(
                one.compareTo(other) <= 0 ? new InclusiveRange<>(one, other) : new InclusiveRange<>(other, one));
    }

    private AccessNetworkSubOption accessNetworkSubOption() {
        return switch (below(6)) {
            case 0 -> new AccessNetworkSubOption.NetworkIdentifier(flag(), octets(0, 20), octets(0, 20));
            case 1 -> new AccessNetworkSubOption.GeoLocation(below(1 << 24) - (1 << 23), below(1 << 24) - (1 << 23));
            case 2 -> new AccessNetworkSubOption.OperatorIdentifier(octet(), octets(0, 20));
            case 3 -> new AccessNetworkSubOption.MagGroupIdentifier(below(1 << 24));
            case 4 -> new AccessNetworkSubOption.UpdateTimer(sixteen());
            default -> new AccessNetworkSubOption.UnknownAccessNetworkSubOption(7 + below(249), octets(0, 20));
        };
    }

    private QualityOfServiceAttribute attribute() {
        Direction direction = flag() ? Direction.UPLINK : Direction.DOWNLINK;
        return switch (below(8)) {
            case 0 -> new QualityOfServiceAttribute.PerMobileNodeAggregateMaximumRate(direction, thirtyTwo());
            case 1 ->
                new QualityOfServiceAttribute.PerSessionAggregateMaximumRate(direction, flag(), flag(), thirtyTwo());
            case 2 -> new QualityOfServiceAttribute.AllocationRetentionPriority(below(16), below(4), below(4));
            case 3 -> new QualityOfServiceAttribute.AggregateMaximumRate(direction, thirtyTwo());
            case 4 -> new QualityOfServiceAttribute.GuaranteedRate(direction, thirtyTwo());
            case 5 -> new QualityOfServiceAttribute.QualityOfServiceTrafficSelector(selector());
            case 6 -> new QualityOfServiceAttribute.VendorSpecificAttribute(thirtyTwo(), octet(), octets(0, 20));
            default -> new QualityOfServiceAttribute.UnknownAttribute(12 + below(244), octets(0, 20));
        };
    }

    private MagParametersSubOption magParameters() {
        return switch (below(3)) {
            case 0 -> new MagParametersSubOption.ReregistrationControl(sixteen(), sixteen(), sixteen());
            case 1 -> new MagParametersSubOption.HeartbeatControl(sixteen(), sixteen(), sixteen());
            default -> new MagParametersSubOption.UnknownMagParametersSubOption(3 + below(253), octets(0, 10));
        };
    }
}
