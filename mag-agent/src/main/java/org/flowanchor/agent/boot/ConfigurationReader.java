package org.flowanchor.agent.boot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.flowanchor.agent.adapter.kernel.KernelNumbering;
import org.flowanchor.agent.application.ServiceAddress;
import org.flowanchor.agent.application.SignallingProtection;
import org.flowanchor.agent.boot.AgentConfiguration.Access;
import org.flowanchor.agent.boot.AgentConfiguration.AccessLink;
import org.flowanchor.agent.boot.AgentConfiguration.Anchor;
import org.flowanchor.agent.boot.AgentConfiguration.AnchorSignalling;
import org.flowanchor.agent.boot.AgentConfiguration.GatewayProbes;
import org.flowanchor.agent.boot.AgentConfiguration.GatewaySignalling;
import org.flowanchor.api.identity.TlsFiles;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HandoffIndicator;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.header.PeerProfile;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The YAML file, read strictly: the first fault ends it. */
final class ConfigurationReader {
    private static final long MAX_LIFETIME_SECONDS = 4 * 0xffff;
    private static final int MAX_INTERFACE_NAME = 15;
    private static final Pattern MARK = Pattern.compile("0x[0-9a-fA-F]{1,8}");
    private static final Set<Integer> ATTACH_HANDOFF_INDICATORS = Set.of(1, 2, 3, 4, 6);

    private ConfigurationReader() {}

    static AgentConfiguration read(Path file) throws ConfigurationException {
        try {
            return parse(String.valueOf(file.getFileName()), Files.readString(file));
        } catch (IOException e) {
            throw new ConfigurationException(file.toString(), "$", "cannot be read: " + e);
        }
    }

    /** @param name of the file, for messages */
    static AgentConfiguration parse(String name, String yaml) throws ConfigurationException {
        Object tree;
        try {
            tree = new Load(LoadSettings.builder().setAllowDuplicateKeys(false).build()).loadFromString(yaml);
        } catch (MarkedYamlEngineException e) {
            String where = e.getProblemMark()
                    .map(mark -> "line " + (mark.getLine() + 1) + ": ")
                    .orElse("");
            throw new ConfigurationException(name, "$", where + e.getProblem());
        } catch (YamlEngineException e) {
            throw new ConfigurationException(
                    name,
                    "$",
                    String.valueOf(e.getMessage()).lines().findFirst().orElse("not YAML"));
        }
        return configuration(new ConfigurationNode(name, "$", tree).requireObject());
    }

    private static AgentConfiguration configuration(ConfigurationNode root) throws ConfigurationException {
        String role = root.text("role", ConfigurationReader::role);
        ConfigurationNode services = root.object("services");
        ConfigurationNode operations = root.object("operations");
        AgentConfiguration configuration = new AgentConfiguration(
                root.text("lmaAddress", LmaAddress::parse),
                root.text("backhaulInterface", ConfigurationReader::interfaceName),
                addresses(services, "binding"),
                addresses(services, "flow"),
                new ServiceAddress(
                        operations.text("address", Function.identity()), (int) operations.integer("port", 1, 65535)),
                operations.optionalText("socket", Path::of),
                tls(root),
                Duration.ofSeconds(root.integer("reconcileSeconds", 1, 3600, 5)),
                numbering(root, role),
                role.equals("anchor") ? anchor(root) : access(root));
        services.refuseOthers();
        operations.refuseOthers();
        root.refuseOthers();
        refuseTunnelNames(configuration, root);
        return configuration;
    }

    private static void refuseTunnelNames(AgentConfiguration configuration, ConfigurationNode root)
            throws ConfigurationException {
        List<String> names = new ArrayList<>(List.of(configuration.backhaulInterface()));
        if (configuration.role() instanceof Access access) {
            access.accessLinks().forEach(link -> names.add(link.interfaceName()));
        }
        for (String name : names) {
            if (configuration.numbering().isTunnelDevice(name)) {
                throw root.fault("interface " + name
                        + " is called like a tunnel: kernel.devicePrefix gives tunnels other names");
            }
        }
    }

    /** One address, or a list of them: the replicas of a service. */
    private static List<ServiceAddress> addresses(ConfigurationNode services, String key)
            throws ConfigurationException {
        Set<ServiceAddress> addresses = new LinkedHashSet<>();
        for (ConfigurationNode element : services.oneOrMore(key)) {
            ServiceAddress address = element.text(ServiceAddress::parse);
            if (!addresses.add(address)) {
                throw element.fault("address " + address + " occurs twice");
            }
        }
        return List.copyOf(addresses);
    }

