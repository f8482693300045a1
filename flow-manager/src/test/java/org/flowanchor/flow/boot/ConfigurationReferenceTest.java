package org.flowanchor.flow.boot;

import org.flowanchor.service.RestProperties;
import org.flowanchor.service.TlsProperties;
import org.flowanchor.service.testing.ConfigurationReference;

class ConfigurationReferenceTest extends ConfigurationReference {
    ConfigurationReferenceTest() {
        super(
                "flow-manager",
                BindingServiceProperties.class,
                FlowProperties.class,
                GrpcProperties.class,
                RestProperties.class,
                TlsProperties.class);
    }
}
