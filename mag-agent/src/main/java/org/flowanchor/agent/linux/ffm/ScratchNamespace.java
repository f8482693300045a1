package org.flowanchor.agent.linux.ffm;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A network namespace of its own for one try, which ends with it. */
public final class ScratchNamespace {
    private static final int CLONE_NEWNET = 0x40000000;

    private ScratchNamespace() {}

    /** What is tried; opens its sockets itself. */
    @FunctionalInterface
    public interface Trial<T> {
        T run() throws SystemCallException;
    }

    /**
     * Runs {@code trial} on a thread of its own in a new namespace that has nothing but a loopback device, which is down.
     *
     * @throws SystemCallException of the trial; EPERM from here when making a namespace is not allowed (CAP_SYS_ADMIN)
     */
    public static <T> T call(Trial<T> trial) throws SystemCallException {
        AtomicReference<@Nullable T> result = new AtomicReference<>();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Thread thread = Thread.ofPlatform().name("scratch-namespace").start(() -> {
            try {
                int outcome = Libc.unshare(CLONE_NEWNET);
                if (outcome < 0) {
                    throw new SystemCallException(-outcome, "new network namespace");
                }
                result.set(trial.run());
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        Throwable broken = failure.get();
        if (broken instanceof SystemCallException refused) {
            throw refused;
        }
        T value = result.get();
        if (broken != null || value == null) {
            throw new IllegalStateException("trial in a network namespace of its own", broken);
        }
        return value;
    }
}
