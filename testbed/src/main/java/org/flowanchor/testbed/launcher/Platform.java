package org.flowanchor.testbed.launcher;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Embedded PostgreSQL, embedded Kafka and the three services, running. Made by the launcher; scenarios use it and never
 * close it.
 */
public final class Platform implements AutoCloseable {
    private final Supervisor supervisor;
    private final Services services;
    private final Path repository;
    private final Path workDirectory;

    Platform(Supervisor supervisor, Services services, Path repository, Path workDirectory) {
        this.supervisor = supervisor;
        this.services = services;
        this.repository = repository;
        this.workDirectory = workDirectory;
    }

    /** REST base of the policy-service, {@code http://127.0.0.1:8080}. */
    public URI policyService() {
        return services.policyService().base();
    }

    /** REST base of the binding-service, {@code http://127.0.0.1:8081}. */
    public URI bindingService() {
        return services.bindingService().base();
    }

    /** REST base of the flow-manager, {@code http://127.0.0.1:8082}. */
    public URI flowManager() {
        return services.flowManager().base();
    }

    /** The policy-service's process. */
    public ServiceProcess policyServiceProcess() {
        return services.policyService().process();
    }

    /** The binding-service's process. */
    public ServiceProcess bindingServiceProcess() {
        return services.bindingService().process();
    }

    /** The flow-manager's process. */
    public ServiceProcess flowManagerProcess() {
        return services.flowManager().process();
    }

    /**
     * Starts any further process under supervision: agents, ends of traffic. Does not wait for readiness; see {@link
     * ServiceProcess#awaitReady}. It runs in a session of its own and is gone, at the latest, when the launcher is.
     *
     * @param name unique in this run; names its log file
     * @param command for example {@code ip netns exec <ns> java ...}; must not fork itself into the background
     * @param environment added to the launcher's own
     * @param readiness how to see that it works, or null when being alive is all
     * @throws LaunchException when it cannot be started
     */
    public ServiceProcess start(
            String name, List<String> command, Map<String, String> environment, @Nullable Readiness readiness) {
        return supervisor.start(name, command, environment, readiness, StopRule.LAB);
    }

    /**
     * Registers a command for the cleanup, which the watchdog also does when the launcher was killed. Register it
     * <em>before</em> the thing is made; commands and processes are undone in reverse order, each command has 10 s, and
     * its failing is logged and otherwise ignored.
     *
     * @param command words without a shell, for example {@code ip netns del <ns>}; no word empty or with tab or line end
     */
    public void onCleanup(List<String> command) {
        supervisor.onCleanup(command);
    }

    /** A directory for files of this run, emptied before each run; absolute. */
    public Path workDirectory() {
        return workDirectory;
    }

    /** The words that start a JDK 25 java with our usual flags; the caller adds {@code -Xmx} and what to run. */
    public List<String> javaCommand() {
        return Jvm.command();
    }

    /** The runnable jar of a module, its libraries in {@code lib} beside it; absolute. */
    public Path jar(String module) {
        return Jvm.jar(repository, module);
    }

    @Override
    public void close() {
        supervisor.close();
    }
}
