package org.flowanchor.agent.application;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.flowanchor.agent.domain.AttachedTerminal;
import org.flowanchor.agent.domain.AttachmentDecision.Advertise;
import org.flowanchor.agent.domain.AttachmentDecision.Withdraw;
import org.flowanchor.agent.domain.AttachmentName;
import org.flowanchor.agent.domain.AttachmentTable;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Router advertisements that are due, one for each terminal: sent once the kernel forwards what they say (M-04). Owned by the access loop.
 */
final class Advertisements {
    private static final Logger log = LoggerFactory.getLogger(Advertisements.class);

    /** Well above {@link AttachmentTable}'s interval between advertisements. */
    static final int ROUTER_LIFETIME_SECONDS = 1800;

    private final AccessKernel kernel;
    private final AttachmentSource source;
    private final AgentMetrics metrics;
    private final Map<AttachmentName, Advertise> toAdvertise = new LinkedHashMap<>();
    private final List<Advertise> toWithdraw = new ArrayList<>();

    Advertisements(AccessKernel kernel, AttachmentSource source, AgentMetrics metrics) {
        this.kernel = kernel;
        this.source = source;
        this.metrics = metrics;
    }

    void add(Advertise advertise) {
        toAdvertise.merge(advertise.terminal().name(), advertise, Advertisements::both);
    }

    void add(Withdraw withdraw) {
        AttachedTerminal terminal = withdraw.terminal();
        Set<HomeNetworkPrefix> withdrawn = new HashSet<>(terminal.prefixes());
        Advertise waiting = toAdvertise.remove(terminal.name());
        if (waiting != null) {
            // What it would have withdrawn the terminal still has.
            withdrawn.addAll(waiting.withdrawn());
        }
        toWithdraw.add(new Advertise(terminal, withdrawn));
    }

    /** One advertisement instead of two that follow each other. */
    private static Advertise both(Advertise earlier, Advertise later) {
        Set<HomeNetworkPrefix> withdrawn = new HashSet<>(earlier.withdrawn());
        withdrawn.addAll(later.withdrawn());
        withdrawn.removeAll(later.terminal().prefixes());
        return new Advertise(later.terminal(), withdrawn);
    }

    /** Whatever the kernel does: who is not forwarded any more is told so. */
    void withdraw() {
        for (Advertise withdraw : toWithdraw) {
            advertise(withdraw.terminal(), Set.of(), withdraw.withdrawn(), 0);
        }
        toWithdraw.clear();
    }

    /**
     * @param forwarded what the kernel forwards; who is not in it hears nothing
     * @param without whom it refuses: theirs wait
     */
    void send(Map<AttachmentName, AttachedTerminal> forwarded, Set<AttachmentName> without) {
        for (Advertise advertise : toAdvertise.values()) {
            AttachedTerminal terminal = advertise.terminal();
            if (isForwarded(terminal, forwarded.get(terminal.name()))) {
                advertise(terminal, terminal.prefixes(), advertise.withdrawn(), ROUTER_LIFETIME_SECONDS);
            }
        }
        toAdvertise.keySet().retainAll(without);
    }

    /** Whatever else is forwarded for it by now. */
    private static boolean isForwarded(AttachedTerminal terminal, @Nullable AttachedTerminal forwarded) {
        return forwarded != null
                && forwarded.linkLocalAddress().equals(terminal.linkLocalAddress())
                && forwarded.prefixes().equals(terminal.prefixes());
    }

    private void advertise(
            AttachedTerminal terminal,
            Set<HomeNetworkPrefix> prefixes,
            Set<HomeNetworkPrefix> withdrawn,
            int routerLifetimeSeconds) {
        try {
            source.advertise(
                    terminal.accessLink(),
                    terminal.linkLocalAddress(),
                    terminal.linkLayerIdentifier(),
                    prefixes,
                    withdrawn,
                    kernel.tunnelMtu(),
                    routerLifetimeSeconds);
        } catch (KernelException | RuntimeException e) {
            // The terminal solicits again, and every extension advertises anew.
            metrics.kernelRefused();
            log.warn(
                    "no advertisement to {} on {}: {}", terminal.linkLayerIdentifier(), terminal.accessLink(), text(e));
        }
    }

    private static String text(Exception e) {
        return e instanceof KernelException && e.getMessage() != null ? e.getMessage() : e.toString();
    }
}
