package org.flowanchor.agent.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.flowanchor.agent.domain.Samples.HNP;
import static org.flowanchor.agent.domain.Samples.LLA;
import static org.flowanchor.agent.domain.Samples.LL_ID;
import static org.flowanchor.agent.domain.Samples.LMA;
import static org.flowanchor.agent.domain.Samples.MN;
import static org.flowanchor.agent.domain.Samples.WLAN_MAG;
import static org.flowanchor.agent.domain.Samples.onWlan;
import static org.flowanchor.agent.domain.Samples.prefix;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.flowanchor.agent.adapter.grpc.Messages;
import org.flowanchor.agent.adapter.grpc.Services;
import org.flowanchor.agent.adapter.kernel.RestartCounter;
import org.flowanchor.agent.application.AccessKernel;
import org.flowanchor.agent.application.AnchorKernel;
import org.flowanchor.agent.application.AttachmentSource;
import org.flowanchor.agent.application.AttachmentSource.LinkWentDown;
import org.flowanchor.agent.application.AttachmentSource.RouterSolicited;
import org.flowanchor.agent.application.EchoSocket;
import org.flowanchor.agent.application.HeaderSockets;
import org.flowanchor.agent.application.InMemoryAccessKernel;
import org.flowanchor.agent.application.InMemoryAnchorKernel;
import org.flowanchor.agent.application.InMemoryAttachments;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.application.ProtectionCheck;
import org.flowanchor.agent.application.ServiceAddress;
import org.flowanchor.agent.application.SignallingProtection;
import org.flowanchor.agent.boot.AgentConfiguration.Access;
import org.flowanchor.agent.boot.AgentConfiguration.Anchor;
import org.flowanchor.agent.domain.LinkCounters;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.AnchorSignal;
import org.flowanchor.api.v1.BindingRevocationAcknowledgement;
import org.flowanchor.api.v1.BindingRevocationIndication;
import org.flowanchor.api.v1.GatewaySignal;
import org.flowanchor.api.v1.Heartbeat;
import org.flowanchor.api.v1.LinkSample;
import org.flowanchor.api.v1.MobileNodeAnswer;
import org.flowanchor.api.v1.MobileNodeMapping;
import org.flowanchor.api.v1.ProxyBindingUpdate;
import org.flowanchor.api.v1.UpdateNotification;
import org.flowanchor.api.v1.UpdateNotificationAcknowledgement;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.TraceContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whole agents: configuration file, loops, streams, operations server; only the kernel is in memory. */
@Timeout(120)
class AgentTest {
    private static final ServiceAddress BINDING = ServiceAddress.parse("[fd00::1]:9091");
    private static final ServiceAddress FLOW = ServiceAddress.parse("[fd00::1]:9092");

    private final Services binding = new Services(BINDING);
    private final Services flow = new Services(FLOW);
    private final HttpClient http = HttpClient.newHttpClient();
    private final InMemoryAnchorKernel anchorKernel = new InMemoryAnchorKernel();
    private final InMemoryAccessKernel accessKernel = new InMemoryAccessKernel();
    private final InMemoryAttachments attachments = new InMemoryAttachments();
    private final int port = freePort();

    private final Kernels kernels = new Kernels() {
        @Override
        public AutoCloseable claim() {
            return () -> {};
        }

        @Override
        public void requireInterfaces(AgentConfiguration configuration) {}

        @Override
        public AnchorKernel anchor(AgentConfiguration configuration, Anchor anchor) {
            return anchorKernel;
        }

        @Override
        public AccessKernel access(AgentConfiguration configuration, Access access) {
            return accessKernel;
        }

        @Override
        public AttachmentSource attachments(AgentConfiguration configuration, Access access) {
            return attachments;
        }

        @Override
        public EchoSocket echoSocket(Ipv6Address local) {
            return new EchoSocket() {
                @Override
                public boolean ask(ProxyCareOfAddress gateway, int round) {
                    return true;
                }

                @Override
                public void answers(Consumer<ProxyCareOfAddress> answered) {}

                @Override
                public void close() {}
            };
        }

        @Override
        public HeaderSockets headerSockets(Ipv6Address ipv6, Optional<Ipv4Address> ipv4) throws KernelException {
            throw new KernelException("no sockets here");
        }

        @Override
        public ProtectionCheck protectionCheck(
                SignallingProtection protection, Ipv6Address local, Optional<Ipv4Address> localIpv4) {
            return ProtectionCheck.NONE_NEEDED;
        }
    };

