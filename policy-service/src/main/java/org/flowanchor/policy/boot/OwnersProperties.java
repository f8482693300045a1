package org.flowanchor.policy.boot;

import jakarta.validation.constraints.AssertTrue;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import org.flowanchor.api.identity.TlsConfigurationException;
import org.flowanchor.service.TlsProperties;
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

    /** Whether an owner has an {@code https} address. */
    boolean needTls() {
        return isTls(bindingService) || isTls(flowManager);
    }

    /** Whether both are on this host. */
    boolean areLocal() {
        return isThisHost(bindingService.getHost()) && isThisHost(flowManager.getHost());
    }

    /** @throws TlsConfigurationException when requests would leave this host in the clear and nobody said so */
    void requireNothingInTheClear(TlsProperties tls) {
        refuseInTheClear("binding-service", bindingService, tls);
        refuseInTheClear("flow-manager", flowManager, tls);
    }

    static boolean isTls(URI address) {
        return "https".equals(address.getScheme());
    }

    private static void refuseInTheClear(String owner, URI address, TlsProperties tls) {
        if (!isTls(address) && !tls.mode().equals("plaintext") && !isThisHost(address.getHost())) {
            throw new TlsConfigurationException(
                    "flowanchor.owners." + owner + ": " + address + " leaves this host in the clear",
                    "give an https address, or set flowanchor.tls.mode=plaintext where nobody else reaches the network");
        }
    }

    /** Never resolves a name. */
    private static boolean isThisHost(String host) {
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
