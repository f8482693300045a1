package org.flowanchor.policy.adapter.rest;

import static org.springframework.web.bind.annotation.RequestMethod.DELETE;
import static org.springframework.web.bind.annotation.RequestMethod.GET;
import static org.springframework.web.bind.annotation.RequestMethod.HEAD;
import static org.springframework.web.bind.annotation.RequestMethod.OPTIONS;
import static org.springframework.web.bind.annotation.RequestMethod.PATCH;
import static org.springframework.web.bind.annotation.RequestMethod.POST;
import static org.springframework.web.bind.annotation.RequestMethod.PUT;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLException;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/**
 * One address for the operator: resources of other services are passed to them and their answers back, unchanged, as they come. An
 * answer without end (server-sent events) is passed on for as long as both sides stay.
 *
 * <p>Traps: the path goes on as it was written (it may contain colons and escapes that must not be decoded and encoded again). The
 * lines of RFC 9110 section 7.6.1 that concern one connection only stay behind, and so do those that the client sets itself. Once an
 * answer has begun, a failing owner can only be told by a connection that breaks, see {@link BrokenAnswerException}.
 */
@Controller
@Hidden
class OwnerForwarding implements DisposableBean {
    private static final Set<String> OF_ONE_CONNECTION = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");
    private static final String API_DOCS = "/v3/api-docs";
    private static final Set<String> OF_THE_CLIENT = Set.of("host", "content-length", "expect");

    private final Owners owners;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Route bindingService;
    private final Route flowManager;

    /** Each owner has a client of its own: TLS believes that owner only. */
    private record Route(URI owner, HttpClient client, Meter meter) {}

    /** {@code flowanchor_policy_forwarded_total{owner, outcome}}. */
    private record Meter(String owner, Counter answered, Counter unavailable) {
        static Meter of(String owner, MeterRegistry registry) {
            return new Meter(owner, counter(owner, "answered", registry), counter(owner, "unavailable", registry));
        }

        private static Counter counter(String owner, String outcome, MeterRegistry registry) {
            return Counter.builder("flowanchor.policy.forwarded")
                    .description("Requests passed to the service that owns the resource")
                    .tag("owner", owner)
                    .tag("outcome", outcome)
                    .register(registry);
        }
    }

    OwnerForwarding(Owners owners, MeterRegistry registry) {
        this.owners = owners;
        this.bindingService = route(owners.bindingService(), Meter.of("binding-service", registry));
        this.flowManager = route(owners.flowManager(), Meter.of("flow-manager", registry));
    }

    private Route route(Owners.Owner owner, Meter meter) {
        HttpClient.Builder client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(owners.connectTimeout())
                .executor(threads);
        owner.tls().ifPresent(client::sslContext);
        return new Route(owner.address(), client.build(), meter);
    }

    // Spring answers OPTIONS itself unless it is named.
    @RequestMapping(
            path = {
                "/api/v1/bindings/**",
                "/api/v1/gateways/**",
                "/api/v1/binding-streams",
                "/api/v1/prefix-pools",
                "/api/v1/events"
            },
            method = {GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS})
    void bindings(HttpServletRequest request, HttpServletResponse response) throws IOException {
        forward(bindingService, request.getRequestURI(), request, response);
    }

    @RequestMapping(
            path = {"/api/v1/flows/**", "/api/v1/flows:reset", "/api/v1/links/**"},
            method = {GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS})
    void flows(HttpServletRequest request, HttpServletResponse response) throws IOException {
        forward(flowManager, request.getRequestURI(), request, response);
    }

    /** The owner's description of what is forwarded to it. */
    @RequestMapping(
            path = "/v3/api-docs/binding-service",
            method = {GET, HEAD})
    void describeBindings(HttpServletRequest request, HttpServletResponse response) throws IOException {
        forward(bindingService, API_DOCS, request, response);
    }

    /** The owner's description of what is forwarded to it. */
    @RequestMapping(
            path = "/v3/api-docs/flow-manager",
            method = {GET, HEAD})
    void describeFlows(HttpServletRequest request, HttpServletResponse response) throws IOException {
        forward(flowManager, API_DOCS, request, response);
    }

