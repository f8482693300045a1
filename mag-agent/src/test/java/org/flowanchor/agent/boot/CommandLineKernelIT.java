package org.flowanchor.agent.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Samples.HNP;
import static org.flowanchor.agent.domain.Samples.onWlan;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.flowanchor.agent.adapter.grpc.Messages;
import org.flowanchor.agent.adapter.grpc.Services;
import org.flowanchor.agent.application.ServiceAddress;
import org.flowanchor.agent.lab.Await;
import org.flowanchor.agent.lab.Namespace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands an operator types, against an agent that programs a real kernel. */
@Timeout(600)
class CommandLineKernelIT {
    private static final Duration DEADLINE = Duration.ofSeconds(90);
    private static final String ROUTE = HNP + " dev fa1 table 100 metric 128";

    @TempDir
    private Path folder = Path.of("unset");

    private final Namespace anchor = namespace("lma");
    private final Namespace gateway = namespace("mag");
    private final Services services = new Services(new ServiceAddress("::1", 9091));
    private Path configuration = Path.of("unset");
    private Path socket = Path.of("unset");

    private static Namespace namespace(String role) {
        Namespace.requireRoot();
        return new Namespace(role);
    }

    @BeforeEach
    void build() throws Exception {
        anchor.connect("b0", gateway, "b0");
        anchor.ip("addr add 2001:db8:b::1/64 dev b0 nodad");
        socket = folder.resolve("agent.sock");
        configuration = Files.writeString(folder.resolve("anchor.yaml"), """
                role: anchor
                lmaAddress: 2001:db8:b::1
                backhaulInterface: b0
                pools: ["2001:db8:100::/40"]
                services: {binding: "[::1]:9091", flow: "[::1]:9091"}
                operations: {address: "::1", port: 9464, socket: "%s"}
                tls: plaintext
                """.formatted(socket));
        anchor.run(() -> services.serveHere(new InetSocketAddress(InetAddress.ofLiteral("::1"), 9091)));
    }

    @AfterEach
    void remove() throws Exception {
        services.close();
        List.of(anchor, gateway).forEach(Namespace::close);
    }

    /** What a command printed, and its exit status. */
    private record Printed(int status, String text, String error) {
        JsonNode json() {
            return JsonMapper.shared().readTree(text);
        }
    }

    private Printed execute(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine = MagAgent.commandLine(new LinuxKernels());
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        int status = anchor.call(() -> commandLine.execute(words));
        return new Printed(status, out.toString(), err.toString());
    }

    private Printed ask(String command) {
        return execute(command, "--socket", socket.toString(), "-o", "json");
    }

    private static List<String> names(JsonNode objects, String condition) {
        List<String> names = new ArrayList<>();
        for (JsonNode object : objects.path("objects")) {
            if (object.path("condition").asString().equals(condition)) {
                names.add(object.path("name").asString());
            }
        }
        return names;
    }

    @Test
    void probeTellsEachCheckAsTextAndAsJson() throws Exception {
        Printed table = execute("probe", "--config", configuration.toString());
        assertThat(table.status()).as(table.text() + table.error()).isZero();
        assertThat(table.text()).containsPattern("(?m)^kernel +yes +rights are there");
        JsonNode checks = execute("probe", "--config", configuration.toString(), "-o", "json")
                .json()
                .path("checks");
        assertThat(checks.valueStream().map(check -> check.path("check").asString()))
                .containsExactly("configuration", "certificate", "interfaces", "kernel");
        assertThat(checks.valueStream()).allMatch(check -> check.path("passed").asBoolean());

        Path elsewhere = Files.writeString(
                folder.resolve("elsewhere.yaml"),
                Files.readString(configuration).replace("backhaulInterface: b0", "backhaulInterface: b9"));
        Printed refused = execute("probe", "--config", elsewhere.toString(), "-o", "json");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.json().path("checks").valueStream())
                .filteredOn(check -> !check.path("passed").asBoolean())
                .singleElement()
                .satisfies(check -> assertThat(check.toString()).contains("interfaces", "no interface b9"));
        assertThat(anchor.exec("ip", "-6", "rule", "show"))
                .as("nothing was changed")
                .doesNotContain("lookup 100");
    }

    @Test
    void dumpTellsEveryObjectAndDiffWhatIsNotAsDesired() throws Exception {
        Process agent = AgentProcess.start(anchor, configuration, folder.resolve("anchor.log"));
        try {
            var bindings = services.bindings();
            bindings.next();
            bindings.say(Messages.bindings(1, 1, true, onWlan(1)));
            assertThat(bindings.next().getAcknowledgement().getError()).isEmpty();
            Printed dump = ask("dump");
            assertThat(dump.status()).as(dump.error()).isZero();
            assertThat(names(dump.json(), "PRESENT")).contains("fa1", ROUTE, "inet flowanchor");
            assertThat(execute("dump", "--socket", socket.toString()).text())
                    .containsPattern("(?m)^KIND +NAME +CONDITION")
                    .containsPattern("(?m)^device +fa1 +PRESENT");
            assertThat(ask("diff").json().path("objects")).isEmpty();
            assertThat(execute("diff", "--socket", socket.toString()).text().strip())
                    .isEqualTo("none");

            // Without its backhaul the kernel drops and refuses what leads there, so the difference stays to be seen.
            anchor.ip("link set b0 down");
            Await.until(
                    "a difference",
                    DEADLINE,
                    () -> !ask("diff").json().path("objects").isEmpty());
            anchor.ip("link set b0 up", "addr replace 2001:db8:b::1/64 dev b0 nodad");
            Await.until(
                    "everything is as desired again",
                    DEADLINE,
                    () -> ask("diff").json().path("objects").isEmpty());
            assertThat(names(ask("dump").json(), "PRESENT")).contains(ROUTE);
        } finally {
            agent.destroyForcibly();
            assertThat(agent.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }
}
