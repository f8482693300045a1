package org.flowanchor.binding.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.ADMISSION;
import static org.flowanchor.binding.Scene.MAG1;
import static org.flowanchor.binding.Scene.MAG2;
import static org.flowanchor.binding.Scene.MN1;
import static org.flowanchor.binding.Scene.RULES;
import static org.flowanchor.binding.Scene.START;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.binding.Scene.Update;
import org.flowanchor.binding.domain.BindingDecision.Accepted;
import org.flowanchor.binding.domain.BindingDecision.Deferred;
import org.flowanchor.binding.domain.BindingDecision.Ignored;
import org.flowanchor.binding.domain.BindingDecision.Rejected;
import org.flowanchor.binding.domain.PrefixHolders.PrefixHolder;
import org.flowanchor.binding.domain.message.BindingRevocationAcknowledgement;
import org.flowanchor.binding.domain.message.GatewayAnswer;
import org.flowanchor.binding.domain.message.GatewayMessage;
import org.flowanchor.binding.domain.message.ReceivedRevocation;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.message.RevocationTrigger;

/**
 * A binding cache with its entries and a clock in memory: decides and replays, sends what is decided into a list, looks every 100 ms at
 * what is due and at updates that wait, as the service does.
 */
public final class Anchorage {
    static final PrefixPool POOL = new PrefixPool(HomeNetworkPrefix.parse("2001:db8:100::/40"), 64);
    static final List<PrefixPool> BLOCKS = List.of(
            new PrefixPool(HomeNetworkPrefix.parse("2001:db8:a100::/56"), 64, Optional.of(MAG1)),
            new PrefixPool(HomeNetworkPrefix.parse("2001:db8:a200::/56"), 64, Optional.of(MAG2)));
    private static final Duration LOOK = Duration.ofMillis(100);

    private final BindingCache cache;
    private final NodeSignalling signalling;
    private final Map<MobileNodeIdentifier, MobileNodeProfile> profiles = new HashMap<>();
    private final Set<OutstandingMessage.Key> unknown = new HashSet<>();
    private boolean subscribersKnown = true;
    private final Map<MobileNodeIdentifier, MobileNodeBindings> nodes = new HashMap<>();
    private final Map<HomeNetworkPrefix, PrefixHolder> holders = new HashMap<>();
    private final Map<PrefixPool, Long> taken = new HashMap<>();
    private final List<Update> waiting = new ArrayList<>();
    private final Map<Update, BindingDecision> concluded = new HashMap<>();
    private final List<Transmission> transmissions = new ArrayList<>();
    private int sequenceNumber = 0xfffe;
    private Instant now = START;
    private boolean timers = true;
    private long available = Long.MAX_VALUE;

    /** A message on its way. */
    record Transmission(Instant at, ProxyCareOfAddress gateway, GatewayMessage message) {}

    public Anchorage() {
        this(RULES);
    }

    public Anchorage(AnchorRules rules) {
        Admission admission = new Admission() {
            @Override
            public boolean isAuthorized(ProxyCareOfAddress gateway, MobileNodeIdentifier mobileNode) {
                return ADMISSION.isAuthorized(gateway, mobileNode);
            }

            @Override
            public boolean mayProposePrefixes(ProxyCareOfAddress gateway) {
                return ADMISSION.mayProposePrefixes(gateway);
            }

            @Override
            public Optional<MobileNodeProfile> profile(MobileNodeIdentifier mobileNode) {
                return Optional.ofNullable(profiles.get(mobileNode)).or(() -> ADMISSION.profile(mobileNode));
            }

            @Override
            public boolean knowsEverySubscriber() {
                return subscribersKnown;
            }
        };
        GatewayCapabilities capabilities =
                (gateway, kind) -> !unknown.contains(new OutstandingMessage.Key(gateway, kind));
        cache = new BindingCache(rules, admission, capabilities);
        signalling = new NodeSignalling(rules, admission, capabilities);
    }

    /** Nothing is due but what {@link #expire} finds. */
    public Anchorage withoutTimers() {
        timers = false;
        return this;
    }

