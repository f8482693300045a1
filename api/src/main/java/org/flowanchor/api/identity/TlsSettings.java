package org.flowanchor.api.identity;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an operator of a service configures under {@code flowanchor.tls}. There is no silent default: a service without certificates
 * starts only when it is told so.
 *
 * @param mode {@code mutual} or {@code plaintext}
 * @param certificate path, see {@link TlsFiles}
 * @param privateKey path
 * @param authorities path
 */
public record TlsSettings(
        String mode,
        @Nullable String certificate,
        @Nullable String privateKey,
        @Nullable String authorities) {
    private static final String PREFIX = "flowanchor.tls.";

    /**
     * Empty: plaintext.
     *
     * @throws TlsConfigurationException when a property is missing, or a file cannot be used
     */
    public Optional<PeerCredentials> credentials(PeerIdentity own, TlsEvents events, InstantSource clock) {
        switch (mode) {
            case "plaintext":
                return Optional.empty();
            case "mutual":
                try {
                    TlsFiles files = new TlsFiles(
                            path("certificate", certificate),
                            path("private-key", privateKey),
                            path("authorities", authorities));
                    return Optional.of(PeerCredentials.open(files, own, events, clock));
                } catch (IOException e) {
                    throw new TlsConfigurationException(
                            PREFIX + "*: " + e.getMessage(), "give " + own + " a certificate, see SECURITY.md");
                }
            default:
                throw new TlsConfigurationException(
                        PREFIX + "mode: " + mode + " is neither mutual nor plaintext", "correct the property");
        }
    }

    private static Path path(String name, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw new TlsConfigurationException(
                    PREFIX + name + " is missing",
                    "set " + PREFIX + "{certificate,private-key,authorities} to PEM files, or " + PREFIX
                            + "mode=plaintext where nobody else reaches the network");
        }
        return Path.of(value);
    }
}
