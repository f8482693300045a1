package org.flowanchor.binding.boot;

import org.flowanchor.service.RestProperties;
import org.flowanchor.service.TlsProperties;
import org.flowanchor.service.testing.ConfigurationReference;

class ConfigurationReferenceTest extends ConfigurationReference {
    ConfigurationReferenceTest() {
        super("binding-service", FlowAnchorProperties.class, RestProperties.class, TlsProperties.class);
    }
}
