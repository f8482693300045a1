package org.flowanchor.binding.adapter.mobilityheader;

import static org.flowanchor.binding.Scene.ANCHOR;
import static org.flowanchor.binding.Scene.RULES_WITHOUT_WAIT;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.flowanchor.binding.application.GatewaySignals;
import org.flowanchor.binding.application.RelayChannel;
import org.flowanchor.binding.application.RelayRegistry;
import org.flowanchor.binding.application.RelayedHeader;
import org.flowanchor.binding.application.WireMetrics;
import org.flowanchor.binding.domain.Admission;
import org.flowanchor.binding.domain.BindingCache;
import org.flowanchor.binding.domain.BindingCacheEntry;
import org.flowanchor.binding.domain.BindingDecision;
import org.flowanchor.binding.domain.MessageKind;
import org.flowanchor.binding.domain.MobileNodeBindings;
import org.flowanchor.binding.domain.MobileNodeProfile;
import org.flowanchor.binding.domain.PrefixHolders;
import org.flowanchor.binding.domain.PrefixHolders.PrefixHolder;
import org.flowanchor.binding.domain.PrefixKind;
import org.flowanchor.binding.domain.PrefixPool;
import org.flowanchor.binding.domain.ReceivedUpdate;
import org.flowanchor.binding.domain.message.BindingRevocationAcknowledgement;
import org.flowanchor.binding.domain.message.GatewayAnswer;
import org.flowanchor.binding.domain.message.ReceivedRevocation;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.header.PeerProfile;
import org.flowanchor.mobility.header.Quirk;

/** The anchor's signalling over a binding cache in memory: octets in, octets out, entries to look at. */
final class WireAnchor implements RelayChannel, WireMetrics {
    static final HomeNetworkPrefix POOL = HomeNetworkPrefix.parse("2001:db8:100::/40");

    private static final GatewaySignals NO_SIGNALS = new GatewaySignals() {
        @Override
        public void connected(ProxyCareOfAddress gateway, boolean onTheWire, OptionalLong restartCounter) {}

        @Override
        public void received(LmaAddress anchor, List<ProxyCareOfAddress> senders, GatewayAnswer answer, Runnable done) {
            throw new AssertionError("only updates here, but " + answer);
        }

        @Override
        public void revoked(
                LmaAddress anchor,
                ProxyCareOfAddress sender,
                ReceivedRevocation revocation,
                Consumer<BindingRevocationAcknowledgement> reply,
                Runnable done) {
            throw new AssertionError("only updates here, but " + revocation);
        }
    };

    private final Map<MobileNodeIdentifier, MobileNodeBindings> nodes = new HashMap<>();
    private final Map<HomeNetworkPrefix, PrefixHolder> holders = new HashMap<>();
    private final Set<ProxyCareOfAddress> proposers = new HashSet<>();
    private final List<PrefixPool> pools = new ArrayList<>();
    private final List<Peer> peers = new ArrayList<>();
    private final List<RelayedHeader> answers = new ArrayList<>();
    private final Map<String, Integer> quirks = new HashMap<>();
    private final Map<Drop, Integer> dropped = new HashMap<>();
    private final List<Integer> problems = new ArrayList<>();
    /** Gateways on the wire know no flow mobility unless they are configured to. */
    private final BindingCache cache = new BindingCache(
            RULES_WITHOUT_WAIT, new Everybody(), (gateway, kind) -> kind != MessageKind.UPDATE_NOTIFICATION);

    private Instant now;
    private int prefixes;
    private boolean fails;

    WireAnchor(Instant now) {
        this.now = now;
    }

    /** Knows every gateway and every node but {@code nobody@example.org}. */
    private final class Everybody implements Admission {
        @Override
        public boolean isAuthorized(ProxyCareOfAddress gateway, MobileNodeIdentifier mobileNode) {
            return true;
        }

        @Override
        public boolean mayProposePrefixes(ProxyCareOfAddress gateway) {
            return proposers.contains(gateway);
        }

        @Override
        public Optional<MobileNodeProfile> profile(MobileNodeIdentifier mobileNode) {
            return mobileNode.value().equals("nobody@example.org")
                    ? Optional.empty()
                    : Optional.of(MobileNodeProfile.of("gold", true));
        }
    }

    WireAnchor with(String gateway, PeerProfile profile) {
        peers.add(peer(gateway, Optional.of(profile)));
        return this;
    }

    WireAnchor with(Peer peer) {
        peers.add(peer);
        return this;
    }

    WireAnchor recognising(String gateway) {
        peers.add(peer(gateway, Optional.empty()));
        return this;
    }

    private static Peer peer(String gateway, Optional<PeerProfile> profile) {
        ProxyCareOfAddress address = ProxyCareOfAddress.parse(gateway);
        return new Peer(address, Set.of(address.address()), Set.of(), profile);
    }

    /** The prefix is this node's, as a subscriber's own prefix is: naming it opens a session on it. */
    WireAnchor owning(String prefix, String node) {
        holders.put(HomeNetworkPrefix.parse(prefix), new PrefixHolder(new MobileNodeIdentifier(node), true));
        return this;
    }

