package org.flowanchor.agent.boot;

/** The configuration file says something that cannot be; the message is one line that names file, path in it and fault. */
final class ConfigurationException extends Exception {
    ConfigurationException(String file, String path, String fault) {
        super(file + ": " + path + ": " + fault);
    }
}
