package org.flowanchor.flow;

import org.flowanchor.service.testing.LayerRules;

class ArchitectureTest extends LayerRules {
    ArchitectureTest() {
        super("org.flowanchor.flow");
    }
}
