package org.flowanchor.binding.adapter.persistence;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Connections by what would otherwise wait for what: the update path's ({@link UpdatePath}), those of leases, and those of the rest of the
 * service. The data source itself is left to the start and to operators' questions, which may take long.
 *
 * <p>A replica that is held in the middle of a transaction keeps its locks for as long as the server lets it. Nothing here is silent for
 * 5 s in a transaction unless it is held, so then it is cut off.
 */
final class Connections {
    static final String CUT_OFF_WHEN_SILENT = "SET idle_in_transaction_session_timeout = '5s'; ";

    /** Longer than a silent one lasts: who waits for a row gets it. */
    private static final String PATIENT = CUT_OFF_WHEN_SILENT + "SET lock_timeout = '6s'";

    /** The deciding thread begins again rather than hold up the anchor; the relay looks again, too. */
    private static final String SHORT = CUT_OFF_WHEN_SILENT + "SET lock_timeout = '1s'";

    private static final int SERVICE = 12;

    private Connections() {}

    /** Gateways, streams, subscribers and notices. */
    static HikariDataSource service(DataSource like) {
        return like(like, "binding-service", SERVICE, 2, PATIENT);
    }

    /** What deciding threads and relays draw and lease: one connection each. */
    static HikariDataSource leases(DataSource like, int anchors) {
        return like(like, "binding-leases", 2 * anchors, 1, SHORT);
    }

    /**
     * @param like where the database is and how it is reached
     * @param settings for each connection, in SQL
     */
    static HikariDataSource like(DataSource like, String name, int most, int idle, String settings) {
        HikariConfig configuration = new HikariConfig();
        try {
            like.unwrap(HikariDataSource.class).copyStateTo(configuration);
        } catch (SQLException e) {
            throw new IllegalStateException("not a connection pool: " + like, e);
        }
        configuration.setPoolName(name);
        configuration.setMaximumPoolSize(most);
        configuration.setMinimumIdle(Math.min(idle, most));
        configuration.setConnectionInitSql(settings);
        configuration.setMetricRegistry(null);
        configuration.setMetricsTrackerFactory(null);
        return new HikariDataSource(configuration);
    }
}
