package org.flowanchor.agent.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.flowanchor.agent.application.KernelObject.Condition;
import org.flowanchor.agent.domain.AccessState;
import org.flowanchor.agent.domain.AttachedTerminal;
import org.flowanchor.agent.domain.AttachmentName;
import org.flowanchor.agent.domain.LinkCounters;

/** An access gateway's kernel that remembers, refuses on request, and complains when a requested refusal was never met. */
public final class InMemoryAccessKernel implements AccessKernel {
    public static final int MTU = 1460;

    private final Deque<String> failures = new ArrayDeque<>();
    private final List<LinkCounters> links = new ArrayList<>();
    private Set<AttachedTerminal> terminals = Set.of();
    private volatile Runnable changed = () -> {};
    /** As the last call left it. */
    private boolean known;
    /** Nothing was refused. */
    private boolean complete;

    /** Nothing can be forwarded for them, until they are taken out. */
    private final Set<AttachmentName> refusedForGood = new HashSet<>();

    private boolean forgotNeighbours;
    private boolean drifted;
    private volatile int neighbourLimit = 512;
    private int wholeStates;

    public synchronized void failNextApply(String error) {
        failures.add(error);
    }

    /** From now on; the terminals that are there stay. */
    public synchronized void refuseForGood(AttachmentName name) {
        refusedForGood.add(name);
    }

    /** As a kernel does whose neighbours nobody asked for. */
    public synchronized void forgetNeighbours() {
        forgotNeighbours = true;
    }

    public void neighbourLimit(int limit) {
        neighbourLimit = limit;
    }

    @Override
    public int neighbourLimit() {
        return neighbourLimit;
    }

    public synchronized void acceptAgain() {
        refusedForGood.clear();
    }

    public synchronized void assertEveryFailureWasMet() {
        assertThat(failures).isEmpty();
    }

    public synchronized Set<AttachedTerminal> terminals() {
        return terminals;
    }

    public synchronized void count(LinkCounters counters) {
        links.removeIf(link -> link.link().equals(counters.link()));
        links.add(counters);
    }

    @Override
    public synchronized NotTaken<AttachmentName> apply(AccessState desired) throws KernelException {
        refuse();
        known = true;
        wholeStates++;
        assertThat(desired.accessLinks())
                .containsAll(desired.terminals().stream()
                        .map(AttachedTerminal::accessLink)
                        .toList());
        return take(desired.terminals());
    }

    private NotTaken<AttachmentName> take(Collection<AttachedTerminal> desired) {
        terminals = desired.stream()
                .filter(terminal -> !refusedForGood.contains(terminal.name()))
                .collect(Collectors.toUnmodifiableSet());
        Set<AttachmentName> without =
                desired.stream().map(AttachedTerminal::name).collect(Collectors.toCollection(HashSet::new));
        without.retainAll(refusedForGood);
        complete = without.isEmpty();
        return new NotTaken<>(
                without,
                without.stream().map(name -> "EINVAL, route add " + name).toList());
    }

    @Override
    public synchronized Optional<NotTaken<AttachmentName>> applyTerminals(
            Map<AttachmentName, Optional<AttachedTerminal>> changed) throws KernelException {
        if (!known) {
            return Optional.empty();
        }
        Map<AttachmentName, AttachedTerminal> present = new HashMap<>();
        terminals.forEach(terminal -> present.put(terminal.name(), terminal));
        changed.forEach((name, terminal) -> {
            present.remove(name);
            terminal.ifPresent(now -> present.put(name, now));
        });
        refuse();
        boolean before = complete;
        NotTaken<AttachmentName> notTaken = take(present.values());
        complete &= before;
        return Optional.of(notTaken);
    }

    private void refuse() throws KernelException {
        if (!failures.isEmpty()) {
            known = false;
            throw new KernelException(failures.remove());
        }
    }

    @Override
    public synchronized List<InstalledTerminal> installed() {
        return terminals.stream()
                .flatMap(terminal -> terminal.forwarded().stream()
                        .map(prefix -> new InstalledTerminal(
                                terminal.accessLink(),
                                terminal.linkLocalAddress(),
                                prefix,
                                terminal.carried().contains(prefix),
                                forgotNeighbours ? null : terminal.linkLayerIdentifier())))
                .toList();
    }

    @Override
    public synchronized List<LinkCounters> accessLinks() {
        return List.copyOf(links);
    }

    @Override
    public int tunnelMtu() {
        return MTU;
    }

    @Override
    public void watch(Runnable listener) {
        changed = listener;
    }

    /** Somebody else takes everything away. */
    public synchronized void flush() {
        terminals = Set.of();
        known = false;
        drifted = true;
        changed.run();
    }

    @Override
    public synchronized boolean drifted() {
        boolean was = drifted;
        drifted = false;
        return was;
    }

    @Override
    public synchronized boolean intact() {
        return known && complete;
    }

    /** How many were applied. */
    public synchronized int wholeStates() {
        return wholeStates;
    }

    @Override
    public synchronized List<KernelObject> objects() {
        return terminals.stream()
                .flatMap(terminal -> terminal.forwarded().stream())
                .map(prefix -> new KernelObject("route", prefix.toString(), Condition.PRESENT, ""))
                .toList();
    }

    @Override
    public void close() {}
}
