package org.flowanchor.agent.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells one start of this machine from another: the same for every start of the agent in between. */
final class BootIdentity {
    private static final int HEX_OF_32_BITS = 8;

    private BootIdentity() {}

    /** 32 bits of the kernel's boot identifier (random(4)); the time of the start would move with the clock. */
    static long number() {
        try {
            String identifier = Files.readString(Path.of("/proc/sys/kernel/random/boot_id"));
            return Long.parseLong(identifier.substring(0, HEX_OF_32_BITS), 16);
        } catch (IOException e) {
            throw new IllegalStateException("the kernel's boot identifier cannot be read", e);
        }
    }
}
