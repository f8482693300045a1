package org.flowanchor.policy.domain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.DecisionAuthority;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.HostModel;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.PrefixModel;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.ServiceSelection;
import org.jspecify.annotations.Nullable;

/**
 * The operator's form of a profile: a tree of maps, lists, strings and booleans, as any JSON or YAML reader gives it.
 *
 * <p>Only the mobile node and its policy group must be given. The prefix model that is not given follows from the host: a STRONG host can
 * use UNIQUE prefixes only, any other one gets SHARED ones.
 */
public final class SubscriberDocument {
    static final int MAX_STATIC_PREFIXES = 16;
    static final int MAX_SERVICES = 64;
    static final int MAX_INTERFACES = 32;
    static final int MAX_GATEWAYS = 256;

    /** Kept by the service; read in documents and ignored, so that an answer can be sent back as it came. */
    private static final List<String> KEPT_BY_SERVICE = List.of("revision", "createdAt", "updatedAt");

    private static final Set<String> FIELDS = new LinkedHashSet<>(List.of(
            "mobileNodeIdentifier",
            "policyGroup",
            "proxyRegistrationEnabled",
            "allowedAccessTechnologyTypes",
            "prefixModel",
            "staticPrefixes",
            "hostModel",
            "decisionAuthority",
            "serviceSelections",
            "linkLayerIdentifiers",
            "authorizedGateways"));

    static {
        FIELDS.addAll(KEPT_BY_SERVICE);
    }

    private final List<DocumentError> errors = new ArrayList<>();

    private SubscriberDocument() {}

    /**
     * Reads a document, or finds all that is wrong with it.
     *
     * @param tree the document
     * @param addressed mobile node by which the profile was addressed; the document may then leave it out and must not contradict
     */
    public static SubscriberReading read(@Nullable Object tree, Optional<String> addressed) {
        SubscriberDocument document = new SubscriberDocument();
        Optional<SubscriberProfile> profile = document.profile(DocumentNode.root(tree, document.errors), addressed);
        return document.errors.isEmpty() && profile.isPresent()
                ? new SubscriberReading.Accepted(profile.get())
                : new SubscriberReading.Rejected(document.errors);
    }

    private Optional<SubscriberProfile> profile(DocumentNode node, Optional<String> addressed) {
        Optional<DocumentNode.Fields> object = node.fields(FIELDS);
        if (object.isEmpty()) {
            return Optional.empty();
        }
        DocumentNode.Fields fields = object.get();
        Optional<MobileNodeIdentifier> mobileNode =
                fields.name("mobileNodeIdentifier", addressed, MobileNodeIdentifier::new);
        Optional<PolicyGroup> group = fields.required("policyGroup").flatMap(field -> field.text(PolicyGroup::new));
        Optional<Boolean> enabled = fields.optional("proxyRegistrationEnabled")
                .map(DocumentNode::truth)
                .orElse(Optional.of(true));
        Optional<SortedSet<AccessTechnologyType>> accesses =
                set(fields, "allowedAccessTechnologyTypes", 255, AccessTechnologyType::parse);
        Optional<SortedSet<HomeNetworkPrefix>> prefixes = staticPrefixes(fields);
        Optional<HostModel> host = choice(fields, "hostModel", HostModel.values(), HostModel.LIF);
        Optional<PrefixModel> model = prefixModel(fields, host);
        Optional<DecisionAuthority> authority =
                choice(fields, "decisionAuthority", DecisionAuthority.values(), DecisionAuthority.NETWORK);
        Optional<SortedSet<ServiceSelection>> services =
                set(fields, "serviceSelections", MAX_SERVICES, ServiceSelection::new);
        Optional<SortedSet<LinkLayerIdentifier>> interfaces =
                set(fields, "linkLayerIdentifiers", MAX_INTERFACES, LinkLayerIdentifier::parse);
        Optional<SortedSet<ProxyCareOfAddress>> gateways =
                set(fields, "authorizedGateways", MAX_GATEWAYS, ProxyCareOfAddress::parse);
        if (!errors.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new SubscriberProfile(
                mobileNode.orElseThrow(),
                group.orElseThrow(),
                enabled.orElseThrow(),
                accesses.orElseThrow(),
                model.orElseThrow(),
                prefixes.orElseThrow(),
                host.orElseThrow(),
                authority.orElseThrow(),
                services.orElseThrow(),
                interfaces.orElseThrow(),
                gateways.orElseThrow()));
    }

