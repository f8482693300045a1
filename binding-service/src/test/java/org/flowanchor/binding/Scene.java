package org.flowanchor.binding;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flowanchor.binding.domain.Admission;
import org.flowanchor.binding.domain.AnchorRules;
import org.flowanchor.binding.domain.MobileNodeProfile;
import org.flowanchor.binding.domain.ProxyBindingUpdate;
import org.flowanchor.binding.domain.ReceivedUpdate;
import org.flowanchor.binding.domain.Timestamp;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.jspecify.annotations.Nullable;

/** Names that tests use, and updates with everything right unless a test says otherwise. */
public final class Scene {
    public static final LmaAddress ANCHOR = LmaAddress.parse("2001:db8::1");
    public static final ProxyCareOfAddress MAG1 = ProxyCareOfAddress.parse("2001:db8:1::1");
    public static final ProxyCareOfAddress MAG2 = ProxyCareOfAddress.parse("2001:db8:2::1");
    public static final ProxyCareOfAddress MAG3 = ProxyCareOfAddress.parse("2001:db8:3::1");
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
    public static final AnchorRules RULES = new AnchorRules(
            Duration.ofMillis(300), Duration.ofSeconds(10), Duration.ofHours(1), Map.of(LTE, 10, WLAN, 20), 64, 4);

    public static final int NEW_INTERFACE = 1;
    public static final int BETWEEN_INTERFACES = 2;
    public static final int BETWEEN_MAGS = 3;
    public static final int HANDOFF_UNKNOWN = 4;
    public static final int NOT_CHANGED = 5;
    public static final int SHARING = 6;

    /** Admits the three gateways and MN1, MN2; knows BARRED. */
    public static final Admission ADMISSION = new Admission() {
        private final Map<MobileNodeIdentifier, MobileNodeProfile> profiles = new HashMap<>(Map.of(
                MN1, new MobileNodeProfile("gold", true),
                MN2, new MobileNodeProfile("silver", true),
                BARRED, new MobileNodeProfile("gold", false)));

        @Override
        public boolean isAuthorized(ProxyCareOfAddress gateway, MobileNodeIdentifier mobileNode) {
            return !gateway.equals(STRANGER);
        }

        @Override
        public Optional<MobileNodeProfile> profile(MobileNodeIdentifier mobileNode) {
            if (mobileNode.value().startsWith("crowd-")) {
                return Optional.of(new MobileNodeProfile("crowd", true));
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
    public record Update(
            ProxyCareOfAddress gateway,
            ProxyCareOfAddress sender,
            @Nullable AccessTechnologyType type,
            @Nullable MobileNodeIdentifier mobileNode,
            @Nullable LinkLayerIdentifier link,
            @Nullable Integer handoff,
            List<HomeNetworkPrefix> prefixes,
            int lifetime,
            int sequence,
            @Nullable Instant timestamp,
            boolean timestamped,
            Instant at) {
        Update(ProxyCareOfAddress gateway, AccessTechnologyType type) {
            this(
                    gateway,
                    gateway,
                    type,
                    MN1,
                    null,
                    NEW_INTERFACE,
                    List.of(HomeNetworkPrefix.ALL_ZERO),
                    100,
                    1,
                    null,
                    true,
                    START);
        }

        public Update sender(ProxyCareOfAddress value) {
            return new Update(
                    gateway,
                    value,
                    type,
                    mobileNode,
                    link,
                    handoff,
                    prefixes,
                    lifetime,
                    sequence,
                    timestamp,
                    timestamped,
                    at);
        }

        public Update type(@Nullable AccessTechnologyType value) {
            return new Update(
                    gateway,
                    sender,
                    value,
                    mobileNode,
                    link,
                    handoff,
                    prefixes,
                    lifetime,
                    sequence,
                    timestamp,
                    timestamped,
                    at);
        }

        public Update of(@Nullable MobileNodeIdentifier value) {
            return new Update(
                    gateway,
                    sender,
                    type,
                    value,
                    link,
                    handoff,
                    prefixes,
                    lifetime,
                    sequence,
                    timestamp,
                    timestamped,
                    at);
        }

        public Update link(@Nullable LinkLayerIdentifier value) {
            return new Update(
                    gateway,
                    sender,
                    type,
                    mobileNode,
                    value,
                    handoff,
                    prefixes,
                    lifetime,
                    sequence,
                    timestamp,
                    timestamped,
                    at);
        }

        public Update handoff(@Nullable Integer value) {
            return new Update(
                    gateway,
                    sender,
                    type,
                    mobileNode,
                    link,
                    value,
                    prefixes,
                    lifetime,
                    sequence,
                    timestamp,
                    timestamped,
                    at);
        }

        public Update prefixes(HomeNetworkPrefix... values) {
            return prefixes(List.of(values));
        }

        public Update prefixes(List<HomeNetworkPrefix> values) {
            return new Update(
                    gateway,
                    sender,
                    type,
                    mobileNode,
                    link,
                    handoff,
                    new ArrayList<>(values),
                    lifetime,
                    sequence,
                    timestamp,
                    timestamped,
                    at);
        }

        /** Units of 4 seconds. */
        public Update lifetime(int value) {
            return new Update(
                    gateway,
                    sender,
                    type,
                    mobileNode,
                    link,
                    handoff,
                    prefixes,
                    value,
                    sequence,
                    timestamp,
                    timestamped,
                    at);
        }

        /** Handoff state unknown, lifetime 0 (RFC 5213 section 6.9.1.4). */
        public Update deregistration() {
            return handoff(HANDOFF_UNKNOWN).lifetime(0);
        }

        public Update sequence(int value) {
            return new Update(
                    gateway,
                    sender,
                    type,
                    mobileNode,
                    link,
                    handoff,
                    prefixes,
                    lifetime,
                    value,
                    timestamp,
                    timestamped,
                    at);
        }

        /** Timestamp other than the time of arrival. */
        public Update timestamp(Instant value) {
            return new Update(
                    gateway, sender, type, mobileNode, link, handoff, prefixes, lifetime, sequence, value, true, at);
        }

        public Update withoutTimestamp() {
            return new Update(
                    gateway, sender, type, mobileNode, link, handoff, prefixes, lifetime, sequence, null, false, at);
        }

        /** Arrives then, with that timestamp. */
        public Update at(Instant value) {
            return new Update(
                    gateway,
                    sender,
                    type,
                    mobileNode,
                    link,
                    handoff,
                    prefixes,
                    lifetime,
                    sequence,
                    timestamp,
                    timestamped,
                    value);
        }

        public Update through(ProxyCareOfAddress value) {
            return new Update(
                    value,
                    value,
                    type,
                    mobileNode,
                    link,
                    handoff,
                    prefixes,
                    lifetime,
                    sequence,
                    timestamp,
                    timestamped,
                    at);
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
                            timestamped ? Optional.of(Timestamp.of(stamp)) : Optional.empty()),
                    sender,
                    at);
        }
    }
}
