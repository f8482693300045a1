package org.flowanchor.binding;

import static org.flowanchor.binding.Scene.ADMISSION;
import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.RULES_WITHOUT_WAIT;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.binding.Scene.Update;
import org.flowanchor.binding.adapter.persistence.Persistence;
import org.flowanchor.binding.application.Anchor;
import org.flowanchor.binding.application.AnchorLoops;
import org.flowanchor.binding.application.AnchorVersions;
import org.flowanchor.binding.application.BindingLog;
import org.flowanchor.binding.application.BindingLog.EntryKey;
import org.flowanchor.binding.application.BindingLog.Position;
import org.flowanchor.binding.application.BindingStore;
import org.flowanchor.binding.application.ExpiryLoop;
import org.flowanchor.binding.application.GatewayAnswers;
import org.flowanchor.binding.application.GatewayChannel;
import org.flowanchor.binding.application.GatewayChannels;
import org.flowanchor.binding.application.GatewayStore;
import org.flowanchor.binding.application.MessageHints;
import org.flowanchor.binding.application.OperatorRequests;
import org.flowanchor.binding.application.OperatorRequests.OperatorRequest;
import org.flowanchor.binding.application.PeerCapabilities;
import org.flowanchor.binding.application.RegistrationMetrics;
import org.flowanchor.binding.application.Registrations;
import org.flowanchor.binding.application.RelayStore;
import org.flowanchor.binding.application.Signalling;
import org.flowanchor.binding.application.SignallingMetrics;
import org.flowanchor.binding.application.SubscriberStore;
import org.flowanchor.binding.domain.BindingCache;
import org.flowanchor.binding.domain.BindingDecision;
import org.flowanchor.binding.domain.GatewayCapabilities;
import org.flowanchor.binding.domain.GatewayPeer;
import org.flowanchor.binding.domain.MessageKind;
import org.flowanchor.binding.domain.NodeSignalling;
import org.flowanchor.binding.domain.PrefixPool;
import org.flowanchor.binding.domain.PrepareMoveDecision;
import org.flowanchor.binding.domain.ProxyBindingAcknowledgement;
import org.flowanchor.binding.domain.message.BindingRevocationAcknowledgement;
import org.flowanchor.binding.domain.message.GatewayAnswer;
import org.flowanchor.binding.domain.message.ReceivedRevocation;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.message.RevocationStatus;
import org.flowanchor.mobility.message.RevocationTrigger;

/** The service without transports: registration and storage of one replica. */
public final class Replica implements AutoCloseable {
    public static final PrefixPool POOL = new PrefixPool(HomeNetworkPrefix.parse("2001:db8:100::/40"), 64);
    public static final SignallingMetrics NOT_COUNTED = new SignallingMetrics() {
        @Override
        public void sent(MessageKind kind) {}

        @Override
        public void answered(MessageKind kind, Result result) {}

        @Override
        public void revocationReceived() {}

        @Override
        public void revocationAnswered(RevocationStatus status) {}

        @Override
        public void prepared(PrepareMoveDecision decision) {}

        @Override
        public void peer(GatewayPeer.Event event) {}

        @Override
        public void gatewayInPool() {}
    };

