package org.flowanchor.policy.boot;

import org.flowanchor.service.RestProperties;
import org.flowanchor.service.TlsProperties;
import org.flowanchor.service.testing.ConfigurationReference;

class ConfigurationReferenceTest extends ConfigurationReference {
    ConfigurationReferenceTest() {
        super("policy-service", OwnersProperties.class, RestProperties.class, TlsProperties.class);
    }
}
