package org.flowanchor.binding.boot;

import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.MAG3;
import static org.flowanchor.binding.Scene.WLAN_LINK;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.flowanchor.binding.TestDatabase;
import org.flowanchor.binding.adapter.grpc.GrpcServer;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The whole service in this process, as its main method starts it, on ports of its own. */
final class RunningService implements AutoCloseable {
    private final ConfigurableApplicationContext context;
    private final ManagedChannel channel;
    private final HttpClient http = HttpClient.newHttpClient();

    RunningService(TestDatabase database, String... more) {
        SpringApplication application = new SpringApplicationBuilder(BindingServiceApplication.class).build();
        context = application.run(arguments(database, more));
        channel = NettyChannelBuilder.forAddress(new InetSocketAddress("::1", server().port()))
                .usePlaintext()
                .build();
    }

    static String[] arguments(TestDatabase database, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--logging.level.root=warn",
                "--server.port=0",
                "--flowanchor.grpc.port=0",
                "--flowanchor.tls.mode=plaintext",
                "--spring.datasource.url=" + database.url(),
                "--spring.datasource.username=postgres",
                "--spring.datasource.password=",
                "--flowanchor.anchors[0].lma-address=" + ANCHOR,
                "--flowanchor.anchors[0].partition=0",
                "--flowanchor.anchors[0].pools[0].prefix=2001:db8:100::/40",
                "--flowanchor.anchors[0].pools[0].prefix-length=64",
                "--flowanchor.gateways[0].proxy-care-of-address=" + MAG1,
                "--flowanchor.gateways[1].proxy-care-of-address=" + MAG2,
                "--flowanchor.gateways[2].proxy-care-of-address=" + MAG3,
                "--flowanchor.mobile-nodes[0].identifier=mn1@example.org",
                "--flowanchor.mobile-nodes[0].policy-group=gold",
                "--flowanchor.mobile-nodes[0].link-layer-identifiers[0]=" + WLAN_LINK,
                "--flowanchor.mobile-nodes[1].identifier=mn2@example.org",
                "--flowanchor.mobile-nodes[1].policy-group=silver",
                "--flowanchor.timestamp-validity-window=30s",
                "--flowanchor.min-delay-before-bce-delete=1s",
                "--flowanchor.binding-priorities.E_UTRAN=10",
                "--flowanchor.binding-priorities.IEEE_802_11=20",
                // Nobody listens there: Kafka is down as far as this service can tell.
                "--spring.kafka.bootstrap-servers=127.0.0.1:1"));
        for (String argument : more) {
            // An option given twice would be a list.
            String option = argument.substring(0, argument.indexOf('=') + 1);
            arguments.removeIf(other -> other.startsWith(option));
            arguments.add(argument);
        }
        return arguments.toArray(String[]::new);
    }

    GrpcServer server() {
        return context.getBean(GrpcServer.class);
    }

    ManagedChannel channel() {
        return channel;
    }

    String base() {
        return "http://127.0.0.1:"
                + Objects.requireNonNull(context.getEnvironment().getProperty("local.server.port"));
    }

    HttpResponse<String> get(String path) {
        return exchange(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Without a body. */
    HttpResponse<String> post(String path) {
        return exchange(
                request(path).POST(HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base() + path));
    }

    <T> HttpResponse<T> exchange(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return http.send(request, handler);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        context.close();
        try {
            channel.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