    @Override
    public void destroy() {
        bindingService.client().shutdownNow();
        flowManager.client().shutdownNow();
        threads.shutdownNow();
    }

    private void forward(Route route, String path, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Meter meter = route.meter();
        HttpRequest outgoing = outgoing(route.owner(), path, request);
        try (InputStream body = send(route, outgoing, response)) {
            meter.answered().increment();
            OutputStream out = response.getOutputStream();
            byte[] buffer = new byte[8192];
            for (int count = read(body, buffer, meter); count >= 0; count = read(body, buffer, meter)) {
                out.write(buffer, 0, count);
                if (body.available() == 0) {
                    out.flush();
                }
            }
        }
    }

    private static int read(InputStream body, byte[] buffer, Meter meter) {
        try {
            return body.read(buffer);
        } catch (IOException e) {
            throw new BrokenAnswerException(meter.owner() + " broke off its answer: " + e);
        }
    }

    /** Status and header lines are in {@code response} when this returns the body. */
    private InputStream send(Route route, HttpRequest outgoing, HttpServletResponse response) {
        Meter meter = route.meter();
        URI owner = route.owner();
        try {
            HttpResponse<InputStream> answer = route.client().send(outgoing, BodyHandlers.ofInputStream());
            response.setStatus(answer.statusCode());
            Set<String> left = leftBehind(answer.headers().allValues("connection"));
            answer.headers().map().forEach((name, values) -> {
                if (!left.contains(name.toLowerCase(Locale.ROOT))) {
                    values.forEach(value -> response.addHeader(name, here(name, value, owner)));
                }
            });
            return answer.body();
        } catch (HttpTimeoutException e) {
            meter.unavailable().increment();
            throw Problem.ownerUnavailable(meter.owner(), "no answer in time");
        } catch (ConnectException e) {
            meter.unavailable().increment();
            throw Problem.ownerUnavailable(meter.owner(), "connection refused");
        } catch (SSLException e) {
            meter.unavailable().increment();
            throw Problem.ownerUnavailable(meter.owner(), "no TLS connection: " + e.getMessage());
        } catch (IOException e) {
            meter.unavailable().increment();
            throw Problem.ownerUnavailable(meter.owner(), "connection broken");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.ownerUnavailable(meter.owner(), "this service is stopping");
        }
    }

    private HttpRequest outgoing(URI owner, String path, HttpServletRequest request) throws IOException {
        String query = request.getQueryString() == null ? "" : "?" + request.getQueryString();
        URI target;
        try {
            target = URI.create(base(owner) + path + query);
        } catch (IllegalArgumentException e) {
            throw Problem.invalidRequest("path or query has characters that must be percent-encoded");
        }
        HttpRequest.Builder builder = HttpRequest.newBuilder(target).timeout(owners.answerTimeout());
        Set<String> left = leftBehind(Collections.list(request.getHeaders("Connection")));
        for (String name : Collections.list(request.getHeaderNames())) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!left.contains(lower) && !OF_THE_CLIENT.contains(lower)) {
                Collections.list(request.getHeaders(name)).forEach(value -> builder.header(name, value));
            }
        }
        return builder.method(request.getMethod(), body(request)).build();
    }

    private static BodyPublisher body(HttpServletRequest request) throws IOException {
        long length = request.getContentLengthLong();
        if (length == 0 || (length < 0 && request.getHeader("Transfer-Encoding") == null)) {
            return BodyPublishers.noBody();
        }
        InputStream body = request.getInputStream();
        BodyPublisher stream = BodyPublishers.ofInputStream(() -> body);
        return length < 0 ? stream : BodyPublishers.fromPublisher(stream, length);
    }

    private static Set<String> leftBehind(List<String> connection) {
        Set<String> names = new HashSet<>(OF_ONE_CONNECTION);
        for (String line : connection) {
            for (String name : line.split(",", -1)) {
                names.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return names;
    }

    /** An owner that tells its own address in Location means the same path here. */
    private static String here(String name, String value, URI owner) {
        return name.equalsIgnoreCase("location") && value.startsWith(base(owner) + "/")
                ? value.substring(base(owner).length())
                : value;
    }

    private static String base(URI owner) {
        String text = owner.toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }
}
