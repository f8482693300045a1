package org.flowanchor.testbed.launcher;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flowanchor.testbed.benchmark.Benchmark;
import org.flowanchor.testbed.lab.HostCommand;
import org.flowanchor.testbed.scenario.Scenario;
import org.jspecify.annotations.Nullable;

/**
 * One run of the launcher, from the prerequisites to the cleanup, which happens once however the run ends: at its end,
 * in the shutdown hook on Ctrl-C, by the watchdog when this process is killed.
 */
final class Session {

    private final Path repository;
    private final Ports ports;
    private final Console console = new Console(System.out, InstantSource.system());

    Session(Path repository, Ports ports) {
        this.repository = repository;
        this.ports = ports;
    }

    /**
     * Plays a scenario on a platform of its own.
     *
     * @param reportDirectory null for the usual place
     * @param fresh forget earlier data
     * @param serve go on until Ctrl-C
     * @return exit code
     */
    int run(Scenario scenario, @Nullable Path reportDirectory, boolean fresh, boolean serve)
            throws InterruptedException {
        return supervised(fresh, (supervisor, data) -> play(scenario, supervisor, data, reportDirectory, serve));
    }

    /**
     * Runs a benchmark on what it needs.
     *
     * @param reportDirectory null for the usual place
     * @param fresh forget earlier data
     * @return exit code
     */
    int measure(Benchmark benchmark, @Nullable Path reportDirectory, boolean fresh) throws InterruptedException {
        return supervised(fresh, (supervisor, data) -> measure(benchmark, supervisor, data, reportDirectory));
    }

    /** What one run does while its processes are supervised. */
    private interface Work {
        int run(Supervisor supervisor, DataDirectory data) throws InterruptedException;
    }

    private int supervised(boolean fresh, Work work) throws InterruptedException {
        if (Launcher.complain(Prerequisites.ofHost(HostCommand.searchPath()))) {
            return 1;
        }
        try (DataDirectory data = DataDirectory.open(repository.resolve(".data"))) {
            if (CleanupRecord.sweep(data.run(), data.cleanupLog()) > 0) {
                console.step("Cleaned up after an earlier run");
            }
            if (fresh) {
                data.empty();
                console.step("Forgot the data of earlier runs");
            }
            data.beginRun();
            Supervisor supervisor =
                    new Supervisor(CleanupRecord.open(data.run(), data.cleanupLog()), data.logs(), console);
            Thread hook = new Thread(() -> stop(supervisor), "cleanup");
            Runtime.getRuntime().addShutdownHook(hook);
            try {
                return work.run(supervisor, data);
            } catch (LaunchException | IllegalStateException failure) {
                if (supervisor.closing()) {
                    // Ctrl-C: what failed is what the hook stopped; it also ends this process.
                    Thread.currentThread().join();
                }
                throw failure;
            } finally {
                stop(supervisor);
            }
        }
    }

    private int play(
            Scenario scenario, Supervisor supervisor, DataDirectory data, @Nullable Path reportDirectory, boolean serve)
            throws InterruptedException {
        if (Launcher.complain(missing(supervisor, true))) {
            return 1;
        }
        PlatformStart start =
                new PlatformStart(supervisor, data, repository, ports, console, scenario.bindingServiceSettings());
        Platform platform = start.start();
        console.step("The platform is ready");
        printAddresses(platform, data);
        boolean passed = new ScenarioRun(console, data.logs().resolve("launcher.log"), scenario.bound(), serve)
                .play(scenario, platform, reportDirectory == null ? data.report(scenario.name()) : reportDirectory);
        if (serve) {
            console.step("Serving until Ctrl-C");
            printAddresses(platform, data);
            new StartTraining(supervisor, console).begin(start.programs());
            Thread.currentThread().join();
        }
        return passed ? 0 : 1;
    }

    private int measure(Benchmark benchmark, Supervisor supervisor, DataDirectory data, @Nullable Path reportDirectory)
            throws InterruptedException {
        boolean services = benchmark.needs() == Benchmark.Needs.PLATFORM;
        if (Launcher.complain(missing(supervisor, services))) {
            return 1;
        }
        Optional<Platform> platform = services
                ? Optional.of(new PlatformStart(supervisor, data, repository, ports, console, List.of()).start())
                : Optional.empty();
        Workshop workshop = platform.map(started -> (Workshop) started)
                .orElseGet(() -> new Workshop(supervisor, repository, data.work()));
        Path directory = reportDirectory == null ? data.report(benchmark.name()) : reportDirectory;
        return new BenchmarkRun(console, data.logs().resolve("launcher.log"))
                        .measure(benchmark, workshop, platform, directory)
                ? 0
                : 1;
    }

    private List<String> missing(Supervisor supervisor, boolean services) {
        String probe = "fa-probe-" + ProcessHandle.current().pid();
        supervisor.onCleanup(List.of("ip", "netns", "delete", probe));
        List<String> missing = new ArrayList<>(Prerequisites.ofKernel(probe));
        if (services) {
            missing.addAll(Prerequisites.ofPorts(ports));
        }
        return missing;
    }

    private void printAddresses(Platform platform, DataDirectory data) {
        console.url("policies, bindings, flows", platform.policyService() + "/api/v1/policies");
        console.url("binding-service", platform.bindingService() + "/api/v1/bindings");
        console.url("flow-manager", platform.flowManager() + "/api/v1/flows");
        console.url("of each service", "/v3/api-docs (its API), /actuator/prometheus (its metrics)");
        console.url("logs", data.logs().toString());
    }

    private void stop(Supervisor supervisor) {
        if (supervisor.closing() || !supervisor.started()) {
            supervisor.close();
            return;
        }
        console.stopping("Stopping everything");
        supervisor.close();
        console.stopping("Stopped; nothing is left behind");
    }
}
