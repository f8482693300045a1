package org.flowanchor.agent.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a package would contain, installed into a folder. */
class PackagingIT {
    private static final Path INSTALL = Path.of("src/packaging/install").toAbsolutePath();

    @TempDir
    private Path root = Path.of("unset");

    private record Result(int status, String output) {}

    private static Result run(Map<String, String> environment, String... command) throws Exception {
        Path output = Files.createTempFile("packaging", ".out");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            return new Result(process.exitValue(), Files.readString(output).strip());
        } finally {
            Files.delete(output);
        }
    }

    private void install() throws Exception {
        assertThat(run(Map.of(), INSTALL.toString(), root.toString())).isEqualTo(new Result(0, ""));
    }

    @Test
    void theInstalledCommandRuns() throws Exception {
        install();
        Result version = run(
                Map.of(
                        "MAG_AGENT_HOME",
                        root.resolve("usr/lib/flowanchor/mag-agent").toString(),
                        "JAVA",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString()),
                root.resolve("usr/bin/mag-agent").toString(),
                "--version");
        assertThat(version.output()).startsWith("mag-agent ");
        assertThat(version.status()).isZero();
    }

    @Test
    void onlyTheAgentItselfLoadsTheCacheAndItCannotWriteIt() throws Exception {
        install();
        Path cache = Files.writeString(root.resolve("mag-agent.aot"), "code");
        Path java = Files.writeString(root.resolve("java"), "#!/bin/sh\necho \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        Map<String, String> environment = Map.of("JAVA", java.toString(), "MAG_AGENT_CACHE", cache.toString());
        String command = root.resolve("usr/bin/mag-agent").toString();
        assertThat(run(environment, command, "run", "--config", "agent.yaml").output())
                .contains("-XX:AOTCache=" + cache)
                .endsWith("run --config agent.yaml");
        for (String other : List.of("status", "dump", "diff", "attach", "detach", "probe", "--version")) {
            assertThat(run(environment, command, other).output())
                    .as("root gives it, too")
                    .doesNotContain("AOTCache")
                    .endsWith(other);
        }
        assertThat(Files.readString(root.resolve("usr/bin/mag-agent"))).contains("/var/cache/mag-agent/");
        assertThat(Files.readString(root.resolve("usr/lib/systemd/system/mag-agent.service")))
                .as("nothing there is the service's own")
                .doesNotContain("CacheDirectory", "/var/cache");
    }

    @Test
    void theExampleConfigurationIsLegal() throws Exception {
        install();
        AgentConfiguration example = ConfigurationReader.read(root.resolve("etc/flowanchor/agent.example.yaml"));
        assertThat(example.identity()).hasToString("flowanchor://agent/2001:db8:b::11");
        assertThat(example.controlSocket()).contains(Path.of("/run/flowanchor/mag-agent.sock"));
        assertThat(example.tls()).isPresent();
    }

    @Test
    void theUnitIsLegalAndHasTwoCapabilitiesAndASandbox() throws Exception {
        install();
        Path unit = unitWithInstalledCommand();
        String text = Files.readString(unit);
        for (String set : List.of("AmbientCapabilities", "CapabilityBoundingSet")) {
            assertThat(text).contains("\n" + set + "=CAP_NET_ADMIN CAP_NET_RAW\n");
        }
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/systemd-analyze")), "no systemd-analyze here");
        Result verified = run(Map.of(), "systemd-analyze", "verify", unit.toString());
        assertThat(verified).isEqualTo(new Result(0, ""));
        Result security =
                run(Map.of(), "systemd-analyze", "security", "--offline=true", "--threshold=30", unit.toString());
        assertThat(security.status())
                .as("exposure of 3.0 at most: %s", security.output().lines().reduce("", (a, b) -> b))
                .isZero();
    }

    /** Otherwise it is not verified where the agent is not installed. */
    private Path unitWithInstalledCommand() throws IOException {
        Path unit = root.resolve("mag-agent.service");
        String text = Files.readString(root.resolve("usr/lib/systemd/system/mag-agent.service"));
        Files.writeString(
                unit,
                text.replace(
                        "/usr/bin/mag-agent", root.resolve("usr/bin/mag-agent").toString()));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("usr/bin/mag-agent"))))
                .isEqualTo("rwxr-xr-x");
        return unit;
    }
}
