package org.flowanchor.testbed.signalling;

import io.grpc.ManagedChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.flowanchor.api.ProtoMapping;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.v1.FlowMobilityServiceGrpc;
import org.flowanchor.api.v1.PrepareMoveRequest;
import org.flowanchor.api.v1.PrepareMoveResponse.Outcome;
import org.flowanchor.authority.DevelopmentAuthority;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** Asks binding-service, as the flow-manager does and nobody else may, that a gateway carries a prefix it does not anchor. */
public final class PrefixMover implements AutoCloseable {
    private final ManagedChannel channel;
    private final LmaAddress lmaAddress;
    private final Duration limit;

    public PrefixMover(
            DevelopmentAuthority authority, InetSocketAddress bindingService, LmaAddress lmaAddress, Duration limit) {
        this.channel =
                Identities.channel(bindingService, new Identities(authority).credentials(PeerIdentity.FLOW_MANAGER));
        this.lmaAddress = lmaAddress;
        this.limit = limit;
    }

    /** @return REQUESTED while the gateway is being asked, PREPARED once it has acknowledged */
    public String prepare(
            MobileNodeIdentifier mobileNode, HomeNetworkPrefix prefix, ProxyCareOfAddress proxyCareOfAddress) {
        Outcome outcome = FlowMobilityServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS)
                .prepareMove(PrepareMoveRequest.newBuilder()
                        .setLmaAddress(ProtoMapping.toProto(lmaAddress))
                        .setMobileNodeIdentifier(mobileNode.toString())
                        .setHomeNetworkPrefix(ProtoMapping.toProto(prefix))
                        .setProxyCareOfAddress(ProtoMapping.toProto(proxyCareOfAddress))
                        .build())
                .getOutcome();
        return outcome.name().replace("OUTCOME_", "");
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