    private final HikariDataSource pool;
    private final Persistence persistence;
    private final AnchorVersions versions = new AnchorVersions();
    private final AnchorLoops loops;
    private final BindingCache cache = new BindingCache(RULES_WITHOUT_WAIT, ADMISSION, GatewayCapabilities.ALL);
    private final Registrations registrations;
    private final Signalling signalling;
    private final GatewayAnswers gatewayAnswers;
    private final GatewayChannels channels = new GatewayChannels();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.MIN);
    public final Counts counts = new Counts();

    /** Metrics, as far as tests look at them. */
    public static final class Counts implements RegistrationMetrics {
        public final AtomicInteger attempted = new AtomicInteger();
        public final AtomicInteger transactions = new AtomicInteger();
        public final AtomicInteger unanswered = new AtomicInteger();
        public final AtomicInteger expired = new AtomicInteger();
        public final AtomicInteger expiryOverloaded = new AtomicInteger();

        @Override
        public void attempted() {
            attempted.incrementAndGet();
        }

        @Override
        public void decided(BindingDecision decision) {}

        @Override
        public void unanswered() {
            unanswered.incrementAndGet();
        }

        @Override
        public void committed(int updates, Duration took) {
            transactions.incrementAndGet();
        }

        @Override
        public void expired(int entries) {
            expired.addAndGet(entries);
        }

        @Override
        public void expiryOverloaded() {
            expiryOverloaded.incrementAndGet();
        }
    }

    public Replica(TestDatabase database) {
        this(database, POOL, Duration.ofSeconds(60));
    }

    public Replica(TestDatabase database, PrefixPool pool, Duration prefixRest) {
        this(database, List.of(pool), prefixRest);
    }

    public Replica(TestDatabase database, List<PrefixPool> pools, Duration prefixRest) {
        this(database, pools, prefixRest, store -> store);
    }

    /** @param decorated the store as the loops see it */
    public Replica(
            TestDatabase database, List<PrefixPool> pools, Duration prefixRest, UnaryOperator<BindingStore> decorated) {
        pool = database.pool();
        persistence =
                Persistence.open(pool, List.of(new Anchor(ANCHOR, 0, pools)), prefixRest, versions, new MessageHints());
        loops = new AnchorLoops(
                List.of(ANCHOR), decorated.apply(persistence.bindingStore()), versions, new MessageHints(), counts);
        loops.start();
        registrations = new Registrations(cache, loops, counts, now::get);
        registrations.start();
        NodeSignalling domain = new NodeSignalling(RULES_WITHOUT_WAIT, ADMISSION, GatewayCapabilities.ALL);
        MessageHints hints = new MessageHints();
        signalling = new Signalling(
                domain,
                RULES_WITHOUT_WAIT.signalling(),
                registrations,
                persistence.gatewayStore(),
                new PeerCapabilities(Map.of()),
                hints,
                NOT_COUNTED,
                now::get);
        gatewayAnswers = new GatewayAnswers(
                List.of(ANCHOR),
                domain,
                ADMISSION,
                RULES_WITHOUT_WAIT.signalling(),
                signalling,
                registrations,
                persistence.gatewayStore(),
                channels,
                hints,
                NOT_COUNTED,
                now::get,
                threads);
    }

    /** What goes to gateways goes there, too. */
    public void sendTo(GatewayChannel channel) {
        channels.add(channel);
    }

    /** Completes when it was looked at, whatever came of it. */
    public CompletableFuture<Void> receive(List<ProxyCareOfAddress> senders, GatewayAnswer answer) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        gatewayAnswers.received(ANCHOR, senders, answer, () -> done.complete(null));
        return done;
    }

    /** A gateway revokes; cancelled: there is no answer. */
    public CompletableFuture<BindingRevocationAcknowledgement> revoke(
            ProxyCareOfAddress gateway, ReceivedRevocation revocation, Instant at) {
        now.set(at);
        CompletableFuture<BindingRevocationAcknowledgement> answer = new CompletableFuture<>();
        gatewayAnswers.revoked(ANCHOR, gateway, revocation, answer::complete, () -> answer.cancel(false));
        return answer;
    }

    /** An operator releases all bindings of the node. */
    public CompletableFuture<Integer> release(MobileNodeIdentifier mobileNode, OperatorRequest request, Instant at) {
        now.set(at);
        return signalling.revoke(
                ANCHOR,
                mobileNode,
                entry -> true,
                RevocationTrigger.ADMINISTRATIVE_REASON,
                Optional.of(request),
                Optional.empty());
    }

    /** At the time of its arrival. */
    public CompletableFuture<BindingDecision> submit(Update update) {
        now.set(update.at());
        return registrations.register(update.received(), Optional.empty());
    }

    public BindingDecision decide(Update update) {
        return submit(update).join();
    }

    public ProxyBindingAcknowledgement accepted(Update update) {
        return ((BindingDecision.Accepted) decide(update)).acknowledgement();
    }

    /** -1: ignored. */
    public int status(Update update) {
        return status(decide(update));
    }

    public static int status(BindingDecision decision) {
        return switch (decision) {
            case BindingDecision.Accepted accepted ->
                accepted.acknowledgement().status().value();
            case BindingDecision.Rejected rejected ->
                rejected.acknowledgement().status().value();
            case BindingDecision.Ignored ignored -> -1;
            case BindingDecision.Deferred deferred -> throw new IllegalStateException("not decided yet");
        };
    }

    /** What is due at {@code now} goes; returns how many entries. */
    public int expire(Instant now) {
        int before = counts.expired.get();
        new ExpiryLoop(
                        List.of(ANCHOR),
                        cache,
                        store(),
                        loops,
                        counts,
                        unanswered -> {},
                        () -> now,
                        RandomGenerator.getDefault(),
                        Duration.ZERO)
                .expireAll();
        return counts.expired.get() - before;
    }

    /** All entries, while nobody writes. */
    public Snapshot snapshot() {
        List<BindingCacheEntry> entries = new ArrayList<>();
        List<BindingCacheEntry> page;
        do {
            page = log().page(
                            ANCHOR,
                            entries.isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(new EntryKey(
                                            new MobileNodeIdentifier(
                                                    entries.getLast().getMobileNodeIdentifier()),
                                            new BindingIdentifier(
                                                    entries.getLast().getBindingIdentifier()))),
                            100);
            entries.addAll(page);
        } while (!page.isEmpty());
        return new Snapshot(log().position(ANCHOR).version(), entries);
    }

    /** @param version the anchor's */
    public record Snapshot(long version, List<BindingCacheEntry> entries) {}

    public BindingStore store() {
        return persistence.bindingStore();
    }

    public OperatorRequests operatorRequests() {
        return persistence.operatorRequests();
    }

    public BindingLog log() {
        return persistence.bindingLog();
    }

    /** The anchor's agent forwards by {@code version}. */
    public void acknowledged(long version) {
        log().acknowledged(ANCHOR, new Position(version, log().position(ANCHOR).history()));
    }

    public SubscriberStore subscribers() {
        return persistence.subscriberStore();
    }

    public GatewayStore gateways() {
        return persistence.gatewayStore();
    }

    /** What operators' questions and the start use. */
    public HikariDataSource pool() {
        return pool;
    }

    public RelayStore relays() {
        return persistence.relayStore();
    }

    public AnchorVersions versions() {
        return versions;
    }

    @Override
    public void close() {
        registrations.close();
        loops.close();
        threads.close();
        try {
            persistence.background().close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
