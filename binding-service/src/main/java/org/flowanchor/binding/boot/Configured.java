package org.flowanchor.binding.boot;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.flowanchor.binding.application.Anchor;
import org.flowanchor.binding.application.StartRefusedException;
import org.flowanchor.binding.boot.FlowAnchorProperties.AnchorProperties;
import org.flowanchor.binding.boot.FlowAnchorProperties.PoolProperties;
import org.flowanchor.binding.domain.Admission;
import org.flowanchor.binding.domain.AnchorRules;
import org.flowanchor.binding.domain.MobileNodeProfile;
import org.flowanchor.binding.domain.PrefixPool;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;

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
                        () -> new PrefixPool(HomeNetworkPrefix.parse(pool.prefix()), pool.prefixLength())));
            }
            anchors.add(new Anchor(address, anchor.partition(), pools));
        }
        return anchors;
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
                        properties.maxLifetime(),
                        priorities,
                        properties.defaultBindingPriority(),
                        properties.maxBindingsPerMobileNode()));
    }

    static Admission admission(FlowAnchorProperties properties) {
        Set<ProxyCareOfAddress> gateways = new HashSet<>();
        for (int i = 0; i < properties.gateways().size(); i++) {
            String address = properties.gateways().get(i).proxyCareOfAddress();
            gateways.add(value(
                    "flowanchor.gateways[" + i + "].proxy-care-of-address", () -> ProxyCareOfAddress.parse(address)));
        }
        Map<MobileNodeIdentifier, MobileNodeProfile> profiles = new HashMap<>();
        for (int i = 0; i < properties.mobileNodes().size(); i++) {
            FlowAnchorProperties.MobileNodeProperties node =
                    properties.mobileNodes().get(i);
            String name = "flowanchor.mobile-nodes[" + i + "].identifier";
            MobileNodeIdentifier identifier = value(name, () -> new MobileNodeIdentifier(node.identifier()));
            MobileNodeProfile profile = new MobileNodeProfile(node.policyGroup(), node.proxyRegistrationEnabled());
            if (profiles.put(identifier, profile) != null) {
                throw refused(name, "mobile node " + identifier + " is configured twice");
            }
        }
        Optional<MobileNodeProfile> anyOther = Optional.ofNullable(properties.mobileNodesDefaultGroup())
                .filter(group -> !group.isBlank())
                .map(group -> new MobileNodeProfile(group, true));
        return new ConfiguredAdmission(properties.anyGatewayAuthorized(), gateways, profiles, anyOther);
    }

    private record ConfiguredAdmission(
            boolean anyGateway,
            Set<ProxyCareOfAddress> gateways,
            Map<MobileNodeIdentifier, MobileNodeProfile> profiles,
            Optional<MobileNodeProfile> anyOther)
            implements Admission {
        @Override
        public boolean isAuthorized(ProxyCareOfAddress gateway, MobileNodeIdentifier mobileNode) {
            return anyGateway || gateways.contains(gateway);
        }

        @Override
        public Optional<MobileNodeProfile> profile(MobileNodeIdentifier mobileNode) {
            return Optional.ofNullable(profiles.get(mobileNode)).or(() -> anyOther);
        }
    }

    private static <T> T value(String property, Supplier<T> value) {
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