    @BeforeEach
    void start() throws Exception {
        binding.start();
        flow.start();
    }

    @AfterEach
    void stop() throws Exception {
        binding.close();
        flow.close();
    }

    private Agent agent(String yaml) throws Exception {
        String text = yaml.replace("port: 9464", "port: " + port);
        return Agent.start(
                ConfigurationReader.parse("config.yaml", text),
                kernels,
                (address, credentials) -> Services.channels().open(address),
                "1.0");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://[::1]:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    private static ProxyBindingUpdate update(Services.Peer<GatewaySignal, ?> peer) throws InterruptedException {
        GatewaySignal signal = peer.next();
        assertThat(signal.hasProxyBindingUpdate()).isTrue();
        return signal.getProxyBindingUpdate();
    }

    @Test
    void anchorBecomesReadyWithItsBindingsAndReportsTunnels() throws Exception {
        anchorKernel.counters.put(WLAN_MAG, new LinkCounters("fa1", true, 1, 100, 0, 0));
        try (Agent agent = agent(ConfigurationReaderTest.ANCHOR)) {
            assertThat(agent).isNotNull();
            assertThat(get("/health/live").statusCode()).isEqualTo(200);
            HttpResponse<String> before = get("/health/ready");
            assertThat(before.statusCode()).isEqualTo(503);
            assertThat(before.body()).contains("\"bindingsApplied\":false");
            var peer = binding.bindings();
            peer.next();
            peer.say(Messages.bindings(3, 1, true, onWlan(1)));
            assertThat(peer.next().getAcknowledgement().getVersion()).isEqualTo(3);
            HttpResponse<String> after = get("/health/ready");
            assertThat(after.statusCode()).isEqualTo(200);
            assertThat(after.body()).contains("\"status\":\"UP\"", "\"prefixes\":1");
            LinkSample sample = flow.links().next().getSample();
            assertThat(sample.getKind()).isEqualTo(LinkSample.Kind.KIND_TUNNEL);
            assertThat(sample.getAccessTechnologyType()).isEqualTo(4);
            assertThat(get("/metrics").body())
                    .contains("flowanchor_agent_stream_up{stream=\"binding\"} 1.0")
                    .contains("flowanchor_agent_applied_version{stream=\"binding\"} 3.0")
                    .contains("pmip_pbu_att_total{procedure=\"registration\"} 0.0");
        }
        assertThat(anchorKernel.routes())
                .as("kernel state outlives the agent")
                .containsExactly(Map.entry(HNP, WLAN_MAG));
    }

    @Test
    void terminalAttachesDetachesAndTheRestartedAgentKeepsItForwarding() throws Exception {
        accessKernel.count(new LinkCounters("a0", true, 1, 100, 0, 0));
        try (Agent agent = agent(ConfigurationReaderTest.ACCESS)) {
            assertThat(agent).isNotNull();
            var peer = binding.registration();
            assertThat(peer.next().getHello().getAgentVersion()).isEqualTo("1.0");
            attachments.happens(new RouterSolicited("a0", LLA, LL_ID));
            ProxyBindingUpdate registration = update(peer);
            assertThat(registration.getLifetime()).as("units of 4 s").isEqualTo(30);
            peer.say(Messages.answer(registration, 0, HNP));
            await(() -> attachments.advertisements().size() == 1);
            assertThat(accessKernel.terminals()).hasSize(1);
            assertThat(get("/health/ready").statusCode()).isEqualTo(200);
            LinkSample sample = flow.links().next().getSample();
            assertThat(sample.getKind()).isEqualTo(LinkSample.Kind.KIND_ACCESS_LINK);
            assertThat(sample.getCapacityBitsPerSecond()).isEqualTo(10_000_000);
        }
        assertThat(accessKernel.terminals()).as("forwards without an agent").hasSize(1);

        try (Agent agent = agent(ConfigurationReaderTest.ACCESS)) {
            assertThat(agent).isNotNull();
            var peer = binding.registration();
            peer.next();
            ProxyBindingUpdate again = update(peer);
            assertThat(again.getHandoffIndicator()).isEqualTo(6);
            assertThat(again.getHomeNetworkPrefixes(0).getPrefixLength()).isEqualTo(64);
            assertThat(accessKernel.terminals()).hasSize(1);
            peer.say(Messages.answer(again, 0, HNP));
            attachments.happens(new LinkWentDown("a0"));
            ProxyBindingUpdate gone = update(peer);
            assertThat(gone.getLifetime()).isZero();
            assertThat(gone.getHandoffIndicator()).isEqualTo(4);
            peer.say(Messages.answer(gone, 0, HNP));
            await(() -> accessKernel.terminals().isEmpty());
        }
    }

