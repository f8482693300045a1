package org.flowanchor.agent.adapter.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.linux.ffm.Errno;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.jspecify.annotations.Nullable;

/**
 * Runs independent changes to their end although some are refused: one dead access link must not keep the others from their state. What
 * was refused is told when all were tried.
 */
final class Difference {
    /** Said of an object that cannot be as it was asked for: the others are as we know them. */
    private static final Set<Integer> SAYS_NOTHING_OF_OTHERS = Set.of(
            Errno.ENODEV,
            Errno.EINVAL,
            Errno.ENETUNREACH,
            Errno.EHOSTUNREACH,
            Errno.ENETDOWN,
            Errno.EADDRNOTAVAIL,
            Errno.EOPNOTSUPP,
            Errno.ENOMEM);

    /** What makes one object impossible may make a hundred thousand so: nobody reads them all, and they take memory. */
    private static final int MOST_TOLD = 100;

    private @Nullable KernelException first;
    private int further;
    private boolean doubtful;

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
            doubtful |= !SAYS_NOTHING_OF_OTHERS.contains(e.errno());
            collect(Refusal.of(e));
            return false;
        }
    }

    private void collect(KernelException refusal) {
        if (first == null) {
            first = refusal;
        } else if (++further < MOST_TOLD) {
            first.addSuppressed(refusal);
        }
    }

    /** Whether the kernel may be another than we know: an answer was lost, or something is there, or missing, that should not be. */
    boolean isDoubtful() {
        return doubtful;
    }

    boolean isEmpty() {
        return first == null;
    }

    /** What the kernel said of the changes that it did not take: of the first, and how many others there were. */
    List<String> refusals() {
        List<String> texts = new ArrayList<>();
        if (first != null) {
            texts.add(String.valueOf(first.getMessage()));
            for (Throwable other : first.getSuppressed()) {
                texts.add(String.valueOf(other.getMessage()));
            }
        }
        if (further >= MOST_TOLD) {
            texts.add("and " + (further + 1 - MOST_TOLD) + " others");
        }
        return texts;
    }

    /** @throws KernelException the first refusal; others are suppressed in it */
    void conclude() throws KernelException {
        if (first != null) {
            throw first;
        }
    }
}