    Anchorage withPrefixes(long count) {
        available = count;
        return this;
    }

    Anchorage withProfile(MobileNodeIdentifier mobileNode, MobileNodeProfile profile) {
        profiles.put(mobileNode, profile);
        return this;
    }

    /** The profile of a subscriber, as it is from now on; nothing is done about it. */
    Anchorage withSubscriber(MobileNodeIdentifier mobileNode, MobileNodeProfile profile) {
        nodes.put(mobileNode, node(mobileNode).with(Optional.of(profile)));
        return this;
    }

    void withoutSubscriber(MobileNodeIdentifier mobileNode) {
        nodes.put(mobileNode, node(mobileNode).with(Optional.empty()));
    }

    Anchorage withSubscribersUnread() {
        subscribersKnown = false;
        return this;
    }

    /** What follows from a changed profile. */
    List<BindingRecord> profileChanged(MobileNodeIdentifier mobileNode) {
        return profileChanged(mobileNode, false);
    }

    /** What follows when the operator deletes a profile. */
    List<BindingRecord> profileWithdrawn(MobileNodeIdentifier mobileNode) {
        return profileChanged(mobileNode, true);
    }

    private List<BindingRecord> profileChanged(MobileNodeIdentifier mobileNode, boolean withdrawn) {
        List<BindingRecord> records = signalling.profileChanged(node(mobileNode), withdrawn, now);
        replay(mobileNode, records);
        return records;
    }

    Anchorage withGatewayThatDoesNotKnow(ProxyCareOfAddress gateway, MessageKind kind) {
        unknown.add(new OutstandingMessage.Key(gateway, kind));
        return this;
    }

    public BindingDecision decide(Update update) {
        if (update.at().isAfter(now)) {
            advanceTo(update.at());
        }
        return decideNow(update, false);
    }

    private BindingDecision decideNow(Update update, boolean again) {
        ReceivedUpdate received = update.received();
        MobileNodeIdentifier node = received.update().mobileNodeIdentifier().orElse(MN1);
        PrefixHolders known = new PrefixHolders() {
            @Override
            public Optional<PrefixHolder> holder(HomeNetworkPrefix prefix) {
                return Optional.ofNullable(holders.get(prefix));
            }

            @Override
            public boolean isServed(HomeNetworkPrefix prefix, PrefixKind kind, ProxyCareOfAddress gateway) {
                return kind == PrefixKind.PERMANENT && POOL.isMember(prefix);
            }

            @Override
            public boolean isFree(
                    HomeNetworkPrefix prefix,
                    MobileNodeIdentifier mobileNode,
                    PrefixKind kind,
                    ProxyCareOfAddress gateway) {
                return isServed(prefix, kind, gateway) && !holders.containsKey(prefix);
            }
        };
        Instant at = now.isBefore(received.receivedAt()) ? received.receivedAt() : now;
        BindingDecision decision = again
                ? cache.decideAgain(received, node(node), known, this::nextPrefix, at)
                : cache.decide(received, node(node), known, this::nextPrefix, at);
        switch (decision) {
            case Accepted accepted -> replay(node, accepted.records());
            case Deferred deferred -> {
                replay(node, deferred.records());
                waiting.add(update);
            }
            case Rejected rejected -> {}
            case Ignored ignored -> {}
        }
        return decision;
    }

    private Optional<HomeNetworkPrefix> nextPrefix(PrefixKind kind, ProxyCareOfAddress gateway) {
        List<PrefixPool> pools = new ArrayList<>(BLOCKS);
        pools.add(POOL);
        return pools.stream()
                .filter(pool -> pool.serves(kind, gateway))
                .filter(pool -> taken.getOrDefault(pool, 0L) < Math.min(available, pool.capacity()))
                .findFirst()
                .map(pool -> pool.at(taken.merge(pool, 1L, Long::sum) - 1));
    }

    private void replay(MobileNodeIdentifier node, List<BindingRecord> records) {
        records.forEach(record -> replay(node, record));
    }