    private static KernelNumbering numbering(ConfigurationNode root, String role) throws ConfigurationException {
        KernelNumbering usual = KernelNumbering.DEFAULT;
        Optional<ConfigurationNode> kernel = root.optional("kernel");
        if (kernel.isEmpty()) {
            return usual;
        }
        ConfigurationNode node = kernel.get().requireObject();
        int congestionMark = node.optionalText("congestionMark", ConfigurationReader::congestionMark)
                .orElse(usual.congestionMark());
        // Marks of gateways are the anchor's only; elsewhere any will do that leave the other one alone.
        int markMask = (congestionMark & usual.markMask()) == 0 ? usual.markMask() : ~usual.markMask();
        if (role.equals("anchor")) {
            markMask =
                    node.optionalText("markMask", ConfigurationReader::markMask).orElse(usual.markMask());
        }
        int priorities = (int) node.integer("rulePriorityOffset", 0, KernelNumbering.MOST_PRIORITY_OFFSET, 0);
        Optional<ConfigurationNode> tables = node.optional("routingTableOffset");
        int tableOffset = (int) node.integer("routingTableOffset", 0, KernelNumbering.MOST_TABLE_OFFSET, 0);
        Optional<ConfigurationNode> protocols = node.optional("routeProtocol");
        int protocol = (int) node.integer("routeProtocol", Integer.MIN_VALUE, Integer.MAX_VALUE, usual.protocol());
        String table = node.optionalText("nftablesTable", ConfigurationReader::nftablesTable)
                .orElse(usual.table());
        String devicePrefix = node.optionalText("devicePrefix", ConfigurationReader::devicePrefix)
                .orElse(usual.devicePrefix());
        node.refuseOthers();
        try {
            KernelNumbering.requireTables(tableOffset);
        } catch (IllegalArgumentException e) {
            throw tables.orElse(node).fault(String.valueOf(e.getMessage()));
        }
        try {
            KernelNumbering.requireProtocol(protocol);
        } catch (IllegalArgumentException e) {
            throw protocols.orElse(node).fault(String.valueOf(e.getMessage()));
        }
        try {
            return new KernelNumbering(
                    markMask, congestionMark, priorities, tableOffset, protocol, table, devicePrefix);
        } catch (IllegalArgumentException e) {
            throw node.fault(String.valueOf(e.getMessage()));
        }
    }

    private static int markMask(String text) {
        int mask = mark(text);
        KernelNumbering.requireMarkMask(mask);
        return mask;
    }

    private static int congestionMark(String text) {
        int mark = mark(text);
        KernelNumbering.requireOneBit(mark);
        return mark;
    }

    private static String nftablesTable(String text) {
        KernelNumbering.requireTable(text);
        return text;
    }

    private static String devicePrefix(String text) {
        KernelNumbering.requireDevicePrefix(text);
        return text;
    }

    private static int mark(String text) {
        if (!MARK.matcher(text).matches()) {
            throw new IllegalArgumentException("must be bits of a mark like 0x1ffff, not " + text);
        }
        return Integer.parseUnsignedInt(text.substring(2), 16);
    }

    /** No default: an agent without certificates starts only when it is told so. */
    private static Optional<TlsFiles> tls(ConfigurationNode root) throws ConfigurationException {
        ConfigurationNode tls = root.value("tls");
        if (!tls.isObject()) {
            return tls.text(ConfigurationReader::plaintext);
        }
        TlsFiles files = new TlsFiles(
                tls.text("certificate", Path::of), tls.text("privateKey", Path::of), tls.text("authorities", Path::of));
        tls.refuseOthers();
        return Optional.of(files);
    }

    private static Optional<TlsFiles> plaintext(String text) {
        if (!text.equals("plaintext")) {
            throw new IllegalArgumentException(
                    "must be plaintext or a mapping of certificate, privateKey and authorities, not " + text);
        }
        return Optional.empty();
    }

