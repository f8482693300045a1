package org.flowanchor.testbed.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.flowanchor.authority.IssuedFiles;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.lab.Lab;
import org.flowanchor.testbed.lab.LabNode;
import org.flowanchor.testbed.launcher.Platform;
import org.flowanchor.testbed.launcher.Readiness;
import org.flowanchor.testbed.launcher.ServiceProcess;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The agents of a lab: one at the anchor, one in each gateway, each a process inside its node's namespace. */
final class Agents {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final int BINDING_SERVICE_PORT = 9091;
    private static final int FLOW_MANAGER_PORT = 9092;
    private static final int OPERATIONS_PORT = 9464;

    /** RFC 7864 section 3.2.1: attachment over a new interface that shares the flows' prefix. */
    private static final int ATTACHMENT_SHARING_PREFIX = 6;

    private static final int BINDING_LIFETIME_SECONDS = 300;

    private final List<ServiceProcess> processes;

    private Agents(List<ServiceProcess> processes) {
        this.processes = List.copyOf(processes);
    }

    /** Starts all three; does not wait for them. */
    static Agents start(Platform platform, Lab lab, String mobileNodeIdentifier) {
        List<ServiceProcess> processes = new ArrayList<>();
        processes.add(start(platform, lab, LabNode.ANCHOR, "flowanchor://anchor/" + Lab.LMA_ADDRESS, anchor(lab)));
        for (Access access : Access.values()) {
            processes.add(start(
                    platform,
                    lab,
                    access.gateway(),
                    "flowanchor://agent/" + access.proxyCareOfAddress(),
                    gateway(lab, access, mobileNodeIdentifier)));
        }
        return new Agents(processes);
    }

    /** Returns when each says that it is ready. */
    void awaitReady(Duration limit) {
        processes.forEach(process -> process.awaitReady(limit));
    }

    private static ServiceProcess start(
            Platform platform, Lab lab, LabNode node, String identity, Map<String, Object> configuration) {
        IssuedFiles tls = platform.authority().issue(identity);
        configuration.put(
                "tls",
                Map.of(
                        "certificate", tls.certificate().toString(),
                        "privateKey", tls.privateKey().toString(),
                        "authorities", tls.authorities().toString()));
        String name = "agent-" + lab.names().namespace(node);
        Path file = platform.workDirectory().resolve(name + ".yaml");
        try {
            Files.writeString(file, YAML.writeValueAsString(configuration));
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
        List<String> command = new ArrayList<>(platform.javaCommand());
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                platform.jar("mag-agent").toString(),
                "run",
                "--config",
                file.toString()));
        URI health = URI.create("http://[" + lab.managementAddress(node) + "]:" + OPERATIONS_PORT + "/health/ready");
        return platform.start(name, lab.inside(node, command), Map.of(), Readiness.http(health));
    }

    private static Map<String, Object> anchor(Lab lab) {
        Map<String, Object> configuration = common(lab, LabNode.ANCHOR, "anchor");
        configuration.put("pools", List.of(Lab.POOL.toString()));
        return configuration;
    }

    private static Map<String, Object> gateway(Lab lab, Access access, String mobileNodeIdentifier) {
        Map<String, Object> configuration = common(lab, access.gateway(), "access");
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

    private static Map<String, Object> common(Lab lab, LabNode node, String role) {
        Map<String, Object> configuration = new LinkedHashMap<>();
        configuration.put("role", role);
        configuration.put("lmaAddress", Lab.LMA_ADDRESS.toString());
        configuration.put("backhaulInterface", "b0");
        configuration.put(
                "services",
                Map.of(
                        "binding", "[" + lab.managementAddress() + "]:" + BINDING_SERVICE_PORT,
                        "flow", "[" + lab.managementAddress() + "]:" + FLOW_MANAGER_PORT));
        configuration.put(
                "operations", Map.of("address", lab.managementAddress(node).toString(), "port", OPERATIONS_PORT));
        return configuration;
    }
}
