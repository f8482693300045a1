package org.flowanchor.agent.application;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.flowanchor.agent.application.AgentMetrics.KernelWork;
import org.flowanchor.agent.domain.AccessState;
import org.flowanchor.agent.domain.AttachedTerminal;
import org.flowanchor.agent.domain.AttachmentName;
import org.flowanchor.agent.domain.AttachmentTable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings an access gateway's kernel to what its attachments ask for: terminal by terminal when some changed, as a whole at each
 * reconciliation, and where nobody knows what changed. Owned by the loop; {@link #isProgrammed()} is for others, too.
 *
 * <p>Traps: what the kernel refused of one terminal or link costs that one, and is tried again at each reconciliation; after it refused what
 * all depend on, the next attempt is the whole state at the next reconciliation, since nobody knows how far the refused one came.
 */
final class AccessEnforcement {
    private static final Logger log = LoggerFactory.getLogger(AccessEnforcement.class);

    private final AccessSettings settings;
    private final AttachmentTable table;
    private final AccessKernel kernel;
    private final AgentMetrics metrics;
    private final LongSupplier nanoTime;
    private final Map<AttachmentName, AttachedTerminal> applied = new HashMap<>();
    private final KernelRefusals refusals;
    private int carriedPrefixes;
    /** That are to be forwarded for, and are not. */
    private final Set<AttachmentName> without = new HashSet<>();

    private boolean refused;
    private volatile boolean programmed;

    AccessEnforcement(
            AccessSettings settings,
            AttachmentTable table,
            AccessKernel kernel,
            AgentMetrics metrics,
            LongSupplier nanoTime) {
        this.settings = settings;
        this.table = table;
        this.kernel = kernel;
        this.metrics = metrics;
        this.nanoTime = nanoTime;
        this.refusals = new KernelRefusals(metrics, settings.reconcileInterval());
    }

    /** What the kernel was last told to forward; live. */
    Map<AttachmentName, AttachedTerminal> applied() {
        return applied;
    }

    /** Terminals that the kernel refuses to forward for, while it forwards for the others; live. */
    Set<AttachmentName> without() {
        return without;
    }

    /** Whether the kernel has what was last asked of it, but for its {@link #refusals}. */
    boolean isProgrammed() {
        return programmed;
    }

    /** In the kernel's words; the first ones. */
    List<String> refusals() {
        return refusals.present();
    }

    /** @return whether the kernel has what the attachments ask for, but for those {@link #without} */
    boolean settle(boolean reconcile) {
        Map<AttachmentName, Optional<AttachedTerminal>> changed = table.takeChangedTerminals();
        boolean whole = reconcile && (refused || !intact());
        if (!whole && (refused || changed != null && changed.isEmpty())) {
            return !refused;
        }
        try {
            Optional<NotTaken<AttachmentName>> notTaken =
                    whole || changed == null ? Optional.empty() : kernel.applyTerminals(changed);
            if (changed == null || notTaken.isEmpty()) {
                apply();
            } else {
                without.removeAll(changed.keySet());
                without.addAll(notTaken.get().whose());
                changed.forEach((name, terminal) -> forwards(name, terminal.orElse(null)));
                without.forEach(name -> forwards(name, null));
                refusals.areAlso(notTaken.get().refusals());
                metrics.carriedPrefixes(carriedPrefixes);
            }
            if (refused) {
                log.info("the kernel accepts again");
            }
            refused = false;
        } catch (KernelException | RuntimeException e) {
            metrics.kernelRefused();
            if (!refused) {
                log.warn("the kernel refused, tried again in {}: {}", settings.reconcileInterval(), AccessLoop.text(e));
            }
            refused = true;
            programmed = false;
        }
        return !refused;
    }

    /** So that a look every few seconds does not cost by the number of terminals. */
    private boolean intact() {
        try {
            return kernel.intact();
        } catch (KernelException | RuntimeException e) {
            return false;
        }
    }

    /** The whole state. */
    void apply() throws KernelException {
        AccessState desired = new AccessState(
                settings.proxyCareOfAddress(), settings.lmaAddress(), settings.accessLinks(), table.terminals());
        long start = nanoTime.getAsLong();
        NotTaken<AttachmentName> notTaken = kernel.apply(desired);
        long nanos = nanoTime.getAsLong() - start;
        metrics.kernelWorked(KernelWork.STATE, nanos);
        Set<AttachedTerminal> before = Set.copyOf(applied.values());
        applied.clear();
        carriedPrefixes = 0;
        without.clear();
        without.addAll(notTaken.whose());
        desired.terminals().forEach(terminal -> forwards(terminal.name(), terminal));
        if (!before.equals(Set.copyOf(applied.values()))) {
            log.info("{} terminals applied in {} us", applied.size(), nanos / 1000);
        }
        refusals.are(notTaken.refusals());
        programmed = true;
        metrics.carriedPrefixes(carriedPrefixes);
    }

    private void forwards(AttachmentName name, @Nullable AttachedTerminal wanted) {
        AttachedTerminal terminal = without.contains(name) ? null : wanted;
        AttachedTerminal before = terminal == null ? applied.remove(name) : applied.put(name, terminal);
        carriedPrefixes -= before == null ? 0 : before.carried().size();
        carriedPrefixes += terminal == null ? 0 : terminal.carried().size();
    }
}
