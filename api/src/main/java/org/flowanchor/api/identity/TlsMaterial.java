package org.flowanchor.api.identity;

import io.grpc.util.CertificateUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** The content of {@link TlsFiles} at one moment, checked: the key is the certificate's, the certificate names us. */
record TlsMaterial(
        List<X509Certificate> chain,
        PrivateKey privateKey,
        List<X509Certificate> authorities,
        PeerIdentity identity,
        X509ExtendedTrustManager trust) {
    private static final String KEY_BEGINS = "-----BEGIN PRIVATE KEY-----";
    private static final byte[] PROOF = "flowanchor".getBytes(StandardCharsets.US_ASCII);

    /** The bytes of the three files. */
    record Bytes(byte[] certificate, byte[] privateKey, byte[] authorities) {
        static Bytes read(TlsFiles files) throws IOException {
            return new Bytes(bytes(files.certificate()), bytes(files.privateKey()), bytes(files.authorities()));
        }

        /** Arrays have no value semantics of their own. */
        boolean sameAs(Bytes other) {
            return Arrays.equals(certificate, other.certificate)
                    && MessageDigest.isEqual(privateKey, other.privateKey)
                    && Arrays.equals(authorities, other.authorities);
        }

        private static byte[] bytes(Path file) throws IOException {
            try {
                return Files.readAllBytes(file);
            } catch (IOException e) {
                throw new IOException(file + " cannot be read: " + e, e);
            }
        }
    }

    /** @throws IOException naming the file and its fault */
    static TlsMaterial of(TlsFiles files, Bytes bytes, PeerIdentity own) throws IOException {
        List<X509Certificate> chain = certificates(files.certificate(), bytes.certificate());
        PrivateKey key = privateKey(files.privateKey(), bytes.privateKey());
        List<X509Certificate> authorities = certificates(files.authorities(), bytes.authorities());
        try {
            X509Certificate certificate = chain.getFirst();
            PeerIdentity identity = PeerIdentity.of(certificate);
            if (!identity.equals(own)) {
                throw new IOException(files.certificate() + " is the certificate of " + identity + ", not of " + own);
            }
            if (!belongTogether(key, certificate.getPublicKey())) {
                throw new IOException(files.privateKey() + " is not the key of " + files.certificate());
            }
            return new TlsMaterial(chain, key, authorities, identity, trust(authorities));
        } catch (GeneralSecurityException e) {
            throw new IOException(files.certificate() + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static List<X509Certificate> certificates(Path file, byte[] pem) throws IOException {
        X509Certificate[] certificates;
        try {
            certificates = CertificateUtils.getX509Certificates(new ByteArrayInputStream(pem));
        } catch (GeneralSecurityException e) {
            throw new IOException(file + " is not a PEM file of certificates: " + e.getMessage(), e);
        }
        if (certificates.length == 0) {
            throw new IOException(file + " contains no certificate");
        }
        return List.of(certificates);
    }

    private static PrivateKey privateKey(Path file, byte[] pem) throws IOException {
        if (!new String(pem, StandardCharsets.US_ASCII).contains(KEY_BEGINS)) {
            throw new IOException(file + " has no " + KEY_BEGINS + " (PKCS #8, not encrypted)");
        }
        try {
            return CertificateUtils.getPrivateKey(new ByteArrayInputStream(pem));
        } catch (GeneralSecurityException | RuntimeException e) {
            // Never the message: it may quote the key.
            throw new IOException(file + " is no private key (PKCS #8, RSA or EC)");
        }
    }

    private static boolean belongTogether(PrivateKey privateKey, PublicKey publicKey) throws GeneralSecurityException {
        if (!privateKey.getAlgorithm().equals(publicKey.getAlgorithm())) {
            return false;
        }
        Signature signature =
                Signature.getInstance(privateKey.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
        signature.initSign(privateKey);
        signature.update(PROOF);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(PROOF);
        return signature.verify(signed);
    }

    /** Any CA of the JDK's own list stays outside. */
    private static X509ExtendedTrustManager trust(List<X509Certificate> authorities)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (int i = 0; i < authorities.size(); i++) {
            store.setCertificateEntry("authority-" + i, authorities.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager extended) {
                return extended;
            }
        }
        throw new IllegalStateException("the platform has no X.509 trust manager");
    }
}
