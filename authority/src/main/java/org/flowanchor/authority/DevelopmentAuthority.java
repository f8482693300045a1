package org.flowanchor.authority;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * An authority in a folder of its own: its key and certificate, and what it issued, all readable by the owner only. Keys are EC P-256.
 * It keeps no list of what it issued and revokes nothing.
 */
public final class DevelopmentAuthority {
    private static final Duration AUTHORITY_VALIDITY = Duration.ofDays(3650);
    private static final Duration VALIDITY = Duration.ofDays(30);

    /** Clocks of a laboratory's machines differ a little. */
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private static final String SIGNATURE = "SHA256withECDSA";

    private final Path directory;
    private final X509Certificate certificate;
    private final PrivateKey key;
    private final SecureRandom random = new SecureRandom();

    private DevelopmentAuthority(Path directory, X509Certificate certificate, PrivateKey key) {
        this.directory = directory;
        this.certificate = certificate;
        this.key = key;
    }

    /** Opens the authority in a folder, making both when they are missing. */
    public static DevelopmentAuthority open(Path directory) {
        Path certificateFile = directory.resolve("authority.crt");
        Path keyFile = directory.resolve("authority.key");
        try {
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            if (!Files.exists(certificateFile) || !Files.exists(keyFile)) {
                create(certificateFile, keyFile);
            }
            X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(certificateFile)));
            PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(decoded(keyFile)));
            return new DevelopmentAuthority(directory, certificate, key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the authority in " + directory + " cannot be used: delete the folder", e);
        }
    }

    /**
     * Issues a certificate for some weeks; an earlier one of the same identity is replaced in place.
     *
     * @param identity {@code flowanchor://<kind>/<name>}, becomes the one URI in subjectAltName
     */
    public IssuedFiles issue(String identity) {
        Instant now = Instant.now();
        return issue(fileName(identity), Optional.of(identity), now.minus(TOLERANCE), now.plus(VALIDITY));
    }

    /**
     * Issues any certificate, also one that must not work.
     *
     * @param name of the files, without ending
     * @param identity empty: a certificate of nobody
     */
    public IssuedFiles issue(String name, Optional<String> identity, Instant from, Instant until) {
        try {
            KeyPair pair = keyPair();
            JcaX509v3CertificateBuilder builder = builder(
                    certificate.getSubjectX500Principal().getName(),
                    "CN=" + name,
                    from,
                    until,
                    pair.getPublic(),
                    new BigInteger(120, random));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth
            }));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate.getPublicKey()));
            if (identity.isPresent()) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, identity.get())));
            }
            IssuedFiles files = new IssuedFiles(
                    directory.resolve(name + ".crt"),
                    directory.resolve(name + ".key"),
                    directory.resolve("authority.crt"));
            write(files.privateKey(), pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
            write(files.certificate(), pem("CERTIFICATE", signed(builder, key).getEncoded()));
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("no certificate for " + name, e);
        }
    }

    private static String fileName(String identity) {
        return identity.substring(identity.indexOf("://") + 3).replace('/', '-').replace(':', '_');
    }

    private static void create(Path certificateFile, Path keyFile) throws IOException, GeneralSecurityException {
        KeyPair pair = keyPair();
        Instant now = Instant.now();
        String name = "CN=FlowAnchor development authority";
        JcaX509v3CertificateBuilder builder = builder(
                name, name, now.minus(TOLERANCE), now.plus(AUTHORITY_VALIDITY), pair.getPublic(), BigInteger.ONE);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        builder.addExtension(
                Extension.subjectKeyIdentifier,
                false,
                new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
        try {
            write(keyFile, pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
            write(
                    certificateFile,
                    pem("CERTIFICATE", signed(builder, pair.getPrivate()).getEncoded()));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static JcaX509v3CertificateBuilder builder(
            String issuer, String subject, Instant from, Instant until, PublicKey key, BigInteger serial) {
        return new JcaX509v3CertificateBuilder(
                new X500Name(issuer), serial, Date.from(from), Date.from(until), new X500Name(subject), key);
    }

    private static X509Certificate signed(JcaX509v3CertificateBuilder builder, PrivateKey key)
            throws OperatorCreationException, GeneralSecurityException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
    }

    private static KeyPair keyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static String pem(String type, byte[] encoded) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded) + "\n-----END " + type
                + "-----\n";
    }

    private static byte[] decoded(Path pem) throws IOException {
        StringBuilder base64 = new StringBuilder();
        Files.readAllLines(pem).stream()
                .filter(line -> !line.startsWith("-----"))
                .forEach(base64::append);
        return Base64.getDecoder().decode(base64.toString());
    }

    /** Never half written, never readable by others. */
    private static void write(Path file, String text) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        Files.createFile(
                unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(unfinished, text.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