    @Test
    void whatATerminalDidIsOneTraceOnTheStreamHoweverOftenItIsSent() throws Exception {
        try (Agent agent = agent(ConfigurationReaderTest.ACCESS)) {
            assertThat(agent).isNotNull();
            var peer = binding.registration();
            assertThat(peer.next().hasHello()).isTrue();
            attachments.happens(new RouterSolicited("a0", LLA, LL_ID));
            GatewaySignal first = peer.next();
            GatewaySignal again = peer.next();
            assertThat(first.getTraceparent()).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
            assertThat(TraceContext.isValid(first.getTraceparent())).isTrue();
            assertThat(again.getProxyBindingUpdate().getSequenceNumber())
                    .as("a retransmission")
                    .isEqualTo(first.getProxyBindingUpdate().getSequenceNumber() + 1 & 0xffff);
            assertThat(again.getTraceparent()).isEqualTo(first.getTraceparent());
            peer.say(Messages.answer(again.getProxyBindingUpdate(), 0, HNP));
            await(() -> accessKernel.terminals().size() == 1);
            attachments.happens(new LinkWentDown("a0"));
            GatewaySignal gone = peer.next();
            while (gone.getProxyBindingUpdate().getLifetime() > 0) {
                // Sent before the answer came.
                gone = peer.next();
            }
            assertThat(TraceContext.isValid(gone.getTraceparent())).isTrue();
            assertThat(gone.getTraceparent()).isNotEqualTo(first.getTraceparent());
        }
    }

    @Test
    void u07_r09_h02_whatTheAnchorStartsIsAnsweredOnTheStreamOnceTheKernelHasIt() throws Exception {
        try (Agent agent = agent(ConfigurationReaderTest.ACCESS)) {
            assertThat(agent).isNotNull();
            var peer = binding.registration();
            assertThat(peer.next().getHello().getRestartCounter())
                    .as("h05: that of this namespace")
                    .isEqualTo((int) RestartCounter.read());
            attachments.happens(new RouterSolicited("a0", LLA, LL_ID));
            peer.say(Messages.answer(update(peer), 0, HNP));
            await(() -> attachments.advertisements().size() == 1);

            UpdateNotification.Builder initiate = UpdateNotification.newBuilder()
                    .setLmaAddress(ProtoMapping.toProto(LMA))
                    .setSequenceNumber(77)
                    .setNotificationReason(8)
                    .setAcknowledge(true)
                    .setMobileNodeIdentifier(MN.value())
                    .addHomeNetworkPrefixes(
                            ProtoMapping.toProto(prefix(9)).toBuilder().setOffLink(true));
            peer.say(AnchorSignal.newBuilder().setUpdateNotification(initiate).build());
            assertThat(peer.next().getUpdateNotificationAcknowledgement())
                    .isEqualTo(UpdateNotificationAcknowledgement.newBuilder()
                            .setLmaAddress(initiate.getLmaAddress())
                            .setSequenceNumber(77)
                            .setMobileNodeIdentifier(MN.value())
                            .addHomeNetworkPrefixes(initiate.getHomeNetworkPrefixes(0))
                            .build());
            assertThat(accessKernel.terminals())
                    .singleElement()
                    .satisfies(terminal -> assertThat(terminal.carried()).containsExactly(prefix(9)));

            peer.say(AnchorSignal.newBuilder()
                    .setUpdateNotification(initiate.clone()
                            .setSequenceNumber(78)
                            .setLmaAddress(ProtoMapping.toProto(LmaAddress.parse("2001:db8:b::99"))))
                    .build());
            peer.say(AnchorSignal.newBuilder()
                    .setHeartbeat(Heartbeat.newBuilder().setSequenceNumber(5))
                    .build());
            Heartbeat response = peer.next().getHeartbeat();
            assertThat(response.getResponse()).isTrue();
            assertThat(response.getSequenceNumber()).isEqualTo(5);
            assertThat(response.getRestartCounter()).isEqualTo((int) RestartCounter.read());

            peer.say(AnchorSignal.newBuilder()
                    .setBindingRevocationIndication(BindingRevocationIndication.newBuilder()
                            .setLmaAddress(ProtoMapping.toProto(LMA))
                            .setSequenceNumber(6)
                            .setRevocationTrigger(1)
                            .setMobileNodeIdentifier(MN.value())
                            .addHomeNetworkPrefixes(ProtoMapping.toProto(HNP)))
                    .build());
            assertThat(peer.next().getBindingRevocationAcknowledgement())
                    .isEqualTo(BindingRevocationAcknowledgement.newBuilder()
                            .setLmaAddress(ProtoMapping.toProto(LMA))
                            .setSequenceNumber(6)
                            .build());
            assertThat(accessKernel.terminals()).isEmpty();
            assertThat(get("/metrics").body())
                    .as("another anchor's message is no message")
                    .contains("flowanchor_agent_nacks_total{reason=\"invalid\",stream=\"registration\"} 1.0")
                    .contains("flowanchor_agent_anchor_answers_total{message=\"heartbeat\",outcome=\"accepted\"} 1.0");
        }
    }

