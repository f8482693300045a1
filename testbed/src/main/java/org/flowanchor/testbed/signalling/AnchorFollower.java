package org.flowanchor.testbed.signalling;

import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.api.v1.BindingKey;
import org.flowanchor.api.v1.BindingState;
import org.flowanchor.api.v1.BindingStreamRequest;
import org.flowanchor.api.v1.BindingStreamResponse;
import org.flowanchor.api.v1.BindingStreamServiceGrpc;
import org.flowanchor.api.v1.BindingSubscription;
import org.flowanchor.api.v1.StreamAcknowledgement;
import org.flowanchor.authority.DevelopmentAuthority;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.testbed.signalling.RegistrationLoad.Registered;
import org.jspecify.annotations.Nullable;

/**
 * The anchor's agent without a data plane: folds the binding stream, acknowledges, and when the stream ends goes on at the next replica
 * with the version it has.
 */
public final class AnchorFollower implements AutoCloseable {
    private static final long REDIAL_MILLIS = 250;

    private final LmaAddress lmaAddress;
    private final List<InetSocketAddress> replicas;
    private final ChannelCredentials credentials;
    private final ScheduledExecutorService redialler =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());

    private record Key(String mobileNode, int bindingIdentifier) {}

    // Guarded by this.
    private final Map<Key, BindingCacheEntry> entries = new HashMap<>();
    private final Map<Key, BindingCacheEntry> parts = new HashMap<>();
    private final List<String> faults = new ArrayList<>();
    private @Nullable Stream stream;
    private int replica;
    private long version;
    private String history = "";
    private int fullStates;
    private int continued;
    private boolean closed;

    private AnchorFollower(LmaAddress lmaAddress, List<InetSocketAddress> replicas, DevelopmentAuthority authority) {
        this.lmaAddress = lmaAddress;
        this.replicas = List.copyOf(replicas);
        this.credentials = new Identities(authority).credentials(new PeerIdentity.AnchorAgent(lmaAddress));
    }

    /** Subscribes at the first replica. */
    public static AnchorFollower start(
            LmaAddress lmaAddress, List<InetSocketAddress> replicas, DevelopmentAuthority authority) {
        AnchorFollower follower = new AnchorFollower(lmaAddress, replicas, authority);
        follower.dial();
        return follower;
    }

    /** Active bindings by mobile node, of those whose name begins with {@code run}. */
    public synchronized Map<String, Registered> registered(String run) {
        Map<String, Registered> registered = new HashMap<>();
        entries.forEach((key, entry) -> {
            if (key.mobileNode().startsWith(run) && entry.getState() == BindingState.BINDING_STATE_ACTIVE) {
                registered.put(key.mobileNode(), registered(entry));
            }
        });
        return registered;
    }

    static Registered registered(BindingCacheEntry entry) {
        return new Registered(
                ProtoMapping.proxyCareOfAddress(entry.getProxyCareOfAddress()),
                ProtoMapping.homeNetworkPrefix(entry.getHomeNetworkPrefixes(0)));
    }

    /** Full states so far: one when all streams could be continued. */
    public synchronized int fullStates() {
        return fullStates;
    }

    /** Streams that went on from a version this follower had. */
    public synchronized int continued() {
        return continued;
    }

    /** Index of the replica it follows. */
    public synchronized int replica() {
        return replica;
    }

    /** What the streams did that they must not: versions that do not grow, removals of what is not there. */
    public synchronized List<String> faults() {
        return List.copyOf(faults);
    }

    private synchronized void dial() {
        if (closed) {
            return;
        }
        Stream dialled = new Stream(Identities.channel(replicas.get(replica), credentials));
        stream = dialled;
        BindingSubscription.Builder subscription =
                BindingSubscription.newBuilder().setLmaAddress(ProtoMapping.toProto(lmaAddress));
        if (version > 0) {
            subscription.setVersion(version).setHistory(history);
        }
        dialled.requests.onNext(
                BindingStreamRequest.newBuilder().setSubscription(subscription).build());
    }

    private synchronized void broken(Stream which) {
        if (which != stream) {
            return;
        }
        which.channel.shutdownNow();
        stream = null;
        parts.clear();
        replica = (replica + 1) % replicas.size();
        if (!closed) {
            redialler.schedule(this::dial, REDIAL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void fold(Stream from, BindingStreamResponse response) {
        if (from != stream) {
            return;
        }
        Map<Key, BindingCacheEntry> target = response.getFullState() ? parts : entries;
        if (from.first) {
            from.first = false;
            if (response.getFullState()) {
                fullStates++;
            } else {
                continued++;
            }
        }
        response.getEntriesList()
                .forEach(entry ->
                        target.put(new Key(entry.getMobileNodeIdentifier(), entry.getBindingIdentifier()), entry));
        for (BindingKey removed : response.getRemovedList()) {
            boolean was =
                    target.remove(new Key(removed.getMobileNodeIdentifier(), removed.getBindingIdentifier())) != null;
            if (!was && !response.getFullState()) {
                faults.add("version " + response.getVersion() + " removes what is not there: " + removed);
            }
        }
        if (response.getMore()) {
            return;
        }
        if (response.getFullState()) {
            entries.clear();
            entries.putAll(parts);
            parts.clear();
        } else if (response.getVersion() < version) {
            faults.add("version " + response.getVersion() + " after " + version);
        }
        version = response.getVersion();
        history = response.getHistory();
        from.requests.onNext(BindingStreamRequest.newBuilder()
                .setAcknowledgement(StreamAcknowledgement.newBuilder()
                        .setVersion(response.getVersion())
                        .setNonce(response.getNonce()))
                .build());
    }

    @Override
    public synchronized void close() {
        closed = true;
        redialler.shutdownNow();
        if (stream != null) {
            stream.channel.shutdownNow();
        }
    }

    private final class Stream implements StreamObserver<BindingStreamResponse> {
        private final ManagedChannel channel;
        private final StreamObserver<BindingStreamRequest> requests;
        private boolean first = true;

        Stream(ManagedChannel channel) {
            this.channel = channel;
            this.requests = BindingStreamServiceGrpc.newStub(channel).streamBindings(this);
        }

        @Override
        public void onNext(BindingStreamResponse response) {
            fold(this, response);
        }

        @Override
        public void onError(Throwable error) {
            broken(this);
        }

        @Override
        public void onCompleted() {
            broken(this);
        }
    }
}
