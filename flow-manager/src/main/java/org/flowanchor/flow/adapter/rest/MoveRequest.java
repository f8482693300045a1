package org.flowanchor.flow.adapter.rest;

import java.util.Optional;
import org.flowanchor.mobility.AccessTechnologyType;
import org.jspecify.annotations.Nullable;

/**
 * Body of a move.
 *
 * @param from where the caller thinks the flow is; null: anywhere
 */
record MoveRequest(@Nullable Target to, @Nullable Target from) {
    record Target(@Nullable String accessTechnologyType) {}

    /** @throws InvalidRequestException naming the field */
    AccessTechnologyType target() {
        if (to == null) {
            throw new InvalidRequestException("$.to", "is required");
        }
        return parse("$.to", to);
    }

    /** @throws InvalidRequestException naming the field */
    Optional<AccessTechnologyType> origin() {
        return from == null ? Optional.empty() : Optional.of(parse("$.from", from));
    }

    private static AccessTechnologyType parse(String path, Target target) {
        String field = path + ".accessTechnologyType";
        if (target.accessTechnologyType() == null) {
            throw new InvalidRequestException(field, "is required");
        }
        try {
            return AccessTechnologyType.parse(target.accessTechnologyType());
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(field, String.valueOf(e.getMessage()));
        }
    }
}
