package org.flowanchor.agent.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.flowanchor.agent.application.KernelException;

/** Effective capabilities of this process (capabilities(7)), checked before the kernel answers EPERM to something less telling. */
enum Capabilities {
    CAP_NET_ADMIN(12),
    CAP_NET_RAW(13);

    private final int bit;

    Capabilities(int bit) {
        this.bit = bit;
    }

    /** @throws KernelException naming what is missing and the remedy */
    static void require(Capabilities... required) throws KernelException {
        require(Path.of("/proc/self/status"), required);
    }

    static void require(Path status, Capabilities... required) throws KernelException {
        long effective;
        try {
            effective = Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("CapEff:"))
                    .mapToLong(line -> Long.parseUnsignedLong(
                            line.substring("CapEff:".length()).strip(), 16))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new KernelException("the agent runs on Linux only: " + status + " cannot be read", e);
        }
        for (Capabilities capability : required) {
            if ((effective >>> capability.bit & 1) == 0) {
                throw new KernelException(capability + " is missing: run as root, or grant it"
                        + " (systemd: AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW)");
            }
        }
    }
}
