package org.flowanchor.testbed.scenario;

import java.util.ArrayList;
import java.util.List;
import org.flowanchor.testbed.lab.LabNode;
import org.flowanchor.testbed.launcher.Platform;

/** The agent's command line, at the node of a running agent. */
final class AgentCommand {
    private AgentCommand() {}

    /**
     * Asks the node's agent.
     *
     * @return what the command printed
     */
    static String run(Stage stage, LabNode node, String command, String... options) {
        Platform platform = stage.context().platform();
        List<String> words = new ArrayList<>(platform.javaCommand());
        words.addAll(List.of(
                "-Xmx32m",
                "-jar",
                platform.jar("mag-agent").toString(),
                command,
                "--socket",
                Agents.socket(platform, stage.lab(), node).toString()));
        words.addAll(List.of(options));
        return stage.lab().run(node, words.toArray(String[]::new));
    }
}
