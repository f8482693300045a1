package org.flowanchor.policy.adapter.rest;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where a page of a list begins: after a position in the list's order. Opaque to callers. */
final class PageCursor {
    static final int DEFAULT_LIMIT = 100;
    static final int MAX_LIMIT = 1000;

    private PageCursor() {}

    /** @param order what the list is ordered by; a cursor of another list is refused */
    static String after(String order, Object position) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((order + ":" + position).getBytes(StandardCharsets.UTF_8));
    }

    /** @param parse throws {@link IllegalArgumentException} on what is no position */
    static <T> Optional<T> read(String order, @Nullable String cursor, Function<String, T> parse) {
        if (cursor == null) {
            return Optional.empty();
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            if (text.startsWith(order + ":")) {
                return Optional.of(parse.apply(text.substring(order.length() + 1)));
            }
        } catch (IllegalArgumentException e) {
            // Neither base64 nor a position: not made here.
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
