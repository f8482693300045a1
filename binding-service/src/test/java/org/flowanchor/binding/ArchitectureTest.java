package org.flowanchor.binding;

import org.flowanchor.service.testing.LayerRules;

class ArchitectureTest extends LayerRules {
    ArchitectureTest() {
        super("org.flowanchor.binding", "org.flowanchor.api..", "com.google.protobuf..");
    }
}
