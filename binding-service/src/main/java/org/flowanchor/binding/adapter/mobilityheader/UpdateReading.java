package org.flowanchor.binding.adapter.mobilityheader;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.binding.domain.Timestamp;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.MobileNodeIdentifier;
import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.ServiceSelection;
import org.flowanchor.mobility.header.PeerProfile;
import org.flowanchor.mobility.header.Quirk;
import org.flowanchor.mobility.message.ProxyBindingUpdate;
import org.flowanchor.mobility.option.AccessTechnologyTypeOption;
import org.flowanchor.mobility.option.AlternateCareOfAddressOption;
import org.flowanchor.mobility.option.HandoffIndicatorOption;
import org.flowanchor.mobility.option.HomeNetworkPrefixOption;
import org.flowanchor.mobility.option.LinkLayerIdentifierOption;
import org.flowanchor.mobility.option.LinkLocalAddressOption;
import org.flowanchor.mobility.option.MobileNodeIdentifierOption;
import org.flowanchor.mobility.option.ServiceSelectionOption;
import org.flowanchor.mobility.option.TimestampOption;

/**
 * What an update of a peer means. Meaning only: whether it is acceptable is the domain's.
 *
 * <p>Traps: the value an answer repeats is the peer's octets, never what was made of them here; an identifier made of a link-layer
 * address ends in {@code .invalid} (RFC 2606), so it never meets a subscriber's.
 */
final class UpdateReading {
    private static final int EUI_64 = 8;
    private static final int UNIT_SECONDS = 4;

    private final ProxyBindingUpdate update;
    private final PeerProfile profile;
    private final Set<Quirk> quirks;

    /** @param quirks those seen in it */
    UpdateReading(ProxyBindingUpdate update, PeerProfile profile, Set<Quirk> quirks) {
        this.update = update;
        this.profile = profile;
        this.quirks = quirks;
    }

    /**
     * The update of the domain.
     *
     * @param arrival a timestamp above all that were used before, for peers whose own order nothing
     */
    org.flowanchor.binding.domain.ProxyBindingUpdate value(
            LmaAddress anchor, ProxyCareOfAddress careOfAddress, Timestamp arrival) {
        return new org.flowanchor.binding.domain.ProxyBindingUpdate(
                update.sequenceNumber(),
                anchor,
                careOfAddress,
                mobileNode(),
                prefixes(),
                update.options().first(HandoffIndicatorOption.class).map(HandoffIndicatorOption::handoffIndicator),
                update.options()
                        .first(AccessTechnologyTypeOption.class)
                        .map(AccessTechnologyTypeOption::accessTechnologyType),
                linkLayerIdentifier(),
                lifetimeUnits(),
                update.options()
                        .first(TimestampOption.class)
                        .map(option -> profile.ordersByArrival(quirks) ? arrival : new Timestamp(option.fixedPoint())),
                update.options()
                        .first(LinkLocalAddressOption.class)
                        .map(LinkLocalAddressOption::linkLocalAddress)
                        .filter(address -> address.isUnspecified() || address.isLinkLocal()),
                update.options().first(ServiceSelectionOption.class).flatMap(UpdateReading::service));
    }

    /** A name that is none is nobody's service; the update is then one without a service. */
    private static Optional<ServiceSelection> service(ServiceSelectionOption option) {
        try {
            return Optional.of(new ServiceSelection(option.text()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Empty when the option is missing or holds no identifier (status 160). */
    Optional<MobileNodeIdentifier> mobileNode() {
        return update.options().first(MobileNodeIdentifierOption.class).flatMap(this::mobileNode);
    }

    private Optional<MobileNodeIdentifier> mobileNode(MobileNodeIdentifierOption option) {
        Optional<MobileNodeIdentifier> nai = option.networkAccessIdentifier();
        if (nai.isPresent()) {
            return nai;
        }
        if (option.identifier().length() == EUI_64 && quirks.contains(Quirk.IDENTIFIER_EUI_64)) {
            LinkLayerIdentifier eui64 =
                    LinkLayerIdentifier.of(option.identifier().toByteArray());
            return Optional.of(named(PeerProfile.macAddress(eui64).orElse(eui64)));
        }
        return quirks.contains(Quirk.IDENTIFIER_EMPTY)
                ? linkLayerIdentifier().map(UpdateReading::named)
                : Optional.empty();
    }

    /** Of a sub-type for which no identity is known here: 153 instead of 160. */
    boolean hasForeignIdentifier() {
        return mobileNode().isEmpty()
                && update.options()
                        .first(MobileNodeIdentifierOption.class)
                        .map(MobileNodeIdentifierOption::identifier)
                        .filter(identifier -> !identifier.isEmpty() && !isZero(identifier))
                        .isPresent();
    }

    private static boolean isZero(Octets octets) {
        for (int i = 0; i < octets.length(); i++) {
            if (octets.at(i) != 0) {
                return false;
            }
        }
        return true;
    }

    private static MobileNodeIdentifier named(LinkLayerIdentifier identifier) {
        return new MobileNodeIdentifier(HexFormat.of().formatHex(identifier.octets()) + "@link-layer.invalid");
    }

    private List<HomeNetworkPrefix> prefixes() {
        return update.options().all(HomeNetworkPrefixOption.class).stream()
                .map(profile::prefix)
                .toList();
    }

    private Optional<LinkLayerIdentifier> linkLayerIdentifier() {
        return update.options().first(LinkLayerIdentifierOption.class).map(profile::linkLayerIdentifier);
    }

    /** Rounded up: a terminal must not be given up before its gateway repeats the update. */
    private int lifetimeUnits() {
        int seconds = update.lifetime() * profile.lifetimeUnitSeconds();
        return Math.ceilDiv(seconds, UNIT_SECONDS);
    }

    /** In the peer's unit, never more than it asked for (RFC 6275 section 10.3.1). */
    int lifetime(int grantedUnits) {
        return Math.min(update.lifetime(), grantedUnits * UNIT_SECONDS / profile.lifetimeUnitSeconds());
    }

    /** The Alternate Care-of Address, when there is one (RFC 5213 section 6.9.1.5). */
    Optional<Ipv6Address> alternateCareOfAddress() {
        return update.options()
                .first(AlternateCareOfAddressOption.class)
                .map(AlternateCareOfAddressOption::careOfAddress);
    }

    ProxyBindingUpdate update() {
        return update;
    }

    PeerProfile profile() {
        return profile;
    }
}
