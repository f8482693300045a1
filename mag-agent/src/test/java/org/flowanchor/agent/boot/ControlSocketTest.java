package org.flowanchor.agent.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.flowanchor.agent.adapter.operations.ControlSocket;
import org.flowanchor.agent.application.AgentControl;
import org.flowanchor.agent.application.AttachmentControl;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.application.KernelObject;
import org.flowanchor.agent.application.KernelObject.Condition;
import org.flowanchor.agent.domain.AttachmentTrigger;
import org.flowanchor.agent.domain.HandoffKnowledge;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.ServiceSelection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A real UNIX socket, asked by hand and by the command line. */
class ControlSocketTest {
    private static final LinkLayerIdentifier LL_ID = LinkLayerIdentifier.parse("02:00:00:00:00:01");

    private final Path path;
    private final Control control = new Control();
    private final ControlSocket socket;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    ControlSocketTest(@TempDir Path directory) throws IOException {
        path = directory.resolve("run/agent.sock");
        socket = new ControlSocket(path, control);
    }

    @AfterEach
    void close() {
        socket.close();
        assertThat(path).doesNotExist();
    }

    private static final class Control implements AgentControl, AttachmentControl {
        final List<AttachmentTrigger> triggers = new ArrayList<>();
        final List<String> detached = new ArrayList<>();
        boolean anchor;
        boolean kernelRefuses;

        @Override
        public CompletableFuture<Map<String, Object>> status() {
            Map<String, Object> status = new LinkedHashMap<>();
            status.put("identity", "flowanchor://agent/2001:db8:b::11");
            status.put("ready", true);
            status.put("terminals", List.of(Map.of("linkLayerIdentifier", LL_ID.toString())));
            return CompletableFuture.completedFuture(status);
        }

        @Override
        public CompletableFuture<List<KernelObject>> objects() {
            return kernelRefuses
                    ? CompletableFuture.failedFuture(new KernelException("EPERM, list routes"))
                    : CompletableFuture.completedFuture(List.of(
                            new KernelObject("route", "2001:db8:100::/64", Condition.PRESENT, ""),
                            new KernelObject("rule", "from all lookup 100", Condition.MISSING, "")));
        }

        @Override
        public Optional<AttachmentControl> attachments() {
            return anchor ? Optional.empty() : Optional.of(this);
        }

        @Override
        public CompletableFuture<TriggerOutcome> attach(AttachmentTrigger trigger) {
            triggers.add(trigger);
            return CompletableFuture.completedFuture(new TriggerOutcome(true, "being registered"));
        }

        @Override
        public CompletableFuture<TriggerOutcome> detach(String accessLink, LinkLayerIdentifier identifier) {
            detached.add(accessLink + " " + identifier);
            return CompletableFuture.completedFuture(new TriggerOutcome(false, "it is not attached"));
        }
    }

