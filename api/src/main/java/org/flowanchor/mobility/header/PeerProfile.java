package org.flowanchor.mobility.header;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.message.BindingUpdateFlags;
import org.flowanchor.mobility.message.MobilityMessage;
import org.flowanchor.mobility.message.ProxyBindingUpdate;
import org.flowanchor.mobility.option.AccessTechnologyTypeOption;
import org.flowanchor.mobility.option.HomeNetworkPrefixOption;
import org.flowanchor.mobility.option.LinkLayerIdentifierOption;
import org.flowanchor.mobility.option.MobileNodeIdentifierOption;
import org.flowanchor.mobility.option.MobilityOptions;
import org.flowanchor.mobility.option.TimestampOption;

/**
 * How one peer writes the Mobility Header, where it differs from the RFCs. A profile is chosen for one peer and never loosens what is
 * accepted from another. The named ones are facts about implementations in use: what exactly is forgiven, and what their fields mean.
 *
 * @param name in configuration and metrics
 * @param forgiven what strict decoding refuses and this profile accepts
 * @param timestampsOrder false: their Timestamp orders nothing, arrival does; it is repeated octet by octet all the same
 * @param lifetimeUnitSeconds 4 by RFC 6275 section 6.1.7
 * @param readsStatus false: the gateway takes every acknowledgement that repeats its options for an acceptance, so a refusal must not
 *     repeat the Timestamp
 * @param identifierOctets to which it wants an NAI padded with NULs; 0: not at all
 * @param echoesAttachment false: its acknowledgements have neither Handoff Indicator nor Access Technology Type
 */
