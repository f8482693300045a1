package org.flowanchor.agent.adapter.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.agent.domain.Samples.HNP;
import static org.flowanchor.agent.domain.Samples.LMA;
import static org.flowanchor.agent.domain.Samples.LTE;
import static org.flowanchor.agent.domain.Samples.LTE_MAG;
import static org.flowanchor.agent.domain.Samples.POOLS;
import static org.flowanchor.agent.domain.Samples.WLAN;
import static org.flowanchor.agent.domain.Samples.WLAN_MAG;
import static org.flowanchor.agent.domain.Samples.exception;
import static org.flowanchor.agent.domain.Samples.flow;
import static org.flowanchor.agent.domain.Samples.onLte;
import static org.flowanchor.agent.domain.Samples.onWlan;
import static org.flowanchor.agent.domain.Samples.steered;

import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import org.flowanchor.agent.adapter.grpc.Services.Peer;
import org.flowanchor.agent.adapter.metrics.PrometheusMetrics;
import org.flowanchor.agent.application.AnchorLoop;
import org.flowanchor.agent.application.AnchorSettings;
import org.flowanchor.agent.application.FlowReport;
import org.flowanchor.agent.application.InMemoryAnchorKernel;
import org.flowanchor.agent.application.InMemoryAnchorKernel.Call;
import org.flowanchor.agent.application.LinkReport;
import org.flowanchor.agent.application.ServiceAddress;
import org.flowanchor.agent.domain.FlowRates.FlowRate;
import org.flowanchor.agent.domain.LinkRates.LinkRate;
import org.flowanchor.agent.domain.TrackedFlow;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.AnchorHello;
import org.flowanchor.api.v1.AnchorReport;
import org.flowanchor.api.v1.BindingKey;
import org.flowanchor.api.v1.BindingStreamRequest;
import org.flowanchor.api.v1.BindingStreamResponse;
import org.flowanchor.api.v1.BindingSubscription;
import org.flowanchor.api.v1.FlowSample;
import org.flowanchor.api.v1.FlowSamples;
import org.flowanchor.api.v1.LinkSample;
import org.flowanchor.api.v1.SteeringCommand;
import org.flowanchor.api.v1.StreamAcknowledgement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The anchor's loop and streams against services in this process. */
@Timeout(120)
class AnchorStreamsTest {
    private static final ServiceAddress BINDING = new ServiceAddress("binding", 9091);
    private static final ServiceAddress FLOW = new ServiceAddress("flow", 9092);
    private static final ServiceAddress OTHER_FLOW = new ServiceAddress("other-flow", 9092);

    private static final ServiceAddress OTHER_BINDING = new ServiceAddress("other-binding", 9091);

    private final Services binding = new Services(BINDING);
    private final Services otherBinding = new Services(OTHER_BINDING);
    private final Services flow = new Services(FLOW);
    private final Services otherFlow = new Services(OTHER_FLOW);
    private final InMemoryAnchorKernel kernel = new InMemoryAnchorKernel();
    private final PrometheusMetrics metrics = new PrometheusMetrics();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final AnchorLoop loop = new AnchorLoop(
            new AnchorSettings(LMA, POOLS, Duration.ofMillis(200)),
            kernel,
            metrics,
            InstantSource.system(),
            System::nanoTime);
    private final BindingStream bindingStream =
            new BindingStream(List.of(BINDING), Services.channels(), LMA, loop, timer, metrics, new Random(1));
    private final SteeringStream steeringStream =
            new SteeringStream(List.of(FLOW), Services.channels(), LMA, "1.2.3", loop, timer, metrics, new Random(1));
    private final LinkStream linkStream =
            new LinkStream(List.of(FLOW), Services.channels(), timer, metrics, new Random(1));

    @BeforeEach
    void start() throws Exception {
        binding.start();
        flow.start();
        loop.start();
    }

    @AfterEach
    void stop() throws Exception {
        bindingStream.close();
        steeringStream.close();
        linkStream.close();
        timer.shutdownNow();
        loop.close();
        binding.close();
        otherBinding.close();
        flow.close();
        otherFlow.close();
        kernel.assertEveryFailureWasMet();
    }

