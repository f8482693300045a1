package org.flowanchor.api.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.v1.AnchorSignal;
import org.flowanchor.api.v1.GatewayHello;
import org.flowanchor.api.v1.GatewaySignal;
import org.flowanchor.api.v1.RegistrationServiceGrpc;
import org.flowanchor.authority.DevelopmentAuthority;
import org.flowanchor.authority.IssuedFiles;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real handshakes over TCP. */
class PeerCredentialsTest {
    private static final ProxyCareOfAddress GATEWAY = ProxyCareOfAddress.parse("2001:db8:b::11");
    private static final ProxyCareOfAddress ANOTHER = ProxyCareOfAddress.parse("2001:db8:b::12");
    private static final PeerIdentity AGENT = new PeerIdentity.AccessAgent(GATEWAY);
    private static final Duration HOUR = Duration.ofHours(1);

    private final Path directory;
    private final Recorded serverEvents = new Recorded();
    private final Recorded clientEvents = new Recorded();
    private final AtomicReference<Instant> serverTime = new AtomicReference<>(Instant.now());
    private final DevelopmentAuthority authority;
    private final PeerCredentials serverCredentials;
    private final Server server;

    PeerCredentialsTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        authority = DevelopmentAuthority.open(directory.resolve("authority"));
        serverCredentials = PeerCredentials.open(
                files(authority.issue(PeerIdentity.BINDING_SERVICE.toString())),
                PeerIdentity.BINDING_SERVICE,
                serverEvents,
                serverTime::get);
        server = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), serverCredentials.server())
                .intercept(serverCredentials.callers())
                .addService(new Greeter())
                .build()
                .start();
    }

    private static final class Recorded implements TlsEvents {
        final Map<TlsRefusal, List<String>> refused = new EnumMap<>(TlsRefusal.class);
        final List<TlsStatus> reloaded = new CopyOnWriteArrayList<>();
        final List<String> faults = new CopyOnWriteArrayList<>();

        @Override
        public synchronized void refused(TlsRefusal reason, String text) {
            refused.computeIfAbsent(reason, r -> new CopyOnWriteArrayList<>()).add(text);
        }

        synchronized List<String> of(TlsRefusal reason) {
            return List.copyOf(refused.getOrDefault(reason, List.of()));
        }

        @Override
        public void reloaded(TlsStatus status) {
            reloaded.add(status);
        }

        @Override
        public void notReloaded(String fault) {
            faults.add(fault);
        }
    }

    /** A hello is answered when the caller may speak for it. */
    private static final class Greeter extends RegistrationServiceGrpc.RegistrationServiceImplBase {
        @Override
        public StreamObserver<GatewaySignal> signal(StreamObserver<AnchorSignal> responses) {
            Caller caller = Caller.current();
            return new StreamObserver<>() {
                @Override
                public void onNext(GatewaySignal signal) {
                    try {
                        caller.require(new PeerIdentity.AccessAgent(ProtoMapping.proxyCareOfAddress(
                                signal.getHello().getProxyCareOfAddress())));
                        responses.onNext(AnchorSignal.getDefaultInstance());
                    } catch (StatusRuntimeException e) {
                        responses.onError(e);
                    }
                }

                @Override
                public void onError(Throwable t) {}

                @Override
                public void onCompleted() {
                    responses.onCompleted();
                }
            };
        }
    }

    /** One stream of a client; each {@link #hello} waits for its answer. */
    private static final class Client implements AutoCloseable {
        private final ManagedChannel channel;
        private final BlockingQueue<Status> answers = new ArrayBlockingQueue<>(16);
        private final StreamObserver<GatewaySignal> requests;

        Client(int port, ChannelCredentials credentials) {
            channel = NettyChannelBuilder.forAddress(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), credentials)
                    .disableRetry()
                    .build();
            requests = RegistrationServiceGrpc.newStub(channel).signal(new StreamObserver<>() {
                @Override
                public void onNext(AnchorSignal signal) {
                    answers.add(Status.OK);
                }

                @Override
                public void onError(Throwable t) {
                    answers.add(Status.fromThrowable(t));
                }

                @Override
                public void onCompleted() {}
            });
        }

        Status hello(ProxyCareOfAddress claimed) {
            requests.onNext(GatewaySignal.newBuilder()
                    .setHello(GatewayHello.newBuilder().setProxyCareOfAddress(ProtoMapping.toProto(claimed)))
                    .build());
            try {
                return Objects.requireNonNull(answers.poll(30, TimeUnit.SECONDS), "no answer");
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            channel.shutdownNow();
        }
    }

    @AfterEach
    void stop() {
        server.shutdownNow();
    }

    private static TlsFiles files(IssuedFiles issued) {
        return new TlsFiles(issued.certificate(), issued.privateKey(), issued.authorities());
    }

    private PeerCredentials agent(DevelopmentAuthority issuer) throws IOException {
        return agent(files(issuer.issue(AGENT.toString())));
    }

    private PeerCredentials agent(TlsFiles files) throws IOException {
        return PeerCredentials.open(files, AGENT, clientEvents, InstantSource.system());
    }

    private Status helloAs(PeerCredentials credentials, ProxyCareOfAddress claimed) {
        try (Client client = new Client(server.getPort(), credentials.client(PeerIdentity.BINDING_SERVICE))) {
            return client.hello(claimed);
        }
    }

    /** The server's side may hear of it a little later than the client. */
    private static List<String> awaited(Recorded events, TlsRefusal reason) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (events.of(reason).isEmpty() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        return events.of(reason);
    }

    private static Predicate<Status> unavailable() {
        return status -> status.getCode() == Status.Code.UNAVAILABLE;
    }

    @Test
    void anAgentSpeaksForItself() throws IOException {
        assertThat(helloAs(agent(authority), GATEWAY)).isEqualTo(Status.OK);
        assertThat(serverEvents.refused).isEmpty();
        assertThat(clientEvents.refused).isEmpty();
    }

    @Test
    void anAgentThatSpeaksForAnotherIsToldSoAndCounted() throws IOException {
        Status status = helloAs(agent(authority), ANOTHER);
        assertThat(status.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(status.getDescription())
                .isEqualTo("the certificate is of flowanchor://agent/2001:db8:b::11, the message speaks for"
                        + " flowanchor://agent/2001:db8:b::12");
        assertThat(serverEvents.of(TlsRefusal.IMPERSONATION)).hasSize(1);
    }

    @Test
    void anExpiredCertificateIsRefusedInTheHandshake() throws IOException {
        Instant now = Instant.now();
        TlsFiles files =
                files(authority.issue("expired", Optional.of(AGENT.toString()), now.minus(HOUR), now.minusSeconds(60)));
        assertThat(helloAs(agent(files), GATEWAY)).matches(unavailable());
        assertThat(awaited(serverEvents, TlsRefusal.EXPIRED))
                .singleElement()
                .asString()
                .startsWith("the certificate of flowanchor://agent/2001:db8:b::11 expired at ");
    }

    @Test
    void aCertificateOfTheFutureIsRefusedInTheHandshake() throws IOException {
        Instant now = Instant.now();
        TlsFiles files = files(authority.issue(
                "future", Optional.of(AGENT.toString()), now.plus(HOUR), now.plus(HOUR.multipliedBy(2))));
        assertThat(helloAs(agent(files), GATEWAY)).matches(unavailable());
        assertThat(awaited(serverEvents, TlsRefusal.NOT_YET_VALID)).hasSize(1);
    }

    @Test
    void aForeignCertificateIsRefusedInTheHandshake() throws IOException {
        DevelopmentAuthority foreign = DevelopmentAuthority.open(directory.resolve("foreign"));
        IssuedFiles issued = foreign.issue(AGENT.toString());
        // It believes the server, which must not believe it.
        TlsFiles files = new TlsFiles(
                issued.certificate(),
                issued.privateKey(),
                files(authority.issue("x", Optional.empty(), Instant.now(), Instant.now()))
                        .authorities());
        assertThat(helloAs(agent(files), GATEWAY)).matches(unavailable());
        assertThat(awaited(serverEvents, TlsRefusal.FOREIGN))
                .singleElement()
                .isEqualTo(
                        "the certificate of flowanchor://agent/2001:db8:b::11 is vouched for by no configured authority");
    }

    @Test
    void aServerOfAForeignAuthorityIsRefused() throws IOException {
        DevelopmentAuthority foreign = DevelopmentAuthority.open(directory.resolve("foreign"));
        assertThat(helloAs(agent(foreign), GATEWAY)).matches(unavailable());
        assertThat(clientEvents.of(TlsRefusal.FOREIGN)).hasSize(1);
    }

    @Test
    void aServiceThatIsAnotherThanTheOneDialledIsRefused() throws IOException {
        try (Client client = new Client(server.getPort(), agent(authority).client(PeerIdentity.FLOW_MANAGER))) {
            assertThat(client.hello(GATEWAY)).matches(unavailable());
        }
        assertThat(clientEvents.of(TlsRefusal.ANOTHER_SERVICE))
                .containsExactly("the certificate of flowanchor://service/binding-service is not of"
                        + " flowanchor://service/flow-manager");
    }

    @Test
    void aCertificateOfNobodyIsRefused() throws IOException {
        Instant now = Instant.now();
        IssuedFiles nobody = authority.issue("nobody", Optional.empty(), now.minusSeconds(60), now.plus(HOUR));
        ChannelCredentials credentials = TlsChannelCredentials.newBuilder()
                .keyManager(nobody.certificate().toFile(), nobody.privateKey().toFile())
                .trustManager(new IdentityTrustManager(
                        () -> material(nobody), Optional.empty(), clientEvents, InstantSource.system()))
                .build();
        try (Client client = new Client(server.getPort(), credentials)) {
            assertThat(client.hello(GATEWAY)).matches(unavailable());
        }
        assertThat(awaited(serverEvents, TlsRefusal.NAMELESS)).hasSize(1);
    }

    private TlsMaterial material(IssuedFiles issuer) {
        try {
            TlsFiles own = files(authority.issue(AGENT.toString()));
            TlsFiles files = new TlsFiles(own.certificate(), own.privateKey(), issuer.authorities());
            return TlsMaterial.of(files, TlsMaterial.Bytes.read(files), AGENT);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void nobodyCallsWithoutACertificateOrWithoutTls() throws IOException {
        PeerCredentials own = agent(authority);
        ChannelCredentials withoutKey = TlsChannelCredentials.newBuilder()
                .trustManager(new IdentityTrustManager(
                        () -> material(authority.issue("y", Optional.empty(), Instant.now(), Instant.now())),
                        Optional.empty(),
                        clientEvents,
                        InstantSource.system()))
                .build();
        for (ChannelCredentials credentials : List.of(withoutKey, InsecureChannelCredentials.create())) {
            try (Client client = new Client(server.getPort(), credentials)) {
                assertThat(client.hello(GATEWAY)).matches(unavailable());
            }
        }
        assertThat(helloAs(own, GATEWAY)).isEqualTo(Status.OK);
    }

    @Test
    void aRenewedCertificateIsUsedWithoutARestart() throws IOException {
        Instant now = Instant.now();
        TlsFiles files =
                files(authority.issue("agent", Optional.of(AGENT.toString()), now.minus(HOUR), now.minusSeconds(60)));
        PeerCredentials own = agent(files);
        assertThat(helloAs(own, GATEWAY)).matches(unavailable());

        authority.issue("agent", Optional.of(AGENT.toString()), now.minus(HOUR), now.plus(HOUR));
        own.reload();

        assertThat(clientEvents.reloaded)
                .singleElement()
                .matches(status -> status.expires().isAfter(now));
        assertThat(helloAs(own, GATEWAY)).isEqualTo(Status.OK);
    }

    @Test
    void anAuthorityThatIsExchangedCountsForTheNextHandshake() throws IOException {
        PeerCredentials old = agent(authority);
        assertThat(helloAs(old, GATEWAY)).isEqualTo(Status.OK);
        DevelopmentAuthority next = DevelopmentAuthority.open(directory.resolve("next"));
        IssuedFiles renewed = next.issue(PeerIdentity.BINDING_SERVICE.toString());
        Path present = directory.resolve("authority");
        replace(renewed.privateKey(), present.resolve("service-binding-service.key"));
        replace(renewed.certificate(), present.resolve("service-binding-service.crt"));
        PeerCredentials oldStillBelievesOld = agent(authority);
        replace(renewed.authorities(), present.resolve("authority.crt"));
        serverCredentials.reload();

        assertThat(helloAs(oldStillBelievesOld, GATEWAY)).matches(unavailable());
        assertThat(helloAs(agent(next), GATEWAY)).isEqualTo(Status.OK);
    }

    private static void replace(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void filesThatCannotBeUsedChangeNothingAndAreToldOnce() throws IOException {
        IssuedFiles issued = authority.issue(AGENT.toString());
        PeerCredentials own = agent(files(issued));
        byte[] before = Files.readAllBytes(issued.certificate());
        Files.writeString(issued.certificate(), "half a certifi");
        own.reload();
        own.reload();
        assertThat(clientEvents.faults).singleElement().asString().startsWith(issued.certificate() + " ");
        assertThat(own.status().fault()).isPresent();
        assertThat(helloAs(own, GATEWAY)).isEqualTo(Status.OK);

        Files.write(issued.certificate(), before);
        own.reload();
        assertThat(own.status().fault()).isEmpty();
        assertThat(clientEvents.reloaded).isEmpty();
    }

    @Test
    void aKeyOfAnotherCertificateIsNotTaken() throws IOException {
        IssuedFiles issued = authority.issue(AGENT.toString());
        PeerCredentials own = agent(files(issued));
        Instant now = Instant.now();
        IssuedFiles other =
                authority.issue("other", Optional.of(AGENT.toString()), now.minusSeconds(1), now.plus(HOUR));
        replace(other.privateKey(), issued.privateKey());
        own.reload();
        assertThat(clientEvents.faults)
                .containsExactly(issued.privateKey() + " is not the key of " + issued.certificate());
        assertThat(helloAs(own, GATEWAY)).isEqualTo(Status.OK);
    }

    @Test
    void aStreamEndsWithItsCertificate() throws IOException {
        try (Client client = new Client(server.getPort(), agent(authority).client(PeerIdentity.BINDING_SERVICE))) {
            assertThat(client.hello(GATEWAY)).isEqualTo(Status.OK);
            serverTime.set(Instant.now().plus(Duration.ofDays(31)));
            Status status = client.hello(GATEWAY);
            assertThat(status.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(status.getDescription()).endsWith("while its stream was open");
        }
        assertThat(serverEvents.of(TlsRefusal.EXPIRED)).hasSize(1);
    }

    @Test
    void aWrongFileIsNamedAtTheStart() throws IOException {
        TlsFiles service = files(authority.issue(PeerIdentity.FLOW_MANAGER.toString()));
        assertThatThrownBy(() -> agent(service))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        service.certificate()
                                + " is the certificate of flowanchor://service/flow-manager, not of flowanchor://agent/2001:db8:b::11");
        TlsFiles missing = new TlsFiles(directory.resolve("none"), service.privateKey(), service.authorities());
        assertThatThrownBy(() -> agent(missing)).hasMessageStartingWith(directory.resolve("none") + " cannot be read");
        TlsFiles noKey = new TlsFiles(service.certificate(), service.certificate(), service.authorities());
        assertThatThrownBy(() -> agent(noKey))
                .hasMessageStartingWith(service.certificate() + " has no -----BEGIN PRIVATE KEY-----");
        TlsFiles empty =
                new TlsFiles(Files.createFile(directory.resolve("empty")), service.privateKey(), service.authorities());
        assertThatThrownBy(() -> agent(empty)).hasMessageStartingWith(directory.resolve("empty") + " ");
    }

    @Test
    void withoutCertificatesAServiceStartsOnlyWhenItIsToldSo() {
        TlsSettings nothing = new TlsSettings("mutual", null, null, null);
        assertThatThrownBy(() -> nothing.credentials(PeerIdentity.FLOW_MANAGER, TlsEvents.NONE, InstantSource.system()))
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessage("flowanchor.tls.certificate is missing");
        assertThatThrownBy(() -> new TlsSettings("off", null, null, null)
                        .credentials(PeerIdentity.FLOW_MANAGER, TlsEvents.NONE, InstantSource.system()))
                .hasMessage("flowanchor.tls.mode: off is neither mutual nor plaintext");
        assertThat(new TlsSettings("plaintext", null, null, null)
                        .credentials(PeerIdentity.FLOW_MANAGER, TlsEvents.NONE, InstantSource.system()))
                .isEmpty();
    }
}
