package org.flowanchor.binding.adapter.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.ANCHOR;

import java.nio.file.Path;
import org.flowanchor.binding.Replica;
import org.flowanchor.binding.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The anchor's restart counter changes with what may have lost sessions, and with nothing else (RFC 5847 section 3.2). */
class RestartCounterIT {
    private static long counter(TestDatabase database) {
        try (Replica replica = new Replica(database)) {
            return replica.gateways().restartCounter(ANCHOR);
        }
    }

    @Test
    void h05_aRestartKeepsTheCounterAndARestoreToAPointInTimeRaisesIt(@TempDir Path directory) throws Exception {
        Path data = directory.resolve("data");
        try (TestDatabase database = TestDatabase.migratedOnAServerOfItsOwn(data)) {
            long before = counter(database);
            assertThat(counter(database)).as("another replica").isEqualTo(before);
            database.restart(data, false);
            assertThat(counter(database)).as("nothing was lost").isEqualTo(before);
            database.restart(data, true);
            assertThat(counter(database)).isEqualTo(before + 1);
        }
    }

    @Test
    void h05_whatIsBroughtIntoANewSystemHasTheCounterOfThatSystem() throws Exception {
        try (TestDatabase database = TestDatabase.migrated()) {
            long installed = counter(database);
            long hourBefore = installed - 3600;
            database.execute("UPDATE anchor SET restart_counter = " + hourBefore);
            assertThat(counter(database))
                    .as("a dump that is older than the system")
                    .isGreaterThan(hourBefore)
                    .isLessThanOrEqualTo(installed);
        }
    }

    @Test
    void h05_aCounterThatRunsOverBeginsAnew() throws Exception {
        try (TestDatabase database = TestDatabase.migrated()) {
            counter(database);
            database.execute("UPDATE anchor SET restart_counter = (1::bigint << 32) + 7");
            assertThat(counter(database)).isEqualTo(7);
        }
    }
}
