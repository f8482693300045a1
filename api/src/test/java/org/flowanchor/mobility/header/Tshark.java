package org.flowanchor.mobility.header;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.flowanchor.mobility.header.Vectors.Vector;

/** Wireshark's dissector as a judge of octets (STANDARDS section 6): what it reads, and what it complains about. */
final class Tshark {
    private static final int RAW_IP = 101;
    private static final int NEXT_HEADER = 135;
    private static final int BINDING_UPDATE = 5;
    private static final int BINDING_REFRESH_REQUEST = 0;

    private Tshark() {}

    static boolean isInstalled() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "tshark")));
    }

    /**
     * Behind an IPv6 header each, one packet per message.
     *
     * @param retyped with the types of {@link #retyped}
     */
    static void write(Path file, List<Vector> messages, boolean retyped) {
        int total = 24;
        for (Vector message : messages) {
            total += 16 + 40 + message.octets().length;
        }
        ByteBuffer out = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0xa1b2c3d4)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(65_535)
                .putInt(RAW_IP);
        for (Vector message : messages) {
            byte[] octets = message.octets().clone();
            if (retyped) {
                octets[2] = (byte) retyped(octets[2]);
            }
            out.putInt(0).putInt(0).putInt(40 + octets.length).putInt(40 + octets.length);
            out.order(ByteOrder.BIG_ENDIAN)
                    .putInt(6 << 28)
                    .putShort((short) octets.length)
                    .put((byte) NEXT_HEADER)
                    .put((byte) 64)
                    .put(message.source().octets())
                    .put(message.destination().octets())
                    .put(octets)
                    .order(ByteOrder.LITTLE_ENDIAN);
        }
        try {
            Files.write(file, out.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A type whose options it can walk and whose fixed part has the same length: 5 for 17 to 21, 0 for 22 and 23. */
    static int retyped(int type) {
        if (type >= 17 && type <= 21) {
            return BINDING_UPDATE;
        }
        return type > 21 ? BINDING_REFRESH_REQUEST : type;
    }

    /** Of each packet the values of each field, several occurrences joined by commas in the order of the wire. */
    static List<List<String>> read(Path file, List<String> fields) {
        List<String> command = new ArrayList<>(List.of(
                "tshark",
                "-n",
                "-r",
                file.toString(),
                "-T",
                "fields",
                "-E",
                "separator=|",
                "-E",
                "occurrence=a",
                "-E",
                "aggregator=,"));
        fields.forEach(field -> command.addAll(List.of("-e", field)));
        List<List<String>> rows = new ArrayList<>();
        for (String line : run(command)) {
            rows.add(Arrays.asList(line.split("\\|", -1)));
        }
        return rows;
    }

    /** Frame numbers, from 1, about which it complains. */
    static List<Integer> complaints(Path file) {
        return run(List.of(
                        "tshark",
                        "-n",
                        "-r",
                        file.toString(),
                        "-Y",
                        "mip6.opt.len.invalid || mip6.bogus_header_length || _ws.malformed",
                        "-T",
                        "fields",
                        "-e",
                        "frame.number"))
                .stream()
                .map(Integer::valueOf)
                .toList();
    }

    private static List<String> run(List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().put("TZ", "UTC");
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + process);
            }
            return output.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
