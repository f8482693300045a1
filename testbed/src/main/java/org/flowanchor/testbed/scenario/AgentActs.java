package org.flowanchor.testbed.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.flowanchor.testbed.lab.LabNode;
import org.flowanchor.testbed.launcher.Platform;
import org.flowanchor.testbed.launcher.ServiceProcess;
import org.flowanchor.testbed.scenario.CheckList.Finding;
import org.flowanchor.testbed.scenario.SteadyFlows.Outcome;

/** Agents end in every way and start again. */
final class AgentActs {
    private static final Duration READY_LIMIT = Duration.ofSeconds(60);
    private static final Duration AFTERWARDS = Duration.ofSeconds(1);

    private final Stage stage;
    private final Agents agents;
    private final SteadyFlows flows;

    AgentActs(Stage stage, Agents agents, SteadyFlows flows) {
        this.stage = stage;
        this.agents = agents;
        this.flows = flows;
    }

    /** Each agent ends and starts again, one after the other. */
    Finding killedAndStarted(String how, Consumer<ServiceProcess> end) {
        List<ProductApi.Binding> before = stage.product().bindings(Stage.MOBILE_NODE);
        List<String> times = new ArrayList<>();
        Outcome outcome = flows.during(() -> {
            for (LabNode node : AgentScenario.nodes()) {
                ServiceProcess agent = agents.at(node);
                long begun = System.nanoTime();
                end.accept(agent);
                agent.restart();
                agent.awaitReady(READY_LIMIT);
                times.add(String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - begun) / 1e9));
            }
            Await.run(AFTERWARDS);
        });
        boolean kept = same(before);
        return outcome.finding(
                kept, "ready again after " + String.join(", ", times) + " (" + how + "); bindings " + word(kept));
    }

    /** A copy of the program takes the anchor agent's place. */
    Finding upgraded() {
        Platform platform = stage.context().platform();
        Path copy = copy(platform.jar("mag-agent"), platform.workDirectory().resolve("next"));
        List<ProductApi.Binding> before = stage.product().bindings(Stage.MOBILE_NODE);
        Outcome outcome = flows.during(() -> {
            agents.upgrade(LabNode.ANCHOR, copy);
            agents.at(LabNode.ANCHOR).awaitReady(READY_LIMIT);
            Await.run(AFTERWARDS);
        });
        boolean kept = same(before);
        return outcome.finding(kept, agents.at(LabNode.ANCHOR).name() + " is ready; bindings " + word(kept));
    }

    private boolean same(List<ProductApi.Binding> before) {
        return !before.isEmpty()
                && KillAct.sorted(before).equals(KillAct.sorted(stage.product().bindings(Stage.MOBILE_NODE)));
    }

    private static String word(boolean kept) {
        return kept ? "as before" : "not as before";
    }

    /** The jar with its libraries. */
    private static Path copy(Path jar, Path directory) {
        Path library = jar.resolveSibling("lib");
        try {
            Files.createDirectories(directory.resolve("lib"));
            Path copied = directory.resolve(jar.getFileName());
            Files.copy(jar, copied);
            try (Stream<Path> libraries = Files.list(library)) {
                for (Path each : libraries.toList()) {
                    Files.copy(each, directory.resolve("lib").resolve(each.getFileName()));
                }
            }
            return copied;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