    /** The gateway may propose prefixes, out of this pool. */
    WireAnchor proposing(String gateway, String pool) {
        proposers.add(ProxyCareOfAddress.parse(gateway));
        pools.add(new PrefixPool(HomeNetworkPrefix.parse(pool), 64));
        return this;
    }

    /** The next registration is none: it throws. */
    void failsOnce() {
        fails = true;
    }

    void at(Instant time) {
        now = time;
    }

    /** What comes back to the source; empty when nothing does. */
    Optional<String> exchange(String source, String hex) {
        answers.clear();
        IpAddress from = source.indexOf(':') < 0 ? Ipv4Address.parse(source) : Ipv6Address.parse(source);
        IpAddress to = from instanceof Ipv4Address ? Ipv4Address.parse("198.51.100.1") : ANCHOR.address();
        int port = from instanceof Ipv4Address ? 5436 : 0;
        new AnchorSignalling(
                        new Peers(peers), this::register, NO_SIGNALS, new RelayRegistry(() -> now), this, () -> now)
                .received(
                        ANCHOR,
                        new RelayedHeader(from, to, port + (port == 0 ? 0 : 1), port, Octets.parse(hex)),
                        Optional.empty(),
                        this);
        if (answers.isEmpty()) {
            return Optional.empty();
        }
        RelayedHeader answer = answers.getFirst();
        if (!answer.destination().equals(from) || !answer.source().equals(to)) {
            throw new AssertionError("answer from " + answer.source() + " to " + answer.destination());
        }
        return Optional.of(HexFormat.of().formatHex(answer.octets().toByteArray()));
    }

    CompletableFuture<BindingDecision> register(ReceivedUpdate received, Optional<String> traceparent) {
        if (fails) {
            fails = false;
            throw new IllegalStateException("registration fails, as the test wants");
        }
        Optional<BindingDecision.Rejected> screened = cache.screen(received);
        if (screened.isPresent()) {
            return CompletableFuture.completedFuture(screened.get());
        }
        MobileNodeIdentifier node = received.update().mobileNodeIdentifier().orElseThrow();
        MobileNodeBindings before = bindings(node);
        BindingDecision decision = cache.decide(
                received, before, holders(), (kind, gateway) -> Optional.of(next()), received.receivedAt());
        if (decision instanceof BindingDecision.Accepted accepted) {
            MobileNodeBindings after = before;
            for (var record : accepted.records()) {
                after = after.replay(record);
            }
            after.homeNetworkPrefixes().forEach(prefix -> holders.put(prefix, new PrefixHolder(node, false)));
            nodes.put(node, after);
        }
        return CompletableFuture.completedFuture(decision);
    }

    private PrefixHolders holders() {
        return new PrefixHolders() {
            @Override
            public Optional<PrefixHolder> holder(HomeNetworkPrefix prefix) {
                return Optional.ofNullable(holders.get(prefix));
            }

            @Override
            public boolean isFree(
                    HomeNetworkPrefix prefix,
                    MobileNodeIdentifier mobileNode,
                    PrefixKind kind,
                    ProxyCareOfAddress gateway) {
                return holder(prefix).isEmpty() && pools.stream().anyMatch(pool -> pool.isMember(prefix));
            }
        };
    }

    private HomeNetworkPrefix next() {
        return new HomeNetworkPrefix(new Ipv6Address(POOL.address().high() + prefixes++, 0), 64);
    }

    private MobileNodeBindings bindings(MobileNodeIdentifier node) {
        return nodes.getOrDefault(node, MobileNodeBindings.none(node));
    }

    /** The only entry of a node. */
    BindingCacheEntry entry(String node) {
        List<BindingCacheEntry> entries =
                List.copyOf(bindings(new MobileNodeIdentifier(node)).entries());
        if (entries.size() != 1) {
            throw new AssertionError(node + " has " + entries.size() + " entries; nodes " + nodes.keySet());
        }
        return entries.getFirst();
    }

    int entries() {
        return nodes.values().stream().mapToInt(node -> node.entries().size()).sum();
    }

    int seen(PeerProfile profile, Quirk quirk) {
        return quirks.getOrDefault(profile.name() + " " + quirk, 0);
    }

    int drops(Drop drop) {
        return dropped.getOrDefault(drop, 0);
    }

    List<Integer> problems() {
        return problems;
    }

    int answerPort() {
        return answers.getFirst().destinationPort();
    }

    @Override
    public boolean send(RelayedHeader header) {
        return answers.add(header);
    }

    @Override
    public boolean parameterProblem(RelayedHeader invoking, int offset) {
        return problems.add(offset);
    }

    @Override
    public void received(int messageType) {}

    @Override
    public void sent(int messageType) {}

    @Override
    public void dropped(Drop drop) {
        dropped.merge(drop, 1, Integer::sum);
    }

    @Override
    public void quirk(PeerProfile profile, Quirk quirk) {
        quirks.merge(profile.name() + " " + quirk, 1, Integer::sum);
    }
}