    private static Anchor anchor(ConfigurationNode root) throws ConfigurationException {
        Set<HomeNetworkPrefix> pools = new LinkedHashSet<>();
        for (ConfigurationNode element : root.list("pools")) {
            HomeNetworkPrefix pool = element.text(HomeNetworkPrefix::parse);
            if (pool.isAllZero()) {
                throw element.fault("a pool is not all zero");
            }
            for (HomeNetworkPrefix other : pools) {
                if (other.overlaps(pool)) {
                    throw element.fault(pool + " overlaps " + other);
                }
            }
            pools.add(pool);
        }
        if (pools.isEmpty()) {
            throw root.optional("pools").orElse(root).fault("must not be empty");
        }
        return new Anchor(
                pools,
                (int) root.integer("maxFlowSamples", 1, 10_000, 200),
                root.integer("trackedConnections", 1024, 1 << 26, 1 << 20),
                gatewayProbes(root),
                anchorSignalling(root));
    }

    private static Optional<GatewayProbes> gatewayProbes(ConfigurationNode root) throws ConfigurationException {
        Optional<ConfigurationNode> probes = root.optional("gatewayProbes");
        if (probes.isEmpty()) {
            return Optional.of(GatewayProbes.USUAL);
        }
        if (!probes.get().isObject()) {
            return probes.get().text(ConfigurationReader::noProbes);
        }
        ConfigurationNode node = probes.get();
        GatewayProbes read = new GatewayProbes(
                Duration.ofMillis(node.integer(
                        "intervalMillis",
                        50,
                        60_000,
                        GatewayProbes.USUAL.interval().toMillis())),
                (int) node.integer("misses", 1, 100, GatewayProbes.USUAL.misses()),
                Duration.ofSeconds(node.integer(
                        "wireIntervalSeconds",
                        1,
                        3600,
                        GatewayProbes.USUAL.wireInterval().toSeconds())));
        node.refuseOthers();
        return Optional.of(read);
    }

    private static Optional<GatewayProbes> noProbes(String text) {
        if (!text.equals("none")) {
            throw new IllegalArgumentException(
                    "must be none or a mapping of intervalMillis, misses and wireIntervalSeconds, not " + text);
        }
        return Optional.empty();
    }

    private static Optional<AnchorSignalling> anchorSignalling(ConfigurationNode root) throws ConfigurationException {
        Optional<ConfigurationNode> signalling = root.optional("signalling");
        if (signalling.isEmpty()) {
            return Optional.empty();
        }
        ConfigurationNode node = signalling.get().requireObject();
        Optional<ConfigurationNode> ipv4 = node.optional("ipv4Address");
        AnchorSignalling read = new AnchorSignalling(
                node.text("protection", ConfigurationReader::protection),
                ipv4.isEmpty() ? Optional.empty() : Optional.of(ipv4.get().text(Ipv4Address::parse)));
        node.refuseOthers();
        return Optional.of(read);
    }

    private static Optional<GatewaySignalling> gatewaySignalling(ConfigurationNode root) throws ConfigurationException {
        Optional<ConfigurationNode> signalling = root.optional("signalling");
        if (signalling.isEmpty()) {
            return Optional.empty();
        }
        ConfigurationNode node = signalling.get().requireObject();
        Optional<ConfigurationNode> profile = node.optional("profile");
        GatewaySignalling read = new GatewaySignalling(
                node.text("protection", ConfigurationReader::protection),
                profile.isEmpty() ? PeerProfile.STRICT : profile.get().text(ConfigurationReader::profile),
                Duration.ofSeconds(node.integer("heartbeatSeconds", 30, 3600, 60)));
        node.refuseOthers();
        return Optional.of(read);
    }

    /** There is no default: what protects signalling has to be said (RFC 5213 section 4). */
    private static SignallingProtection protection(String text) {
        for (SignallingProtection protection : SignallingProtection.values()) {
            if (protection.text().equals(text)) {
                return protection;
            }
        }
        throw new IllegalArgumentException("must be ipsec or trusted-network, not " + text);
    }

    private static PeerProfile profile(String text) {
        return PeerProfile.named(text)
                .orElseThrow(() -> new IllegalArgumentException("none of "
                        + String.join(
                                ", ",
                                PeerProfile.NAMED.stream()
                                        .map(PeerProfile::name)
                                        .toList())
                        + ": " + text));
    }

