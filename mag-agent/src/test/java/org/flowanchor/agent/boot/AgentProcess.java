package org.flowanchor.agent.boot;

import java.io.IOException;
import java.nio.file.Path;
import org.flowanchor.agent.lab.Namespace;

/** An agent as a process of its own, inside a gateway's namespace: in this process its threads would be of several namespaces. */
final class AgentProcess {
    private AgentProcess() {}

    static Process start(Namespace namespace, Path configuration, Path log) throws IOException {
        return new ProcessBuilder(
                        "ip",
                        "netns",
                        "exec",
                        namespace.name(),
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MagAgent.class.getName(),
                        "run",
                        "--config",
                        configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }
}
