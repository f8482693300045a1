package org.flowanchor.testbed.scenario;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Figures in Prometheus' text format, as a scraper reads them. */
final class Metrics {
    private static final int LIMIT_MILLIS = 5000;

    private Metrics() {}

    /**
     * The sum of a metric over all its labels.
     *
     * @param prefix name, with the beginning of its labels when only some count: {@code x_total{reason="foreign"}
     * @throws ScenarioException when it cannot be read, or there is no such metric
     */
    static double sum(URI uri, String prefix) {
        String text;
        try {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(LIMIT_MILLIS);
            connection.setReadTimeout(LIMIT_MILLIS);
            try {
                text = new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            throw new ScenarioException("no metrics of " + uri + ": " + e.getMessage(), e);
        }
        double sum = 0;
        boolean found = false;
        for (String line : text.lines().toList()) {
            if (line.startsWith(prefix) && !line.substring(prefix.length()).matches("[a-z_].*")) {
                sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
                found = true;
            }
        }
        if (!found) {
            throw new ScenarioException(uri + " has no metric " + prefix);
        }
        return sum;
    }
}
