package org.flowanchor.testbed.launcher;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.flowanchor.authority.DevelopmentAuthority;

/**
 * Embedded PostgreSQL, embedded Kafka and the three services, running. Made by the launcher; scenarios use it and never
 * close it.
 */
public final class Platform extends Workshop implements AutoCloseable {
    private final Supervisor supervisor;
    private final Services services;
    private final Optional<Stores> stores;
    private final DevelopmentAuthority authority;

    /** What the services stand on, and how another of them is started on it. */
    record Stores(PostgresServer postgres, KafkaServer kafka, Supplier<Services.Service> secondBindingService) {}

    /**
     * Another replica of binding-service on the same database, ready.
     *
     * @param base of REST
     */
    public record Replica(URI base, ServiceProcess process) {}

    Platform(
            Supervisor supervisor,
            Services services,
            Optional<Stores> stores,
            DevelopmentAuthority authority,
            Path repository,
            Path workDirectory) {
        super(supervisor, repository, workDirectory);
        this.supervisor = supervisor;
        this.services = services;
        this.stores = stores;
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

    /** Starts a second replica of binding-service and waits until it is ready; once in a run. */
    public Replica startSecondBindingService() {
        Services.Service started = stores().secondBindingService().get();
        return new Replica(started.base(), started.process());
    }

    /** The PostgreSQL that all services share. */
    public PostgresServer postgres() {
        return stores().postgres();
    }

    /** The process of Kafka. */
    public ServiceProcess kafkaProcess() {
        return stores().kafka().process();
    }

    /** Where Kafka is. */
    public String kafkaBootstrapServers() {
        return stores().kafka().bootstrapServers();
    }

    private Stores stores() {
        return stores.orElseThrow(() -> new IllegalStateException("this platform has no stores"));
    }

    /** Issues the certificates by which agents and services know each other. */
    public DevelopmentAuthority authority() {
        return authority;
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
