package org.flowanchor.binding.adapter.persistence;

import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;

/**
 * Connections of the update path. Its statements join a few hundred given keys with tables of any size, so index lookups are right
 * always; plans are made once, perhaps on empty tables, and kept. Whatever the statistics say, nothing else may be chosen.
 *
 * <p>Rows are taken before the anchor's row, so nobody waits: what is locked is another replica's, and a reason to begin again with the
 * anchor's row. A replica that falls silent in the middle of a transaction is cut off.
 */
final class UpdatePath {
    private static final String SETTINGS = """
            SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
            SET enable_memoize = off; SET jit = off; SET plan_cache_mode = force_generic_plan;
            SET lock_timeout = '5ms'""";

    private UpdatePath() {}

    /** @param like where the database is and how it is reached */
    static HikariDataSource connections(DataSource like, int anchors) {
        // One that reads and two that write for each anchor, one for the timers.
        return Connections.like(
                like, "binding-updates", 3 * anchors + 1, 2, Connections.CUT_OFF_WHEN_SILENT + SETTINGS);
    }
}
