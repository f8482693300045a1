package org.flowanchor.testbed.scenario;

/** The story cannot go on; the message says what was waited for or refused. */
final class ScenarioException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ScenarioException(String message) {
        super(message);
    }

    ScenarioException(String message, Throwable cause) {
        super(message, cause);
    }
}
