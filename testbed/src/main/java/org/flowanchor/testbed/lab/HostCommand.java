package org.flowanchor.testbed.lab;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs one short command of the host to its end. */
public final class HostCommand {
    private static final long DEADLINE_SECONDS = 20;

    private HostCommand() {}

    /** The directories in which commands are looked for. */
    public static List<Path> searchPath() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(directory -> !directory.isEmpty())
                .map(Path::of)
                .toList();
    }

    /** Whether there is such a command. */
    public static boolean isInstalled(String command) {
        return searchPath().stream().anyMatch(directory -> Files.isExecutable(directory.resolve(command)));
    }

    /**
     * Output of the command.
     *
     * @throws LabException with the command's own words when it fails or does not end within 20 s
     */
    public static String run(List<String> command) {
        return run(command, "");
    }

    /** As {@link #run(List)}, with {@code input} on the command's standard input. */
    public static String run(List<String> command, String input) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            // All inputs here are a few kilobytes: they fit the pipe, so writing first cannot block on a full output.
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // The command ended without reading; its exit code says why.
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new LabException(String.join(" ", command) + ": did not end within " + DEADLINE_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                throw new LabException(String.join(" ", command) + ": exit code " + process.exitValue() + ", "
                        + output.strip() + (input.isEmpty() ? "" : ", input:\n" + input.strip()));
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(String.join(" ", command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException(String.join(" ", command) + ": interrupted");
        }
    }
}
