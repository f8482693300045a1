package org.flowanchor.policy.domain;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.TrafficSelector;
import org.flowanchor.mobility.TrafficSelector.Range;
import org.jspecify.annotations.Nullable;

/**
 * The operator's form of a policy: a tree of maps, lists, strings, numbers and booleans, as any JSON or YAML reader gives it.
 *
 * <p>Selectors describe downlink packets (RFC 6088): {@code remotePrefix} and {@code remotePorts} are the packet's source, so HTTPS of a
 * mobile node is {@code remotePorts} 443.
 *
 * <p>Traps: reading never stops at the first fault; a fault inside a rule takes the rule out of the comparison with its neighbours, so
 * that one mistake is not told twice. A range that is its whole domain is written as absent.
 */
public final class PolicyDocument {
    static final int MAX_RULES = 64;
    static final int MAX_SELECTORS = 32;
    static final int MAX_GROUPS = 64;
    private static final int MAX_PROTOCOL = 255;

    /** Kept by the service; read in documents and ignored, so that an answer can be sent back as it came. */
    private static final List<String> KEPT_BY_SERVICE = List.of("revision", "createdAt", "updatedAt");

    private static final Set<String> POLICY_FIELDS =
            known(List.of("name", "enabled", "precedence", "groups", "rules"), KEPT_BY_SERVICE);
    private static final Set<String> RULE_FIELDS = known(List.of("name", "selectors", "steering"));
    private static final Set<String> SELECTOR_FIELDS =
            known(List.of("remotePrefix", "protocol", "remotePorts", "dscp", "flowLabel", "spi"));
    private static final Set<String> STEERING_FIELDS =
            known(List.of("mode", "accessTechnologyTypes", "packetLossRatioThreshold"));

    private final List<DocumentError> errors = new ArrayList<>();

    private PolicyDocument() {}

    /**
     * Reads a document, or finds all that is wrong with it.
     *
     * @param tree the document
     * @param addressed name by which the policy was addressed; the document may then leave its own out and must not contradict
     */
    public static PolicyReading read(@Nullable Object tree, Optional<String> addressed) {
        PolicyDocument document = new PolicyDocument();
        Optional<OffloadPolicy> policy = document.policy(DocumentNode.root(tree, document.errors), addressed);
        return document.errors.isEmpty() && policy.isPresent()
                ? new PolicyReading.Accepted(policy.get())
                : new PolicyReading.Rejected(document.errors);
    }

    private Optional<OffloadPolicy> policy(DocumentNode node, Optional<String> addressed) {
        Optional<DocumentNode.Fields> object = node.fields(POLICY_FIELDS);
        if (object.isEmpty()) {
            return Optional.empty();
        }
        DocumentNode.Fields fields = object.get();
        Optional<PolicyName> name = fields.name("name", addressed, PolicyName::new);
        Optional<Boolean> enabled =
                fields.optional("enabled").map(DocumentNode::truth).orElse(Optional.of(true));
        Optional<Integer> precedence =
                fields.required("precedence").flatMap(field -> field.integer(0, Integer.MAX_VALUE));
        Optional<List<PolicyGroup>> groups = fields.required("groups")
                .flatMap(field -> field.elements(1, MAX_GROUPS))
                .map(this::groups);
        Optional<List<SteeringRule>> rules = fields.required("rules")
                .flatMap(field -> field.elements(1, MAX_RULES))
                .map(this::rules);
        if (!errors.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new OffloadPolicy(
                name.orElseThrow(),
                enabled.orElseThrow(),
                precedence.orElseThrow(),
                groups.orElseThrow(),
                rules.orElseThrow()));
    }

    private List<PolicyGroup> groups(List<DocumentNode> nodes) {
        List<PolicyGroup> groups = new ArrayList<>();
        Set<PolicyGroup> seen = new HashSet<>();
        for (DocumentNode node : nodes) {
            Optional<PolicyGroup> group = node.text(PolicyGroup::new);
            if (group.isPresent() && !seen.add(group.get())) {
                node.fault("is listed twice");
            }
            group.ifPresent(groups::add);
        }
        return groups;
    }

    private List<SteeringRule> rules(List<DocumentNode> nodes) {
        List<SteeringRule> rules = new ArrayList<>();
        Map<RuleName, Integer> seen = new HashMap<>();
        RuleCoverage coverage = new RuleCoverage();
        for (int i = 0; i < nodes.size(); i++) {
            Optional<SteeringRule> rule = rule(nodes.get(i), i, seen);
            if (rule.isEmpty()) {
                continue;
            }
            rules.add(rule.get());
            List<SteeringRule> takers = coverage.coveredBy(rules, rules.size() - 1);
            if (!takers.isEmpty()) {
                List<String> names =
                        takers.stream().map(taker -> taker.name().text()).toList();
                nodes.get(i)
                        .fault("can never match: every packet it selects is taken before it by "
                                + String.join(", ", names));
            }
        }
        return rules;
    }

