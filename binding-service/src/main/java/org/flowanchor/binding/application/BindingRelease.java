package org.flowanchor.binding.application;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.flowanchor.binding.application.BindingQueries.BindingView;
import org.flowanchor.binding.application.BindingQueries.Filter;
import org.flowanchor.binding.application.OperatorRequests.OperatorRequest;
import org.flowanchor.binding.domain.Realm;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.message.RevocationTrigger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An operator takes bindings away (RFC 5846, trigger 1). Blocks until that is durable, not until gateways have answered. */
public final class BindingRelease {
    private static final Logger LOG = LoggerFactory.getLogger(BindingRelease.class);
    private static final long DECISION_SECONDS = 10;

    private final BindingQueries queries;
    private final Signalling signalling;
    private final OperatorRequests requests;
    private final Collection<LmaAddress> served;

    /** @param served anchors this process decides for */
    public BindingRelease(
            BindingQueries queries, Signalling signalling, OperatorRequests requests, Collection<LmaAddress> served) {
        this.queries = queries;
        this.signalling = signalling;
        this.requests = requests;
        this.served = List.copyOf(served);
    }

    /**
     * Releases one binding of a mobile node, or all.
     *
     * @param key under which it is done once: repeated, the request only gets its answer again
     * @param traceparent W3C trace context of the request; empty: one begins
     * @return how many are under revocation now, or gone because their gateway cannot be asked
     * @throws UnknownMobileNodeException when there is no such binding
     * @throws AnchorNotServedException when another process decides for its anchor
     * @throws StoreUnavailableException when it could not be made durable in time; it may be nevertheless
     * @throws IdempotencyKeyReusedException when something else was asked under that key
     */
    public int release(
            MobileNodeIdentifier mobileNode,
            Optional<BindingIdentifier> only,
            Optional<IdempotencyKey> key,
            Optional<String> traceparent) {
        Optional<OperatorRequest> request = key.map(one -> new OperatorRequest(
                one,
                "release of mobile node " + mobileNode
                        + only.map(binding -> ", binding " + binding).orElse("")));
        Map<LmaAddress, Integer> answered = request.map(requests::answered).orElse(Map.of());
        if (!answered.isEmpty() && answered.keySet().containsAll(served)) {
            return answered.values().stream().mapToInt(Integer::intValue).sum();
        }
        Set<LmaAddress> bound = anchors(mobileNode, only);
        if (bound.isEmpty() && answered.isEmpty()) {
            throw new UnknownMobileNodeException(mobileNode, only);
        }
        for (LmaAddress anchor : bound) {
            if (!served.contains(anchor)) {
                throw new AnchorNotServedException(anchor);
            }
        }
        int released = 0;
        // Under a key everywhere: an anchor without an answer is one that an earlier attempt did not come to.
        for (LmaAddress anchor : request.isPresent() ? served : bound) {
            released += revoke(anchor, mobileNode, only, request, traceparent);
        }
        LOG.info("an operator releases {} bindings of mobile node {}", released, mobileNode);
        return released;
    }

    /**
     * Revokes the bindings with a gateway: all (RFC 5846, trigger 128), or those of a realm's mobile nodes (trigger 129). They go with its
     * answer, or without one when it had the time for it.
     *
     * @param only one anchor; empty: every anchor here that has heard of the gateway
     * @param key under which it is done once
     * @return by anchor; false: another loss of its bindings is not carried out yet; ask again
     * @throws UnknownGatewayException when no anchor here has ever heard of it
     * @throws AnchorNotServedException when another process decides for that anchor
     * @throws IdempotencyKeyReusedException when something else was asked under that key
     */
    public SortedMap<LmaAddress, Boolean> releaseGateway(
            Optional<LmaAddress> only,
            ProxyCareOfAddress gateway,
            Optional<Realm> realm,
            Optional<IdempotencyKey> key) {
        if (only.isPresent() && !served.contains(only.get())) {
            throw new AnchorNotServedException(only.get());
        }
        Optional<OperatorRequest> request = key.map(one -> new OperatorRequest(
                one,
                "release of gateway " + gateway
                        + only.map(anchor -> ", anchor " + anchor).orElse("")
                        + realm.map(of -> ", realm " + of.name()).orElse("")));
        SortedMap<LmaAddress, Boolean> taken = new TreeMap<>(Comparator.comparing(LmaAddress::toString));
        for (LmaAddress anchor : only.map(List::of).orElse(List.copyOf(served))) {
            try {
                taken.put(anchor, signalling.revokeAll(anchor, gateway, realm, request));
            } catch (UnknownGatewayException e) {
                LOG.debug("anchor {}: {}", anchor, e.getMessage());
            }
        }
        if (taken.isEmpty()) {
            throw new UnknownGatewayException(gateway);
        }
        LOG.info(
                "an operator releases {} with gateway {}: {}",
                realm.map(of -> "bindings of realm " + of.name()).orElse("all bindings"),
                gateway,
                taken);
        return taken;
    }

    private Set<LmaAddress> anchors(MobileNodeIdentifier mobileNode, Optional<BindingIdentifier> only) {
        return queries.page(Filter.of(mobileNode), Optional.empty(), BindingQueries.LIMIT_MAX).views().stream()
                .filter(view ->
                        only.map(view.position().bindingIdentifier()::equals).orElse(true))
                .map(BindingView::lmaAddress)
                .collect(Collectors.toSet());
    }

    private int revoke(
            LmaAddress anchor,
            MobileNodeIdentifier mobileNode,
            Optional<BindingIdentifier> only,
            Optional<OperatorRequest> request,
            Optional<String> traceparent) {
        try {
            return signalling
                    .revoke(
                            anchor,
                            mobileNode,
                            entry -> only.map(entry.bindingIdentifier()::equals).orElse(true),
                            RevocationTrigger.ADMINISTRATIVE_REASON,
                            request,
                            traceparent)
                    .get(DECISION_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IdempotencyKeyReusedException reused) {
                throw reused;
            }
            throw new StoreUnavailableException("revocation of " + mobileNode + ": " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new StoreUnavailableException("revocation of " + mobileNode + ": not in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("revocation of " + mobileNode + ": interrupted", e);
        }
    }
}
