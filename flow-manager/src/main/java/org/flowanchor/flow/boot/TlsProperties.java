package org.flowanchor.flow.boot;

import org.flowanchor.api.identity.TlsSettings;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** {@code flowanchor.tls}, see {@link TlsSettings}. */
@ConfigurationProperties("flowanchor.tls")
record TlsProperties(
        @DefaultValue("mutual") String mode,
        @Nullable String certificate,
        @Nullable String privateKey,
        @Nullable String authorities) {
    TlsSettings settings() {
        return new TlsSettings(mode, certificate, privateKey, authorities);
    }
}
