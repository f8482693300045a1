package org.flowanchor.policy;

import org.flowanchor.service.testing.LayerRules;

class ArchitectureTest extends LayerRules {
    ArchitectureTest() {
        super("org.flowanchor.policy", "org.flowanchor.api..", "com.google.protobuf..");
    }
}