    private Optional<SteeringRule> rule(DocumentNode node, int index, Map<RuleName, Integer> seen) {
        Optional<DocumentNode.Fields> object = node.fields(RULE_FIELDS);
        if (object.isEmpty()) {
            return Optional.empty();
        }
        DocumentNode.Fields fields = object.get();
        Optional<DocumentNode> nameField = fields.required("name");
        Optional<RuleName> name = nameField.flatMap(field -> field.text(RuleName::new));
        if (name.isPresent()) {
            Integer first = seen.putIfAbsent(name.get(), index);
            if (first != null) {
                nameField.orElseThrow().fault("is already the name of $.rules[" + first + "]");
            }
        }
        Optional<List<TrafficSelector>> selectors = fields.optional("selectors")
                .map(field -> field.elements(0, MAX_SELECTORS).flatMap(this::selectors))
                .orElse(Optional.of(List.of()));
        Optional<Steering> steering = fields.required("steering").flatMap(this::steering);
        if (name.isEmpty() || selectors.isEmpty() || steering.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new SteeringRule(name.get(), selectors.get(), steering.get()));
    }

    private Optional<List<TrafficSelector>> selectors(List<DocumentNode> nodes) {
        List<TrafficSelector> selectors = new ArrayList<>();
        nodes.forEach(node -> selector(node).ifPresent(selectors::add));
        return selectors.size() == nodes.size() ? Optional.of(selectors) : Optional.empty();
    }

    private Optional<TrafficSelector> selector(DocumentNode node) {
        int before = errors.size();
        Optional<DocumentNode.Fields> object = node.fields(SELECTOR_FIELDS);
        if (object.isEmpty()) {
            return Optional.empty();
        }
        DocumentNode.Fields fields = object.get();
        Optional<HomeNetworkPrefix> prefix =
                fields.optional("remotePrefix").flatMap(field -> field.text(HomeNetworkPrefix::parse));
        Optional<DocumentNode> protocolField = fields.optional("protocol");
        Optional<Range> protocol = protocolField.flatMap(PolicyDocument::protocol);
        Optional<DocumentNode> portsField = fields.optional("remotePorts");
        Optional<Range> ports = portsField.flatMap(field -> field.text(SelectorNotation::ports));
        boolean protocolUnreadable = protocolField.isPresent() && protocol.isEmpty();
        if (portsField.isPresent()
                && !protocolUnreadable
                && !protocol.filter(SelectorNotation::hasPorts).isPresent()) {
            portsField.get().fault("needs a protocol that has ports: tcp, udp, sctp or dccp");
        }
        Optional<Range> dscp = fields.optional("dscp").flatMap(field -> field.text(SelectorNotation::dscp));
        Optional<Range> flowLabels =
                fields.optional("flowLabel").flatMap(field -> field.text(SelectorNotation::flowLabels));
        Optional<DocumentNode> indexesField = fields.optional("spi");
        Optional<Range> indexes =
                indexesField.flatMap(field -> field.text(SelectorNotation::securityParametersIndexes));
        if (indexesField.isPresent()
                && !protocolUnreadable
                && !protocol.filter(SelectorNotation::hasSecurityParametersIndexes)
                        .isPresent()) {
            indexesField.get().fault("needs protocol esp");
        }
        if (errors.size() > before) {
            return Optional.empty();
        }
        return Optional.of(new TrafficSelector(
                prefix.orElse(TrafficSelector.ALL.remotePrefix()),
                protocol.orElse(TrafficSelector.ALL_PROTOCOLS),
                ports.orElse(TrafficSelector.ALL_PORTS),
                dscp.orElse(TrafficSelector.ALL_DSCP),
                flowLabels.orElse(TrafficSelector.ALL_FLOW_LABELS),
                indexes.orElse(TrafficSelector.ALL_SECURITY_PARAMETERS_INDEXES)));
    }

    private static Optional<Range> protocol(DocumentNode node) {
        return node.isText()
                ? node.text(SelectorNotation::protocol)
                : node.integer(0, MAX_PROTOCOL).map(number -> new Range(number, number));
    }