    @Test
    void t09_theAnchorIsAskedWhoseAnInterfaceIsAndSaysForHowLong() throws Exception {
        LinkLayerIdentifier stranger = LinkLayerIdentifier.parse("02:00:00:00:00:77");
        try (Agent agent = agent(ConfigurationReaderTest.ACCESS)) {
            assertThat(agent).isNotNull();
            var peer = binding.registration();
            peer.next();
            attachments.happens(new RouterSolicited("a0", Ipv6Address.parse("fe80::77"), stranger));
            ByteString octets = ByteString.copyFrom(stranger.octets());
            assertThat(peer.next().getMobileNodeQuery().getLinkLayerIdentifiersList())
                    .containsExactly(octets);
            peer.say(AnchorSignal.newBuilder()
                    .setMobileNodeAnswer(MobileNodeAnswer.newBuilder()
                            .addMappings(MobileNodeMapping.newBuilder()
                                    .setLinkLayerIdentifier(octets)
                                    .setMobileNodeIdentifier("mn7@example.net")
                                    .setValidForMs(60_000)))
                    .build());
            GatewaySignal next = peer.next();
            while (next.hasMobileNodeQuery()) {
                // Asked again on a slow machine.
                next = peer.next();
            }
            assertThat(next.getProxyBindingUpdate().getMobileNodeIdentifier()).isEqualTo("mn7@example.net");
        }
    }

    @Test
    void killedServiceComesBackAndTheTerminalStaysAttached() throws Exception {
        try (Agent agent = agent(ConfigurationReaderTest.ACCESS)) {
            assertThat(agent).isNotNull();
            var peer = binding.registration();
            peer.next();
            binding.kill();
            await(() -> status() == 503);
            attachments.happens(new RouterSolicited("a0", LLA, LL_ID));
            binding.start();
            var back = binding.registration();
            assertThat(back.next().hasHello()).isTrue();
            back.say(Messages.answer(update(back), 0, HNP));
            await(() -> accessKernel.terminals().size() == 1);
        }
    }

    private int status() {
        try {
            return get("/health/ready").statusCode();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void takenOperationsPortIsNamedWithARemedyAndTheKernelIsNotTouched() throws Exception {
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.ofLiteral("::1"))) {
            assertThat(taken.isBound()).isTrue();
            assertThatThrownBy(() -> agent(ConfigurationReaderTest.ANCHOR))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("[::1]:" + port)
                    .hasMessageContaining("free it");
        }
    }

    @Test
    void kernelThatCannotBeReadEndsTheStart() {
        anchorKernel.failNext(InMemoryAnchorKernel.Call.FLOWS, "EPERM, nftables");
        assertThatThrownBy(() -> agent(ConfigurationReaderTest.ANCHOR))
                .isInstanceOf(KernelException.class)
                .hasMessage("EPERM, nftables");
        anchorKernel.assertEveryFailureWasMet();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("::1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
