package org.flowanchor.binding.adapter.persistence;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import javax.sql.DataSource;
import org.flowanchor.binding.application.StoreConflictException;
import org.flowanchor.binding.application.StoreUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transactions without a framework in between: the update path must know exactly when a statement and when the commit happens.
 *
 * <p>Conflicts (unique violation, foreign key, deadlock, serialization, lock timeout) become {@link StoreConflictException}; everything
 * about the connection becomes {@link StoreUnavailableException}; the rest is a defect and keeps its name.
 */
final class Database {
    /**
     * 57014 is a lock timeout, too, when the lock came at the same moment: the server then says "canceling statement due to user request".
     * Where a person cancelled it, doing it again is as right.
     */
    private static final Set<String> CONFLICTS = Set.of("23505", "23503", "40001", "40P01", "55P03", "57014");

    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final int AT_LENGTH_MILLIS = 600_000;

    private final DataSource dataSource;

    @FunctionalInterface
    interface Work<T> {
        T apply(Connection connection) throws SQLException;
    }

    Database(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** For work that returns nothing. */
    @FunctionalInterface
    interface Action {
        void run(Connection connection) throws SQLException;
    }

    void execute(Action action) {
        run(connection -> {
            action.run(connection);
            return true;
        });
    }

    <T> T transact(Work<T> work) {
        return run(work);
    }

    /** A transaction about all subscribers: it may last for longer than the socket's timeout, which is there to notice a dead server. */
    <T> T transactAtLength(Work<T> work) {
        return run(connection -> {
            // No thread is needed; the pool sets it back.
            connection.setNetworkTimeout(Runnable::run, AT_LENGTH_MILLIS);
            return work.apply(connection);
        });
    }

    /** A transaction that has begun and waits for its end, which must come. */
    final class OpenTransaction {
        private final Connection connection;

        private OpenTransaction(Connection connection) {
            this.connection = connection;
        }

        /** Does what is left to do and commits, unless that was part of it; rolls back when it fails. */
        void commit(Action last) {
            try (connection) {
                try {
                    last.run(connection);
                    connection.commit();
                } catch (SQLException | RuntimeException | Error e) {
                    Database.rollBack(connection, e);
                    throw e;
                }
            } catch (SQLException e) {
                throw translate(e);
            }
        }

        void rollBack() {
            try (connection) {
                if (!connection.isClosed()) {
                    connection.rollback();
                }
            } catch (SQLException e) {
                LOG.debug("a transaction is rolled back by its connection's end: {}", e.getMessage());
            }
        }
    }

    /** Begins a transaction with {@code first}. */
    OpenTransaction begin(Action first) {
        try {
            Connection connection = dataSource.getConnection();
            try {
                connection.setAutoCommit(false);
                first.run(connection);
                return new OpenTransaction(connection);
            } catch (SQLException | RuntimeException | Error e) {
                rollBack(connection, e);
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw translate(e);
        }
    }

    /** One statement, or several that need not be of one moment: without a transaction, which would cost two more round trips. */
    <T> T read(Work<T> work) {
        try (Connection connection = dataSource.getConnection()) {
            return work.apply(connection);
        } catch (SQLException e) {
            throw translate(e);
        }
    }

    private <T> T run(Work<T> work) {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.apply(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException | Error e) {
                rollBack(connection, e);
                throw e;
            }
        } catch (SQLException e) {
            throw translate(e);
        }
    }

    private static void rollBack(Connection connection, Throwable cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private static RuntimeException translate(SQLException e) {
        String state = e.getSQLState();
        if (state != null && CONFLICTS.contains(state)) {
            return new StoreConflictException(String.valueOf(e.getMessage()), e);
        }
        // 08: connection, 57: the server is going or coming, 53: out of resources, 25006: became a standby, 25P03: cut
        // off
        // in the middle of a transaction; none: no connection at all.
        if (state == null
                || state.startsWith("08")
                || state.startsWith("57")
                || state.startsWith("53")
                || state.equals("25006")
                || state.equals("25P03")) {
            return new StoreUnavailableException(String.valueOf(e.getMessage()), e);
        }
        return new IllegalStateException("PostgreSQL " + state + ": " + e.getMessage(), e);
    }
}
