package org.flowanchor.binding.boot;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.flowanchor.binding.adapter.mobilityheader.Peer;
import org.flowanchor.binding.adapter.mobilityheader.Peers;
import org.flowanchor.binding.application.Anchor;
import org.flowanchor.binding.application.StartRefusedException;
import org.flowanchor.binding.boot.FlowAnchorProperties.AnchorProperties;
import org.flowanchor.binding.boot.FlowAnchorProperties.PoolProperties;
import org.flowanchor.binding.domain.Admission;
import org.flowanchor.binding.domain.AnchorRules;
import org.flowanchor.binding.domain.DomainVariables;
import org.flowanchor.binding.domain.MessageKind;
import org.flowanchor.binding.domain.MobileNodeProfile;
import org.flowanchor.binding.domain.PrefixKind;
import org.flowanchor.binding.domain.PrefixPool;
import org.flowanchor.binding.domain.SignallingRules;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.ServiceSelection;
import org.flowanchor.mobility.header.PeerProfile;

/** Configuration as values of the domain; what is no such value is refused with the property's name. */
final class Configured {
    private Configured() {}

    static List<Anchor> anchors(FlowAnchorProperties properties) {
        List<Anchor> anchors = new ArrayList<>();
        Set<LmaAddress> addresses = new HashSet<>();
        for (int i = 0; i < properties.anchors().size(); i++) {
            AnchorProperties anchor = properties.anchors().get(i);
            String name = "flowanchor.anchors[" + i + "]";
            LmaAddress address = value(name + ".lma-address", () -> LmaAddress.parse(anchor.lmaAddress()));
            if (!addresses.add(address)) {
                throw refused(name + ".lma-address", "anchor " + address + " is configured twice");
            }
            List<PrefixPool> pools = new ArrayList<>();
            for (int j = 0; j < anchor.pools().size(); j++) {
                PoolProperties pool = anchor.pools().get(j);
                pools.add(value(
                        name + ".pools[" + j + "]",
                        () -> new PrefixPool(
                                HomeNetworkPrefix.parse(pool.prefix()),
                                pool.prefixLength(),
                                Optional.ofNullable(pool.gateway()).map(ProxyCareOfAddress::parse))));
            }
            anchors.add(new Anchor(address, anchor.partition(), pools));
        }
        requireSignallingOutsideThePools(properties, anchors);
        return anchors;
    }

    /** What is routed and steered as a mobile node's traffic must not be what anchors and gateways say to each other (RFC 6089 section 4.3). */
    private static void requireSignallingOutsideThePools(FlowAnchorProperties properties, List<Anchor> anchors) {
        Map<Ipv6Address, String> signalling = new LinkedHashMap<>();
        anchors.forEach(anchor -> signalling.put(anchor.lmaAddress().address(), "anchor"));
        for (int i = 0; i < properties.gateways().size(); i++) {
            careOfAddresses(i, properties.gateways().get(i))
                    .forEach(gateway -> signalling.put(gateway.address(), "gateway"));
        }
        peers(properties).addresses().forEach(address -> {
            if (address instanceof Ipv6Address ipv6) {
                signalling.put(ipv6, "gateway");
            }
        });
        for (int i = 0; i < anchors.size(); i++) {
            for (int j = 0; j < anchors.get(i).pools().size(); j++) {
                HomeNetworkPrefix pool = anchors.get(i).pools().get(j).prefix();
                String name = "flowanchor.anchors[" + i + "].pools[" + j + "]";
                signalling.forEach((address, whose) -> {
                    if (pool.contains(address)) {
                        throw refused(name, "pool " + pool + " holds the address " + address + " of a " + whose);
                    }
                });
            }
        }
    }

    static AnchorRules rules(FlowAnchorProperties properties) {
        Map<AccessTechnologyType, Integer> priorities = new HashMap<>();
        properties.bindingPriorities().forEach((type, priority) -> {
            // Property names from the environment come without underscores.
            String name = type.replace('-', '_');
            priorities.put(
                    value("flowanchor.binding-priorities." + type, () -> AccessTechnologyType.parse(name)), priority);
        });
        return value(
                "flowanchor",
                () -> new AnchorRules(
                        properties.timestampValidityWindow(),
                        properties.minDelayBeforeBceDelete(),
                        properties.maxDelayBeforeNewBceAssign(),
                        properties.maxLifetime(),
                        priorities,
                        properties.defaultBindingPriority(),
                        properties.maxBindingsPerMobileNode(),
                        domain(properties),
                        signalling(properties.signalling()),
                        prefixKinds(properties.services())));
    }

    private static DomainVariables domain(FlowAnchorProperties properties) {
        Optional<Ipv6Address> fixed = Optional.ofNullable(properties.fixedMagLinkLocalAddressOnAllAccessLinks())
                .filter(address -> !address.isBlank())
                .map(address -> value(
                        "flowanchor.fixed-mag-link-local-address-on-all-access-links",
                        () -> Ipv6Address.parse(address)));
        return value(
                "flowanchor",
                () -> new DomainVariables(
                        properties.timestampBasedApproachInUse(),
                        properties.mobileNodeGeneratedTimestampInUse(),
                        fixed));
    }