    private void replay(MobileNodeIdentifier node, BindingRecord record) {
        MobileNodeBindings before = node(node);
        BindingRecord stored = record instanceof BindingRecord.MessageSent sent ? transmitted(node, sent) : record;
        MobileNodeBindings after = before.replay(stored);
        before.homeNetworkPrefixes().forEach(prefix -> holders.put(prefix, new PrefixHolder(node, true)));
        after.homeNetworkPrefixes().forEach(prefix -> holders.put(prefix, new PrefixHolder(node, false)));
        nodes.put(node, after);
    }

    private BindingRecord transmitted(MobileNodeIdentifier node, BindingRecord.MessageSent sent) {
        OutstandingMessage message = sent.message();
        if (message.sequenceNumber().isEmpty()) {
            message = message.numbered(sequenceNumber);
            sequenceNumber = sequenceNumber + 1 & 0xffff;
        }
        transmissions.add(new Transmission(now, message.key().gateway(), message.message(node)));
        return new BindingRecord.MessageSent(message);
    }

    /** Time goes by. */
    void advanceTo(Instant to) {
        if (!timers) {
            now = to;
        }
        while (now.isBefore(to)) {
            now = now.plus(LOOK).isBefore(to) ? now.plus(LOOK) : to;
            look();
        }
    }

    void advance(Duration by) {
        advanceTo(now.plus(by));
    }

    /** What is due goes, at once. */
    public void expire(Instant at) {
        now = at.isAfter(now) ? at : now;
        look();
    }

    private void look() {
        for (MobileNodeIdentifier node : List.copyOf(nodes.keySet())) {
            replay(node, cache.due(node(node), now));
        }
        decideWaiting();
    }

    private void decideWaiting() {
        List<Update> again = List.copyOf(waiting);
        waiting.clear();
        for (Update update : again) {
            BindingDecision decision = decideNow(update, true);
            if (!(decision instanceof Deferred)) {
                concluded.put(update, decision);
            }
        }
    }

    /** How an update that had to wait was decided; empty: it still waits. */
    Optional<BindingDecision> conclusion(Update update) {
        return Optional.ofNullable(concluded.get(update));
    }

    Instant now() {
        return now;
    }

    /** Every transmission so far; they are forgotten. */
    List<Transmission> sent() {
        List<Transmission> sent = List.copyOf(transmissions);
        transmissions.clear();
        return sent;
    }

    /** The only transmission since the last look. */
    <T extends GatewayMessage> T sent(ProxyCareOfAddress gateway, Class<T> type) {
        List<Transmission> sent = sent();
        assertThat(sent).hasSize(1);
        assertThat(sent.getFirst().gateway()).isEqualTo(gateway);
        assertThat(sent.getFirst().message()).isInstanceOf(type);
        return type.cast(sent.getFirst().message());
    }

    /** False: it answers nothing that waits. */
    boolean answer(ProxyCareOfAddress gateway, MessageKind kind, int number, GatewayAnswer answer) {
        for (MobileNodeIdentifier node : List.copyOf(nodes.keySet())) {
            MobileNodeBindings bindings = node(node);
            Optional<List<BindingRecord>> records = bindings.outstanding(gateway, kind)
                    .filter(message -> message.sequenceNumber().orElseThrow() == number)
                    .flatMap(message -> signalling.answered(bindings, message, answer, now));
            if (records.isPresent()) {
                replay(node, records.get());
                decideWaiting();
                return true;
            }
        }
        return false;
    }

    /** The gateway answers its unanswered message of this kind with a Binding Error. */
    void doesNotKnow(ProxyCareOfAddress gateway, MessageKind kind) {
        unknown.add(new OutstandingMessage.Key(gateway, kind));
        MobileNodeBindings bindings = node(MN1);
        bindings.outstanding(gateway, kind)
                .ifPresent(message -> replay(MN1, signalling.unknown(bindings, message, now)));
        decideWaiting();
    }

