package org.flowanchor.service.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.flowanchor.api.identity.PeerCredentials;
import org.flowanchor.api.identity.PeerIdentity;
import org.flowanchor.api.identity.TlsEvents;
import org.flowanchor.api.identity.TlsFiles;
import org.flowanchor.authority.DevelopmentAuthority;
import org.flowanchor.authority.IssuedFiles;

/** Certificates for tests of who is let in: of a development authority, and such as are worth nothing. */
public final class TestCertificates {
    private final Path directory;
    private final DevelopmentAuthority authority;

    /** @param directory that is the test's own */
    public TestCertificates(Path directory) {
        this.directory = directory;
        authority = DevelopmentAuthority.open(directory.resolve("authority"));
    }

    /** Arguments with which a service starts that speaks mutual TLS. */
    public List<String> arguments(PeerIdentity service) {
        IssuedFiles own = authority.issue(service.toString());
        return List.of(
                "--flowanchor.tls.mode=mutual",
                "--flowanchor.tls.certificate=" + own.certificate(),
                "--flowanchor.tls.private-key=" + own.privateKey(),
                "--flowanchor.tls.authorities=" + own.authorities());
    }

    public PeerCredentials of(PeerIdentity identity) throws IOException {
        return open(identity, authority.issue(identity.toString()));
    }

    /** Its time was over a minute ago. */
    public PeerCredentials expired(PeerIdentity identity) throws IOException {
        Instant now = Instant.now();
        return open(
                identity,
                authority.issue(
                        "expired", Optional.of(identity.toString()), now.minusSeconds(90), now.minusSeconds(60)));
    }

    /** Another authority vouches for it; it believes in ours. */
    public PeerCredentials foreign(PeerIdentity identity) throws IOException {
        IssuedFiles stranger =
                DevelopmentAuthority.open(directory.resolve("stranger")).issue(identity.toString());
        Path ours = authority.issue(identity.toString()).authorities();
        return open(identity, new IssuedFiles(stranger.certificate(), stranger.privateKey(), ours));
    }

    private static PeerCredentials open(PeerIdentity identity, IssuedFiles issued) throws IOException {
        TlsFiles files = new TlsFiles(issued.certificate(), issued.privateKey(), issued.authorities());
        return PeerCredentials.open(files, identity, TlsEvents.NONE, InstantSource.system());
    }
}
