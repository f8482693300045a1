package org.flowanchor.testbed.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.flowanchor.authority.IssuedFiles;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.lab.Lab;
import org.flowanchor.testbed.lab.LabNode;
import org.flowanchor.testbed.launcher.PackagedAgent;
import org.flowanchor.testbed.launcher.Platform;
import org.flowanchor.testbed.launcher.Readiness;
import org.flowanchor.testbed.launcher.ServiceProcess;
import org.jspecify.annotations.Nullable;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The agents of a lab: one at the anchor, one in each gateway, each a process inside its node's namespace. */
final class Agents {
    private static final YAMLMapper YAML = new YAMLMapper();
    static final int BINDING_SERVICE_PORT = 9091;
    private static final int FLOW_MANAGER_PORT = 9092;
    static final int OPERATIONS_PORT = 9464;

    /** RFC 7864 section 3.2.1: attachment over a new interface that shares the flows' prefix. */
    private static final int ATTACHMENT_SHARING_PREFIX = 6;

    private static final int BINDING_LIFETIME_SECONDS = 300;

    private final Platform platform;

    private final Lab lab;
    private final Map<LabNode, ServiceProcess> processes;
    private final Map<LabNode, String> identities;

    private Agents(
            Platform platform, Lab lab, Map<LabNode, ServiceProcess> processes, Map<LabNode, String> identities) {
        this.platform = platform;
        this.lab = lab;
        this.processes = new EnumMap<>(processes);
        this.identities = Map.copyOf(identities);
    }

    /** Starts all three; does not wait for them. */
    static Agents start(Platform platform, Lab lab, String mobileNodeIdentifier) {
        return start(platform, lab, mobileNodeIdentifier, Map.of(), Map.of());
    }

    /**
     * As {@link #start(Platform, Lab, String)}, but gateways and anchor speak RFC 5213 on the wire, in a network that the lab is alone in.
     *
     * @param bindingLifetimeSeconds that gateways ask for
     */
    static Agents onTheWire(Platform platform, Lab lab, String mobileNodeIdentifier, int bindingLifetimeSeconds) {
        return start(
                platform,
                lab,
                mobileNodeIdentifier,
                Map.of("signalling", Map.of("protection", "trusted-network")),
                Map.of("bindingLifetimeSeconds", bindingLifetimeSeconds));
    }

    private static Agents start(
            Platform platform,
            Lab lab,
            String mobileNodeIdentifier,
            Map<String, Object> everywhere,
            Map<String, Object> atGateways) {
        Map<LabNode, ServiceProcess> processes = new EnumMap<>(LabNode.class);
        Map<LabNode, String> identities = new EnumMap<>(LabNode.class);
        identities.put(LabNode.ANCHOR, "flowanchor://anchor/" + Lab.LMA_ADDRESS);
        Map<String, Object> anchor = anchor(lab);
        anchor.putAll(everywhere);
        configure(platform, lab, LabNode.ANCHOR, identities.get(LabNode.ANCHOR), anchor);
        for (Access access : Access.values()) {
            LabNode gateway = access.gateway();
            identities.put(gateway, "flowanchor://agent/" + access.proxyCareOfAddress());
            Map<String, Object> configuration = gateway(lab, access, mobileNodeIdentifier);
            configuration.putAll(everywhere);
            configuration.putAll(atGateways);
            configure(platform, lab, gateway, identities.get(gateway), configuration);
        }
        PackagedAgent.train(
                platform, configurationFile(platform, lab, LabNode.ANCHOR), words -> lab.inside(LabNode.ANCHOR, words));
        for (LabNode node : identities.keySet()) {
            processes.put(
                    node,
                    launch(
                            platform,
                            lab,
                            node,
                            name(lab, node),
                            platform.jar(PackagedAgent.MODULE),
                            platform.startCacheFlags(PackagedAgent.MODULE)));
        }
        return new Agents(platform, lab, processes, identities);
    }

