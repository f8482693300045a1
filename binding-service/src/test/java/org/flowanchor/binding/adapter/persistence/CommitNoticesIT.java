package org.flowanchor.binding.adapter.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.ANCHOR;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.flowanchor.binding.Await;
import org.flowanchor.binding.Replica;
import org.flowanchor.binding.TestDatabase;
import org.flowanchor.binding.application.AnchorVersions;
import org.flowanchor.binding.application.MessageHints;
import org.junit.jupiter.api.Test;

/** What replicas tell each other, over a network that fails silently. */
class CommitNoticesIT {
    /** Between a replica and its database: what is connected can be made deaf without an end. */
    private static final class SilentNetwork implements AutoCloseable {
        private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final int to;
        private final Set<Socket> all = ConcurrentHashMap.newKeySet();
        private final Set<Socket> deaf = ConcurrentHashMap.newKeySet();

        SilentNetwork(int to) throws IOException {
            this.to = to;
            Thread.ofVirtual().start(this::accept);
        }

        int port() {
            return server.getLocalPort();
        }

        private void accept() {
            try {
                while (true) {
                    Socket near = server.accept();
                    Socket far = new Socket(InetAddress.getLoopbackAddress(), to);
                    all.add(near);
                    all.add(far);
                    Thread.ofVirtual().start(() -> forward(near, far));
                    Thread.ofVirtual().start(() -> forward(far, near));
                }
            } catch (IOException closed) {
                // The test is over.
            }
        }

        private void forward(Socket from, Socket onto) {
            byte[] octets = new byte[8192];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = onto.getOutputStream();
                for (int read = in.read(octets); read >= 0; read = in.read(octets)) {
                    if (!deaf.contains(from)) {
                        out.write(octets, 0, read);
                    }
                }
                if (!deaf.contains(from)) {
                    onto.close();
                }
            } catch (IOException gone) {
                // One of them closed.
            }
        }

        /** Nothing of what is connected now arrives any more. */
        void swallow() {
            deaf.addAll(all);
        }

        @Override
        public void close() throws IOException {
            server.close();
            for (Socket socket : all) {
                socket.close();
            }
        }
    }

    @Test
    void listenerWhoseConnectionWentSilentListensOnAnother() throws Exception {
        AnchorVersions versions = new AnchorVersions();
        try (TestDatabase database = TestDatabase.migrated();
                Replica installed = new Replica(database)) {
            assertThat(installed.snapshot().version()).isZero();
            URI url = URI.create(database.url().substring("jdbc:".length()));
            try (SilentNetwork network = new SilentNetwork(url.getPort());
                    HikariDataSource through = through(network, database);
                    CommitNotices notices = new CommitNotices(through, versions, new MessageHints(), List.of(ANCHOR))) {
                notices.start();
                hears(database, versions, 1001);
                network.swallow();
                hears(database, versions, 1002);
            }
        }
    }

    /** It may listen only after the first was said. */
    private static void hears(TestDatabase database, AnchorVersions versions, long version) {
        Await.until("version " + version + " is heard of", () -> {
            database.query("SELECT pg_notify('flowanchor_binding', '" + ANCHOR + " " + version + "')");
            return versions.known(ANCHOR) == version;
        });
    }

    private static HikariDataSource through(SilentNetwork network, TestDatabase database) {
        HikariConfig configuration = new HikariConfig();
        configuration.setJdbcUrl(database.url().replaceFirst("://[^/]+/", "://127.0.0.1:" + network.port() + "/"));
        configuration.setMaximumPoolSize(3);
        configuration.setMinimumIdle(1);
        // As the service has one, longer. Without it a connection that goes silent while it is made keeps the pool for
        // ever.
        configuration.addDataSourceProperty("socketTimeout", 5);
        return new HikariDataSource(configuration);
    }
}
