package org.flowanchor.service;

import org.flowanchor.api.identity.TlsConfigurationException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** One clear line instead of a stack trace. */
final class TlsRefusedAnalyzer extends AbstractFailureAnalyzer<TlsConfigurationException> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, TlsConfigurationException cause) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.remedy(), cause);
    }
}
