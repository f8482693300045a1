package org.flowanchor.agent.adapter.kernel;

import java.util.ArrayList;
import java.util.List;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.jspecify.annotations.Nullable;

/**
 * Runs independent changes to their end although some are refused: one dead access link must not keep the others from their state. The
 * first refusal is reported when all were tried.
 */
final class Difference {
    private @Nullable KernelException first;

    /** One change of the kernel. */
    interface Change {
        void make() throws KernelException, SystemCallException;
    }

    /** @return whether the kernel took it */
    boolean attempt(Change change) {
        try {
            change.make();
            return true;
        } catch (KernelException e) {
            collect(e);
            return false;
        } catch (SystemCallException e) {
            collect(Refusal.of(e));
            return false;
        }
    }

    private void collect(KernelException refusal) {
        if (first == null) {
            first = refusal;
        } else {
            first.addSuppressed(refusal);
        }
    }

    /** What the kernel said of each change that it did not take. */
    List<String> refusals() {
        List<String> texts = new ArrayList<>();
        if (first != null) {
            texts.add(String.valueOf(first.getMessage()));
            for (Throwable other : first.getSuppressed()) {
                texts.add(String.valueOf(other.getMessage()));
            }
        }
        return texts;
    }

    /** @throws KernelException the first refusal; the others are suppressed in it */
    void conclude() throws KernelException {
        if (first != null) {
            throw first;
        }
    }
}
