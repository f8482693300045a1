package org.flowanchor.testbed.benchmark.dataplane;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.flowanchor.testbed.benchmark.dataplane.Anchors.Anchor;

/** The {@link PacketSource}, from outside. */
final class Sender implements AutoCloseable {
    private final Process process;
    private final BufferedWriter commands;
    private final BufferedReader answers;

    /**
     * @param sent packets, all in all
     * @param packetsPerSecond of the median chunk
     */
    record Rate(long sent, double packetsPerSecond) {}

    Sender(Anchors anchors) {
        List<String> command = new ArrayList<>(List.of("nice", "-n", "-10"));
        command.addAll(java("-Xmx256m", PacketSource.class));
        try {
            process = new ProcessBuilder(anchors.atSender(command))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("sender", e);
        }
        commands = process.outputWriter();
        answers = process.inputReader();
    }

    /** The words that run a class of this program in a process of its own. */
    static List<String> java(String heap, Class<?> main, String... arguments) {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                heap,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                Path.of(System.getProperty("java.class.path")).toAbsolutePath().toString(),
                main.getName()));
        words.addAll(List.of(arguments));
        return words;
    }

    /**
     * Makes the frames that are sent to an anchor from now on, in turn.
     *
     * @param count of frames; as many as there are flows: each flow once, else drawn at random
     */
    void frames(Anchor anchor, int terminals, int numbers, int count) {
        ask("frames " + anchor.sendingDevice() + " " + anchor.address() + " " + terminals + " " + numbers + " " + count
                + " " + 5213);
    }

    /** Each frame once. */
    long once(Anchor anchor) {
        return Long.parseLong(ask("once " + anchor.sendingDevice()));
    }

    long burst(Anchor anchor, int packets) {
        return Long.parseLong(ask("burst " + anchor.sendingDevice() + " " + packets));
    }

    Rate rate(Anchor anchor, int millis) {
        String[] words = ask("rate " + anchor.sendingDevice() + " " + millis).split(" ");
        return new Rate(Long.parseLong(words[0]), Double.parseDouble(words[1]));
    }

    private String ask(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
            String answer = answers.readLine();
            if (answer == null) {
                throw new IllegalStateException("the sender ended at: " + command);
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(command, e);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