    private static SignallingRules signalling(FlowAnchorProperties.TimerProperties properties) {
        return value(
                "flowanchor.signalling",
                () -> new SignallingRules(
                        properties.maxUpdateNotificationRetransmitCount(),
                        properties.minDelayBetweenUpdateNotificationReplay(),
                        properties.initMinDelayBris(),
                        properties.maxBrackTimeout(),
                        properties.briMaxRetriesNumber(),
                        properties.heartbeatInterval(),
                        properties.missingHeartbeatsAllowed(),
                        properties.prefixHold()));
    }

    private static Map<ServiceSelection, PrefixKind> prefixKinds(Map<String, PrefixKind> services) {
        Map<ServiceSelection, PrefixKind> kinds = new HashMap<>();
        services.forEach((service, kind) ->
                kinds.put(value("flowanchor.services." + service, () -> new ServiceSelection(service)), kind));
        return kinds;
    }

    /** Messages that gateways are never sent. */
    static Map<ProxyCareOfAddress, Set<MessageKind>> unknownMessages(FlowAnchorProperties properties) {
        Map<ProxyCareOfAddress, Set<MessageKind>> unknown = new HashMap<>();
        for (int i = 0; i < properties.gateways().size(); i++) {
            FlowAnchorProperties.GatewayProperties gateway =
                    properties.gateways().get(i);
            Set<MessageKind> kinds = EnumSet.noneOf(MessageKind.class);
            if (!gateway.knowsFlowMobility()) {
                kinds.add(MessageKind.UPDATE_NOTIFICATION);
            }
            if (!gateway.revocation()) {
                kinds.add(MessageKind.BINDING_REVOCATION_INDICATION);
            }
            if (!gateway.heartbeat()) {
                kinds.add(MessageKind.HEARTBEAT);
            }
            for (ProxyCareOfAddress address : careOfAddresses(i, gateway)) {
                if (unknown.put(address, kinds) != null) {
                    throw refused("flowanchor.gateways[" + i + "]", "gateway " + address + " is configured twice");
                }
            }
        }
        return unknown;
    }

    /** Its Proxy-CoA, and what it may use in its place. */
    private static Set<ProxyCareOfAddress> careOfAddresses(int index, FlowAnchorProperties.GatewayProperties gateway) {
        Set<ProxyCareOfAddress> addresses = new HashSet<>();
        addresses.add(gateway(index, gateway));
        FlowAnchorProperties.SignallingProperties signalling = gateway.signalling();
        if (signalling != null) {
            String name = "flowanchor.gateways[" + index + "].signalling.alternate-care-of-addresses";
            signalling
                    .alternateCareOfAddresses()
                    .forEach(other -> addresses.add(value(name, () -> ProxyCareOfAddress.parse(other))));
        }
        return addresses;
    }

    private static ProxyCareOfAddress gateway(int index, FlowAnchorProperties.GatewayProperties gateway) {
        return value(
                "flowanchor.gateways[" + index + "].proxy-care-of-address",
                () -> ProxyCareOfAddress.parse(gateway.proxyCareOfAddress()));
    }

    static Admission admission(FlowAnchorProperties properties, BooleanSupplier everySubscriberKnown) {
        Set<ProxyCareOfAddress> gateways = new HashSet<>();
        Set<ProxyCareOfAddress> proposers = new HashSet<>();
        Map<ProxyCareOfAddress, MobileNodeIdentifier> identities = new HashMap<>();
        for (int i = 0; i < properties.gateways().size(); i++) {
            FlowAnchorProperties.GatewayProperties gateway =
                    properties.gateways().get(i);
            Set<ProxyCareOfAddress> addresses = careOfAddresses(i, gateway);
            gateways.addAll(addresses);
            if (gateway.mayProposePrefixes()) {
                proposers.addAll(addresses);
            }
            String identity = gateway.globalRevocationIdentity();
            if (identity != null) {
                MobileNodeIdentifier itself = value(
                        "flowanchor.gateways[" + i + "].global-revocation-identity",
                        () -> new MobileNodeIdentifier(identity));
                addresses.forEach(address -> identities.put(address, itself));
            }
        }
        Map<MobileNodeIdentifier, MobileNodeProfile> profiles = new HashMap<>();
        for (int i = 0; i < properties.mobileNodes().size(); i++) {
            FlowAnchorProperties.MobileNodeProperties node =
                    properties.mobileNodes().get(i);
            String name = "flowanchor.mobile-nodes[" + i + "].identifier";
            MobileNodeIdentifier identifier = value(name, () -> new MobileNodeIdentifier(node.identifier()));
            MobileNodeProfile profile = MobileNodeProfile.of(
                    node.policyGroup(),
                    node.proxyRegistrationEnabled(),
                    Optional.ofNullable(node.prefixModel()),
                    node.hostModel(),
                    node.decisionAuthority());
            if (profiles.put(identifier, profile) != null) {
                throw refused(name, "mobile node " + identifier + " is configured twice");
            }
        }
        Optional<MobileNodeProfile> anyOther = Optional.ofNullable(properties.mobileNodesDefaultGroup())
                .filter(group -> !group.isBlank())
                .map(group -> MobileNodeProfile.of(group, true));
        return new ConfiguredAdmission(
                properties.anyGatewayAuthorized(),
                gateways,
                proposers,
                identities,
                profiles,
                anyOther,
                everySubscriberKnown);
    }

