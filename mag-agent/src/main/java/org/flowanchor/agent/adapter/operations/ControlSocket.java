package org.flowanchor.agent.adapter.operations;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.flowanchor.agent.application.AgentControl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * UNIX socket for operators and access points of this machine: JSON lines, a request and its answer, as many as the client likes. Only
 * the user that runs the agent may open it (mode 0600); it is never there with another mode.
 *
 * <p>Bad input is answered with its fault and changes nothing; a line beyond {@value #MAX_LINE} octets ends the connection.
 */
public final class ControlSocket implements AutoCloseable {
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);
    static final int MAX_LINE = 8192;
    private static final int MAX_CONNECTIONS = 16;

    private final Path path;
    private final ControlRequests requests;
    private final ServerSocketChannel server;
    private final Semaphore free = new Semaphore(MAX_CONNECTIONS);
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();

    /**
     * Listens at once.
     *
     * @throws IOException when another agent listens there, or the place cannot be written
     */
    public ControlSocket(Path path, AgentControl control) throws IOException {
        this.path = path;
        this.requests = new ControlRequests(control);
        this.server = listen(path);
        Thread.ofPlatform().name("control").daemon().start(this::accept);
    }

    private static ServerSocketChannel listen(Path path) throws IOException {
        Path directory = path.toAbsolutePath().resolveSibling("");
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        if (Files.exists(path)) {
            try (SocketChannel other = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                other.connect(UnixDomainSocketAddress.of(path));
                throw new IOException("another agent listens on " + path);
            } catch (SocketException nobody) {
                // Left behind by a process that was killed.
                LOG.debug("{} is nobody's", path, nobody);
            }
        }
        // Made where nobody else comes in, and moved into place once its mode is right.
        Path private_ = Files.createTempDirectory(directory, ".agent");
        Path made = private_.resolve("s");
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(made));
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
            Files.move(made, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            Files.deleteIfExists(made);
            throw e;
        } finally {
            Files.delete(private_);
        }
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                acceptNext();
            } catch (ClosedChannelException e) {
                LOG.debug("control socket closed");
                return;
            } catch (IOException e) {
                // No descriptor is free, for example: some will be.
                LOG.error("the control socket does not accept, tried again: {}", e.getMessage());
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private void acceptNext() throws IOException {
        SocketChannel connection = server.accept();
        if (!free.tryAcquire()) {
            connection.close();
            return;
        }
        connections.add(connection);
        Thread.ofVirtual().name("control-connection").start(() -> serve(connection));
    }

    private void serve(SocketChannel connection) {
        try (connection) {
            InputStream in = Channels.newInputStream(connection);
            OutputStream out = Channels.newOutputStream(connection);
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            byte[] buffer = new byte[1024];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                for (int i = 0; i < count; i++) {
                    if (buffer[i] != '\n') {
                        line.write(buffer[i]);
                        if (line.size() > MAX_LINE) {
                            write(out, ControlRequests.fault("a request is a line of at most " + MAX_LINE + " octets"));
                            return;
                        }
                    } else if (line.size() > 0) {
                        String request = line.toString(StandardCharsets.UTF_8);
                        line.reset();
                        write(out, requests.answer(request));
                    }
                }
            }
        } catch (IOException e) {
            LOG.debug("a client of the control socket is gone", e);
        } finally {
            connections.remove(connection);
            free.release();
        }
    }

    private void write(OutputStream out, Map<String, Object> answer) throws IOException {
        out.write((JsonMapper.shared().writeValueAsString(answer) + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (SocketChannel connection : connections) {
                connection.close();
            }
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.warn("control socket: {}", e.getMessage());
        }
    }
}
