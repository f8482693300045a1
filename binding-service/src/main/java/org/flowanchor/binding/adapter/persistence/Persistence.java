package org.flowanchor.binding.adapter.persistence;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.flowanchor.binding.application.Anchor;
import org.flowanchor.binding.application.AnchorVersions;
import org.flowanchor.binding.application.BindingLog;
import org.flowanchor.binding.application.BindingStore;
import org.flowanchor.binding.application.GatewayStore;
import org.flowanchor.binding.application.MessageHints;
import org.flowanchor.binding.application.OperatorQueries;
import org.flowanchor.binding.application.OperatorRequests;
import org.flowanchor.binding.application.RelayStore;
import org.flowanchor.binding.application.SubscriberStore;
import org.flowanchor.mobility.LmaAddress;

/**
 * Opens the stores over one data source. The schema must be in place.
 *
 * @param background threads and connections; closed with the service
 * @param synchronousStandby whether what is committed is on a second machine too
 */
public record Persistence(
        BindingStore bindingStore,
        BindingLog bindingLog,
        RelayStore relayStore,
        SubscriberStore subscriberStore,
        GatewayStore gatewayStore,
        OperatorQueries operatorQueries,
        OperatorRequests operatorRequests,
        AutoCloseable background,
        BooleanSupplier synchronousStandby) {
    /**
     * @param prefixRest how long a released prefix stays unused
     * @throws org.flowanchor.binding.application.StartRefusedException when PostgreSQL may lose commits, or anchors and pools contradict
     */
    public static Persistence open(
            DataSource dataSource,
            List<Anchor> configured,
            Duration prefixRest,
            AnchorVersions versions,
            MessageHints messages) {
        Database start = new Database(dataSource);
        DurabilityCheck.require(start);
        Anchors anchors = AnchorInstallation.install(start, configured);
        HikariDataSource service = Connections.service(dataSource);
        HikariDataSource leases = Connections.leases(dataSource, configured.size());
        HikariDataSource updates = UpdatePath.connections(dataSource, configured.size());
        Database database = new Database(service);
        UUID replica = UUID.randomUUID();
        CommitNotices notices = new CommitNotices(
                service,
                versions,
                messages,
                configured.stream().map(Anchor::lmaAddress).toList());
        notices.start();
        Map<LmaAddress, RecentChanges> recent = new ConcurrentHashMap<>();
        Function<LmaAddress, RecentChanges> ofAnchor =
                anchor -> recent.computeIfAbsent(anchor, address -> new RecentChanges());
        return new Persistence(
                new JdbcBindingStore(
                        database,
                        new Database(leases),
                        new Database(updates),
                        anchors,
                        replica,
                        prefixRest,
                        ofAnchor,
                        RandomGenerator.getDefault()),
                new JdbcBindingLog(database, anchors, ofAnchor),
                new JdbcRelayStore(new Database(leases), anchors, replica),
                new JdbcSubscriberStore(database, anchors, replica),
                new JdbcGatewayStore(database, anchors),
                new JdbcOperatorQueries(new Database(dataSource)),
                new JdbcOperatorRequests(database),
                () -> {
                    notices.close();
                    updates.close();
                    leases.close();
                    service.close();
                },
                () -> DurabilityCheck.hasSynchronousStandby(start));
    }
}
