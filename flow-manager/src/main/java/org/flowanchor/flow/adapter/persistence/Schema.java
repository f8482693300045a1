package org.flowanchor.flow.adapter.persistence;

import java.util.function.Supplier;
import org.flowanchor.flow.application.StoreUnavailableException;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/** The tables, brought up to date before their first use, so that a database that is late is waited for. */
public final class Schema {
    private final Runnable migration;
    private boolean migrated;

    /** @param migration brings the schema up to date; throws when the database does not answer */
    public Schema(Runnable migration) {
        this.migration = migration;
    }

    /** @throws StoreUnavailableException not now */
    synchronized void migrate() {
        if (migrated) {
            return;
        }
        try {
            migration.run();
            migrated = true;
        } catch (RuntimeException e) {
            throw unavailable(e);
        }
    }

    static <T> T reaching(Supplier<T> query) {
        try {
            return query.get();
        } catch (DataAccessException | TransactionException e) {
            throw unavailable(e);
        }
    }

    private static StoreUnavailableException unavailable(RuntimeException e) {
        Throwable root = e;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return new StoreUnavailableException(
                "the database does not answer: " + root.getClass().getSimpleName() + ": " + root.getMessage(), e);
    }
}
