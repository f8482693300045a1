package org.flowanchor.flow.boot;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where agents are served.
 *
 * @param port 0: any free one
 */
@Validated
@ConfigurationProperties("flowanchor.grpc")
record GrpcProperties(
        @DefaultValue("::1") @NotBlank String address,
        @DefaultValue("9092") @Min(0) @Max(65535) int port) {}
