package org.flowanchor.testbed.launcher;

import java.net.URI;
import java.nio.file.Path;

/**
 * Embedded PostgreSQL, embedded Kafka and the three services, running. Made by the launcher; scenarios use it and never
 * close it.
 */
public final class Platform extends Workshop implements AutoCloseable {
    private final Supervisor supervisor;
    private final Services services;

    Platform(Supervisor supervisor, Services services, Path repository, Path workDirectory) {
        super(supervisor, repository, workDirectory);
        this.supervisor = supervisor;
        this.services = services;
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

    @Override
    public void close() {
        supervisor.close();
    }
}
