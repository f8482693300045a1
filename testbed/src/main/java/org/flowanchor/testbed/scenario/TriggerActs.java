package org.flowanchor.testbed.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.scenario.CheckList.Finding;

/** The access network tells the LTE gateway's agent by its command line that the terminal goes, and that it is there again. */
final class TriggerActs {
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final Access ACCESS = Access.LTE;
    private static final double BOUND_MILLIS = 5000;

    private final Stage stage;

    TriggerActs(Stage stage) {
        this.stage = stage;
    }

    Finding detach() {
        double millis = stage.observeMove(
                OffloadTraffic.VOIP, ACCESS.other(), "the access network detached it", LIMIT, () -> command("detach"));
        long active = Await.value("one binding is left", LIMIT, () -> {
            long count = active();
            return count == 1 ? java.util.Optional.of(count) : java.util.Optional.empty();
        });
        return new Finding(
                millis <= BOUND_MILLIS,
                "VoIP on " + ACCESS.other() + " " + Stage.millis(millis) + " after the command was started, " + active
                        + " active binding");
    }

    Finding attach() {
        double millis = stage.observeMove(
                OffloadTraffic.VOIP, ACCESS, "the access network attached it", LIMIT, () -> command("attach"));
        return new Finding(
                millis <= BOUND_MILLIS && active() == 2,
                "VoIP on " + ACCESS + " " + Stage.millis(millis) + " after the command was started, " + active()
                        + " active bindings");
    }

    private long active() {
        return stage.product().bindings(Stage.MOBILE_NODE).stream()
                .filter(binding -> binding.state().equals("ACTIVE"))
                .count();
    }

    private void command(String verb) {
        List<String> options = new ArrayList<>(List.of(
                "--link",
                Access.ACCESS_LINK,
                "--ll-id",
                ACCESS.linkLayerIdentifier().toString()));
        if (verb.equals("attach")) {
            options.addAll(
                    List.of("--address", ACCESS.mobileNodeLinkLocalAddress().toString()));
        }
        AgentCommand.run(stage, ACCESS.gateway(), verb, options.toArray(String[]::new));
    }
}
