package org.flowanchor.flow.boot;

import jakarta.validation.constraints.NotEmpty;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where the binding-service's gRPC is, for moves to gateways that do not carry a flow's prefix yet.
 *
 * @param addresses host:port of its replicas; any of them serves, the next one is taken when one does not answer
 * @param answerTimeout for one question
 */
@Validated
@ConfigurationProperties("flowanchor.binding-service")
record BindingServiceProperties(
        @DefaultValue("[::1]:9091") @NotEmpty List<String> addresses,
        @DefaultValue("1s") @DurationMin(millis = 10) Duration answerTimeout) {}