    private static Optional<PrefixModel> prefixModel(DocumentNode.Fields fields, Optional<HostModel> host) {
        boolean strong = host.equals(Optional.of(HostModel.STRONG));
        Optional<PrefixModel> model =
                choice(fields, "prefixModel", PrefixModel.values(), strong ? PrefixModel.UNIQUE : PrefixModel.SHARED);
        if (strong && model.isPresent() && model.get() != PrefixModel.UNIQUE) {
            fields.optional("prefixModel")
                    .ifPresent(field -> field.fault(
                            "must be UNIQUE: a STRONG host drops packets whose address is another interface's"));
        }
        return model;
    }

    private static Optional<SortedSet<HomeNetworkPrefix>> staticPrefixes(DocumentNode.Fields fields) {
        Optional<DocumentNode> field = fields.optional("staticPrefixes");
        if (field.isEmpty()) {
            return Optional.of(new TreeSet<>());
        }
        TreeMap<HomeNetworkPrefix, DocumentNode> prefixes = new TreeMap<>();
        for (DocumentNode node : field.get().elements(0, MAX_STATIC_PREFIXES).orElse(List.of())) {
            Optional<HomeNetworkPrefix> prefix = node.text(SubscriberDocument::staticPrefix);
            if (prefix.isEmpty()) {
                continue;
            }
            prefixes.keySet().stream()
                    .filter(prefix.get()::overlaps)
                    .findFirst()
                    .ifPresentOrElse(
                            other -> node.fault(other.equals(prefix.get()) ? "is listed twice" : "overlaps " + other),
                            () -> prefixes.put(prefix.get(), node));
        }
        return Optional.of(prefixes.navigableKeySet());
    }

    private static HomeNetworkPrefix staticPrefix(String text) {
        HomeNetworkPrefix prefix = HomeNetworkPrefix.parse(text);
        if (prefix.isAllZero()) {
            throw new IllegalArgumentException("begins with zeros only: that asks for any prefix");
        }
        if (prefix.address().isMulticast() || prefix.address().isLinkLocal()) {
            throw new IllegalArgumentException("must be a routable unicast prefix");
        }
        return prefix;
    }

    /** @param parse throws {@link IllegalArgumentException} with the fault */
    private static <T extends Comparable<T>> Optional<SortedSet<T>> set(
            DocumentNode.Fields fields, String name, int max, Function<String, T> parse) {
        Optional<DocumentNode> field = fields.optional(name);
        if (field.isEmpty()) {
            return Optional.of(new TreeSet<>());
        }
        return field.get().elements(0, max).map(nodes -> {
            SortedSet<T> values = new TreeSet<>();
            for (DocumentNode node : nodes) {
                Optional<T> value = node.text(parse);
                if (value.isPresent() && !values.add(value.get())) {
                    node.fault("is listed twice");
                }
            }
            return values;
        });
    }

    private static <E extends Enum<E>> Optional<E> choice(
            DocumentNode.Fields fields, String name, E[] choices, E otherwise) {
        Optional<DocumentNode> field = fields.optional(name);
        return field.isEmpty()
                ? Optional.of(otherwise)
                : field.get()
                        .text(text -> Arrays.stream(choices)
                                .filter(choice -> choice.name().equals(text))
                                .findFirst()
                                .orElseThrow(() -> new IllegalArgumentException("must be one of "
                                        + Arrays.stream(choices).map(Enum::name).collect(Collectors.joining(", ")))));
    }

    /** The canonical document of a profile; {@link #read} gives the same profile back. */
    public static Map<String, Object> write(SubscriberProfile profile) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("mobileNodeIdentifier", profile.mobileNodeIdentifier().value());
        document.put("policyGroup", profile.policyGroup().text());
        document.put("proxyRegistrationEnabled", profile.proxyRegistrationEnabled());
        document.put("allowedAccessTechnologyTypes", texts(profile.allowedAccessTechnologyTypes()));
        document.put("prefixModel", profile.prefixModel().name());
        document.put("staticPrefixes", texts(profile.staticPrefixes()));
        document.put("hostModel", profile.hostModel().name());
        document.put("decisionAuthority", profile.decisionAuthority().name());
        document.put("serviceSelections", texts(profile.serviceSelections()));
        document.put("linkLayerIdentifiers", texts(profile.linkLayerIdentifiers()));
        document.put("authorizedGateways", texts(profile.authorizedGateways()));
        return document;
    }

    private static List<String> texts(Collection<?> values) {
        return values.stream().map(Object::toString).toList();
    }
}
