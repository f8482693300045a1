package org.flowanchor.flow.domain.placement;

/** What the binding-service is to be asked now. */
public sealed interface PrefixQuestion {
    CarriedPrefix what();

    /** Let the gateway carry the prefix. Harmless when it does. */
    record Prepare(CarriedPrefix what) implements PrefixQuestion {}

    /** No flow needs it there any more; the anchor keeps it for its hold time. */
    record Release(CarriedPrefix what) implements PrefixQuestion {}
}
