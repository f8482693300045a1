package org.flowanchor.binding.adapter.persistence;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import org.flowanchor.binding.application.StartRefusedException;

/** An acknowledgement promises that the binding survives: PostgreSQL must be set to keep what it commits. */
final class DurabilityCheck {
    private static final List<String> SETTINGS = List.of("fsync", "full_page_writes", "synchronous_commit");

    private DurabilityCheck() {}

    /** @throws StartRefusedException naming every setting that is wrong */
    static void require(Database database) {
        List<String> wrong = database.transact(connection -> {
            List<String> found = new ArrayList<>();
            for (String setting : SETTINGS) {
                try (PreparedStatement select = connection.prepareStatement("SELECT current_setting(?)")) {
                    select.setString(1, setting);
                    try (ResultSet row = select.executeQuery()) {
                        row.next();
                        // remote_write and local acknowledge before every copy is on disk; remote_apply is stronger
                        // than on.
                        String value = row.getString(1);
                        if (!value.equals("on") && !value.equals("remote_apply")) {
                            found.add(setting + " is " + value);
                        }
                    }
                }
            }
            return found;
        });
        if (!wrong.isEmpty()) {
            throw new StartRefusedException(
                    "PostgreSQL may lose what it has committed: " + String.join(", ", wrong),
                    "set fsync = on, full_page_writes = on, synchronous_commit = on in postgresql.conf");
        }
    }

    /** Whether a synchronous standby is configured; without one durability ends at one disk. */
    static boolean hasSynchronousStandby(Database database) {
        return database.transact(connection -> {
            try (PreparedStatement select =
                            connection.prepareStatement("SELECT current_setting('synchronous_standby_names')");
                    ResultSet row = select.executeQuery()) {
                return row.next() && !row.getString(1).isBlank();
            }
        });
    }
}
