package org.flowanchor.flow.boot;

import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.flowanchor.api.v1.FlowMobilityServiceGrpc;
import org.flowanchor.api.v1.PrepareMoveRequest;
import org.flowanchor.api.v1.PrepareMoveResponse;
import org.flowanchor.api.v1.ReleasePrefixRequest;
import org.flowanchor.api.v1.ReleasePrefixResponse;

/** The binding-service's side of the contract over a real socket: it answers as told and says what it was asked. */
final class ScriptedBindingService implements AutoCloseable {
    final List<PrepareMoveRequest> prepared = new CopyOnWriteArrayList<>();
    final List<ReleasePrefixRequest> released = new CopyOnWriteArrayList<>();
    volatile PrepareMoveResponse answer = requested();

    private final int port;
    private Server server;

    ScriptedBindingService() throws IOException {
        server = start(0);
        port = server.getPort();
    }

    static PrepareMoveResponse requested() {
        return PrepareMoveResponse.newBuilder()
                .setOutcome(PrepareMoveResponse.Outcome.OUTCOME_REQUESTED)
                .build();
    }

    static PrepareMoveResponse refused(PrepareMoveResponse.Refusal refusal) {
        return PrepareMoveResponse.newBuilder()
                .setOutcome(PrepareMoveResponse.Outcome.OUTCOME_REFUSED)
                .setRefusal(refusal)
                .build();
    }

    private Server start(int wanted) throws IOException {
        return NettyServerBuilder.forAddress(new InetSocketAddress("::1", wanted), InsecureServerCredentials.create())
                .addService(new FlowMobilityServiceGrpc.FlowMobilityServiceImplBase() {
                    @Override
                    public void prepareMove(PrepareMoveRequest request, StreamObserver<PrepareMoveResponse> response) {
                        prepared.add(request);
                        response.onNext(answer);
                        response.onCompleted();
                    }

                    @Override
                    public void releasePrefix(
                            ReleasePrefixRequest request, StreamObserver<ReleasePrefixResponse> response) {
                        released.add(request);
                        response.onNext(ReleasePrefixResponse.getDefaultInstance());
                        response.onCompleted();
                    }
                })
                .build()
                .start();
    }

    String address() {
        return "[::1]:" + port;
    }

    void stop() {
        server.shutdownNow();
        try {
            server.awaitTermination();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void startAgain() throws IOException {
        server = start(port);
    }

    @Override
    public void close() {
        stop();
    }
}
