package org.flowanchor.agent.adapter.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.flowanchor.agent.domain.Samples.onWlan;

import java.util.Objects;
import java.util.function.Consumer;
import org.flowanchor.agent.domain.BindingUse;
import org.flowanchor.agent.domain.Samples;
import org.flowanchor.api.v1.BindingCacheEntry;
import org.flowanchor.api.v1.BindingStreamResponse;
import org.flowanchor.api.v1.DecisionAuthority;
import org.flowanchor.api.v1.HostModel;
import org.flowanchor.api.v1.SteeringCommand;
import org.flowanchor.api.v1.TrafficClass;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.TrafficSelector;
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

    private static TrafficSelector selectorOf(int protocol) {
        return Objects.requireNonNull(Contract.steeringChange(SteeringCommand.newBuilder()
                                .setReplaceClasses(true)
                                .addClasses(TrafficClass.newBuilder()
                                        .addSelectors(org.flowanchor.api.v1.TrafficSelector.newBuilder()
                                                .setProtocols(org.flowanchor.api.v1.Range.newBuilder()
                                                        .setStart(protocol)
                                                        .setEnd(protocol))
                                                .setSecurityParametersIndexes(org.flowanchor.api.v1.Range.newBuilder()
                                                        .setStart(0x7fff_ffff)
                                                        .setEnd(0xffff_fffe))))
                                .build())
                        .classes())
                .getFirst()
                .rule()
                .selectors()
                .getFirst();
    }

    /** RFC 6088 section 3.2 (E, F): 32 bits without a sign. */
    @Test
    void aRuleBySecurityParametersIndexIsOfEsp() {
        assertThat(selectorOf(FiveTuple.ESP).securityParametersIndexes())
                .isEqualTo(new TrafficSelector.Range(0x7fffffffL, 0xfffffffeL));
        assertThat(selectorOf(FiveTuple.ESP).remotePorts()).isEqualTo(TrafficSelector.ALL_PORTS);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> selectorOf(FiveTuple.UDP))
                .withMessageContaining("protocol 50");
    }

    @Test
    void aProfileThatIsNotKnownIsNoBinding() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> use(entry -> entry.setHostModelValue(99)))
                .withMessageContaining("host model");
    }
}