public record PeerProfile(
        String name,
        Set<Quirk> forgiven,
        boolean timestampsOrder,
        int lifetimeUnitSeconds,
        boolean readsStatus,
        int identifierOctets,
        boolean echoesAttachment) {
    private static final int UNIT = 4;

    /** The RFCs, nothing else. */
    public static final PeerProfile STRICT =
            new PeerProfile("strict", EnumSet.noneOf(Quirk.class), true, UNIT, true, 0, true);

    /** Reads whatever can be read without a guess about its meaning. */
    public static final PeerProfile LENIENT = new PeerProfile(
            "lenient",
            EnumSet.complementOf(
                    EnumSet.of(Quirk.TIMESTAMP_NO_TIME, Quirk.LINK_LAYER_IDENTIFIER_EUI_64, Quirk.LIFETIME_IN_SECONDS)),
            true,
            UNIT,
            true,
            0,
            true);

    /**
     * OAI: Header Len without the last octets, NUL-padded NAI of 63 octets, host-endian Timestamp that retransmissions repeat, /128 for a
     * /64; its gateway reads no status, its anchor clears P and sends neither Handoff Indicator nor Access Technology Type.
     */
    public static final PeerProfile OAI = new PeerProfile(
            "oai",
            EnumSet.of(
                    Quirk.HEADER_LENGTH_TOO_SHORT,
                    Quirk.IDENTIFIER_NUL_PADDED,
                    Quirk.IDENTIFIER_EMPTY,
                    Quirk.IDENTIFIER_EUI_64,
                    Quirk.PROXY_FLAG_CLEAR,
                    Quirk.PREFIX_LENGTH_128,
                    Quirk.TIMESTAMP_HOST_ENDIAN,
                    Quirk.LINK_LAYER_IDENTIFIER_EUI_64),
            false,
            UNIT,
            false,
            63,
            false);

    /** OPMIP: unaligned options, access technology type 0, sequence numbers instead of timestamps. Nothing that strict decoding refuses. */
    public static final PeerProfile OPMIP =
            new PeerProfile("opmip", EnumSet.noneOf(Quirk.class), true, UNIT, true, 0, true);

    /** MAD-PMIPv6: EUI-64 under sub-type 2, no alignment, length not a multiple of 8, private options 28 to 30, host-endian Timestamp. */
    public static final PeerProfile MAD = new PeerProfile(
            "mad",
            EnumSet.of(
                    Quirk.HEADER_LENGTH_TOO_SHORT,
                    Quirk.HEADER_LENGTH_TOO_LONG,
                    Quirk.IDENTIFIER_EUI_64,
                    Quirk.OPTION_UNREADABLE,
                    Quirk.TIMESTAMP_HOST_ENDIAN,
                    Quirk.LINK_LAYER_IDENTIFIER_EUI_64),
            false,
            UNIT,
            true,
            0,
            true);

    /** ns-3: Timestamp in microseconds since the simulation's start, Lifetime in seconds. */
    public static final PeerProfile NS3 = new PeerProfile(
            "ns3", EnumSet.of(Quirk.TIMESTAMP_NO_TIME, Quirk.LIFETIME_IN_SECONDS), false, 1, true, 0, true);

    /** Each profile that can be configured by name; {@code auto} is {@link #recognise}. */
    public static final List<PeerProfile> NAMED = List.of(STRICT, LENIENT, OAI, OPMIP, MAD, NS3);

    private static final MobilityHeaderDecoder STRICTLY = decoder(Mode.STRICT);
    private static final MobilityHeaderDecoder LENIENTLY = decoder(Mode.LENIENT);
    private static final long SECONDS_OF_A_SIMULATION = 10_000_000;

    public PeerProfile {
        forgiven = Set.copyOf(forgiven);
        if (lifetimeUnitSeconds != 1 && lifetimeUnitSeconds != UNIT) {
            throw new IllegalArgumentException("a lifetime counts seconds or units of 4, not " + lifetimeUnitSeconds);
        }
    }

    /** Localized routing, flow bindings started by a home agent and multicast subscriptions can be read and are not implemented. */
    private static MobilityHeaderDecoder decoder(Mode mode) {
        return MobilityHeaderDecoder.of(mode).withoutTypes(17, 18, 21, 22, 23);
    }

    public static Optional<PeerProfile> named(String name) {
        return NAMED.stream().filter(profile -> profile.name.equals(name)).findFirst();
    }

    /** Decodes what this peer sent; a quirk that is not forgiven makes the message what strict decoding makes of it. */
    public DecodeResult decode(byte[] octets, Transport transport) {
        if (!needsLeniency()) {
            return STRICTLY.decode(octets, transport);
        }
        DecodeResult result = LENIENTLY.decode(octets, transport);
        if (result instanceof DecodeResult.Decoded decoded) {
            for (Quirk quirk : decoded.quirks()) {
                if (Quirk.refusedByStrictDecoding().contains(quirk) && !forgiven.contains(quirk)) {
                    return STRICTLY.decode(octets, transport);
                }
            }
        }
        return result;
    }

    private boolean needsLeniency() {
        return !Collections.disjoint(forgiven, Quirk.refusedByStrictDecoding());
    }

    /** The quirks of a message, with those that only a clock or this profile can tell. */
    public Set<Quirk> quirks(DecodeResult.Decoded decoded, Instant now) {
        MobilityOptions options = decoded.message().options();
        EnumSet<Quirk> quirks = EnumSet.noneOf(Quirk.class);
        quirks.addAll(decoded.quirks());
        options.first(TimestampOption.class).ifPresent(timestamp -> {
            if (timestamp.looksHostEndian(now)) {
                quirks.add(Quirk.TIMESTAMP_HOST_ENDIAN);
            } else if (timestamp.seconds() < SECONDS_OF_A_SIMULATION) {
                quirks.add(Quirk.TIMESTAMP_NO_TIME);
            }
        });
        if (forgives(Quirk.LINK_LAYER_IDENTIFIER_EUI_64)
                && options.first(LinkLayerIdentifierOption.class)
                        .flatMap(option -> macAddress(option.linkLayerIdentifier()))
                        .isPresent()) {
            quirks.add(Quirk.LINK_LAYER_IDENTIFIER_EUI_64);
        }
        if (lifetimeUnitSeconds != UNIT) {
            quirks.add(Quirk.LIFETIME_IN_SECONDS);
        }
        return quirks;
    }

    public boolean forgives(Quirk quirk) {
        return forgiven.contains(quirk);
    }

    /** Whether an update with these quirks is ordered by its arrival instead of its Timestamp. */
    public boolean ordersByArrival(Set<Quirk> quirks) {
        return !timestampsOrder
                || quirks.contains(Quirk.TIMESTAMP_HOST_ENDIAN) && forgives(Quirk.TIMESTAMP_HOST_ENDIAN);
    }

    /** The link-layer identifier that is meant. */
    public LinkLayerIdentifier linkLayerIdentifier(LinkLayerIdentifierOption option) {
        LinkLayerIdentifier identifier = option.linkLayerIdentifier();
        return forgives(Quirk.LINK_LAYER_IDENTIFIER_EUI_64)
                ? macAddress(identifier).orElse(identifier)
                : identifier;
    }

    /** The prefix that is meant. */
    public HomeNetworkPrefix prefix(HomeNetworkPrefixOption option) {
        if (option.isAllZero()) {
            return HomeNetworkPrefix.ALL_ZERO;
        }
        return forgives(Quirk.PREFIX_LENGTH_128) ? option.subnetPrefix() : option.homeNetworkPrefix();
    }

    /** The MAC address that a modified EUI-64 was made of (RFC 4291 appendix A). */
    public static Optional<LinkLayerIdentifier> macAddress(LinkLayerIdentifier identifier) {
        byte[] octets = identifier.octets();
        if (octets.length != 8 || octets[3] != (byte) 0xff || octets[4] != (byte) 0xfe) {
            return Optional.empty();
        }
        byte[] mac = new byte[6];
        System.arraycopy(octets, 0, mac, 0, 3);
        System.arraycopy(octets, 5, mac, 3, 3);
        mac[0] ^= 2;
        return Optional.of(LinkLayerIdentifier.of(mac));
    }

    /**
     * The implementation that writes such updates, from one update alone: every update of theirs carries its marks, so nothing has to be
     * remembered. {@link #LENIENT} when there are quirks and no such implementation, {@link #STRICT} without quirks.
     *
     * @param quirks of the update, with those that need the clock
     */
    public static PeerProfile recognise(MobilityMessage message, Set<Quirk> quirks) {
        if (quirks.isEmpty() || !(message instanceof ProxyBindingUpdate update)) {
            return quirks.isEmpty() ? STRICT : LENIENT;
        }
        boolean unaligned = quirks.contains(Quirk.OPTION_UNALIGNED);
        Optional<TimestampOption> timestamp = update.options().first(TimestampOption.class);
        if (quirks.contains(Quirk.PREFIX_LENGTH_128)
                && quirks.contains(Quirk.TIMESTAMP_HOST_ENDIAN)
                && (quirks.contains(Quirk.IDENTIFIER_NUL_PADDED)
                        || quirks.contains(Quirk.IDENTIFIER_EMPTY)
                        || quirks.contains(Quirk.IDENTIFIER_EUI_64))) {
            return OAI;
        }
        if (quirks.contains(Quirk.IDENTIFIER_EUI_64)
                && unaligned
                && update.options()
                        .first(MobileNodeIdentifierOption.class)
                        .filter(option -> option.subtype() == MobileNodeIdentifierOption.IPV6_ADDRESS)
                        .isPresent()) {
            return MAD;
        }
        if (unaligned
                && update.flags().has(BindingUpdateFlags.HOME_REGISTRATION)
                && timestamp
                        .filter(option -> option.seconds() < SECONDS_OF_A_SIMULATION)
                        .isPresent()) {
            return NS3;
        }
        if (unaligned
                && timestamp.isEmpty()
                && update.options()
                        .first(AccessTechnologyTypeOption.class)
                        .filter(option -> option.accessTechnologyType().value() == 0)
                        .isPresent()) {
            return OPMIP;
        }
        return LENIENT;
    }
}
