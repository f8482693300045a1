package org.flowanchor.agent.adapter.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.flowanchor.agent.domain.Samples.onWlan;

import java.util.function.Consumer;
import org.flowanchor.agent.domain.BindingUse;
import org.flowanchor.agent.domain.Samples;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.api.v1.BindingStreamResponse;
import org.flowanchor.api.v1.DecisionAuthority;
import org.flowanchor.api.v1.HostModel;
import org.junit.jupiter.api.Test;

class ContractTest {
    private static final int WLAN = 4;
    private static final int LTE = 8;

    /** What a binding over WLAN may be used for. */
    private static BindingUse use(Consumer<BindingCacheEntry.Builder> profile) {
        BindingCacheEntry.Builder entry = Messages.entry(onWlan(1));
        profile.accept(entry);
        return Contract.bindingChange(
                        BindingStreamResponse.newBuilder().addEntries(entry).build(), Samples.LMA)
                .entries()
                .getFirst()
                .use();
    }

    @Test
    void f01_t93_theSubscriberProfileSaysWhatABindingIsUsedFor() {
        assertThat(use(_ -> {})).isEqualTo(BindingUse.ANY);
        assertThat(use(entry -> entry.addAllowedAccessTechnologyTypes(LTE).addAllowedAccessTechnologyTypes(WLAN)))
                .isEqualTo(BindingUse.ANY);
        assertThat(use(entry -> entry.addAllowedAccessTechnologyTypes(LTE))).isEqualTo(BindingUse.LAST_RESORT);
        assertThat(use(entry -> entry.setDecisionAuthority(DecisionAuthority.DECISION_AUTHORITY_MOBILE_NODE)))
                .isEqualTo(BindingUse.ROUTE_ONLY);
        assertThat(use(entry -> entry.setHostModel(HostModel.HOST_MODEL_STRONG)))
                .isEqualTo(BindingUse.ROUTE_ONLY);
        assertThat(use(entry -> entry.setHostModel(HostModel.HOST_MODEL_WEAK))).isEqualTo(BindingUse.ANY);
    }

    @Test
    void aProfileThatIsNotKnownIsNoBinding() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> use(entry -> entry.setHostModelValue(99)))
                .withMessageContaining("host model");
    }
}
