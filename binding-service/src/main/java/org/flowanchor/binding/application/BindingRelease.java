package org.flowanchor.binding.application;

import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.flowanchor.binding.application.BindingQueries.BindingView;
import org.flowanchor.binding.domain.Realm;
import org.flowanchor.mobility.BindingIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.message.RevocationTrigger;

/** An operator takes bindings away (RFC 5846, trigger 1). Blocks until that is durable, not until gateways have answered. */
public final class BindingRelease {
    private static final long DECISION_SECONDS = 10;

    private final BindingQueries queries;
    private final Signalling signalling;

    public BindingRelease(BindingQueries queries, Signalling signalling) {
        this.queries = queries;
        this.signalling = signalling;
    }

    /**
     * Releases one binding of a mobile node, or all.
     *
     * @return how many are under revocation now, or gone because their gateway cannot be asked
     * @throws UnknownMobileNodeException when there is no such binding
     * @throws AnchorNotServedException when another process decides for its anchor
     * @throws StoreUnavailableException when it could not be made durable in time; it may be nevertheless
     */
    public int release(MobileNodeIdentifier mobileNode, Optional<BindingIdentifier> only) {
        Set<LmaAddress> anchors = queries.ofMobileNode(mobileNode).stream()
                .filter(view ->
                        only.map(view.position().bindingIdentifier()::equals).orElse(true))
                .map(BindingView::lmaAddress)
                .collect(Collectors.toSet());
        if (anchors.isEmpty()) {
            throw new UnknownMobileNodeException(mobileNode, only);
        }
        int released = 0;
        for (LmaAddress anchor : anchors) {
            released += revoke(anchor, mobileNode, only);
        }
        return released;
    }

    /**
     * Revokes the bindings with a gateway: all (RFC 5846, trigger 128), or those of a realm's mobile nodes (trigger 129). They go with its
     * answer, or without one when it had the time for it.
     *
     * @return false: another loss of its bindings is not carried out yet; ask again
     * @throws UnknownGatewayException when the anchor never heard of it
     */
    public boolean releaseGateway(LmaAddress anchor, ProxyCareOfAddress gateway, Optional<Realm> realm) {
        return signalling.revokeAll(anchor, gateway, realm);
    }

    private int revoke(LmaAddress anchor, MobileNodeIdentifier mobileNode, Optional<BindingIdentifier> only) {
        try {
            return signalling
                    .revoke(
                            anchor,
                            mobileNode,
                            entry -> only.map(entry.bindingIdentifier()::equals).orElse(true),
                            RevocationTrigger.ADMINISTRATIVE_REASON)
                    .get(DECISION_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NoSuchElementException) {
                throw new AnchorNotServedException(anchor);
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
