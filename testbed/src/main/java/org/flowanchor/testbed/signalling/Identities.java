package org.flowanchor.testbed.signalling;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import org.flowanchor.api.identity.PeerCredentials;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.identity.TlsEvents;
import org.flowanchor.api.identity.TlsFiles;
import org.flowanchor.authority.DevelopmentAuthority;
import org.flowanchor.authority.IssuedFiles;

/** Opens channels to replicas of binding-service in somebody's name. */
final class Identities {
    private final DevelopmentAuthority authority;

    Identities(DevelopmentAuthority authority) {
        this.authority = authority;
    }

    ChannelCredentials credentials(PeerIdentity own) {
        IssuedFiles issued = authority.issue(own.toString());
        try {
            return PeerCredentials.open(
                            new TlsFiles(issued.certificate(), issued.privateKey(), issued.authorities()),
                            own,
                            TlsEvents.NONE,
                            InstantSource.system())
                    .client(PeerIdentity.BINDING_SERVICE);
        } catch (IOException e) {
            throw new UncheckedIOException("certificate of " + own, e);
        }
    }

    static ManagedChannel channel(InetSocketAddress replica, ChannelCredentials credentials) {
        return Grpc.newChannelBuilderForAddress(replica.getHostString(), replica.getPort(), credentials)
                .build();
    }
}
