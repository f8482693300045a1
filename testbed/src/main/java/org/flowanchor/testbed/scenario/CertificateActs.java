package org.flowanchor.testbed.scenario;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.flowanchor.authority.DevelopmentAuthority;
import org.flowanchor.authority.IssuedFiles;
import org.flowanchor.testbed.lab.Access;
import org.flowanchor.testbed.lab.LabNode;
import org.flowanchor.testbed.launcher.ServiceProcess;
import org.flowanchor.testbed.scenario.CheckList.Finding;
import org.flowanchor.testbed.scenario.SteadyFlows.Outcome;

/** The LTE gateway's agent shows certificates that must not be believed, then again one that must. */
final class CertificateActs {
    private static final Duration REFUSED_LIMIT = Duration.ofSeconds(30);
    private static final Duration RECONNECT_LIMIT = Duration.ofSeconds(30);
    private static final LabNode GATEWAY = Access.LTE.gateway();

    private final Stage stage;
    private final Agents agents;
    private final SteadyFlows flows;
    private List<ProductApi.Binding> before = List.of();

    CertificateActs(Stage stage, Agents agents, SteadyFlows flows) {
        this.stage = stage;
        this.agents = agents;
        this.flows = flows;
    }

    Finding wrong() {
        before = stage.product().bindings(Stage.MOBILE_NODE);
        double foreign = refused("foreign");
        double expired = refused("expired");
        ServiceProcess agent = agents.at(GATEWAY);
        double[] after = {0, 0};
        Outcome outcome = flows.during(() -> {
            agent.stop(Duration.ofSeconds(5));
            agents.exchange(GATEWAY, foreignCertificate());
            agent.restart();
            Await.until("a foreign certificate is refused", REFUSED_LIMIT, () -> refused("foreign") > foreign);
            after[0] = refused("foreign") - foreign;
            // Found without a restart.
            agents.exchange(GATEWAY, expiredCertificate());
            Await.until("an expired certificate is refused", REFUSED_LIMIT, () -> refused("expired") > expired);
            after[1] = refused("expired") - expired;
        });
        return outcome.finding(
                agent.alive(),
                String.format(Locale.ROOT, "%.0f refused as foreign, %.0f as expired", after[0], after[1]));
    }

    Finding right() {
        ServiceProcess agent = agents.at(GATEWAY);
        long pid = agent.pid();
        double[] seconds = {0};
        Outcome outcome = flows.during(() -> {
            agents.exchange(GATEWAY, stage.context().platform().authority().issue(agents.identity(GATEWAY)));
            long begun = System.nanoTime();
            agent.awaitReady(RECONNECT_LIMIT);
            seconds[0] = (System.nanoTime() - begun) / 1e9;
            Await.run(Duration.ofSeconds(1));
        });
        List<ProductApi.Binding> now = stage.product().bindings(Stage.MOBILE_NODE);
        boolean kept = !before.isEmpty() && KillAct.sorted(before).equals(KillAct.sorted(now));
        return outcome.finding(
                kept && agent.pid() == pid,
                String.format(
                        Locale.ROOT,
                        "connected %.1f s after the certificate was there; bindings %s",
                        seconds[0],
                        kept ? "as before" : AttachAct.describe(now)));
    }

    private IssuedFiles foreignCertificate() {
        return DevelopmentAuthority.open(
                        stage.context().platform().workDirectory().resolve("another-authority"))
                .issue(agents.identity(GATEWAY));
    }

    private IssuedFiles expiredCertificate() {
        Instant now = Instant.now();
        return stage.context()
                .platform()
                .authority()
                .issue(
                        "expired",
                        Optional.of(agents.identity(GATEWAY)),
                        now.minusSeconds(7200),
                        now.minusSeconds(3600));
    }

    private double refused(String reason) {
        URI metrics = stage.context().platform().bindingService().resolve("/actuator/prometheus");
        return Metrics.sum(metrics, "flowanchor_binding_tls_refused_total{reason=\"" + reason + "\"");
    }
}
