package org.flowanchor.policy.adapter.rest;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a page of policies begins: after a precedence. Opaque to callers. */
final class PageCursor {
    private static final String KIND = "precedence:";
    private static final Pattern SYNTAX = Pattern.compile(KIND + "\\d{1,10}");
    static final int DEFAULT_LIMIT = 100;
    static final int MAX_LIMIT = 1000;

    private PageCursor() {}

    static String after(int precedence) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((KIND + precedence).getBytes(StandardCharsets.US_ASCII));
    }

    static OptionalInt read(@Nullable String cursor) {
        if (cursor == null) {
            return OptionalInt.empty();
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII);
            if (SYNTAX.matcher(text).matches()) {
                return OptionalInt.of(Integer.parseInt(text.substring(KIND.length())));
            }
        } catch (IllegalArgumentException e) {
            // Neither base64 nor a number: not made here.
        }
        throw Problem.invalidRequest("cursor is not one that this service gave");
    }

    /** More than the maximum is the maximum. */
    static int limit(@Nullable String limit) {
        if (limit == null) {
            return DEFAULT_LIMIT;
        }
        if (!limit.matches("\\d{1,9}") || Integer.parseInt(limit) == 0) {
            throw Problem.invalidRequest("limit must be a number from 1 to " + MAX_LIMIT);
        }
        return Math.min(MAX_LIMIT, Integer.parseInt(limit));
    }
}
