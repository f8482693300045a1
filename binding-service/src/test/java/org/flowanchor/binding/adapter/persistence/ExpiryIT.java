package org.flowanchor.binding.adapter.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.START;
import static org.flowanchor.binding.Scene.wlan;

import java.time.Instant;
import org.flowanchor.binding.Replica;
import org.flowanchor.binding.TestDatabase;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.junit.jupiter.api.Test;

/** What is due, beside something that cannot be decided. */
class ExpiryIT {
    private static final Instant LATER = START.plusSeconds(1000);

    @Test
    void anEntryThatCannotBeReadKeepsNoOtherFromItsEnd() throws Exception {
        try (TestDatabase database = TestDatabase.migrated()) {
            try (Replica before = new Replica(database)) {
                for (int i = 0; i < 300; i++) {
                    before.accepted(wlan().of(new MobileNodeIdentifier("crowd-" + i))
                            .lifetime(4)
                            .at(START.plusMillis(i)));
                }
            }
            database.execute("""
                    UPDATE binding_cache_entry SET signalling = '\\xff'
                    WHERE mobile_node IN ('crowd-0', 'crowd-40')""");
            try (Replica after = new Replica(database)) {
                assertThat(after.expire(LATER)).isEqualTo(298);
                assertThat(database.query("SELECT mobile_node FROM binding_cache_entry ORDER BY 1"))
                        .containsExactly("crowd-0", "crowd-40");

                // Once they can be read they go as well.
                database.execute("UPDATE binding_cache_entry SET signalling = NULL");
                assertThat(after.expire(LATER)).isEqualTo(2);
            }
        }
    }
}
