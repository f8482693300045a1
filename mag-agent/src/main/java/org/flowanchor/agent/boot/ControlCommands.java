package org.flowanchor.agent.boot;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Commands that ask a running agent. Exit status: 1 no agent, or it refuses. */
final class ControlCommands {
    private static final String DEFAULT_SOCKET = "/run/flowanchor/mag-agent.sock";

    private ControlCommands() {}

    /** How answers are printed. */
    enum Output {
        table,
        json
    }

    /** What all of them share. */
    @Command(mixinStandardHelpOptions = true, versionProvider = MagAgent.Version.class)
    abstract static class Asking implements Callable<Integer> {
        @Option(
                names = "--socket",
                defaultValue = DEFAULT_SOCKET,
                paramLabel = "PATH",
                description = "Control socket of the agent, ${DEFAULT-VALUE} by default.")
        private Path socket = Path.of(DEFAULT_SOCKET);

        @Option(
                names = {"-o", "--output"},
                defaultValue = "table",
                paramLabel = "FORMAT",
                description = "${COMPLETION-CANDIDATES}.")
        private Output output = Output.table;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        /** The request, without nulls. */
        abstract Map<String, @Nullable String> request();

        @Override
        public final Integer call() {
            Map<String, String> request = new LinkedHashMap<>();
            request().forEach((key, value) -> {
                if (value != null) {
                    request.put(key, value);
                }
            });
            PrintWriter out = spec.commandLine().getOut();
            PrintWriter err = spec.commandLine().getErr();
            try {
                JsonNode answer = ControlClient.ask(socket, request);
                if (output == Output.json) {
                    out.println(answer.toPrettyString());
                } else if (answer.path("ok").asBoolean(false)) {
                    print(answer, out);
                } else {
                    err.println("mag-agent: " + answer.path("error").asString("refused"));
                }
                return answer.path("ok").asBoolean(false) ? 0 : 1;
            } catch (IOException e) {
                err.println("mag-agent: " + e.getMessage());
                return 1;
            }
        }

        private static void print(JsonNode answer, PrintWriter out) {
            if (answer.has("status")) {
                TextTable.print(answer.get("status"), out);
            } else if (answer.has("objects")) {
                TextTable.print(
                        new tools.jackson.databind.node.ObjectNode(tools.jackson.databind.node.JsonNodeFactory.instance)
                                .set("objects", answer.get("objects")),
                        out);
            } else {
                out.println(answer.path("detail").asString(""));
            }
        }
    }

    @Command(name = "status", description = "What a running agent does.")
    static final class Status extends Asking {
        @Override
        Map<String, @Nullable String> request() {
            return Map.of("command", "status");
        }
    }

    @Command(name = "dump", description = "Every kernel object of a running agent.")
    static final class Dump extends Asking {
        @Override
        Map<String, @Nullable String> request() {
            return Map.of("command", "dump");
        }
    }

    @Command(name = "diff", description = "Kernel objects that are not as desired.")
    static final class Diff extends Asking {
        @Override
        Map<String, @Nullable String> request() {
            return Map.of("command", "diff");
        }
    }

    /** A terminal on an access link. */
    static final class Terminal {
        @Option(names = "--link", required = true, paramLabel = "INTERFACE", description = "Access link.")
        private String link = "";

        @Option(
                names = "--ll-id",
                required = true,
                paramLabel = "OCTETS",
                description = "Link-layer identifier, hex with colons.")
        private String linkLayerIdentifier = "";
    }

    @Command(name = "attach", description = "Tells an access agent that a terminal is there.")
    static final class Attach extends Asking {
        @Mixin
        private Terminal terminal = new Terminal();

        @Option(names = "--address", paramLabel = "ADDRESS", description = "Its link-local address, when known.")
        private @Nullable String address;

        @Option(
                names = "--handoff",
                paramLabel = "KNOWLEDGE",
                description = "same-interface, other-interface-leaving or other-interface-stays; nothing: not known.")
        private @Nullable String handoff;

        @Option(names = "--service", paramLabel = "NAME", description = "The service it asks for (RFC 5149).")
        private @Nullable String service;

        @Override
        Map<String, @Nullable String> request() {
            Map<String, @Nullable String> request = new LinkedHashMap<>();
            request.put("command", "attach");
            request.put("accessLink", terminal.link);
            request.put("linkLayerIdentifier", terminal.linkLayerIdentifier);
            request.put("linkLocalAddress", address);
            request.put("handoff", handoff);
            request.put("service", service);
            return request;
        }
    }

    @Command(name = "detach", description = "Tells an access agent that a terminal has gone.")
    static final class Detach extends Asking {
        @Mixin
        private Terminal terminal = new Terminal();

        @Override
        Map<String, @Nullable String> request() {
            return Map.of(
                    "command",
                    "detach",
                    "accessLink",
                    terminal.link,
                    "linkLayerIdentifier",
                    terminal.linkLayerIdentifier);
        }
    }
}
