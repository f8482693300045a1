package org.flowanchor.agent.adapter.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.flowanchor.agent.application.KernelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Switches below /proc/sys: those of the calling thread's network namespace.
 *
 * <p>Trap: the kernel tells a number at the first read only, however short that is, and a file of no size is read one octet at first by
 * the usual ways: 1460 would be 1.
 */
final class KernelSettings {
    static final String FORWARDING = "net/ipv6/conf/all/forwarding";

    private static final Logger LOG = LoggerFactory.getLogger(KernelSettings.class);
    private static final Path ROOT = Path.of("/proc/sys");
    private static final int LONGEST = 64;

    private KernelSettings() {}

    /** Whether the kernel has the switch, or has it by now: some come with a module. */
    static boolean exists(String name) {
        return Files.exists(ROOT.resolve(name));
    }

    private static String read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] octets = new byte[LONGEST];
            int length = in.read(octets);
            return new String(octets, 0, Math.max(length, 0), StandardCharsets.US_ASCII).strip();
        }
    }

    /** @return {@code missing} where it cannot be read as a number */
    static int number(String name, int missing) {
        try {
            return Integer.parseInt(read(ROOT.resolve(name)));
        } catch (IOException | NumberFormatException e) {
            return missing;
        }
    }

    /** Whether each switch is as {@link #require} left it; the kernel tells nobody. One that cannot be read counts as left. */
    static boolean are(Map<String, String> required) {
        for (Map.Entry<String, String> entry : required.entrySet()) {
            try {
                String present = read(ROOT.resolve(entry.getKey()));
                if (!present.equals(entry.getValue())) {
                    LOG.warn("somebody set {} to {}: put right", entry.getKey(), present);
                    return false;
                }
            } catch (IOException e) {
                LOG.debug("{} cannot be read", entry.getKey(), e);
            }
        }
        return true;
    }

    /** Writes only when the value differs, so that a read-only /proc/sys set up by the operator is good enough. */
    static void require(String name, String value) throws KernelException {
        Path file = ROOT.resolve(name);
        try {
            if (!read(file).equals(value)) {
                Files.writeString(file, value);
            }
        } catch (IOException e) {
            throw new KernelException("cannot set " + file + " to " + value + ": " + e.getMessage(), e);
        }
    }
}
