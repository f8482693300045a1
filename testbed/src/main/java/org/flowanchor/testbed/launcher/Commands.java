package org.flowanchor.testbed.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs short commands to their end. */
final class Commands {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private Commands() {}

    /**
     * What a command did.
     *
     * @param exitCode 127 when there is no such program
     * @param output standard output and error
     */
    record Result(int exitCode, String output) {
        boolean succeeded() {
            return exitCode == 0;
        }
    }

    static Result run(String... command) {
        return run(List.of(command), "");
    }

    static Result run(List<String> command, String input) {
        Path output;
        try {
            output = Files.createTempFile("flowanchor", ".out");
        } catch (IOException failure) {
            throw new LaunchException("cannot write temporary files: " + failure.getMessage(), failure);
        }
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(UTF_8));
            } catch (IOException endedEarly) {
                // Its exit code tells more.
            }
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
                return new Result(124, "no answer within " + LIMIT.toSeconds() + " s");
            }
            return new Result(process.exitValue(), Files.readString(output).strip());
        } catch (IOException failure) {
            return new Result(127, String.valueOf(failure.getMessage()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new Result(130, "interrupted");
        } finally {
            try {
                Files.deleteIfExists(output);
            } catch (IOException leftover) {
                output.toFile().deleteOnExit();
            }
        }
    }
}