    private static StreamAcknowledgement acknowledgement(Peer<BindingStreamRequest, ?> peer) throws Exception {
        BindingStreamRequest request = peer.next();
        assertThat(request.hasAcknowledgement()).isTrue();
        return request.getAcknowledgement();
    }

    private static StreamAcknowledgement steeringAcknowledgement(Peer<AnchorReport, ?> peer) throws Exception {
        AnchorReport report = peer.next();
        assertThat(report.hasAcknowledgement()).isTrue();
        return report.getAcknowledgement();
    }

    /** A stream that begins with nothing. */
    private Peer<BindingStreamRequest, BindingStreamResponse> subscribed() throws Exception {
        Peer<BindingStreamRequest, BindingStreamResponse> peer = binding.bindings();
        assertThat(peer.next().getSubscription())
                .isEqualTo(BindingSubscription.newBuilder()
                        .setLmaAddress(ProtoMapping.toProto(LMA))
                        .build());
        return peer;
    }

    private static void continued(Peer<BindingStreamRequest, ?> peer, long version) throws Exception {
        assertThat(peer.next().getSubscription())
                .isEqualTo(BindingSubscription.newBuilder()
                        .setLmaAddress(ProtoMapping.toProto(LMA))
                        .setVersion(version)
                        .setHistory(Messages.HISTORY)
                        .build());
    }

    private static AnchorHello hello(Peer<AnchorReport, SteeringCommand> peer) throws Exception {
        AnchorReport report = peer.next();
        assertThat(report.hasHello()).isTrue();
        return report.getHello();
    }

    @Test
    void bindingsAreAppliedAndAcknowledgedWithVersionNonceAndTimes() throws Exception {
        bindingStream.start();
        var peer = subscribed();
        long before = System.currentTimeMillis();
        peer.say(Messages.bindings(12, 77, true, onWlan(1), onLte(1)));
        BindingStreamRequest request = peer.next();
        StreamAcknowledgement acknowledgement = request.getAcknowledgement();
        assertThat(request.getTraceparent()).isEqualTo("00-trace-77");
        assertThat(acknowledgement.getVersion()).isEqualTo(12);
        assertThat(acknowledgement.getNonce()).isEqualTo(77);
        assertThat(acknowledgement.getError()).isEmpty();
        assertThat(acknowledgement.getApplyNanos()).isPositive();
        assertThat(acknowledgement.getAppliedAtMs()).isBetween(before, System.currentTimeMillis());
        assertThat(kernel.routes()).containsExactly(Map.entry(HNP, WLAN_MAG));
    }

    @Test
    void partsOfAFullStateAreOneChangeAndOneAcknowledgement() throws Exception {
        bindingStream.start();
        var peer = subscribed();
        peer.say(part(Messages.bindings(7, 1, true, onWlan(1), onLte(1))));
        peer.say(part(Messages.bindings(7, 2, true)));
        assertThat(kernel.routes()).isEmpty();
        // Read later than the first part: the newer word counts, whatever its version.
        peer.say(BindingStreamResponse.newBuilder()
                .setVersion(9)
                .setNonce(3)
                .setHistory(Messages.HISTORY)
                .setFullState(true)
                .addRemoved(BindingKey.newBuilder()
                        .setMobileNodeIdentifier(
                                onLte(1).name().mobileNodeIdentifier().value())
                        .setBindingIdentifier(
                                onLte(1).name().bindingIdentifier().value()))
                .build());
        StreamAcknowledgement acknowledgement = acknowledgement(peer);
        assertThat(acknowledgement.getVersion()).isEqualTo(9);
        assertThat(acknowledgement.getNonce()).isEqualTo(3);
        assertThat(peer.isQuiet()).isTrue();
        assertThat(kernel.routes()).containsExactly(Map.entry(HNP, WLAN_MAG));
    }

