package org.flowanchor.flow.adapter.grpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.identity.Caller;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.v1.AnchorReport;
import org.flowanchor.api.v1.LinkReport;
import org.flowanchor.api.v1.LinkReportSummary;
import org.flowanchor.api.v1.SteeringCommand;
import org.flowanchor.api.v1.SteeringServiceGrpc;
import org.flowanchor.flow.adapter.ContractMapping;
import org.flowanchor.flow.application.AgentHello;
import org.flowanchor.flow.application.AnchorLoop;
import org.flowanchor.flow.application.Anchors;
import org.flowanchor.flow.application.LinkSampleJournal;
import org.flowanchor.flow.application.SteeringChannel;
import org.flowanchor.flow.domain.load.LinkSample;
import org.flowanchor.mobility.LmaAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SteeringService. A message that is not legal ends its stream with INVALID_ARGUMENT and changes nothing. */
public final class SteeringEndpoint extends SteeringServiceGrpc.SteeringServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(SteeringEndpoint.class);

    private final Anchors anchors;
    private final LinkSampleJournal linkSamples;
    private final InstantSource clock;

    public SteeringEndpoint(Anchors anchors, LinkSampleJournal linkSamples, InstantSource clock) {
        this.anchors = anchors;
        this.linkSamples = linkSamples;
        this.clock = clock;
    }

    @Override
    public StreamObserver<AnchorReport> steer(StreamObserver<SteeringCommand> commands) {
        return new AnchorStream(new StreamChannel(commands), Caller.current());
    }

    @Override
    public StreamObserver<LinkReport> reportLinks(StreamObserver<LinkReportSummary> summary) {
        return new LinkStream(summary, Caller.current());
    }

    /** Both the loop and the stream's own thread may end it: one at a time, and only once. */
    private static final class StreamChannel implements SteeringChannel {
        private final StreamObserver<SteeringCommand> commands;
        private boolean closed;

        StreamChannel(StreamObserver<SteeringCommand> commands) {
            this.commands = commands;
        }

        @Override
        public synchronized void send(org.flowanchor.flow.application.SteeringCommand command) {
            if (closed) {
                return;
            }
            try {
                commands.onNext(SteeringMapping.toProto(command));
            } catch (StatusRuntimeException | IllegalStateException e) {
                LOG.debug("The stream of anchor {} is gone", command.anchor(), e);
                closed = true;
            }
        }

        @Override
        public void close(String reason) {
            fail(Status.ABORTED.withDescription(reason));
        }

        synchronized void fail(Status status) {
            if (!closed) {
                closed = true;
                commands.onError(status.asRuntimeException());
            }
        }

        synchronized void complete() {
            if (!closed) {
                closed = true;
                commands.onCompleted();
            }
        }
    }

    private final class AnchorStream implements StreamObserver<AnchorReport> {
        private final StreamChannel channel;
        private final Caller caller;
        private @Nullable AnchorLoop loop;
        /** Told how it ended: what was on its way is nobody's word any more. */
        private boolean failed;

        AnchorStream(StreamChannel channel, Caller caller) {
            this.channel = channel;
            this.caller = caller;
        }

        @Override
        public void onNext(AnchorReport report) {
            if (failed) {
                return;
            }
            try {
                take(report);
            } catch (IllegalArgumentException e) {
                fail(Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
            } catch (StatusRuntimeException e) {
                // Whoever is not the anchor's agent, or not any more.
                fail(e.getStatus());
            }
        }

        private void fail(Status status) {
            LOG.warn("Steer: {}", status.getDescription());
            failed = true;
            gone();
            channel.fail(status);
        }

        private void take(AnchorReport report) {
            AnchorLoop known = loop;
            if (known == null) {
                introduce(report);
                return;
            }
            caller.require(new PeerIdentity.AnchorAgent(known.anchor()));
            switch (report.getReportCase()) {
                case HELLO -> throw new IllegalArgumentException("a stream has one hello");
                case ACKNOWLEDGEMENT ->
                    known.answered(channel, SteeringMapping.answer(report.getAcknowledgement(), clock.instant()));
                case FLOW_SAMPLES -> {
                    requireOwn(
                            known,
                            ProtoMapping.lmaAddress(report.getFlowSamples().getLmaAddress()));
                    known.flowsSampled(channel, SteeringMapping.flowSamples(report.getFlowSamples()));
                }
                case REPORT_NOT_SET -> throw new IllegalArgumentException("an anchor report is not empty");
            }
        }

        private void introduce(AnchorReport report) {
            if (!report.hasHello()) {
                throw new IllegalArgumentException("the first message of a stream is an AnchorHello");
            }
            LmaAddress anchor = ProtoMapping.lmaAddress(report.getHello().getLmaAddress());
            caller.require(new PeerIdentity.AnchorAgent(anchor));
            AgentHello hello = SteeringMapping.hello(report.getHello());
            if (!anchors.isOurs(anchor)) {
                fail(Status.FAILED_PRECONDITION.withDescription("another instance steers anchor " + anchor));
                return;
            }
            AnchorLoop owner = anchors.loop(anchor);
            loop = owner;
            owner.agentConnected(hello, channel);
        }

        private void requireOwn(AnchorLoop known, LmaAddress claimed) {
            if (!known.anchor().equals(claimed)) {
                throw new IllegalArgumentException(
                        "samples of anchor " + claimed + " on the stream of " + known.anchor());
            }
        }

        @Override
        public void onError(Throwable t) {
            gone();
        }

        @Override
        public void onCompleted() {
            gone();
            channel.complete();
        }

        private void gone() {
            AnchorLoop known = loop;
            if (known != null) {
                known.agentDisconnected(channel);
            }
        }
    }

    private final class LinkStream implements StreamObserver<LinkReport> {
        private final StreamObserver<LinkReportSummary> summary;
        private final Caller caller;
        private long samples;
        private boolean failed;

        LinkStream(StreamObserver<LinkReportSummary> summary, Caller caller) {
            this.summary = summary;
            this.caller = caller;
        }

        @Override
        public void onNext(LinkReport report) {
            if (failed) {
                return;
            }
            try {
                LmaAddress anchor = ProtoMapping.lmaAddress(report.getSample().getLmaAddress());
                LinkSample sample = ContractMapping.linkSample(report.getSample());
                caller.require(
                        switch (sample.key().kind()) {
                            case ACCESS_LINK ->
                                new PeerIdentity.AccessAgent(sample.key().proxyCareOfAddress());
                            case TUNNEL -> new PeerIdentity.AnchorAgent(anchor);
                        });
                linkSamples.publish(anchor, sample);
                samples++;
            } catch (IllegalArgumentException e) {
                fail(Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
            } catch (StatusRuntimeException e) {
                fail(e.getStatus());
            }
        }

        private void fail(Status status) {
            LOG.warn("ReportLinks: {}", status.getDescription());
            failed = true;
            summary.onError(status.asRuntimeException());
        }

        @Override
        public void onError(Throwable t) {
            LOG.debug("ReportLinks ended", t);
        }

        @Override
        public void onCompleted() {
            if (!failed) {
                summary.onNext(
                        LinkReportSummary.newBuilder().setSamples(samples).build());
                summary.onCompleted();
            }
        }
    }
}
