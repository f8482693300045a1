package org.flowanchor.testbed.benchmark.registrations;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.BindingStreamRequest;
import org.flowanchor.api.v1.BindingStreamResponse;
import org.flowanchor.api.v1.BindingStreamServiceGrpc;
import org.flowanchor.api.v1.BindingSubscription;
import org.flowanchor.testbed.benchmark.Figure;
import org.flowanchor.testbed.benchmark.Samples;
import org.flowanchor.testbed.launcher.Console;

/** What a million bindings cost a service that starts on them: time to readiness, pages of the list, an agent's full state, memory. */
final class MillionBindings {
    private static final int STARTS = 3;
    private static final int PAGES = 9;
    private static final long FULL_STATE_SECONDS = 300;

    private final Generators generators;
    private final String database;

    MillionBindings(Generators generators, String database) {
        this.generators = generators;
        this.database = database;
    }

    List<Figure> measure(Console console) {
        List<Double> starts = new ArrayList<>();
        List<Double> firstPages = new ArrayList<>();
        List<Double> pages = new ArrayList<>();
        List<Double> memory = new ArrayList<>();
        List<Double> fullStates = new ArrayList<>();
        List<Double> memoryAfter = new ArrayList<>();
        double entries = 0;
        for (int i = 0; i < STARTS; i++) {
            console.detail("start " + (i + 1) + " on a million bindings");
            ServiceUnderLoad service = generators.service(database);
            try {
                starts.add(service.startedWithin().toMillis() / 1000.0);
                firstPages.add(pageMillis());
                for (int page = 0; page < PAGES; page++) {
                    pages.add(pageMillis());
                }
                memory.add(service.mebibytes());
                long began = System.nanoTime();
                entries = receiveFullState();
                fullStates.add((System.nanoTime() - began) / 1e9);
                memoryAfter.add(service.mebibytes());
            } finally {
                service.close();
            }
        }
        return List.of(
                Figure.of("10^6 bindings: from start to readiness", "s", samples(starts)),
                Figure.of("10^6 bindings: first list page, 100 items", "ms", samples(firstPages)),
                Figure.of("10^6 bindings: further list pages, 100 items", "ms", samples(pages)),
                Figure.of("10^6 bindings: resident memory", "MiB", samples(memory)),
                Figure.of("10^6 bindings: full state to an agent", "s", samples(fullStates)),
                Figure.of("10^6 bindings: entries of the full state", "entries", Samples.of(entries)),
                Figure.of("10^6 bindings: resident memory after it", "MiB", samples(memoryAfter)));
    }

    private static Samples samples(List<Double> values) {
        return Samples.of(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static double pageMillis() {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(ServiceUnderLoad.base().resolve("/api/v1/bindings?limit=100"))
                    .build();
            long began = System.nanoTime();
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            double millis = (System.nanoTime() - began) / 1e6;
            if (answer.statusCode() != 200 || !answer.body().contains("\"next\"")) {
                throw new IllegalStateException("list: " + answer.statusCode() + " " + answer.body());
            }
            return millis;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Returns how many entries came. */
    private static double receiveFullState() {
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        new InetSocketAddress("::1", ServiceUnderLoad.grpcPort()))
                .usePlaintext()
                .build();
        try {
            CompletableFuture<Long> whole = new CompletableFuture<>();
            StreamObserver<BindingStreamRequest> requests = BindingStreamServiceGrpc.newStub(channel)
                    .streamBindings(new StreamObserver<>() {
                        private long entries;

                        @Override
                        public void onNext(BindingStreamResponse response) {
                            entries += response.getEntriesCount();
                            if (!response.getMore()) {
                                whole.complete(entries);
                            }
                        }

                        @Override
                        public void onError(Throwable error) {
                            whole.completeExceptionally(error);
                        }

                        @Override
                        public void onCompleted() {
                            whole.completeExceptionally(new IllegalStateException("the service ended the stream"));
                        }
                    });
            requests.onNext(BindingStreamRequest.newBuilder()
                    .setSubscription(
                            BindingSubscription.newBuilder().setLmaAddress(ProtoMapping.toProto(Domain.LMA_ADDRESS)))
                    .build());
            return whole.orTimeout(FULL_STATE_SECONDS, TimeUnit.SECONDS).join();
        } finally {
            channel.shutdownNow();
        }
    }
}
