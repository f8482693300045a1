package org.flowanchor.binding.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.flowanchor.binding.Scene.ADMISSION;
import static org.flowanchor.binding.Scene.MN1;
import static org.flowanchor.binding.Scene.RULES;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flowanchor.binding.Scene.Update;
import org.flowanchor.binding.domain.BindingDecision.Accepted;
import org.flowanchor.binding.domain.BindingDecision.Ignored;
import org.flowanchor.binding.domain.BindingDecision.Rejected;
import org.flowanchor.binding.domain.PrefixHolders.PrefixHolder;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;

/** A binding cache with its entries in memory: decides and replays. */
public final class Anchorage {
    static final PrefixPool POOL = new PrefixPool(HomeNetworkPrefix.parse("2001:db8:100::/40"), 64);
    private final BindingCache cache;
    private final Map<MobileNodeIdentifier, MobileNodeBindings> nodes = new HashMap<>();
    private final Map<HomeNetworkPrefix, PrefixHolder> holders = new HashMap<>();
    private long next;
    private long available = Long.MAX_VALUE;

    public Anchorage() {
        this(RULES);
    }

    Anchorage(AnchorRules rules) {
        cache = new BindingCache(rules, ADMISSION);
    }

    Anchorage withPrefixes(long count) {
        available = count;
        return this;
    }

    public BindingDecision decide(Update update) {
        ReceivedUpdate received = update.received();
        MobileNodeIdentifier node = received.update().mobileNodeIdentifier().orElse(MN1);
        MobileNodeBindings before = node(node);
        BindingDecision decision =
                cache.decide(received, before, prefix -> Optional.ofNullable(holders.get(prefix)), this::nextPrefix);
        if (decision instanceof Accepted accepted) {
            accepted.records().forEach(record -> replay(node, record));
        }
        return decision;
    }

    private Optional<HomeNetworkPrefix> nextPrefix() {
        return next < available ? Optional.of(POOL.at(next++)) : Optional.empty();
    }

    private void replay(MobileNodeIdentifier node, BindingRecord record) {
        MobileNodeBindings before = node(node);
        MobileNodeBindings after = before.replay(record);
        before.homeNetworkPrefixes().forEach(prefix -> holders.put(prefix, new PrefixHolder(node, true)));
        after.homeNetworkPrefixes().forEach(prefix -> holders.put(prefix, new PrefixHolder(node, false)));
        nodes.put(node, after);
    }

    public void expire(Instant now) {
        for (MobileNodeIdentifier node : List.copyOf(nodes.keySet())) {
            cache.expire(node(node), now).forEach(record -> replay(node, record));
        }
    }

    ProxyBindingAcknowledgement accepted(Update update) {
        BindingDecision decision = decide(update);
        assertThat(decision).isInstanceOf(Accepted.class);
        ProxyBindingAcknowledgement acknowledgement = ((Accepted) decision).acknowledgement();
        assertThat(acknowledgement.status().value()).isZero();
        return acknowledgement;
    }

    ProxyBindingAcknowledgement rejected(Update update) {
        MobileNodeIdentifier node =
                update.received().update().mobileNodeIdentifier().orElse(MN1);
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
        };
    }

    void ignored(Update update) {
        MobileNodeIdentifier node =
                update.received().update().mobileNodeIdentifier().orElse(MN1);
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

    /** The prefixes MN1 holds. */
    List<HomeNetworkPrefix> prefixes() {
        return List.copyOf(node(MN1).homeNetworkPrefixes());
    }
}
