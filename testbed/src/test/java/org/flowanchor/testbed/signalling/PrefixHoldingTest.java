package org.flowanchor.testbed.signalling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.testbed.signalling.Operation.Kind;
import org.junit.jupiter.api.Test;

class PrefixHoldingTest {
    private static final HomeNetworkPrefix P = HomeNetworkPrefix.parse("2001:db8:1::/64");

    @Test
    void twoHoldersAtOneTimeAreAFault() {
        PrefixHolding holding = PrefixHolding.of(Map.of(
                "one", List.of(accepted(Kind.ATTACHMENT, 1, 2)), "two", List.of(accepted(Kind.ATTACHMENT, 5, 6))));
        assertThat(holding.faults()).singleElement().asString().contains("2001:db8:1::/64", "one", "two");
    }

    @Test
    void oneAfterTheOtherIsReuse() {
        PrefixHolding holding = PrefixHolding.of(Map.of(
                "one", List.of(accepted(Kind.ATTACHMENT, 1, 2), accepted(Kind.DEREGISTRATION, 3, 4)),
                "two", List.of(accepted(Kind.ATTACHMENT, 5, 6))));
        assertThat(holding.faults()).isEmpty();
        assertThat(holding.reused()).isEqualTo(1);
    }

    @Test
    void aDeregistrationThatWasNotAnsweredMayHaveGivenItBack() {
        Operation lost = new Operation(Kind.DEREGISTRATION, 0, 3, Optional.of(P), 3, Optional.empty());
        PrefixHolding holding = PrefixHolding.of(Map.of(
                "one", List.of(accepted(Kind.ATTACHMENT, 1, 2), lost),
                "two", List.of(accepted(Kind.ATTACHMENT, 5, 6))));
        assertThat(holding.faults()).isEmpty();
    }

    private static Operation accepted(Kind kind, long at, long until) {
        return new Operation(
                kind, 0, at, Optional.of(P), at, Optional.of(new Operation.Outcome(0, Optional.of(P), until)));
    }
}
