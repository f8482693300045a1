package org.flowanchor.binding;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.flowanchor.binding.domain.Admission;
import org.flowanchor.binding.domain.AnchorRules;
import org.flowanchor.binding.domain.DomainVariables;
import org.flowanchor.binding.domain.MobileNodeProfile;
import org.flowanchor.binding.domain.PrefixKind;
import org.flowanchor.binding.domain.ProxyBindingUpdate;
import org.flowanchor.binding.domain.ReceivedUpdate;
import org.flowanchor.binding.domain.SignallingRules;
import org.flowanchor.binding.domain.Timestamp;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.ServiceSelection;
import org.jspecify.annotations.Nullable;

/** Names that tests use, and updates with everything right unless a test says otherwise. */
public final class Scene {
    public static final LmaAddress ANCHOR = LmaAddress.parse("2001:db8::1");
    public static final ProxyCareOfAddress MAG1 = ProxyCareOfAddress.parse("2001:db8:1::1");
    public static final ProxyCareOfAddress MAG2 = ProxyCareOfAddress.parse("2001:db8:2::1");
    public static final ProxyCareOfAddress MAG3 = ProxyCareOfAddress.parse("2001:db8:3::1");
    /** Assigns prefixes itself, and may do so here. */
    public static final ProxyCareOfAddress PROPOSER = ProxyCareOfAddress.parse("2001:db8:4::1");

    public static final ProxyCareOfAddress STRANGER = ProxyCareOfAddress.parse("2001:db8:bad::1");
    public static final MobileNodeIdentifier MN1 = new MobileNodeIdentifier("mn1@example.org");
    public static final MobileNodeIdentifier MN2 = new MobileNodeIdentifier("mn2@example.org");
    public static final MobileNodeIdentifier BARRED = new MobileNodeIdentifier("barred@example.org");
    public static final MobileNodeIdentifier UNKNOWN = new MobileNodeIdentifier("unknown@example.org");
    public static final LinkLayerIdentifier LTE_LINK = LinkLayerIdentifier.parse("02:00:00:00:00:0a");
    public static final LinkLayerIdentifier WLAN_LINK = LinkLayerIdentifier.parse("02:00:00:00:00:0b");
    public static final AccessTechnologyType LTE = AccessTechnologyType.E_UTRAN;
    public static final AccessTechnologyType WLAN = AccessTechnologyType.IEEE_802_11;
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    public static final ServiceSelection INTERNET = new ServiceSelection("internet");
    public static final ServiceSelection IMS = new ServiceSelection("ims");

    /** Defaults; the service INTERNET gets temporal prefixes. */
    public static final AnchorRules RULES = rules(Duration.ofMillis(1500), DomainVariables.DEFAULT);

    /** As RULES, but nobody waits for a de-registration. */
    public static final AnchorRules RULES_WITHOUT_WAIT = rules(Duration.ZERO, DomainVariables.DEFAULT);

    public static AnchorRules rules(Duration maxDelayBeforeNewBceAssign, DomainVariables domain) {
        return rules(maxDelayBeforeNewBceAssign, domain, SignallingRules.DEFAULT);
    }

    public static AnchorRules rules(
            Duration maxDelayBeforeNewBceAssign, DomainVariables domain, SignallingRules signalling) {
        return new AnchorRules(
                Duration.ofMillis(300),
                Duration.ofSeconds(10),
                maxDelayBeforeNewBceAssign,
                Duration.ofHours(1),
                Map.of(LTE, 10, WLAN, 20),
                64,
                4,
                domain,
                signalling,
                Map.of(INTERNET, PrefixKind.TEMPORAL, IMS, PrefixKind.PERMANENT));
    }

    public static final int NEW_INTERFACE = 1;
    public static final int BETWEEN_INTERFACES = 2;
    public static final int BETWEEN_MAGS = 3;
    public static final int HANDOFF_UNKNOWN = 4;
    public static final int NOT_CHANGED = 5;
    public static final int SHARING = 6;

    /** Admits the three gateways and MN1, MN2; knows BARRED. */
    public static final Admission ADMISSION = new Admission() {
        private final Map<MobileNodeIdentifier, MobileNodeProfile> profiles = new HashMap<>(Map.of(
                MN1, MobileNodeProfile.of("gold", true),
                MN2, MobileNodeProfile.of("silver", true),
                BARRED, MobileNodeProfile.of("gold", false)));

        @Override
        public boolean isAuthorized(ProxyCareOfAddress gateway, MobileNodeIdentifier mobileNode) {
            return !gateway.equals(STRANGER);
        }

        @Override
        public boolean mayProposePrefixes(ProxyCareOfAddress gateway) {
            return gateway.equals(PROPOSER);
        }

        @Override
        public Optional<MobileNodeProfile> profile(MobileNodeIdentifier mobileNode) {
            if (mobileNode.value().startsWith("crowd-")) {
                return Optional.of(MobileNodeProfile.of("crowd", true));
            }
            return Optional.ofNullable(profiles.get(mobileNode));
        }
    };

