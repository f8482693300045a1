package org.flowanchor.mobility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RegistryValuesTest {
    @Test
    void everyAccessTechnologyTypeSurvivesItsText() {
        IntStream.rangeClosed(0, 255)
                .mapToObj(AccessTechnologyType::new)
                .forEach(type ->
                        assertThat(AccessTechnologyType.parse(type.toString())).isEqualTo(type));
    }

    /** STANDARDS trap 4: 4 is IEEE 802.11, 5 is IEEE 802.16e, 8 is E-UTRAN, whatever the figures of RFC 7847 show. */
    @Test
    void accessTechnologyTypesAreTheRegistrys() {
        assertThat(new AccessTechnologyType(4)).hasToString("IEEE_802_11").isEqualTo(AccessTechnologyType.IEEE_802_11);
        assertThat(new AccessTechnologyType(5)).hasToString("IEEE_802_16E");
        assertThat(new AccessTechnologyType(8)).hasToString("E_UTRAN").isEqualTo(AccessTechnologyType.E_UTRAN);
        assertThat(new AccessTechnologyType(200)).hasToString("ATT_200");
    }

    @Test
    void valuesOutsideTheirRegistrysRangeAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new AccessTechnologyType(256));
        assertThatIllegalArgumentException().isThrownBy(() -> AccessTechnologyType.parse("ATT_256"));
        assertThatIllegalArgumentException().isThrownBy(() -> AccessTechnologyType.parse("WIFI"));
        assertThatIllegalArgumentException().isThrownBy(() -> new HandoffIndicator(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> new BindingIdentifier(0));
        assertThatIllegalArgumentException().isThrownBy(() -> new BindingStatus(256));
    }

    @Test
    void statusBelow128IsAccepted() {
        assertThat(new BindingStatus(127).accepted()).isTrue();
        assertThat(BindingStatus.REASON_UNSPECIFIED.accepted()).isFalse();
    }

    @Test
    void endpointsOfTunnelsAreRoutableUnicast() {
        for (String address : new String[] {"::", "ff02::1", "fe80::1"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> ProxyCareOfAddress.parse(address));
            assertThatIllegalArgumentException().isThrownBy(() -> LmaAddress.parse(address));
        }
    }

    @Test
    void identifiersHaveTheirLengthAndNoSeparators() {
        assertThat(new MobileNodeIdentifier("mn1@operator.example")).hasToString("mn1@operator.example");
        assertThatIllegalArgumentException().isThrownBy(() -> new MobileNodeIdentifier(""));
        assertThatIllegalArgumentException().isThrownBy(() -> new MobileNodeIdentifier("a/b"));
        assertThatIllegalArgumentException().isThrownBy(() -> new MobileNodeIdentifier("a\nb"));
        assertThatIllegalArgumentException().isThrownBy(() -> new MobileNodeIdentifier("a\ud800"));
        assertThatIllegalArgumentException().isThrownBy(() -> new MobileNodeIdentifier("x".repeat(254)));
        assertThat(LinkLayerIdentifier.parse("02:00:00:00:00:0A")).hasToString("02:00:00:00:00:0a");
        assertThatIllegalArgumentException().isThrownBy(() -> LinkLayerIdentifier.parse("0200"));
    }

    /** RFC 5149 section 3: normalized, so that a name has one spelling. */
    @Test
    void serviceSelectionsAreNormalized() {
        assertThat(new ServiceSelection("\uff49ms")).isEqualTo(new ServiceSelection("ims"));
        assertThat(new ServiceSelection("x".repeat(255)).value()).hasSize(255);
        assertThatIllegalArgumentException().isThrownBy(() -> new ServiceSelection(""));
        assertThatIllegalArgumentException().isThrownBy(() -> new ServiceSelection("x".repeat(256)));
        assertThatIllegalArgumentException().isThrownBy(() -> new ServiceSelection("a\u0000"));
        assertThatIllegalArgumentException().isThrownBy(() -> new ServiceSelection("a\udc00"));
    }
}
