package org.flowanchor.flow.boot;

import java.util.LinkedHashMap;
import java.util.Map;
import org.flowanchor.flow.adapter.kafka.TopicInputs;
import org.flowanchor.flow.adapter.kafka.TopicOutputs;
import org.flowanchor.flow.application.AnchorStatus;
import org.flowanchor.flow.application.Anchors;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Ready once the inputs were read: before that nothing is decided. Kafka or the database going away later is told here, and changes
 * nothing about readiness: present decisions go on.
 */
@Component("steering")
class SteeringHealth implements HealthIndicator {
    private final Anchors anchors;
    private final TopicInputs inputs;
    private final TopicOutputs outputs;

    SteeringHealth(Anchors anchors, TopicInputs inputs, TopicOutputs outputs) {
        this.anchors = anchors;
        this.inputs = inputs;
        this.outputs = outputs;
    }

    @Override
    public Health health() {
        Health.Builder health = anchors.areInputsRead() ? Health.up() : Health.outOfService();
        health.withDetail("inputsRead", anchors.areInputsRead());
        health.withDetail("kafka", inputs.isConnected() && outputs.isPublishing() ? "connected" : "does not answer");
        for (AnchorStatus status : anchors.status()) {
            Map<String, Object> detail = new LinkedHashMap<>();
            detail.put("agentConnected", status.agentConnected());
            detail.put("epoch", status.epoch());
            detail.put("version", status.version());
            detail.put("error", status.error());
            health.withDetail("anchor " + status.anchor(), detail);
        }
        return health.build();
    }
}
