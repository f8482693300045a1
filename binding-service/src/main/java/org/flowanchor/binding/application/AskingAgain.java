package org.flowanchor.binding.application;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.flowanchor.binding.application.OperatorQueries.GatewayFilter;
import org.flowanchor.binding.application.OperatorQueries.GatewayView;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The administrative action after which a gateway is sent again what it answered with a Binding Error (U-09, H-07): it knows more now, or the error, which names no message, was taken for another one's. Blocks until that is durable.
 * Repeated, it changes nothing more.
 */
public final class AskingAgain {
    private static final Logger LOG = LoggerFactory.getLogger(AskingAgain.class);

    private final OperatorQueries queries;
    private final Signalling signalling;
    private final Collection<LmaAddress> served;

    /** @param served anchors this process decides for */
    public AskingAgain(OperatorQueries queries, Signalling signalling, Collection<LmaAddress> served) {
        this.queries = queries;
        this.signalling = signalling;
        this.served = List.copyOf(served);
    }

    /**
     * Has a gateway asked again.
     *
     * @param only one anchor; empty: every anchor here that has heard of the gateway
     * @return as anchors know it from now on
     * @throws UnknownGatewayException when no anchor here has ever heard of it
     * @throws AnchorNotServedException when another process decides for that anchor
     * @throws StoreUnavailableException when it could not be made durable in time; it may be nevertheless
     */
    public List<GatewayView> askAgain(Optional<LmaAddress> only, ProxyCareOfAddress gateway) {
        if (only.isPresent() && !served.contains(only.get())) {
            throw new AnchorNotServedException(only.get());
        }
        List<LmaAddress> anchors = known(only, gateway).stream()
                .map(GatewayView::lmaAddress)
                .filter(served::contains)
                .toList();
        if (anchors.isEmpty()) {
            throw new UnknownGatewayException(gateway);
        }
        anchors.forEach(anchor -> signalling.askAgain(anchor, gateway));
        LOG.info("an operator has gateway {} asked again what it does not know, at {}", gateway, anchors);
        return known(only, gateway);
    }

    private List<GatewayView> known(Optional<LmaAddress> only, ProxyCareOfAddress gateway) {
        return queries.gateways(
                new GatewayFilter(only, Optional.of(gateway), Optional.empty()),
                Optional.empty(),
                BindingQueries.LIMIT_MAX);
    }
}
