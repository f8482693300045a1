package org.flowanchor.agent.adapter.operations;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.flowanchor.agent.application.Readiness;

/**
 * {@code /metrics}, {@code /health/live}, {@code /health/ready}; GET only. Its only clients are probes and a scraper, so a thread for a
 * request is made when there is one. Whoever does not finish its request, or does not take the answer, is cut off after a few seconds and
 * holds up no other until then.
 */
public final class OperationsServer implements AutoCloseable {
    private static final String JSON = "application/json";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private static final String METRICS = "/metrics";
    private static final String LIVE = "/health/live";
    private static final String READY = "/health/ready";

    /** What can be asked. */
    public static final List<String> PATHS = List.of(METRICS, LIVE, READY);

    private static final int MAX_THREADS = 16;
    private static final String SECONDS_OF_PATIENCE = "5";

    static {
        // Without an end otherwise; the server reads them when its first one is made.
        for (String limit : List.of("sun.net.httpserver.maxReqTime", "sun.net.httpserver.maxRspTime")) {
            if (System.getProperty(limit) == null) {
                System.setProperty(limit, SECONDS_OF_PATIENCE);
            }
        }
    }

    private record Answer(int status, String contentType, String body) {}

    private final HttpServer server;

    /** When all are busy the server's own thread answers: then one waits for another, seconds at most. */
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            0,
            MAX_THREADS,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Thread.ofPlatform().name("operations-", 0).daemon(true).factory(),
            new ThreadPoolExecutor.CallerRunsPolicy());

    /**
     * Listens at once.
     *
     * @throws IOException when the address cannot be bound
     */
    public OperationsServer(InetSocketAddress address, Supplier<String> metrics, Supplier<Readiness> readiness)
            throws IOException {
        server = HttpServer.create(address, 16);
        server.setExecutor(threads);
        answer(METRICS, () -> new Answer(200, PROMETHEUS, metrics.get()));
        answer(LIVE, () -> new Answer(200, JSON, body("UP", Map.of())));
        answer(READY, () -> {
            Readiness now = readiness.get();
            return new Answer(
                    now.ready() ? 200 : 503, JSON, body(now.ready() ? "UP" : "OUT_OF_SERVICE", now.details()));
        });
        server.start();
    }

    /** Where it listens; the port is the chosen one when 0 was asked for. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(String path, Supplier<Answer> answer) {
        server.createContext(path, exchange -> {
            try (exchange) {
                if (!exchange.getRequestURI().getPath().equals(path)) {
                    send(exchange, new Answer(404, JSON, body("NOT_FOUND", Map.of())));
                } else if (!exchange.getRequestMethod().equals("GET")) {
                    exchange.getResponseHeaders().add("Allow", "GET");
                    send(exchange, new Answer(405, JSON, body("METHOD_NOT_ALLOWED", Map.of())));
                } else {
                    send(exchange, answer.get());
                }
            }
        });
    }

    private static String body(String status, Map<String, Object> details) {
        return JsonText.of(Map.of("status", status, "details", new TreeMap<>(details)));
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        byte[] octets = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", answer.contentType());
        exchange.sendResponseHeaders(answer.status(), octets.length);
        exchange.getResponseBody().write(octets);
    }
}
