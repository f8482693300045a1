package org.flowanchor.policy.boot;

import jakarta.validation.constraints.AssertTrue;
import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * {@code flowanchor.owners}: where resources of other services are.
 *
 * @param connectTimeout after which an owner counts as unavailable
 * @param answerTimeout for the beginning of an answer
 */
@ConfigurationProperties("flowanchor.owners")
@Validated
record OwnersProperties(
        @DefaultValue("http://127.0.0.1:8081") URI bindingService,
        @DefaultValue("http://127.0.0.1:8082") URI flowManager,
        @DefaultValue("1s") Duration connectTimeout,
        @DefaultValue("30s") Duration answerTimeout) {
    @AssertTrue(message = "must be http or https URLs without query")
    boolean isReachable() {
        return usable(bindingService) && usable(flowManager);
    }

    @AssertTrue(message = "timeouts must be positive")
    boolean isTimed() {
        return connectTimeout.isPositive() && answerTimeout.isPositive();
    }

    private static boolean usable(URI owner) {
        return ("http".equals(owner.getScheme()) || "https".equals(owner.getScheme()))
                && owner.getHost() != null
                && owner.getQuery() == null;
    }
}