    @Test
    void changesBetweenThePartsOfAFullStateAreRefused() throws Exception {
        bindingStream.start();
        var peer = subscribed();
        peer.say(part(Messages.bindings(7, 1, true, onWlan(1))));
        peer.say(Messages.bindings(8, 2, false, onLte(1)));
        assertThat(acknowledgement(peer).getError()).contains("before the last part");
        assertThat(kernel.routes()).isEmpty();
        subscribed().say(Messages.bindings(8, 1, true, onWlan(1)));
    }

    @Test
    void streamContinuesAtAnotherReplicaWithWhatItHas() throws Exception {
        otherBinding.start();
        try (BindingStream stream = new BindingStream(
                List.of(BINDING, OTHER_BINDING), Services.channels(), LMA, loop, timer, metrics, startWith(0))) {
            stream.start();
            var first = subscribed();
            first.say(Messages.bindings(12, 1, true, onWlan(1)));
            acknowledgement(first);
            binding.kill();
            var second = otherBinding.bindings();
            continued(second, 12);
            second.say(Messages.bindings(13, 1, false, onLte(1)));
            assertThat(acknowledgement(second).getVersion()).isEqualTo(13);
            otherBinding.kill();
            binding.start();
            continued(binding.bindings(), 13);
        }
    }

    @Test
    void anAddressThatCannotBeDialledIsPassedOverLikeOneThatIsDown() throws Exception {
        ChannelFactory channels = address -> {
            if (address.equals(OTHER_BINDING)) {
                throw new IllegalArgumentException("Invalid host or port");
            }
            return Services.channels().open(address);
        };
        try (BindingStream stream =
                new BindingStream(List.of(OTHER_BINDING, BINDING), channels, LMA, loop, timer, metrics, startWith(0))) {
            stream.start();
            subscribed();
            assertThat(metrics.scrape()).contains("flowanchor_agent_stream_reconnects_total{stream=\"binding\"} 1.0");
        }
    }

    @Test
    void changesOfAnotherHistoryAreRefusedAndAFullStateIsAskedFor() throws Exception {
        bindingStream.start();
        var peer = subscribed();
        peer.say(Messages.bindings(12, 1, true, onWlan(1)));
        acknowledgement(peer);
        peer.say(Messages.bindings(13, 2, false, onLte(1)).toBuilder()
                .setHistory("a/2")
                .build());
        assertThat(acknowledgement(peer).getError()).contains("another history");
        subscribed().say(Messages.bindings(13, 1, true, onLte(1)));
    }

    private static BindingStreamResponse part(BindingStreamResponse response) {
        return response.toBuilder().setMore(true).build();
    }

    /** Chance that begins with that replica. */
    private static RandomGenerator startWith(int replica) {
        Random random = new Random(1);
        return new RandomGenerator() {
            private boolean first = true;

            @Override
            public long nextLong() {
                return random.nextLong();
            }

            @Override
            public int nextInt(int bound) {
                boolean start = first;
                first = false;
                return start ? replica : RandomGenerator.super.nextInt(bound);
            }
        };
    }

    @Test
    void steeringBeforeBindingsAndTheReverseGiveTheSameKernel() throws Exception {
        steeringStream.start();
        var steering = flow.steering();
        hello(steering);
        steering.say(Messages.steering(1, 1, 5)
                .setFullState(true)
                .addClasses(Messages.trafficClass(steered("voip", LTE, WLAN)))
                .addFlowExceptions(Messages.exception(exception(1, 5000, LTE_MAG)))
                .build());
        bindingStream.start();
        var bindings = subscribed();
        bindings.say(Messages.bindings(1, 1, true, onWlan(1), onLte(1)));
        assertThat(acknowledgement(bindings).getError()).isEmpty();
        assertThat(steeringAcknowledgement(steering).getNonce()).isEqualTo(5);
        assertThat(kernel.accesses).hasSize(1).containsValue(LTE_MAG);
        assertThat(kernel.flows()).containsExactly(Map.entry(flow(1, 5000), LTE_MAG));
    }

