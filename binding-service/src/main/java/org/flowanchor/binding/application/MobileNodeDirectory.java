package org.flowanchor.binding.application;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.MobileNodeIdentifier;

/**
 * Whose interface a link-layer identifier is (RFC 5213 section 6.6): what gateways ask before they send an update. Subscribers first, then
 * what is configured.
 */
public final class MobileNodeDirectory {
    /** A terminal that is provisioned now should not have to wait long. */
    static final Duration UNMAPPED_VALIDITY = Duration.ofSeconds(5);

    private final SubscriberStore subscribers;
    private final Map<LinkLayerIdentifier, MobileNodeIdentifier> configured;
    private final Duration validity;

    /**
     * @param mobileNode empty: nobody's
     * @param validity for how long the answer may be used
     */
    public record Mapping(
            LinkLayerIdentifier linkLayerIdentifier, Optional<MobileNodeIdentifier> mobileNode, Duration validity) {}

    /** @param validity of a mapping, at most a day: for so long a gateway may go on with one that was changed since */
    public MobileNodeDirectory(
            SubscriberStore subscribers, Map<LinkLayerIdentifier, MobileNodeIdentifier> configured, Duration validity) {
        if (!validity.isPositive() || validity.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("a mapping is valid for up to a day, not for " + validity);
        }
        this.subscribers = subscribers;
        this.configured = Map.copyOf(configured);
        this.validity = validity;
    }

    /**
     * One mapping per identifier, each once. What nobody is known to have is left out while the subscribers are not all known yet.
     *
     * @throws StoreUnavailableException ask again
     */
    public List<Mapping> resolve(Collection<LinkLayerIdentifier> identifiers) {
        Map<LinkLayerIdentifier, MobileNodeIdentifier> known = subscribers.mobileNodes(identifiers);
        boolean complete = subscribers.isComplete();
        List<Mapping> mappings = new ArrayList<>();
        for (LinkLayerIdentifier identifier : new LinkedHashSet<>(identifiers)) {
            Optional<MobileNodeIdentifier> mobileNode =
                    Optional.ofNullable(known.getOrDefault(identifier, configured.get(identifier)));
            if (mobileNode.isPresent() || complete) {
                mappings.add(
                        new Mapping(identifier, mobileNode, mobileNode.isPresent() ? validity : UNMAPPED_VALIDITY));
            }
        }
        return mappings;
    }
}