    private static Access access(ConfigurationNode root) throws ConfigurationException {
        Optional<GatewaySignalling> signalling = gatewaySignalling(root);
        return new Access(
                root.text("proxyCareOfAddress", ProxyCareOfAddress::parse),
                root.text("accessTechnologyType", AccessTechnologyType::parse),
                accessLinks(root),
                mobileNodes(root, signalling),
                lifetime(root),
                attachHandoffIndicator(root),
                Duration.ofSeconds(root.integer("presenceSeconds", 10, 3600, 30)),
                signalling);
    }

    private static List<AccessLink> accessLinks(ConfigurationNode root) throws ConfigurationException {
        List<AccessLink> links = new ArrayList<>();
        Set<String> names = new LinkedHashSet<>();
        for (ConfigurationNode element : root.list("accessLinks")) {
            ConfigurationNode link = element.requireObject();
            String name = link.text("interface", ConfigurationReader::interfaceName);
            if (!names.add(name)) {
                throw link.fault("interface " + name + " occurs twice");
            }
            long capacity = link.integer("capacityBitsPerSecond", 1, Long.MAX_VALUE, 0);
            link.refuseOthers();
            links.add(new AccessLink(name, capacity == 0 ? OptionalLong.empty() : OptionalLong.of(capacity)));
        }
        if (links.isEmpty()) {
            throw root.optional("accessLinks").orElse(root).fault("must not be empty");
        }
        return links;
    }

    /** On the wire nobody can be asked whose an interface is, so they have to be there. */
    private static Map<LinkLayerIdentifier, MobileNodeIdentifier> mobileNodes(
            ConfigurationNode root, Optional<GatewaySignalling> signalling) throws ConfigurationException {
        if (signalling.isEmpty() && root.optional("mobileNodes").isEmpty()) {
            return Map.of();
        }
        PeerProfile profile = signalling.map(GatewaySignalling::profile).orElse(PeerProfile.STRICT);
        Map<LinkLayerIdentifier, MobileNodeIdentifier> mobileNodes = new LinkedHashMap<>();
        for (ConfigurationNode element : root.list("mobileNodes")) {
            ConfigurationNode node = element.requireObject();
            LinkLayerIdentifier identifier = node.text("linkLayerIdentifier", LinkLayerIdentifier::parse);
            MobileNodeIdentifier mobileNode = node.text("mobileNodeIdentifier", text -> mobileNode(text, profile));
            node.refuseOthers();
            if (mobileNodes.put(identifier, mobileNode) != null) {
                throw node.fault("link-layer identifier " + identifier + " occurs twice");
            }
        }
        return mobileNodes;
    }

    /** One that the anchor could not be told would never be registered. */
    private static MobileNodeIdentifier mobileNode(String text, PeerProfile profile) {
        int octets = text.getBytes(StandardCharsets.UTF_8).length;
        if (profile.identifierOctets() > 0 && octets > profile.identifierOctets()) {
            throw new IllegalArgumentException("has " + octets + " octets, more than the " + profile.identifierOctets()
                    + " of profile " + profile.name());
        }
        return new MobileNodeIdentifier(text);
    }

    private static int lifetime(ConfigurationNode root) throws ConfigurationException {
        int seconds = (int) root.integer("bindingLifetimeSeconds", 4, MAX_LIFETIME_SECONDS, 120);
        if (seconds % 4 != 0) {
            throw root.optional("bindingLifetimeSeconds").orElse(root).fault(seconds + " is not a multiple of 4");
        }
        return seconds;
    }

    /** What is said of an attachment of which nothing else is known; 5 would be a refresh. */
    private static HandoffIndicator attachHandoffIndicator(ConfigurationNode root) throws ConfigurationException {
        int indicator = (int) root.integer("attachHandoffIndicator", 0, 255, 6);
        if (!ATTACH_HANDOFF_INDICATORS.contains(indicator)) {
            throw root.optional("attachHandoffIndicator").orElse(root).fault(indicator + " is none of 1, 2, 3, 4, 6");
        }
        return new HandoffIndicator(indicator);
    }

    private static String role(String text) {
        if (!text.equals("anchor") && !text.equals("access")) {
            throw new IllegalArgumentException("must be anchor or access, not " + text);
        }
        return text;
    }

    private static String interfaceName(String text) {
        if (text.length() > MAX_INTERFACE_NAME || text.chars().anyMatch(c -> c == '/' || Character.isWhitespace(c))) {
            throw new IllegalArgumentException("not an interface name (1..15 characters, no '/' or space): " + text);
        }
        return text;
    }
}
