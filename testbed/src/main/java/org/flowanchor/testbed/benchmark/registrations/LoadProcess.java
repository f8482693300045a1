package org.flowanchor.testbed.benchmark.registrations;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A generator in a process of its own, so that no contender shares a virtual machine with another one. It ends with this process. */
final class LoadProcess implements AutoCloseable {
    private final String name;
    private final Process process;
    private final BufferedWriter commands;
    private final BufferedReader answers;

    private LoadProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.commands = process.outputWriter();
        this.answers = process.inputReader();
    }

    /** Returns when it is ready to be told. */
    static LoadProcess start(String name, List<String> command, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        try {
            LoadProcess started = new LoadProcess(name, builder.start());
            if (!"ready".equals(started.answers.readLine())) {
                throw new IllegalStateException(name + " did not start");
            }
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    LoadResult fill() {
        return tell("fill");
    }

    LoadResult run(double seconds) {
        return tell(String.format(Locale.ROOT, "run %.3f", seconds));
    }

    private LoadResult tell(String command) {
        try {
            commands.write(command);
            commands.newLine();
            commands.flush();
            String line = answers.readLine();
            if (line == null) {
                throw new IllegalStateException(name + " has ended");
            }
            return LoadResult.parse(line);
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    @Override
    public void close() {
        try {
            commands.close();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
