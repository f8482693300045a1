package org.flowanchor.policy.adapter.rest;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Lines of a body of any length, one at a time; memory is bounded by the longest line that is allowed. */
final class LineReader {
    private final InputStream body;
    private final int maxOctets;
    private long number;

    /**
     * @param number from 1
     * @param octets without the line's end; of a line that is too long only its beginning
     */
    record Line(long number, byte[] octets, boolean tooLong) {
        boolean isBlank() {
            for (byte octet : octets) {
                if (octet != ' ' && octet != '\t' && octet != '\r') {
                    return false;
                }
            }
            return true;
        }
    }

    LineReader(InputStream body, int maxOctets) {
        this.body = new BufferedInputStream(body, 64 * 1024);
        this.maxOctets = maxOctets;
    }

    /** Empty at the end of the body. */
    Optional<Line> next() throws IOException {
        int octet = body.read();
        if (octet < 0) {
            return Optional.empty();
        }
        number++;
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        boolean tooLong = false;
        while (octet >= 0 && octet != '\n') {
            if (line.size() < maxOctets) {
                line.write(octet);
            } else {
                tooLong = true;
            }
            octet = body.read();
        }
        return Optional.of(new Line(number, line.toByteArray(), tooLong));
    }
}
