package org.flowanchor.testbed.foreign;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** A foreign gateway for each maker, on the lab's backhaul, and what the product is told of it. */
public enum ForeignSite {
    CONFORMING(Maker.CONFORMING, "strict", "visitor@flowanchor.example", List.of()),
    OAI(
            Maker.OAI,
            "oai",
            "",
            List.of(
                    "header_length_too_short",
                    "identifier_empty",
                    "prefix_length_128",
                    "timestamp_host_endian",
                    "link_layer_identifier_eui_64")),
    OPMIP(Maker.OPMIP, "opmip", "butters", List.of("option_unaligned", "access_technology_type_reserved")),
    MAD(
            Maker.MAD,
            "mad",
            "",
            List.of("identifier_eui_64", "option_unreadable", "option_unaligned", "timestamp_host_endian")),
    NS3(Maker.NS3, "ns3", "simulated@flowanchor.example", List.of("lifetime_in_seconds", "timestamp_no_time"));

    /**
     * In the last sixteenth of the pool, another place each time: what a run before left there has rested and is the first that the anchor
     * hands out, to whoever asks.
     */
    private static final long FIRST_PROPOSAL =
            0x20010db801f00000L + (Instant.now().getEpochSecond() & 0x1ffff) * values().length;

    private final Maker maker;
    private final String profile;
    private final String name;
    private final List<String> quirks;

    ForeignSite(Maker maker, String profile, String name, List<String> quirks) {
        this.maker = maker;
        this.profile = profile;
        this.name = name;
        this.quirks = quirks;
    }

    public Maker maker() {
        return maker;
    }

    /** The product's profile for it. */
    public String profile() {
        return profile;
    }

    /** Deviations the product is to count. */
    public List<String> quirks() {
        return quirks;
    }

    /** Where the gateway signals from. */
    public ProxyCareOfAddress proxyCareOfAddress() {
        return new ProxyCareOfAddress(new Ipv6Address(0x20010db8000b0000L, 0xf0 + ordinal()));
    }

    public boolean proposesPrefix() {
        return maker.has(Habit.PROPOSES_PREFIX);
    }

    /** What the gateway's own files give the terminal; ALL_ZERO when the anchor is to choose. */
    public HomeNetworkPrefix prefix() {
        return proposesPrefix()
                ? new HomeNetworkPrefix(new Ipv6Address(FIRST_PROPOSAL + ordinal(), 0), 64)
                : HomeNetworkPrefix.ALL_ZERO;
    }

    /** Arguments for {@link ForeignGatewayProcess}. */
    public List<String> arguments() {
        return List.of(
                maker.name(),
                proxyCareOfAddress().toString(),
                "02:00:00:00:0e:0" + ordinal(),
                prefix().address().toString(),
                name);
    }

    /** By which the product knows the terminal: where its gateway has no name for it, by its interface. */
    public String mobileNode() {
        return name.isEmpty()
                ? HexFormat.of().formatHex(new byte[] {2, 0, 0, 0, 0x0e, (byte) ordinal()}) + "@link-layer.invalid"
                : name;
    }
}
