package org.flowanchor.flow.adapter.rest;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param next cursor of the following page; null on the last
 */
record Page<T>(List<T> items, @Nullable String next) {
    static final int MAX_LIMIT = 1000;
    static final int DEFAULT_LIMIT = 100;

    /** @param found up to {@code limit + 1} entries: the one beyond only tells that there is more */
    static <S, T> Page<T> of(List<S> found, int limit, Function<S, T> body, Function<S, String> position) {
        boolean more = found.size() > limit;
        List<S> shown = more ? found.subList(0, limit) : found;
        return new Page<>(shown.stream().map(body).toList(), more ? encode(position.apply(shown.getLast())) : null);
    }

    /** @throws InvalidRequestException when it is not within 1..1000 */
    static int limit(@Nullable Integer wanted) {
        int limit = wanted == null ? DEFAULT_LIMIT : wanted;
        if (limit < 1) {
            throw new InvalidRequestException("limit", "is at least 1, not " + limit);
        }
        return Math.min(limit, MAX_LIMIT);
    }

    private static String encode(String position) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(position.getBytes(StandardCharsets.UTF_8));
    }

    /** @throws InvalidRequestException when no page gave this cursor */
    static <T> T position(String cursor, Function<String, T> parse) {
        try {
            return parse.apply(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new InvalidRequestException("cursor", "is not one that a page gave");
        }
    }
}
