package org.flowanchor.agent.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flowanchor.agent.application.KernelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MagAgentTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int execute(String... arguments) {
        CommandLine commandLine = MagAgent.commandLine(new LinuxKernels());
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }

    @Test
    void versionIsPrinted() {
        assertThat(execute("--version")).isZero();
        assertThat(out.toString()).startsWith("mag-agent ");
    }

    @Test
    void faultyConfigurationIsOneLineAndStatus2(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("config.yaml");
        Files.writeString(file, ConfigurationReaderTest.ANCHOR.replace("b0", "b0\ncolour: blue"));
        assertThat(execute("run", "--config", file.toString())).isEqualTo(2);
        assertThat(err.toString()).isEqualTo("config.yaml: $.colour: unknown key" + System.lineSeparator());
    }

    @Test
    void missingFileAndMissingOptionAreStatus2() {
        assertThat(execute("run", "--config", "/nonexistent/config.yaml")).isEqualTo(2);
        assertThat(err.toString()).contains("/nonexistent/config.yaml");
        assertThat(execute("run")).isEqualTo(2);
        assertThat(execute()).isEqualTo(2);
        assertThat(execute("run", "--colour")).isEqualTo(2);
    }

    @Test
    void missingCapabilityIsNamedWithTheRemedy(@TempDir Path folder) throws Exception {
        Path status = folder.resolve("status");
        Files.writeString(status, "Name:\tjava\nCapEff:\t0000000000001000\n");
        Capabilities.require(status, Capabilities.CAP_NET_ADMIN);
        assertThatThrownBy(() -> Capabilities.require(status, Capabilities.CAP_NET_ADMIN, Capabilities.CAP_NET_RAW))
                .isInstanceOf(KernelException.class)
                .hasMessageContaining("CAP_NET_RAW is missing: run as root");
    }
}
