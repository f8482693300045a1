package org.flowanchor.agent.boot;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.boot.AgentConfiguration.Access;
import org.flowanchor.agent.boot.AgentConfiguration.Anchor;
import org.flowanchor.agent.boot.ControlCommands.Output;
import org.flowanchor.api.identity.PeerCredentials;
import org.flowanchor.api.identity.TlsEvents;
import org.flowanchor.api.identity.TlsFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Whether this machine can do what the file says; programs nothing. Exit status: 1 something is missing, 2 the file is faulty. */
@Command(
        name = "probe",
        description = "Checks configuration, certificate and kernel; changes nothing.",
        mixinStandardHelpOptions = true,
        versionProvider = MagAgent.Version.class)
final class ProbeCommand implements Callable<Integer> {
    private final Kernels kernels;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "Configuration, YAML.")
    private Path file = Path.of("config.yaml");

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES}.")
    private Output output = Output.table;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    ProbeCommand(Kernels kernels) {
        this.kernels = kernels;
    }

    /** One check; what it finds, or why not. */
    private interface Check {
        String find() throws IOException, KernelException;
    }

    /** What a check found. */
    private record Finding(String check, boolean passed, String detail) {}

    @Override
    public Integer call() {
        AgentConfiguration configuration;
        try {
            configuration = ConfigurationReader.read(file);
        } catch (ConfigurationException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return 2;
        }
        Map<String, Check> checks = new LinkedHashMap<>();
        checks.put("configuration", () -> configuration.identity().toString());
        checks.put("certificate", () -> certificate(configuration));
        checks.put("interfaces", () -> interfaces(configuration));
        checks.put("kernel", () -> kernel(configuration));
        List<Finding> findings = new ArrayList<>();
        checks.forEach((name, check) -> findings.add(find(name, check)));
        print(findings);
        return findings.stream().allMatch(Finding::passed) ? 0 : 1;
    }

    private static Finding find(String name, Check check) {
        try {
            return new Finding(name, true, check.find());
        } catch (IOException | KernelException e) {
            return new Finding(name, false, String.valueOf(e.getMessage()));
        }
    }

    private void print(List<Finding> findings) {
        PrintWriter out = spec.commandLine().getOut();
        if (output == Output.json) {
            out.println(
                    JsonMapper.shared().valueToTree(Map.of("checks", findings)).toPrettyString());
            return;
        }
        for (Finding finding : findings) {
            out.printf("%-16s %-4s %s%n", finding.check(), finding.passed() ? "yes" : "NO", finding.detail());
        }
    }

    private static String certificate(AgentConfiguration configuration) throws IOException {
        if (configuration.tls().isEmpty()) {
            return "TLS is off, as configured";
        }
        TlsFiles files = configuration.tls().get();
        Instant expires = PeerCredentials.open(files, configuration.identity(), TlsEvents.NONE, InstantSource.system())
                .status()
                .expires();
        if (Instant.now().isAfter(expires)) {
            throw new IOException(files.certificate() + " expired at " + expires);
        }
        return "valid until " + expires;
    }

    /** An agent waits for one that comes later; here its name may be a slip of the pen. */
    private String interfaces(AgentConfiguration configuration) throws KernelException {
        kernels.requireInterfaces(configuration);
        return "all are there";
    }

    private String kernel(AgentConfiguration configuration) throws KernelException {
        switch (configuration.role()) {
            case Anchor anchor -> kernels.anchor(configuration, anchor).close();
            case Access access -> {
                kernels.access(configuration, access).close();
                kernels.attachments(configuration, access).close();
            }
        }
        return "rights are there, objects of ours can be read";
    }
}