    /** Restarts the agent of a gateway with another configuration, and waits until it is ready. */
    void restartGateway(Access access, Map<String, Object> changes, Duration limit) {
        Path file = configurationFile(platform, lab, access.gateway());
        try {
            Map<String, Object> configuration = new LinkedHashMap<>();
            YAML.readTree(Files.readString(file))
                    .properties()
                    .forEach(entry -> configuration.put(entry.getKey(), entry.getValue()));
            configuration.putAll(changes);
            Files.writeString(file, YAML.writeValueAsString(configuration));
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
        ServiceProcess process = at(access.gateway());
        process.restart();
        process.awaitReady(limit);
    }

    /** The agent of a node: at the anchor, or in a gateway. */
    ServiceProcess at(LabNode node) {
        return Objects.requireNonNull(processes.get(node), "no agent at " + node);
    }

    /** All of them. */
    Map<LabNode, ServiceProcess> all() {
        return Map.copyOf(processes);
    }

    /** Returns when each says that it is ready. */
    void awaitReady(Duration limit) {
        processes.values().forEach(process -> process.awaitReady(limit));
    }

    /** Another version, here a copy, takes the place of the node's agent. */
    void upgrade(LabNode node, Path jar) {
        at(node).stop(Duration.ofSeconds(5));
        processes.put(node, launch(platform, lab, node, name(lab, node) + "-next", jar, List.of()));
    }

    /** Puts other certificates in the place of the node's; the agent finds them there by itself. */
    void exchange(LabNode node, IssuedFiles files) {
        IssuedFiles place = place(platform, identities.get(node));
        try {
            Files.copy(files.privateKey(), place.privateKey(), StandardCopyOption.REPLACE_EXISTING);
            Files.copy(files.certificate(), place.certificate(), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The identity in the node's certificate. */
    String identity(LabNode node) {
        return Objects.requireNonNull(identities.get(node), "no agent at " + node);
    }

    /** A figure of the node's agent, as a scraper reads it; the sum over its labels. */
    double metric(LabNode node, String name) {
        URI uri = URI.create("http://[" + lab.managementAddress(node) + "]:" + OPERATIONS_PORT + "/metrics");
        return Metrics.sum(uri, name);
    }

    /** The node's certificate and key have a place of their own, apart from what the authority keeps. */
    private static IssuedFiles place(Platform platform, @Nullable String identity) {
        Path directory = platform.workDirectory().resolve("certificates");
        String name = Objects.requireNonNull(identity).replaceAll("[^a-z0-9]+", "-");
        return new IssuedFiles(
                directory.resolve(name + ".crt"), directory.resolve(name + ".key"), directory.resolve("authority.crt"));
    }

    private static String name(Lab lab, LabNode node) {
        return "agent-" + lab.names().namespace(node);
    }

    private static Path configurationFile(Platform platform, Lab lab, LabNode node) {
        return platform.workDirectory().resolve(name(lab, node) + ".yaml");
    }

    private static void configure(
            Platform platform, Lab lab, LabNode node, @Nullable String identity, Map<String, Object> configuration) {
        IssuedFiles issued = platform.authority().issue(Objects.requireNonNull(identity));
        IssuedFiles tls = place(platform, identity);
        configuration.put(
                "tls",
                Map.of(
                        "certificate", tls.certificate().toString(),
                        "privateKey", tls.privateKey().toString(),
                        "authorities", tls.authorities().toString()));
        Map<String, Object> operations = new LinkedHashMap<>();
        operations.put("address", lab.managementAddress(node).toString());
        operations.put("port", OPERATIONS_PORT);
        operations.put("socket", socket(platform, lab, node).toString());
        configuration.put("operations", operations);
        Path file = configurationFile(platform, lab, node);
        try {
            Files.createDirectories(tls.certificate().resolveSibling(""));
            Files.copy(issued.certificate(), tls.certificate(), StandardCopyOption.REPLACE_EXISTING);
            Files.copy(issued.privateKey(), tls.privateKey(), StandardCopyOption.REPLACE_EXISTING);
            Files.copy(issued.authorities(), tls.authorities(), StandardCopyOption.REPLACE_EXISTING);
            Files.writeString(file, YAML.writeValueAsString(configuration));
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    /** Where the node's agent takes commands. */
    static Path socket(Platform platform, Lab lab, LabNode node) {
        return platform.workDirectory().resolve(lab.names().namespace(node) + ".sock");
    }

    private static ServiceProcess launch(
            Platform platform, Lab lab, LabNode node, String name, Path jar, List<String> flags) {
        List<String> command = PackagedAgent.command(platform, jar, flags, configurationFile(platform, lab, node));
        URI health = URI.create("http://[" + lab.managementAddress(node) + "]:" + OPERATIONS_PORT + "/health/ready");
        return platform.start(name, lab.inside(node, command), PackagedAgent.ENVIRONMENT, Readiness.http(health));
    }

    private static Map<String, Object> anchor(Lab lab) {
        Map<String, Object> configuration = common(lab, "anchor");
        configuration.put("pools", List.of(Lab.POOL.toString()));
        return configuration;
    }

    private static Map<String, Object> gateway(Lab lab, Access access, String mobileNodeIdentifier) {
        Map<String, Object> configuration = common(lab, "access");
        configuration.put("proxyCareOfAddress", access.proxyCareOfAddress().toString());
        configuration.put("accessTechnologyType", access.accessTechnologyType().toString());
        configuration.put(
                "accessLinks",
                List.of(Map.of(
                        "interface",
                        Access.ACCESS_LINK,
                        "capacityBitsPerSecond",
                        lab.shape().bitsPerSecond(access))));
        configuration.put(
                "mobileNodes",
                List.of(Map.of(
                        "linkLayerIdentifier",
                        access.linkLayerIdentifier().toString(),
                        "mobileNodeIdentifier",
                        mobileNodeIdentifier)));
        configuration.put("bindingLifetimeSeconds", BINDING_LIFETIME_SECONDS);
        configuration.put("attachHandoffIndicator", ATTACHMENT_SHARING_PREFIX);
        return configuration;
    }

    private static Map<String, Object> common(Lab lab, String role) {
        Map<String, Object> configuration = new LinkedHashMap<>();
        configuration.put("role", role);
        configuration.put("lmaAddress", Lab.LMA_ADDRESS.toString());
        configuration.put("backhaulInterface", "b0");
        configuration.put(
                "services",
                Map.of(
                        "binding", "[" + lab.managementAddress() + "]:" + BINDING_SERVICE_PORT,
                        "flow", "[" + lab.managementAddress() + "]:" + FLOW_MANAGER_PORT));
        return configuration;
    }
}