    /** Gateways that speak RFC 5213 on the wire. */
    static Peers peers(FlowAnchorProperties properties) {
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < properties.gateways().size(); i++) {
            FlowAnchorProperties.GatewayProperties gateway =
                    properties.gateways().get(i);
            FlowAnchorProperties.SignallingProperties signalling = gateway.signalling();
            if (signalling != null) {
                peers.add(peer("flowanchor.gateways[" + i + "]", gateway.proxyCareOfAddress(), signalling));
            }
        }
        return value("flowanchor.gateways", () -> new Peers(peers));
    }

    private static Peer peer(
            String gateway, String careOfAddress, FlowAnchorProperties.SignallingProperties signalling) {
        String name = gateway + ".signalling";
        ProxyCareOfAddress proxyCareOfAddress =
                value(gateway + ".proxy-care-of-address", () -> ProxyCareOfAddress.parse(careOfAddress));
        Set<IpAddress> addresses = new HashSet<>();
        for (String address : signalling.addresses()) {
            addresses.add(value(
                    name + ".addresses",
                    () -> address.indexOf(':') < 0
                            ? Ipv4Address.parse(address)
                            : ProxyCareOfAddress.parse(address).address()));
        }
        if (addresses.isEmpty()) {
            addresses.add(proxyCareOfAddress.address());
        }
        Set<ProxyCareOfAddress> alternates = new HashSet<>();
        for (String address : signalling.alternateCareOfAddresses()) {
            alternates.add(value(name + ".alternate-care-of-addresses", () -> ProxyCareOfAddress.parse(address)));
        }
        return new Peer(proxyCareOfAddress, addresses, alternates, profile(name, signalling.profile()));
    }

    private static Optional<PeerProfile> profile(String name, String profile) {
        if (profile.equals("auto")) {
            return Optional.empty();
        }
        Optional<PeerProfile> named = PeerProfile.named(profile);
        if (named.isEmpty()) {
            throw refused(
                    name + ".profile",
                    profile + " is none of auto, "
                            + String.join(
                                    ", ",
                                    PeerProfile.NAMED.stream()
                                            .map(PeerProfile::name)
                                            .toList()));
        }
        return named;
    }

    /** Whose the configured interfaces are. */
    static Map<LinkLayerIdentifier, MobileNodeIdentifier> interfaces(FlowAnchorProperties properties) {
        Map<LinkLayerIdentifier, MobileNodeIdentifier> interfaces = new HashMap<>();
        for (int i = 0; i < properties.mobileNodes().size(); i++) {
            FlowAnchorProperties.MobileNodeProperties node =
                    properties.mobileNodes().get(i);
            for (int j = 0; j < node.linkLayerIdentifiers().size(); j++) {
                String name = "flowanchor.mobile-nodes[" + i + "].link-layer-identifiers[" + j + "]";
                String text = node.linkLayerIdentifiers().get(j);
                LinkLayerIdentifier identifier = value(name, () -> LinkLayerIdentifier.parse(text));
                if (interfaces.put(identifier, new MobileNodeIdentifier(node.identifier())) != null) {
                    throw refused(name, identifier + " is configured twice");
                }
            }
        }
        return interfaces;
    }

    private record ConfiguredAdmission(
            boolean anyGateway,
            Set<ProxyCareOfAddress> gateways,
            Set<ProxyCareOfAddress> proposers,
            Map<ProxyCareOfAddress, MobileNodeIdentifier> identities,
            Map<MobileNodeIdentifier, MobileNodeProfile> profiles,
            Optional<MobileNodeProfile> anyOther,
            BooleanSupplier everySubscriberKnown)
            implements Admission {
        @Override
        public boolean knowsEverySubscriber() {
            return everySubscriberKnown.getAsBoolean();
        }

        @Override
        public boolean isAuthorized(ProxyCareOfAddress gateway, MobileNodeIdentifier mobileNode) {
            return anyGateway || gateways.contains(gateway);
        }

        @Override
        public boolean mayProposePrefixes(ProxyCareOfAddress gateway) {
            return proposers.contains(gateway);
        }

        @Override
        public Optional<MobileNodeIdentifier> globalRevocationIdentity(ProxyCareOfAddress gateway) {
            return Optional.ofNullable(identities.get(gateway));
        }

        @Override
        public Optional<MobileNodeProfile> profile(MobileNodeIdentifier mobileNode) {
            return Optional.ofNullable(profiles.get(mobileNode)).or(() -> anyOther);
        }
    }

    static <T> T value(String property, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw refused(property, String.valueOf(e.getMessage()));
        }
    }

    private static StartRefusedException refused(String property, String fault) {
        return new StartRefusedException(property + ": " + fault, "correct the property " + property);
    }
}
