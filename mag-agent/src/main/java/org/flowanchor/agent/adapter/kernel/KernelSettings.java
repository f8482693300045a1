package org.flowanchor.agent.adapter.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flowanchor.agent.application.KernelException;

/** Switches below /proc/sys: those of the calling thread's network namespace. */
final class KernelSettings {
    private static final Path ROOT = Path.of("/proc/sys");

    private KernelSettings() {}

    /** Whether the kernel has the switch, or has it by now: some come with a module. */
    static boolean exists(String name) {
        return Files.exists(ROOT.resolve(name));
    }

    /** Writes only when the value differs, so that a read-only /proc/sys set up by the operator is good enough. */
    static void require(String name, String value) throws KernelException {
        Path file = ROOT.resolve(name);
        try {
            if (!Files.readString(file).strip().equals(value)) {
                Files.writeString(file, value);
            }
        } catch (IOException e) {
            throw new KernelException("cannot set " + file + " to " + value + ": " + e.getMessage(), e);
        }
    }
}
