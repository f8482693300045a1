package org.flowanchor.flow.adapter.rest;

import java.util.Optional;
import java.util.function.Function;
import org.flowanchor.flow.domain.placement.MoveHint;
import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Body of a hint.
 *
 * @param mobileNode whose flow the caller thinks it is; null: it does not say
 * @param prefix within which the caller thinks it is; null: it does not say
 * @param reporter who says so
 */
record HintRequest(
        MoveRequest.@Nullable Target to,
        @Nullable String mobileNode,
        @Nullable String prefix,
        @Nullable String reporter) {
    /** @throws InvalidRequestException naming the field */
    AccessTechnologyType target() {
        return new MoveRequest(to, null).target();
    }

    /** @throws InvalidRequestException naming the field */
    Optional<MobileNodeIdentifier> node() {
        return parsed("$.mobileNode", mobileNode, MobileNodeIdentifier::new);
    }

    /** @throws InvalidRequestException naming the field */
    Optional<HomeNetworkPrefix> homeNetworkPrefix() {
        return parsed("$.prefix", prefix, HomeNetworkPrefix::parse);
    }

    /** @throws InvalidRequestException naming the field */
    MoveHint.Reporter named() {
        return parsed("$.reporter", reporter, MoveHint.Reporter::new).orElse(MoveHint.Reporter.UNNAMED);
    }

    private static <T> Optional<T> parsed(String field, @Nullable String text, Function<String, T> parse) {
        try {
            return Optional.ofNullable(text).map(parse);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(field, String.valueOf(e.getMessage()));
        }
    }
}
