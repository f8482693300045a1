package org.flowanchor.binding.adapter.persistence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.flowanchor.binding.application.AnchorVersions;
import org.flowanchor.binding.application.MessageHints;
import org.flowanchor.mobility.LmaAddress;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells other replicas what this one committed, and hears what they did. Notices are sent after the commit and coalesced per anchor:
 * inside the transaction they would serialize all commits of the database. Only a hint: readers look once a second anyway.
 */
final class CommitNotices implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommitNotices.class);
    private static final String CHANNEL = "flowanchor_binding";
    private static final String MESSAGES = "messages";
    private static final Duration PATIENCE = Duration.ofMillis(250);
    private static final int RECEIVE_MILLIS = 250;

    /** So often the listener asks whether its server is there, and so long it waits for the answer. */
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(4);

    /** At full rate there is a commit every few milliseconds; a notice for each would cost as much as a small one of them. */
    private static final Duration GAP = Duration.ofMillis(20);

    private final DataSource dataSource;
    private final AnchorVersions versions;
    private final MessageHints messages;
    private final List<LmaAddress> anchors;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    CommitNotices(DataSource dataSource, AnchorVersions versions, MessageHints messages, List<LmaAddress> anchors) {
        this.dataSource = dataSource;
        this.versions = versions;
        this.messages = messages;
        this.anchors = List.copyOf(anchors);
    }

    void start() {
        threads.add(Thread.ofVirtual().name("commit-listener").start(() -> repeat(this::listen)));
        for (LmaAddress anchor : anchors) {
            threads.add(
                    Thread.ofVirtual().name("commit-notices-" + anchor).start(() -> repeat(() -> announce(anchor))));
            threads.add(Thread.ofVirtual()
                    .name("message-notices-" + anchor)
                    .start(() -> repeat(() -> announceMessages(anchor))));
        }
    }

    @FunctionalInterface
    private interface Task {
        void run() throws SQLException, InterruptedException;
    }

    private void repeat(Task task) {
        while (!stopped) {
            try {
                task.run();
            } catch (SQLException e) {
                LOG.debug("notices between replicas are interrupted: {}", e.getMessage());
                pause();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void announce(LmaAddress anchor) throws SQLException, InterruptedException {
        long announced = 0;
        while (!stopped) {
            long version = versions.awaitCommittedAbove(anchor, announced, PATIENCE);
            if (version > announced) {
                announce(anchor + " " + version);
                announced = version;
                Thread.sleep(GAP);
            }
        }
    }

    private void announceMessages(LmaAddress anchor) throws SQLException, InterruptedException {
        while (!stopped) {
            if (messages.awaitAnnouncing(anchor, PATIENCE)) {
                announce(anchor + " " + MESSAGES);
            }
        }
    }

    private void announce(String notice) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement notify = connection.prepareStatement("SELECT pg_notify(?, ?)")) {
            notify.setString(1, CHANNEL);
            notify.setString(2, notice);
            notify.execute();
        }
    }

    private void listen() throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(true);
            // Reading alone would not notice that the other end is gone. No thread is needed: the driver sets the
            // socket's own timeout.
            connection.setNetworkTimeout(Runnable::run, (int) SIGN_OF_LIFE.toMillis());
            statement.execute("LISTEN " + CHANNEL);
            // Nobody told this process what was said while it did not listen.
            anchors.forEach(messages::look);
            try {
                PGConnection receiver = connection.unwrap(PGConnection.class);
                while (!stopped) {
                    look(statement);
                    long until = System.nanoTime() + SIGN_OF_LIFE.toNanos();
                    while (!stopped && System.nanoTime() - until < 0) {
                        for (PGNotification notice : receiver.getNotifications(RECEIVE_MILLIS)) {
                            hear(notice.getParameter());
                        }
                    }
                }
            } finally {
                // The connection goes back to the pool.
                statement.execute("UNLISTEN *");
            }
        }
    }

    private void look(Statement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT host(lma_address), version FROM anchor")) {
            while (rows.next()) {
                LmaAddress anchor = LmaAddress.parse(rows.getString(1));
                if (anchors.contains(anchor)) {
                    versions.heard(anchor, rows.getLong(2));
                }
            }
        }
    }

    private void hear(String notice) {
        int space = notice.indexOf(' ');
        try {
            LmaAddress anchor = LmaAddress.parse(notice.substring(0, Math.max(space, 0)));
            String what = notice.substring(space + 1);
            if (what.equals(MESSAGES)) {
                messages.look(anchor);
            } else {
                versions.heard(anchor, Long.parseLong(what));
            }
        } catch (IllegalArgumentException e) {
            LOG.debug("not a notice of ours: {}", notice);
        }
    }

    @Override
    public void close() {
        // No interrupts: they would close a virtual thread's socket under the driver.
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofSeconds(2));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