    private Optional<Steering> steering(DocumentNode node) {
        int before = errors.size();
        Optional<DocumentNode.Fields> object = node.fields(STEERING_FIELDS);
        if (object.isEmpty()) {
            return Optional.empty();
        }
        DocumentNode.Fields fields = object.get();
        Optional<SteeringMode> mode = fields.required("mode").flatMap(field -> field.text(PolicyDocument::mode));
        Optional<List<AccessTechnologyType>> accesses = fields.required("accessTechnologyTypes")
                .flatMap(field -> field.elements(1, 255))
                .map(PolicyDocument::accesses);
        Optional<DocumentNode> thresholdField = fields.optional("packetLossRatioThreshold");
        Optional<Double> threshold = thresholdField.flatMap(DocumentNode::ratio);
        if (thresholdField.isPresent() && mode.equals(Optional.of(SteeringMode.ACTIVE_STANDBY))) {
            thresholdField.get().fault("is only for mode " + SteeringMode.PRIORITY_BASED);
        }
        if (errors.size() > before) {
            return Optional.empty();
        }
        return Optional.of(new Steering(
                mode.orElseThrow(),
                accesses.orElseThrow(),
                threshold.map(OptionalDouble::of).orElse(OptionalDouble.empty())));
    }

    private static SteeringMode mode(String text) {
        for (SteeringMode mode : SteeringMode.values()) {
            if (mode.name().equals(text)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("must be ACTIVE_STANDBY or PRIORITY_BASED");
    }

    private static List<AccessTechnologyType> accesses(List<DocumentNode> nodes) {
        Set<AccessTechnologyType> accesses = new LinkedHashSet<>();
        for (DocumentNode node : nodes) {
            Optional<AccessTechnologyType> access = node.text(AccessTechnologyType::parse);
            if (access.isPresent() && !accesses.add(access.get())) {
                node.fault("is listed twice");
            }
        }
        return List.copyOf(accesses);
    }

    /** The canonical document of a policy; {@link #read} gives the same policy back. */
    public static Map<String, Object> write(OffloadPolicy policy) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", policy.name().text());
        document.put("enabled", policy.enabled());
        document.put("precedence", policy.precedence());
        document.put("groups", policy.groups().stream().map(PolicyGroup::text).toList());
        document.put("rules", policy.rules().stream().map(PolicyDocument::write).toList());
        return document;
    }

    private static Map<String, Object> write(SteeringRule rule) {
        Steering steering = rule.steering();
        Map<String, Object> steeringDocument = new LinkedHashMap<>();
        steeringDocument.put("mode", steering.mode().name());
        steeringDocument.put(
                "accessTechnologyTypes",
                steering.accessTechnologyTypes().stream()
                        .map(AccessTechnologyType::toString)
                        .toList());
        steering.packetLossRatioThreshold()
                .ifPresent(threshold -> steeringDocument.put("packetLossRatioThreshold", threshold));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", rule.name().text());
        document.put(
                "selectors",
                rule.selectors().stream().map(PolicyDocument::write).toList());
        document.put("steering", steeringDocument);
        return document;
    }

    private static Map<String, Object> write(TrafficSelector selector) {
        Map<String, Object> document = new LinkedHashMap<>();
        if (!selector.remotePrefix().equals(TrafficSelector.ALL.remotePrefix())) {
            document.put("remotePrefix", selector.remotePrefix().toString());
        }
        if (!selector.protocols().equals(TrafficSelector.ALL_PROTOCOLS)) {
            document.put("protocol", SelectorNotation.writeProtocol(selector.protocols()));
        }
        if (!selector.remotePorts().equals(TrafficSelector.ALL_PORTS)) {
            document.put("remotePorts", SelectorNotation.writePorts(selector.remotePorts()));
        }
        if (!selector.dscp().equals(TrafficSelector.ALL_DSCP)) {
            document.put("dscp", SelectorNotation.writeDscp(selector.dscp()));
        }
        if (!selector.flowLabels().equals(TrafficSelector.ALL_FLOW_LABELS)) {
            document.put("flowLabel", SelectorNotation.writeFlowLabels(selector.flowLabels()));
        }
        if (!selector.securityParametersIndexes().equals(TrafficSelector.ALL_SECURITY_PARAMETERS_INDEXES)) {
            document.put("spi", SelectorNotation.writeSecurityParametersIndexes(selector.securityParametersIndexes()));
        }
        return document;
    }

    @SafeVarargs
    private static Set<String> known(Collection<String>... names) {
        Set<String> known = new LinkedHashSet<>();
        for (Collection<String> some : names) {
            known.addAll(some);
        }
        return known;
    }
}
