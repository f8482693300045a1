package org.flowanchor.testbed.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.flowanchor.testbed.benchmark.Benchmark;
import org.flowanchor.testbed.benchmark.Benchmarks;
import org.flowanchor.testbed.scenario.Scenario;
import org.flowanchor.testbed.scenario.Scenarios;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Main class behind {@code ./run}. Exit codes: 0 done and every check held, 1 not, 2 wrong usage. */
@CommandLine.Command(name = "./run")
public final class Launcher implements Callable<Integer> {
    private static final int USAGE = 2;
    private static final String STORY = "offload";

    @CommandLine.Option(names = "--list")
    private boolean list;

    @CommandLine.Option(names = "--scenario")
    private @Nullable String scenario;

    @CommandLine.Option(names = "--benchmark")
    private @Nullable String benchmark;

    @CommandLine.Option(names = "--report")
    private @Nullable Path report;

    @CommandLine.Option(names = "--fresh")
    private boolean fresh;

    @CommandLine.Option(names = {"-h", "--help"})
    private boolean help;

    private final Path repository;

    Launcher(Path repository) {
        this.repository = repository;
    }

    /** Started by {@code run} in the repository, whose path is in the property {@code flowanchor.repository}. */
    public static void main(String[] arguments) {
        Path repository = Path.of(System.getProperty("flowanchor.repository", "."))
                .toAbsolutePath()
                .normalize();
        System.exit(execute(new Launcher(repository), arguments));
    }

    static int execute(Launcher launcher, String... arguments) {
        CommandLine commandLine = new CommandLine(launcher);
        commandLine.setParameterExceptionHandler((wrong, words) -> {
            System.err.println(oneLine(wrong.getMessage()) + "; see ./run --help");
            return USAGE;
        });
        commandLine.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof LaunchException) {
                System.err.println("ERROR: " + failure.getMessage());
            } else {
                failure.printStackTrace();
            }
            return 1;
        });
        return commandLine.execute(arguments);
    }

    @Override
    public Integer call() throws InterruptedException {
        if (help) {
            System.out.print(help());
            return 0;
        }
        if (list) {
            System.out.println("Scenarios:");
            for (Scenario known : Scenarios.all()) {
                System.out.printf("%-16s %s%n", known.name(), known.description());
            }
            System.out.println("Benchmarks:");
            for (Benchmark known : Benchmarks.all()) {
                System.out.printf("%-16s %s%n", known.name(), known.description());
            }
            return 0;
        }
        if (scenario != null && benchmark != null) {
            return refuse("--scenario and --benchmark exclude each other");
        }
        if (scenario == null && benchmark == null && report != null) {
            return refuse("--report needs --scenario or --benchmark");
        }
        Path directory = report == null ? null : report.toAbsolutePath().normalize();
        if (directory != null && Files.exists(directory) && !Files.isDirectory(directory)) {
            return refuse("--report " + report + " is not a directory");
        }
        Session session = new Session(repository, Ports.DEFAULT);
        return benchmark == null ? play(session, directory) : measure(session, benchmark, directory);
    }

    private int measure(Session session, String name, @Nullable Path directory) throws InterruptedException {
        Optional<Benchmark> chosen = Benchmarks.all().stream()
                .filter(known -> known.name().equals(name))
                .findFirst();
        if (chosen.isEmpty()) {
            return refuse("Unknown benchmark '" + name + "'; known: "
                    + String.join(
                            ", ", Benchmarks.all().stream().map(Benchmark::name).toList()));
        }
        return session.measure(chosen.get(), directory, fresh);
    }

    private int play(Session session, @Nullable Path directory) throws InterruptedException {
        String name = scenario == null ? STORY : scenario;
        Optional<Scenario> chosen = Scenarios.all().stream()
                .filter(known -> known.name().equals(name))
                .findFirst();
        if (chosen.isEmpty()) {
            return refuse("Unknown scenario '" + name + "'; known: "
                    + String.join(
                            ", ", Scenarios.all().stream().map(Scenario::name).toList()));
        }
        return session.run(chosen.get(), directory, fresh, scenario == null);
    }

    /** The text that {@code run} prints too, without Java. */
    private static String help() {
        try (InputStream in = Objects.requireNonNull(Launcher.class.getResourceAsStream("help.txt"))) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static int refuse(String message) {
        System.err.println(message);
        return USAGE;
    }

    private static String oneLine(@Nullable String message) {
        return message == null
                ? "Wrong arguments"
                : String.join(" ", message.lines().toList());
    }

    /** Prints each missing prerequisite. */
    static boolean complain(List<String> missing) {
        missing.forEach(System.err::println);
        return !missing.isEmpty();
    }
}
