package org.flowanchor.policy.domain;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.policy.domain.SubscriberDecision.LinkLayerIdentifierTaken;
import org.flowanchor.policy.domain.SubscriberDecision.PrefixTaken;
import org.flowanchor.policy.domain.SubscriberDecision.Present;
import org.flowanchor.policy.domain.SubscriberDecision.Publish;
import org.flowanchor.policy.domain.SubscriberDecision.Retire;
import org.flowanchor.policy.domain.SubscriberDecision.Stale;
import org.flowanchor.policy.domain.SubscriberDecision.Unchanged;
import org.flowanchor.policy.domain.SubscriberDecision.Unknown;

/**
 * The part of the set of profiles that one change, or one portion of an import, touches. Deciding changes nothing; {@link #replay} is
 * the only thing that does, so that the next decision sees what the previous ones left.
 *
 * <p>A mobile node has no profile or one that stands at a revision. {@link #create}, and {@link #replace} with
 * {@link Precondition.Absent}, lead from none to one, {@link #replace} from one revision to a later one, {@link #retire} to none. An
 * interface and everything in a static prefix are one node's: who wants what another one holds is refused, whatever the order.
 */
public final class SubscriberRegister {
    /**
     * What other mobile nodes hold.
     *
     * @param prefixes that overlap a wanted one, with their holders; they do not overlap each other
     */
    public record Holdings(
            Map<LinkLayerIdentifier, MobileNodeIdentifier> linkLayerIdentifiers,
            Map<HomeNetworkPrefix, MobileNodeIdentifier> prefixes) {}

    private final Map<MobileNodeIdentifier, StoredSubscriber> standing = new HashMap<>();
    private final Map<LinkLayerIdentifier, MobileNodeIdentifier> linkLayerIdentifiers = new HashMap<>();
    private final NavigableMap<HomeNetworkPrefix, MobileNodeIdentifier> prefixes = new TreeMap<>();
    private long version;

    /**
     * @param version of the set now; the next change has the one after it
     * @param standing profiles of the mobile nodes in question, as far as there are any
     * @param holdings whatever the wanted profiles could collide with
     */
    public SubscriberRegister(long version, Collection<StoredSubscriber> standing, Holdings holdings) {
        this.version = version;
        linkLayerIdentifiers.putAll(holdings.linkLayerIdentifiers());
        prefixes.putAll(holdings.prefixes());
        standing.forEach(this::hold);
    }

    /** Of the set after all that was replayed. */
    public long version() {
        return version;
    }

    public Optional<StoredSubscriber> standing(MobileNodeIdentifier mobileNode) {
        return Optional.ofNullable(standing.get(mobileNode));
    }

    public SubscriberDecision create(SubscriberProfile wanted, Instant now) {
        return standing(wanted.mobileNodeIdentifier()).isPresent()
                ? new Present(wanted.mobileNodeIdentifier())
                : publish(wanted, now);
    }

    public SubscriberDecision replace(SubscriberProfile wanted, Precondition precondition, Instant now) {
        Optional<Long> revision = standing(wanted.mobileNodeIdentifier()).map(StoredSubscriber::revision);
        return precondition.holds(revision)
                ? provision(wanted, now)
                : new Stale(wanted.mobileNodeIdentifier(), revision);
    }

    /** Whether there is one or not. */
    public SubscriberDecision provision(SubscriberProfile wanted, Instant now) {
        Optional<StoredSubscriber> current = standing(wanted.mobileNodeIdentifier());
        return current.isPresent() && current.get().profile().equals(wanted)
                ? new Unchanged(current.get())
                : publish(wanted, now);
    }

    public SubscriberDecision retire(MobileNodeIdentifier mobileNode, Precondition precondition) {
        Optional<Long> revision = standing(mobileNode).map(StoredSubscriber::revision);
        if (revision.isEmpty()) {
            return new Unknown(mobileNode);
        }
        return precondition.holds(revision) ? new Retire(mobileNode, version + 1) : new Stale(mobileNode, revision);
    }

    private SubscriberDecision publish(SubscriberProfile wanted, Instant now) {
        MobileNodeIdentifier node = wanted.mobileNodeIdentifier();
        for (LinkLayerIdentifier identifier : wanted.linkLayerIdentifiers()) {
            MobileNodeIdentifier holder = linkLayerIdentifiers.getOrDefault(identifier, node);
            if (!holder.equals(node)) {
                return new LinkLayerIdentifierTaken(identifier, holder);
            }
        }
        for (HomeNetworkPrefix prefix : wanted.staticPrefixes()) {
            Optional<Map.Entry<HomeNetworkPrefix, MobileNodeIdentifier>> other = overlapping(prefix, node);
            if (other.isPresent()) {
                return new PrefixTaken(prefix, other.get().getKey(), other.get().getValue());
            }
        }
        Optional<StoredSubscriber> current = standing(node);
        return new Publish(
                new StoredSubscriber(
                        wanted,
                        version + 1,
                        current.map(StoredSubscriber::createdAt).orElse(now),
                        now),
                current.isEmpty());
    }

    /**
     * A prefix of another node that overlaps {@code wanted}. Held prefixes do not overlap each other: one that contains the wanted one is
     * just before it in order, those that it contains follow it.
     */
    private Optional<Map.Entry<HomeNetworkPrefix, MobileNodeIdentifier>> overlapping(
            HomeNetworkPrefix wanted, MobileNodeIdentifier node) {
        Map.Entry<HomeNetworkPrefix, MobileNodeIdentifier> before = prefixes.floorEntry(wanted);
        if (before != null
                && before.getKey().contains(wanted)
                && !before.getValue().equals(node)) {
            return Optional.of(before);
        }
        for (Map.Entry<HomeNetworkPrefix, MobileNodeIdentifier> held :
                prefixes.tailMap(wanted).entrySet()) {
            if (!wanted.contains(held.getKey())) {
                return Optional.empty();
            }
            if (!held.getValue().equals(node)) {
                return Optional.of(Map.entry(held.getKey(), held.getValue()));
            }
        }
        return Optional.empty();
    }

    /** The set after {@code decision}; refusals leave it as it was. */
    public void replay(SubscriberDecision decision) {
        switch (decision) {
            case Publish(StoredSubscriber subscriber, boolean _) -> {
                release(subscriber.mobileNodeIdentifier());
                hold(subscriber);
                version = subscriber.revision();
            }
            case Retire(MobileNodeIdentifier mobileNode, long revision) -> {
                release(mobileNode);
                version = revision;
            }
            case Unchanged _, Present _, LinkLayerIdentifierTaken _, PrefixTaken _, Unknown _, Stale _ -> {}
        }
    }

    private void hold(StoredSubscriber subscriber) {
        MobileNodeIdentifier node = subscriber.mobileNodeIdentifier();
        standing.put(node, subscriber);
        subscriber.profile().linkLayerIdentifiers().forEach(identifier -> linkLayerIdentifiers.put(identifier, node));
        subscriber.profile().staticPrefixes().forEach(prefix -> prefixes.put(prefix, node));
    }

    private void release(MobileNodeIdentifier node) {
        StoredSubscriber subscriber = standing.remove(node);
        if (subscriber != null) {
            subscriber.profile().linkLayerIdentifiers().forEach(linkLayerIdentifiers::remove);
            subscriber.profile().staticPrefixes().forEach(prefixes::remove);
        }
    }
}
