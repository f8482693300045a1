package org.flowanchor.api.identity;

import io.grpc.ChannelCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A process's proof of who it is, and its judgement of others, for all its servers and clients. What they hold of it follows the files:
 * a new handshake uses what was read last, connections that exist go on.
 */
public final class PeerCredentials {
    private static final long WATCH_SECONDS = 5;

    /** Of {@link #keyStore()}, which never leaves memory; some servers insist on one. */
    public static final String STORE_PASSWORD = "memory";

    private final TlsFiles files;
    private final PeerIdentity own;
    private final TlsEvents events;
    private final InstantSource clock;
    private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();

    private volatile TlsMaterial material;
    private volatile @Nullable String fault;

    private final ReentrantLock reloading = new ReentrantLock();

    // Touched by reload only.
    private TlsMaterial.Bytes seen;

    private PeerCredentials(
            TlsFiles files,
            PeerIdentity own,
            TlsMaterial.Bytes bytes,
            TlsMaterial material,
            TlsEvents events,
            InstantSource clock) {
        this.files = files;
        this.own = own;
        this.seen = bytes;
        this.material = material;
        this.events = events;
        this.clock = clock;
        keys.updateIdentityCredentials(chain(material), material.privateKey());
    }

    /**
     * Reads the files. A certificate that is expired is taken: it may be renewed while the process runs, and others refuse it anyway.
     *
     * @param own whose certificate it must be
     * @throws IOException naming the file and its fault
     */
    public static PeerCredentials open(TlsFiles files, PeerIdentity own, TlsEvents events, InstantSource clock)
            throws IOException {
        TlsMaterial.Bytes bytes = TlsMaterial.Bytes.read(files);
        return new PeerCredentials(files, own, bytes, TlsMaterial.of(files, bytes, own), events, clock);
    }

    /** Looks at the files every {@value #WATCH_SECONDS} s, for as long as the executor works. */
    public void watch(ScheduledExecutorService executor) {
        executor.scheduleWithFixedDelay(this::reload, WATCH_SECONDS, WATCH_SECONDS, TimeUnit.SECONDS);
    }

    /** Takes files that changed; those that cannot be used change nothing. */
    public void reload() {
        reloading.lock();
        try {
            reloadAlone();
        } finally {
            reloading.unlock();
        }
    }

    private void reloadAlone() {
        try {
            TlsMaterial.Bytes bytes = TlsMaterial.Bytes.read(files);
            if (bytes.sameAs(seen) && fault == null) {
                return;
            }
            TlsMaterial next = TlsMaterial.of(files, bytes, own);
            boolean changed = !bytes.sameAs(seen);
            keys.updateIdentityCredentials(chain(next), next.privateKey());
            material = next;
            seen = bytes;
            fault = null;
            if (changed) {
                events.reloaded(status());
            }
        } catch (IOException e) {
            String text = String.valueOf(e.getMessage());
            if (!text.equals(fault)) {
                fault = text;
                events.notReloaded(text);
            }
        }
    }

    /** For health and metrics. */
    public TlsStatus status() {
        TlsMaterial present = material;
        return new TlsStatus(
                present.identity(), present.chain().getFirst().getNotAfter().toInstant(), Optional.ofNullable(fault));
    }

    /** For a gRPC server: every peer shows a certificate. */
    public ServerCredentials server() {
        return TlsServerCredentials.newBuilder()
                .keyManager(keys)
                .trustManager(trust(Optional.empty()))
                .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                .build();
    }

    /** Goes with {@link #server()}: tells its handlers who calls. */
    public CallerInterceptor callers() {
        return CallerInterceptor.mutualTls(events, clock);
    }

    /** For a gRPC client of one service. */
    public ChannelCredentials client(PeerIdentity.Service service) {
        return TlsChannelCredentials.newBuilder()
                .keyManager(keys)
                .trustManager(trust(Optional.of(service)))
                .build();
    }

    /** For an HTTP client of one service. */
    public SSLContext httpClient(PeerIdentity.Service service) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {keys}, new TrustManager[] {trust(Optional.of(service))}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this platform has no TLS", e);
        }
    }

    /** What is in use now, for servers that want stores: key and chain under the alias {@code own}. */
    public KeyStore keyStore() {
        TlsMaterial present = material;
        PrivateKey key = present.privateKey();
        Certificate[] chain = chain(present);
        return store(store -> store.setKeyEntry("own", key, STORE_PASSWORD.toCharArray(), chain));
    }

    /** The authorities in use now. */
    public KeyStore trustStore() {
        TlsMaterial present = material;
        return store(store -> {
            for (int i = 0; i < present.authorities().size(); i++) {
                store.setCertificateEntry(
                        "authority-" + i, present.authorities().get(i));
            }
        });
    }

    private interface Filling {
        void fill(KeyStore store) throws GeneralSecurityException;
    }

    private static KeyStore store(Filling filling) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            filling.fill(store);
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this platform has no PKCS #12 store", e);
        }
    }

    private IdentityTrustManager trust(Optional<PeerIdentity> expected) {
        return new IdentityTrustManager(() -> material, expected, events, clock);
    }

    private static X509Certificate[] chain(TlsMaterial of) {
        return of.chain().toArray(X509Certificate[]::new);
    }
}
