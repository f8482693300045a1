package org.flowanchor.agent.adapter.kernel;

import org.flowanchor.agent.application.KernelException;
import org.jspecify.annotations.Nullable;

/**
 * Runs independent changes to their end although some are refused: one dead access link must not keep the others from their state. The
 * first refusal is reported when all were tried.
 */
final class Difference {
    private @Nullable KernelException first;

    /** One change of the kernel. */
    interface Change {
        void make() throws KernelException;
    }

    /** @return whether the kernel took it */
    boolean attempt(Change change) {
        try {
            change.make();
            return true;
        } catch (KernelException e) {
            if (first == null) {
                first = e;
            } else {
                first.addSuppressed(e);
            }
            return false;
        }
    }

    /** @throws KernelException the first refusal; the others are suppressed in it */
    void conclude() throws KernelException {
        if (first != null) {
            throw first;
        }
    }
}