    private List<String> say(String text, int answers) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(path));
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
            List<String> lines = new ArrayList<>();
            for (int i = 0; i < answers; i++) {
                lines.add(String.valueOf(reader.readLine()));
            }
            return lines;
        }
    }

    private String say(String line) throws IOException {
        return say(line + "\n", 1).getFirst();
    }

    private int execute(String... words) {
        CommandLine commandLine = MagAgent.commandLine(new LinuxKernels());
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(words);
    }

    @Test
    void onlyItsOwnUserMayOpenIt() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        try (var files = Files.list(path.resolveSibling(""))) {
            assertThat(files).containsExactly(path);
        }
    }

    @Test
    void severalRequestsOnOneConnectionAreAnsweredInOrder() throws IOException {
        List<String> answers = say(
                "{\"command\":\"status\"}\n\n{\"command\":\"diff\"}\n{\"command\":\"attach\",\"accessLink\":\"a0\","
                        + "\"linkLayerIdentifier\":\"02:00:00:00:00:01\",\"linkLocalAddress\":\"fe80::1\","
                        + "\"handoff\":\"other-interface-leaving\",\"service\":\"ims\"}\n",
                3);
        assertThat(answers.get(0)).startsWith("{\"ok\":true,\"status\":{\"identity\":\"flowanchor://agent/");
        assertThat(answers.get(1))
                .isEqualTo("{\"ok\":true,\"objects\":[{\"kind\":\"rule\",\"name\":\"from all lookup 100\","
                        + "\"condition\":\"MISSING\",\"detail\":\"\"}]}");
        assertThat(answers.get(2)).isEqualTo("{\"ok\":true,\"detail\":\"being registered\"}");
        assertThat(control.triggers)
                .containsExactly(new AttachmentTrigger(
                        "a0",
                        LL_ID,
                        Optional.of(Ipv6Address.parse("fe80::1")),
                        HandoffKnowledge.OTHER_INTERFACE_LEAVING,
                        Optional.of(new ServiceSelection("ims"))));
    }

    @Test
    void whatIsNoRequestIsToldSoAndChangesNothing() throws IOException {
        Map<String, String> faults = new LinkedHashMap<>();
        faults.put("attach", "not JSON: ");
        faults.put("[]", "a request is a JSON object");
        faults.put("{}", "command is missing");
        faults.put("{\"command\":7}", "command: must be text");
        faults.put("{\"command\":\"status\",\"command\":\"dump\"}", "not JSON: Duplicate ");
        faults.put("{\"command\":\"reboot\"}", "command: reboot is none of status, dump, diff, attach, detach");
        faults.put("{\"command\":\"status\",\"verbose\":true}", "unknown: verbose");
        faults.put("{\"command\":\"attach\",\"accessLink\":\"a0\"}", "linkLayerIdentifier is missing");
        faults.put(
                "{\"command\":\"attach\",\"accessLink\":\"a0\",\"linkLayerIdentifier\":\"wlan\"}",
                "linkLayerIdentifier: not a link-layer identifier");
        faults.put(
                "{\"command\":\"attach\",\"accessLink\":\"a0\",\"linkLayerIdentifier\":\"02:00:00:00:00:01\","
                        + "\"linkLocalAddress\":\"2001:db8::1\"}",
                "not a link-local address: 2001:db8::1");
        faults.put(
                "{\"command\":\"attach\",\"accessLink\":\"a0\",\"linkLayerIdentifier\":\"02:00:00:00:00:01\","
                        + "\"handoff\":\"maybe\"}",
                "handoff: none of other-interface-leaving, other-interface-stays, same-interface");
        for (Map.Entry<String, String> fault : faults.entrySet()) {
            assertThat(say(fault.getKey()))
                    .as(fault.getKey())
                    .startsWith("{\"ok\":false,\"error\":\"" + fault.getValue());
        }
        assertThat(control.triggers).isEmpty();
        assertThat(say("x".repeat(9000) + "\n", 2))
                .containsExactly("{\"ok\":false,\"error\":\"a request is a line of at most 8192 octets\"}", "null");
    }

    @Test
    void anAnchorHasNoTerminals() throws IOException {
        control.anchor = true;
        assertThat(say("{\"command\":\"detach\",\"accessLink\":\"a0\",\"linkLayerIdentifier\":\"02:00:00:00:00:01\"}"))
                .isEqualTo("{\"ok\":false,\"error\":\"an anchor has no access links\"}");
    }

    @Test
    void whatTheKernelRefusesIsToldInItsWords() throws IOException {
        control.kernelRefuses = true;
        assertThat(say("{\"command\":\"dump\"}")).isEqualTo("{\"ok\":false,\"error\":\"EPERM, list routes\"}");
    }

    @Test
    void aSecondAgentIsRefusedAndWhatAKilledOneLeftIsReplaced(@TempDir Path other) throws IOException {
        assertThatThrownBy(() -> new ControlSocket(path, control))
                .isInstanceOf(IOException.class)
                .hasMessage("another agent listens on " + path);
        Path left = other.resolve("left.sock");
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(left));
        }
        assertThat(left).exists();
        new ControlSocket(left, control).close();
    }

    @Test
    void theCommandLineAsksTheRunningAgent() {
        assertThat(execute("status", "--socket", path.toString())).isZero();
        assertThat(out.toString()).contains("identity", "flowanchor://agent/2001:db8:b::11", "LINKLAYERIDENTIFIER");
        assertThat(execute("dump", "--socket", path.toString())).isZero();
        assertThat(out.toString()).contains("KIND", "2001:db8:100::/64    PRESENT");
        assertThat(execute("diff", "--socket", path.toString(), "-o", "json")).isZero();
        assertThat(out.toString()).contains("\"condition\" : \"MISSING\"");
        assertThat(execute("attach", "--socket", path.toString(), "--link", "a0", "--ll-id", LL_ID.toString()))
                .isZero();
        assertThat(control.triggers)
                .containsExactly(new AttachmentTrigger("a0", LL_ID, Optional.empty(), HandoffKnowledge.NONE));
        assertThat(execute("detach", "--socket", path.toString(), "--link", "a0", "--ll-id", LL_ID.toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("mag-agent: it is not attached");
        assertThat(control.detached).containsExactly("a0 02:00:00:00:00:01");
    }

    @Test
    void withoutAnAgentTheCommandLineSaysWhere() {
        Path nobody = path.resolveSibling("nobody.sock");
        assertThat(execute("status", "--socket", nobody.toString())).isEqualTo(1);
        assertThat(err.toString()).startsWith("mag-agent: no agent answers on " + nobody);
    }
}
