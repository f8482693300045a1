package org.flowanchor.flow.domain.placement;

/** What the binding-service says to a {@link PrefixQuestion}. */
public sealed interface PrefixAnswer {
    /** Done, or under way: the bindings tell what becomes of it. */
    record Taken() implements PrefixAnswer {}

    record Refused(PreparationFailure why, String detail) implements PrefixAnswer {}

    /** It could not be asked; asking again may help. */
    record Unavailable(String detail) implements PrefixAnswer {}
}
