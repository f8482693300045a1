package org.flowanchor.agent.adapter.grpc;

import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import org.flowanchor.agent.application.AgentMetrics;
import org.flowanchor.agent.application.AgentMetrics.ServiceStream;
import org.flowanchor.agent.application.LinkReport;
import org.flowanchor.agent.application.SampleSink;
import org.flowanchor.agent.application.ServiceAddress;
import org.flowanchor.api.v1.LinkReportSummary;
import org.flowanchor.api.v1.SteeringServiceGrpc;

/** Link samples, to any instance of the flow-manager. */
public final class LinkStream implements SampleSink<LinkReport>, AutoCloseable {
    private final ReconnectingStream<org.flowanchor.api.v1.LinkReport, LinkReportSummary> stream;

    public LinkStream(
            List<ServiceAddress> instances,
            ChannelFactory channels,
            ScheduledExecutorService timer,
            AgentMetrics metrics,
            RandomGenerator random) {
        this.stream = new ReconnectingStream<>(
                ServiceStream.LINKS, instances, channels, new Protocol(), timer, metrics, random);
    }

    public void start() {
        stream.start();
    }

    public boolean isUp() {
        return stream.isUp();
    }

    @Override
    public boolean offer(LinkReport report) {
        return stream.isUp()
                && stream.offer(org.flowanchor.api.v1.LinkReport.newBuilder()
                        .setSample(Contract.toProto(report))
                        .build());
    }

    @Override
    public void close() {
        stream.close();
    }

    private static final class Protocol implements StreamProtocol<org.flowanchor.api.v1.LinkReport, LinkReportSummary> {
        @Override
        public StreamObserver<org.flowanchor.api.v1.LinkReport> call(
                Channel channel, StreamObserver<LinkReportSummary> responses) {
            return SteeringServiceGrpc.newStub(channel).reportLinks(responses);
        }

        @Override
        public Optional<org.flowanchor.api.v1.LinkReport> greeting() {
            return Optional.empty();
        }

        @Override
        public void opened(long number) {}

        @Override
        public void received(LinkReportSummary summary, StreamSession<org.flowanchor.api.v1.LinkReport> session) {
            // The service ends the stream next.
        }
    }
}
