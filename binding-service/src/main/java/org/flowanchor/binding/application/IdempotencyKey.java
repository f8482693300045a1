package org.flowanchor.binding.application;

import java.util.regex.Pattern;

/**
 * The caller's name for one request, so that it can be sent again safely.
 *
 * @param text 1 to 255 printable ASCII characters
 */
public record IdempotencyKey(String text) {
    private static final Pattern SYNTAX = Pattern.compile("[!-~]{1,255}");

    public IdempotencyKey {
        if (!SYNTAX.matcher(text).matches()) {
            throw new IllegalArgumentException("must be 1 to 255 printable ASCII characters without spaces");
        }
    }
}
