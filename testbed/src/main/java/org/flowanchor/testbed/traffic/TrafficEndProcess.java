package org.flowanchor.testbed.traffic;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.flowanchor.testbed.lab.Lab;
import org.flowanchor.testbed.lab.LabException;
import org.flowanchor.testbed.lab.LabNode;
import org.flowanchor.testbed.traffic.TrafficEnd.EndAnswer;
import org.flowanchor.testbed.traffic.TrafficEnd.EndRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** A {@link TrafficEnd} in a node of the lab, from outside. Commands are carried out one after the other. */
public final class TrafficEndProcess implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final LabNode node;
    private final Process process;
    private final BufferedWriter commands;
    private final BufferedReader answers;
    private long lastId;

    private TrafficEndProcess(LabNode node, Process process) {
        this.node = node;
        this.process = process;
        this.commands = process.outputWriter();
        this.answers = process.inputReader();
    }

    /**
     * Starts an end inside the node. It runs before other processes of the host, because it is the measuring instrument: what it
     * times should be the network, not its own wait for a processor.
     *
     * @param epochNanos {@link System#nanoTime()} from which bins are counted
     */
    public static TrafficEndProcess start(Lab lab, LabNode node, long epochNanos) {
        List<String> command = new ArrayList<>(List.of("nice", "-n", "-15"));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath(),
                TrafficEnd.class.getName(),
                Long.toString(epochNanos)));
        try {
            return new TrafficEndProcess(
                    node,
                    new ProcessBuilder(lab.inside(node, command))
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException("traffic end of " + node, e);
        }
    }

    /**
     * Carries out a command that has no answer of its own.
     *
     * @throws LabException with the end's words when it could not
     */
    public void tell(EndCommand command) {
        exchange(command);
    }

    /** Account of a flow of this end now. */
    public FlowAccount account(String flow) {
        return required(exchange(new EndCommand.Account(flow)).account());
    }

    /** Stops a flow of this end and returns its account. */
    public FlowAccount stop(String flow) {
        return required(exchange(new EndCommand.Stop(flow)).account());
    }

    /** Sends one probe and waits for its echo. */
    public ProbeAnswer probe(EndCommand.Probe probe) {
        return required(exchange(probe).probe());
    }

    @Override
    public void close() {
        try {
            commands.close();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private synchronized EndAnswer exchange(EndCommand command) {
        try {
            commands.write(JSON.writeValueAsString(new EndRequest(++lastId, command)));
            commands.newLine();
            commands.flush();
            String line = answers.readLine();
            if (line == null) {
                throw new LabException("the traffic end of " + node + " has ended");
            }
            EndAnswer answer = JSON.readValue(line, EndAnswer.class);
            if (answer.id() != lastId) {
                throw new LabException("the traffic end of " + node + " answered out of order: " + line);
            }
            if (!answer.error().isEmpty()) {
                throw new LabException("traffic end of " + node + ", " + command + ": " + answer.error());
            }
            return answer;
        } catch (IOException e) {
            throw new LabException("the traffic end of " + node + " cannot be reached: " + e);
        }
    }

    private static <T> T required(@Nullable T part) {
        if (part == null) {
            throw new LabException("answer of a traffic end without the part asked for");
        }
        return part;
    }

    /** This process's own class path, absolute, because it may be that of {@code java -jar}. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
