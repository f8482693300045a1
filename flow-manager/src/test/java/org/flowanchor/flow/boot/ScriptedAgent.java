package org.flowanchor.flow.boot;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.flowanchor.api.v1.AnchorHello;
import org.flowanchor.api.v1.AnchorReport;
import org.flowanchor.api.v1.FiveTuple;
import org.flowanchor.api.v1.FlowException;
import org.flowanchor.api.v1.FlowSample;
import org.flowanchor.api.v1.FlowSamples;
import org.flowanchor.api.v1.LinkReport;
import org.flowanchor.api.v1.LinkReportSummary;
import org.flowanchor.api.v1.LinkSample;
import org.flowanchor.api.v1.SteeringCommand;
import org.flowanchor.api.v1.SteeringServiceGrpc;
import org.flowanchor.api.v1.StreamAcknowledgement;
import org.flowanchor.api.v1.TrafficClass;

/** An anchor's agent over a real socket, whose kernel is a map. It refuses older (epoch, version) pairs as a real one does. */
final class ScriptedAgent implements AutoCloseable {
    /** What it does with the next commands. */
    enum Mood {
        ACKNOWLEDGE,
        REFUSE,
        SILENT
    }

    final List<SteeringCommand> commands = new CopyOnWriteArrayList<>();
    volatile Mood mood = Mood.ACKNOWLEDGE;

    private final ByteString anchor;
    private final ManagedChannel channel;
    private final StreamObserver<AnchorReport> stream;
    private final StreamObserver<LinkReport> links;
    private final Map<FiveTuple, ByteString> kernel = new LinkedHashMap<>();
    private List<TrafficClass> classes = List.of();
    private long epoch;
    private long version;
    volatile boolean ended;

    ScriptedAgent(int port, ByteString anchor, Map<FiveTuple, ByteString> kernel, long epoch, long version) {
        this.anchor = anchor;
        this.kernel.putAll(kernel);
        this.epoch = epoch;
        this.version = version;
        this.channel = NettyChannelBuilder.forAddress(new InetSocketAddress("::1", port))
                .usePlaintext()
                .build();
        SteeringServiceGrpc.SteeringServiceStub stub = SteeringServiceGrpc.newStub(channel);
        this.stream = stub.steer(new StreamObserver<>() {
            @Override
            public void onNext(SteeringCommand command) {
                take(command);
            }

            @Override
            public void onError(Throwable t) {
                ended = true;
            }

            @Override
            public void onCompleted() {
                ended = true;
            }
        });
        this.links = stub.reportLinks(new StreamObserver<>() {
            @Override
            public void onNext(LinkReportSummary summary) {}

            @Override
            public void onError(Throwable t) {}

            @Override
            public void onCompleted() {}
        });
        AnchorHello.Builder hello = AnchorHello.newBuilder()
                .setLmaAddress(anchor)
                .setAgentVersion("scripted")
                .setEpoch(epoch)
                .setVersion(version);
        kernel.forEach((flow, gateway) ->
                hello.addFlowExceptions(FlowException.newBuilder().setFlow(flow).setProxyCareOfAddress(gateway)));
        report(AnchorReport.newBuilder().setHello(hello).build());
    }

    private void take(SteeringCommand command) {
        boolean newer = command.getEpoch() > epoch || (command.getEpoch() == epoch && command.getVersion() > version);
        StreamAcknowledgement.Builder answer = StreamAcknowledgement.newBuilder()
                .setVersion(command.getVersion())
                .setNonce(command.getNonce())
                .setAppliedAtMs(System.currentTimeMillis());
        if (!newer) {
            answer.setError("not newer than " + epoch + "." + version);
        } else if (mood == Mood.REFUSE) {
            answer.setError("ENOSPC, map flows");
        } else if (mood == Mood.ACKNOWLEDGE) {
            apply(command);
        }
        commands.add(command);
        if (mood != Mood.SILENT) {
            report(AnchorReport.newBuilder().setAcknowledgement(answer).build());
        }
    }

    private synchronized void apply(SteeringCommand command) {
        epoch = command.getEpoch();
        version = command.getVersion();
        if (command.getFullState()) {
            kernel.clear();
        }
        if (command.getFullState() || command.getReplaceClasses()) {
            classes = command.getClassesList();
        }
        command.getFlowExceptionsList()
                .forEach(exception -> kernel.put(exception.getFlow(), exception.getProxyCareOfAddress()));
        command.getRemovedFlowExceptionsList().forEach(kernel::remove);
    }

    synchronized Map<FiveTuple, ByteString> kernel() {
        return Map.copyOf(kernel);
    }

    synchronized List<TrafficClass> classes() {
        return classes;
    }

    synchronized long epoch() {
        return epoch;
    }

    synchronized long version() {
        return version;
    }

    private synchronized void report(AnchorReport report) {
        if (!ended) {
            stream.onNext(report);
        }
    }

    /** A sample of a flow that its exception, or else {@code byClass}, carries. */
    FlowSample sample(FiveTuple flow, long bytes, ByteString byClass, String policy, String rule) {
        return FlowSample.newBuilder()
                .setFlow(flow)
                .setPackets(bytes / 1000)
                .setBytes(bytes)
                .setProxyCareOfAddress(kernel().getOrDefault(flow, byClass))
                .setPolicy(policy)
                .setRule(rule)
                .build();
    }

    void sampled(List<FlowSample> samples, int intervalMillis) {
        report(AnchorReport.newBuilder()
                .setFlowSamples(FlowSamples.newBuilder()
                        .setLmaAddress(anchor)
                        .setSampledAtMs(System.currentTimeMillis())
                        .setIntervalMs(intervalMillis)
                        .addAllSamples(new ArrayList<>(samples)))
                .build());
    }

    void linkSampled(ByteString gateway, int type, long packets, long drops, long capacity, int intervalMillis) {
        links.onNext(LinkReport.newBuilder()
                .setSample(LinkSample.newBuilder()
                        .setProxyCareOfAddress(gateway)
                        .setLmaAddress(anchor)
                        .setKind(LinkSample.Kind.KIND_ACCESS_LINK)
                        .setLink("a0")
                        .setAccessTechnologyType(type)
                        .setUp(true)
                        .setSampledAtMs(System.currentTimeMillis())
                        .setIntervalMs(intervalMillis)
                        .setPackets(packets)
                        .setBytes(packets * 1000)
                        .setDrops(drops)
                        .setCapacityBitsPerSecond(capacity))
                .build());
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
