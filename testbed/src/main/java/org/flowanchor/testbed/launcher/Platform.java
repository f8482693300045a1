package org.flowanchor.testbed.launcher;

import java.net.URI;
import java.nio.file.Path;
import org.flowanchor.authority.DevelopmentAuthority;

/**
 * Embedded PostgreSQL, embedded Kafka and the three services, running. Made by the launcher; scenarios use it and never
 * close it.
 */
public final class Platform extends Workshop implements AutoCloseable {
    private final Supervisor supervisor;
    private final Services services;
    private final DevelopmentAuthority authority;

    Platform(
            Supervisor supervisor,
            Services services,
            DevelopmentAuthority authority,
            Path repository,
            Path workDirectory) {
        super(supervisor, repository, workDirectory);
        this.supervisor = supervisor;
        this.services = services;
        this.authority = authority;
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

    /** Issues the certificates by which agents and services know each other. */
    public DevelopmentAuthority authority() {
        return authority;
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