    @Test
    void illegalResponseIsNackedCountedAndChangesNothingThenAFullStateIsAskedFor() throws Exception {
        bindingStream.start();
        var peer = subscribed();
        peer.say(Messages.bindings(1, 1, true, onWlan(1)));
        acknowledgement(peer);
        peer.say(BindingStreamResponse.newBuilder()
                .setVersion(2)
                .setNonce(2)
                .addEntries(Messages.entry(onLte(1)).setBindingPriority(200))
                .build());
        StreamAcknowledgement refused = acknowledgement(peer);
        assertThat(refused.getNonce()).isEqualTo(2);
        assertThat(refused.getError()).contains("binding priority 200");
        assertThat(kernel.routes()).containsExactly(Map.entry(HNP, WLAN_MAG));
        var again = subscribed();
        again.say(Messages.bindings(2, 1, true, onLte(1)));
        assertThat(acknowledgement(again).getError()).isEmpty();
        assertThat(kernel.routes()).containsExactly(Map.entry(HNP, LTE_MAG));
        assertThat(metrics.scrape())
                .contains("flowanchor_agent_nacks_total{reason=\"invalid\",stream=\"binding\"} 1.0");
    }

    @Test
    void bindingOfAnotherAnchorIsRefused() throws Exception {
        bindingStream.start();
        var peer = subscribed();
        peer.say(BindingStreamResponse.newBuilder()
                .setVersion(2)
                .setNonce(2)
                .setFullState(true)
                .addEntries(Messages.entry(onLte(1)).setLmaAddress(ProtoMapping.toProto(WLAN_MAG)))
                .build());
        assertThat(acknowledgement(peer).getError()).contains("is of 2001:db8:b::11, not of 2001:db8:b::1");
    }

    @Test
    void lostStreamsComeBackAndChangeNoForwarding() throws Exception {
        bindingStream.start();
        steeringStream.start();
        var bindings = subscribed();
        bindings.say(Messages.bindings(1, 1, true, onWlan(1), onLte(1)));
        acknowledgement(bindings);
        var steering = flow.steering();
        assertThat(hello(steering).getEpoch()).isZero();
        steering.say(Messages.steering(3, 9, 1)
                .setFullState(true)
                .addFlowExceptions(Messages.exception(exception(1, 5000, LTE_MAG)))
                .build());
        steeringAcknowledgement(steering);
        binding.kill();
        flow.kill();
        assertThat(kernel.routes()).containsExactly(Map.entry(HNP, WLAN_MAG));
        binding.start();
        flow.start();
        continued(binding.bindings(), 1);
        AnchorHello hello = hello(flow.steering());
        assertThat(hello.getAgentVersion()).isEqualTo("1.2.3");
        assertThat(hello.getEpoch()).isEqualTo(3);
        assertThat(hello.getVersion()).isEqualTo(9);
        assertThat(hello.getFlowExceptionsList()).containsExactly(Messages.exception(exception(1, 5000, LTE_MAG)));
        assertThat(kernel.routes()).containsExactly(Map.entry(HNP, WLAN_MAG));
        assertThat(kernel.flows()).hasSize(1);
    }

    @Test
    void staleEpochIsNackedOverTheStream() throws Exception {
        bindingStream.start();
        var bindings = subscribed();
        bindings.say(Messages.bindings(1, 1, true, onWlan(1), onLte(1)));
        acknowledgement(bindings);
        steeringStream.start();
        var steering = flow.steering();
        hello(steering);
        steering.say(Messages.steering(5, 1, 1).setFullState(true).build());
        assertThat(steeringAcknowledgement(steering).getError()).isEmpty();
        steering.say(Messages.steering(4, 99, 2).setFullState(true).build());
        StreamAcknowledgement refused = steeringAcknowledgement(steering);
        assertThat(refused.getNonce()).isEqualTo(2);
        assertThat(refused.getError()).contains("4/99", "5/1");
    }