    PrepareMoveDecision prepare(HomeNetworkPrefix prefix, ProxyCareOfAddress gateway) {
        PrepareMoveDecision decision = signalling.prepare(node(MN1), prefix, gateway, now);
        switch (decision) {
            case PrepareMoveDecision.Prepared prepared -> replay(MN1, prepared.records());
            case PrepareMoveDecision.Requested requested -> replay(MN1, requested.records());
            case PrepareMoveDecision.Refused refused -> {}
        }
        return decision;
    }

    void release(HomeNetworkPrefix prefix, ProxyCareOfAddress gateway) {
        replay(MN1, signalling.release(node(MN1), prefix, gateway, now));
    }

    void revoke(RevocationTrigger trigger, int... identifiers) {
        Set<BindingIdentifier> meant = new HashSet<>();
        for (int identifier : identifiers) {
            meant.add(new BindingIdentifier(identifier));
        }
        replay(MN1, signalling.revoke(node(MN1), meant, trigger, now));
    }

    BindingRevocationAcknowledgement revokedBy(ProxyCareOfAddress gateway, ReceivedRevocation revocation) {
        RevocationByGateway decided = signalling.revokedBy(node(MN1), gateway, revocation, now);
        replay(MN1, decided.records());
        return decided.answer();
    }

    void lost(ProxyCareOfAddress gateway, GatewayPeer.Loss loss) {
        replay(MN1, signalling.lost(node(MN1), gateway, loss, now));
    }

    ProxyBindingAcknowledgement accepted(Update update) {
        return accepted(decide(update));
    }

    static ProxyBindingAcknowledgement accepted(BindingDecision decision) {
        assertThat(decision).isInstanceOf(Accepted.class);
        ProxyBindingAcknowledgement acknowledgement = ((Accepted) decision).acknowledgement();
        assertThat(acknowledgement.status().value()).isZero();
        return acknowledgement;
    }

    ProxyBindingAcknowledgement rejected(Update update) {
        MobileNodeIdentifier node =
                update.received().update().mobileNodeIdentifier().orElse(MN1);
        if (update.at().isAfter(now)) {
            advanceTo(update.at());
        }
        MobileNodeBindings before = node(node);
        BindingDecision decision = decide(update);
        assertThat(decision).isInstanceOf(Rejected.class);
        assertThat(node(node)).isEqualTo(before);
        ProxyBindingAcknowledgement acknowledgement = ((Rejected) decision).acknowledgement();
        assertThat(acknowledgement.lifetime()).isZero();
        return acknowledgement;
    }

    int status(Update update) {
        return switch (decide(update)) {
            case Accepted accepted -> accepted.acknowledgement().status().value();
            case Rejected rejected -> rejected.acknowledgement().status().value();
            case Ignored ignored -> -1;
            case Deferred deferred -> -2;
        };
    }

    void ignored(Update update) {
        MobileNodeIdentifier node =
                update.received().update().mobileNodeIdentifier().orElse(MN1);
        if (update.at().isAfter(now)) {
            advanceTo(update.at());
        }
        MobileNodeBindings before = node(node);
        assertThat(decide(update)).isInstanceOf(Ignored.class);
        assertThat(node(node)).isEqualTo(before);
    }

    BindingDecision.Procedure procedure(Update update) {
        return ((Accepted) decide(update)).procedure();
    }

    public MobileNodeBindings node(MobileNodeIdentifier node) {
        return nodes.getOrDefault(node, MobileNodeBindings.none(node));
    }

    List<BindingCacheEntry> entries() {
        return new ArrayList<>(node(MN1).entries());
    }

    BindingCacheEntry entry(int identifier) {
        return entries().stream()
                .filter(entry -> entry.bindingIdentifier().value() == identifier)
                .findFirst()
                .orElseThrow();
    }

    /** No session has it any more. */
    boolean isResting(HomeNetworkPrefix prefix) {
        return Optional.ofNullable(holders.get(prefix))
                .filter(PrefixHolder::resting)
                .isPresent();
    }

    /** The prefixes MN1 holds. */
    List<HomeNetworkPrefix> prefixes() {
        return List.copyOf(node(MN1).homeNetworkPrefixes());
    }
}
