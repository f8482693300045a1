package org.flowanchor.policy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/** A service that answers with what it was asked; it can be stopped and comes back on the same port. */
final class EchoingOwner {
    private final String name;
    private final int port;
    private HttpServer server;

    /** Counted down to let go requests for {@code /silent}. */
    final CountDownLatch silence = new CountDownLatch(1);

    /** What {@code /events} tells, a line each. */
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    /** Counted down when {@code /events} finds nobody there any more. */
    final CountDownLatch listenerGone = new CountDownLatch(1);

    EchoingOwner(String name) {
        this.name = name;
        this.server = started(0);
        this.port = server.getAddress().getPort();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + port);
    }

    void stop() {
        server.stop(0);
    }

    void start() {
        server = started(port);
    }

    private HttpServer started(int wanted) {
        try {
            HttpServer starting = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 0);
            starting.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            starting.createContext("/", this::answer);
            starting.start();
            return starting;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        if (path.endsWith("/silent")) {
            try {
                silence.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (path.endsWith("/problem")) {
            exchange.getResponseHeaders().add("Content-Type", "application/problem+json");
            respond(exchange, 409, "{\"type\":\"urn:flowanchor:problem:not-attached\",\"status\":409}");
            return;
        }
        if (path.endsWith("/events")) {
            tell(exchange);
            return;
        }
        if (path.endsWith("/cut")) {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("half".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            throw new IOException("the owner dies here");
        }
        if (path.endsWith("/empty")) {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
            return;
        }
        Map<String, Object> seen = new TreeMap<>();
        seen.put("owner", name);
        seen.put("method", exchange.getRequestMethod());
        seen.put("path", path);
        seen.put("query", String.valueOf(exchange.getRequestURI().getRawQuery()));
        seen.put("body", new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        Map<String, String> headers = new TreeMap<>();
        exchange.getRequestHeaders()
                .forEach(
                        (key, values) -> headers.put(key.toLowerCase(java.util.Locale.ROOT), String.join(",", values)));
        seen.put("headers", headers);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.getResponseHeaders().add("ETag", "\"42\"");
        exchange.getResponseHeaders().add("Location", address() + path + "/1");
        exchange.getResponseHeaders().add("X-Owner", "first");
        exchange.getResponseHeaders().add("X-Owner", "second");
        respond(exchange, 202, RunningPolicyService.JSON.writeValueAsString(seen));
    }

    /** Events until the listener is gone. */
    private void tell(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (exchange) {
            while (true) {
                exchange.getResponseBody().write((events.take() + "\n").getBytes(StandardCharsets.UTF_8));
                exchange.getResponseBody().flush();
            }
        } catch (IOException gone) {
            listenerGone.countDown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void respond(HttpExchange exchange, int status, String body) throws IOException {
        byte[] octets = body.getBytes(StandardCharsets.UTF_8);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : octets.length);
        if (!head) {
            exchange.getResponseBody().write(octets);
        }
        exchange.close();
    }
}