    @Test
    void kernelThatRefusesOnceIsNackedThenAcknowledgedWithTheSameNonce() throws Exception {
        kernel.failNext(Call.APPLY, "ENODEV, route add");
        bindingStream.start();
        var peer = subscribed();
        peer.say(Messages.bindings(1, 42, true, onWlan(1)));
        StreamAcknowledgement refused = acknowledgement(peer);
        assertThat(refused.getError()).isEqualTo("ENODEV, route add");
        StreamAcknowledgement late = acknowledgement(peer);
        assertThat(late.getError()).isEmpty();
        assertThat(late.getNonce()).isEqualTo(42);
        assertThat(kernel.routes()).hasSize(1);
    }

    @Test
    void ownerNamedInTheTrailerIsDialledInstead() throws Exception {
        otherFlow.start();
        steeringStream.start();
        var wrong = flow.steering();
        hello(wrong);
        Metadata trailers = new Metadata();
        trailers.put(Metadata.Key.of("owner", Metadata.ASCII_STRING_MARSHALLER), OTHER_FLOW.toString());
        wrong.fail(Status.FAILED_PRECONDITION.withDescription("not the owner"), trailers);
        hello(otherFlow.steering());
        otherFlow.kill();
        hello(flow.steering());
    }

    @Test
    void samplesGoOutAsTheContractSays() throws Exception {
        steeringStream.start();
        linkStream.start();
        var steering = flow.steering();
        hello(steering);
        var links = flow.links();
        FlowReport flows = new FlowReport(
                1_700_000_000_000L,
                1_001,
                List.of(new FlowReport.CarriedFlow(
                        new FlowRate(
                                new TrackedFlow(
                                        flow(1, 5000),
                                        100,
                                        9_000,
                                        new org.flowanchor.agent.domain.ClassName("gold", "offload", "voip")),
                                10,
                                900),
                        LTE_MAG)),
                17);
        awaitOffer(() -> steeringStream.offer(flows));
        assertThat(steering.next().getFlowSamples())
                .isEqualTo(FlowSamples.newBuilder()
                        .setLmaAddress(ProtoMapping.toProto(LMA))
                        .setSampledAtMs(1_700_000_000_000L)
                        .setIntervalMs(1_001)
                        .setTrackedFlows(17)
                        .addSamples(FlowSample.newBuilder()
                                .setFlow(ProtoMapping.toProto(flow(1, 5000)))
                                .setPackets(10)
                                .setBytes(900)
                                .setTotalPackets(100)
                                .setTotalBytes(9_000)
                                .setProxyCareOfAddress(ProtoMapping.toProto(LTE_MAG))
                                .setPolicy("offload")
                                .setRule("voip"))
                        .build());
        LinkReport link = new LinkReport(
                WLAN_MAG,
                LMA,
                LinkReport.Kind.TUNNEL,
                WLAN,
                new LinkRate("fa1", true, 1, 2, 3, 4),
                1_700_000_000_000L,
                1_000,
                0);
        awaitOffer(() -> linkStream.offer(link));
        assertThat(links.next().getSample())
                .isEqualTo(LinkSample.newBuilder()
                        .setProxyCareOfAddress(ProtoMapping.toProto(WLAN_MAG))
                        .setLmaAddress(ProtoMapping.toProto(LMA))
                        .setKind(LinkSample.Kind.KIND_TUNNEL)
                        .setLink("fa1")
                        .setAccessTechnologyType(4)
                        .setUp(true)
                        .setSampledAtMs(1_700_000_000_000L)
                        .setIntervalMs(1_000)
                        .setPackets(1)
                        .setBytes(2)
                        .setDrops(3)
                        .setBacklogBytes(4)
                        .build());
    }

    @Test
    void samplesAreDroppedWhileThereIsNoStream() {
        LinkReport link = new LinkReport(
                WLAN_MAG, LMA, LinkReport.Kind.TUNNEL, WLAN, new LinkRate("fa1", true, 1, 2, 3, 4), 1, 1_000, 0);
        assertThat(linkStream.offer(link)).isFalse();
    }

    private static void awaitOffer(java.util.function.BooleanSupplier offer) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!offer.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(5);
        }
    }
}