    private Scene() {}

    public static Update update(ProxyCareOfAddress gateway, AccessTechnologyType type) {
        return new Update(gateway, type);
    }

    /** WLAN through MAG1. */
    public static Update wlan() {
        return update(MAG1, WLAN).link(WLAN_LINK);
    }

    /** LTE through MAG2. */
    public static Update lte() {
        return update(MAG2, LTE).link(LTE_LINK);
    }

    /** An update in the making; each method returns a copy. */
    public static final class Update implements Cloneable {
        private ProxyCareOfAddress gateway;
        private ProxyCareOfAddress sender;
        private @Nullable AccessTechnologyType type;
        private @Nullable MobileNodeIdentifier mobileNode = MN1;
        private @Nullable LinkLayerIdentifier link;
        private @Nullable Integer handoff = NEW_INTERFACE;
        private List<HomeNetworkPrefix> prefixes = List.of(HomeNetworkPrefix.ALL_ZERO);
        private int lifetime = 100;
        private int sequence = 1;
        private @Nullable Instant timestamp;
        private boolean timestamped = true;
        private Instant at = START;
        private @Nullable Ipv6Address linkLocalAddress;
        private @Nullable ServiceSelection service;

        Update(ProxyCareOfAddress gateway, AccessTechnologyType type) {
            this.gateway = gateway;
            this.sender = gateway;
            this.type = type;
        }

        private Update with(Consumer<Update> change) {
            try {
                Update copy = (Update) super.clone();
                change.accept(copy);
                return copy;
            } catch (CloneNotSupportedException e) {
                throw new AssertionError(e);
            }
        }

        public Update sender(ProxyCareOfAddress value) {
            return with(copy -> copy.sender = value);
        }

        public Update type(@Nullable AccessTechnologyType value) {
            return with(copy -> copy.type = value);
        }

        public Update of(@Nullable MobileNodeIdentifier value) {
            return with(copy -> copy.mobileNode = value);
        }

        public Update link(@Nullable LinkLayerIdentifier value) {
            return with(copy -> copy.link = value);
        }

        public Update handoff(@Nullable Integer value) {
            return with(copy -> copy.handoff = value);
        }

        public Update prefixes(HomeNetworkPrefix... values) {
            return prefixes(List.of(values));
        }

        public Update prefixes(List<HomeNetworkPrefix> values) {
            return with(copy -> copy.prefixes = List.copyOf(values));
        }

        /** Units of 4 seconds. */
        public Update lifetime(int value) {
            return with(copy -> copy.lifetime = value);
        }

        /** Handoff state unknown, lifetime 0 (RFC 5213 section 6.9.1.4). */
        public Update deregistration() {
            return handoff(HANDOFF_UNKNOWN).lifetime(0);
        }

        public Update sequence(int value) {
            return with(copy -> copy.sequence = value);
        }

        /** Timestamp other than the time of arrival. */
        public Update timestamp(Instant value) {
            return with(copy -> {
                copy.timestamp = value;
                copy.timestamped = true;
            });
        }

        public Update withoutTimestamp() {
            return with(copy -> {
                copy.timestamp = null;
                copy.timestamped = false;
            });
        }

        /** Arrives then, with that timestamp. */
        public Update at(Instant value) {
            return with(copy -> copy.at = value);
        }

        public Update through(ProxyCareOfAddress value) {
            return with(copy -> {
                copy.gateway = value;
                copy.sender = value;
            });
        }

        /** {@code ::} asks for one. */
        public Update linkLocalAddress(Ipv6Address value) {
            return with(copy -> copy.linkLocalAddress = value);
        }

        public Update service(ServiceSelection value) {
            return with(copy -> copy.service = value);
        }

        public Instant at() {
            return at;
        }

        public List<HomeNetworkPrefix> prefixes() {
            return prefixes;
        }

        public MobileNodeIdentifier mobileNode() {
            return Objects.requireNonNull(mobileNode);
        }

        public ProxyCareOfAddress gateway() {
            return gateway;
        }

        public ReceivedUpdate received() {
            Instant stamp = timestamp == null ? at : timestamp;
            return new ReceivedUpdate(
                    new ProxyBindingUpdate(
                            sequence,
                            ANCHOR,
                            gateway,
                            Optional.ofNullable(mobileNode),
                            prefixes,
                            Optional.ofNullable(handoff).map(HandoffIndicator::new),
                            Optional.ofNullable(type),
                            Optional.ofNullable(link),
                            lifetime,
                            timestamped ? Optional.of(Timestamp.of(stamp)) : Optional.empty(),
                            Optional.ofNullable(linkLocalAddress),
                            Optional.ofNullable(service)),
                    sender,
                    at);
        }
    }
}
