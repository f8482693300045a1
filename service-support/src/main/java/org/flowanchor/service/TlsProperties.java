package org.flowanchor.service;

import org.flowanchor.api.identity.TlsSettings;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** {@code flowanchor.tls}, see {@link TlsSettings}. */
@ConfigurationProperties("flowanchor.tls")
public record TlsProperties(
        @DefaultValue("mutual") String mode,
        @Nullable String certificate,
        @Nullable String privateKey,
        @Nullable String authorities) {
    public TlsSettings settings() {
        return new TlsSettings(mode, certificate, privateKey, authorities);
    }
}
