package org.flowanchor.mobility.header;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.message.BindingAcknowledgement;
import org.flowanchor.mobility.message.BindingError;
import org.flowanchor.mobility.message.BindingRefreshRequest;
import org.flowanchor.mobility.message.BindingRevocationAcknowledgement;
import org.flowanchor.mobility.message.BindingRevocationIndication;
import org.flowanchor.mobility.message.BindingUpdate;
import org.flowanchor.mobility.message.FlowBindingAcknowledgement;
import org.flowanchor.mobility.message.FlowBindingIndication;
import org.flowanchor.mobility.message.Heartbeat;
import org.flowanchor.mobility.message.LocalizedRoutingAcknowledgement;
import org.flowanchor.mobility.message.LocalizedRoutingInitiation;
import org.flowanchor.mobility.message.MobilityMessage;
import org.flowanchor.mobility.message.ProxyBindingAcknowledgement;
import org.flowanchor.mobility.message.ProxyBindingUpdate;
import org.flowanchor.mobility.message.SubscriptionQuery;
import org.flowanchor.mobility.message.SubscriptionResponse;
import org.flowanchor.mobility.message.UpdateNotification;
import org.flowanchor.mobility.message.UpdateNotificationAcknowledgement;
import org.flowanchor.mobility.option.AccessNetworkIdentifierOption;
import org.flowanchor.mobility.option.AccessNetworkSubOption;
import org.flowanchor.mobility.option.AccessTechnologyTypeOption;
import org.flowanchor.mobility.option.AlternateCareOfAddressOption;
import org.flowanchor.mobility.option.AlternateIpv4CareOfAddressOption;
import org.flowanchor.mobility.option.BindingIdentifierOption;
import org.flowanchor.mobility.option.BindingRefreshAdviceOption;
import org.flowanchor.mobility.option.ContextRequestOption;
import org.flowanchor.mobility.option.DelegatedMobileNetworkPrefixOption;
import org.flowanchor.mobility.option.GreKeyOption;
import org.flowanchor.mobility.option.HandoffIndicatorOption;
import org.flowanchor.mobility.option.HomeNetworkPrefixOption;
import org.flowanchor.mobility.option.Ipv4AddressAcknowledgementOption;
import org.flowanchor.mobility.option.Ipv4CareOfAddressOption;
import org.flowanchor.mobility.option.Ipv4DefaultRouterOption;
import org.flowanchor.mobility.option.Ipv4DhcpSupportModeOption;
import org.flowanchor.mobility.option.Ipv4HomeAddressOption;
import org.flowanchor.mobility.option.Ipv4HomeAddressReplyOption;
import org.flowanchor.mobility.option.Ipv4HomeAddressRequestOption;
import org.flowanchor.mobility.option.LinkLayerIdentifierOption;
import org.flowanchor.mobility.option.LinkLocalAddressOption;
import org.flowanchor.mobility.option.LmaAddressOption;
import org.flowanchor.mobility.option.LoadInformationOption;
import org.flowanchor.mobility.option.MagIpv6AddressOption;
import org.flowanchor.mobility.option.MobileNodeGroupIdentifierOption;
import org.flowanchor.mobility.option.MobileNodeIdentifierOption;
import org.flowanchor.mobility.option.MobilityOption;
import org.flowanchor.mobility.option.MobilityOptions;
import org.flowanchor.mobility.option.MulticastAcknowledgementOption;
import org.flowanchor.mobility.option.MulticastMobilityOption;
import org.flowanchor.mobility.option.NatDetectionOption;
import org.flowanchor.mobility.option.RedirectCapabilityOption;
import org.flowanchor.mobility.option.RedirectOption;
import org.flowanchor.mobility.option.RestartCounterOption;
import org.flowanchor.mobility.option.ServiceSelectionOption;
import org.flowanchor.mobility.option.TimestampOption;
import org.flowanchor.mobility.option.VendorSpecificOption;

/** What tshark has to say about a message, from the message's value alone. */
final class TsharkFields {
    /** Value of a field that cannot be told beforehand: octets that are no text, times beyond its calendar. */
    static final String ANY = "*";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("MMM ppd, uuuu HH:mm:ss.nnnnnnnnn 'UTC'", Locale.ROOT);
    private static final long LAST_SECOND_OF_ITS_CALENDAR = 0x7fff_ffffL;
    private static final int FIRST_UNKNOWN_TYPE = 17;

    static final List<String> NAMES = List.of(
                    ("mhtype bu.seqnr bu.a_flag bu.h_flag bu.l_flag bu.k_flag bu.m_flag nemo.bu.r_flag bu.p_flag bu.f_flag"
                                    + " bu.t_flag bu.b_flag bu.lifetime ba.status ba.k_flag nemo.ba.r_flag ba.p_flag"
                                    + " ba.t_flag ba.b_flag ba.seqnr ba.lifetime be.status be.haddr hb.u_flag hb.r_flag"
                                    + " hb.seqnr bri_br.type bri_r.trigger bri_status bri_seqnr bri_ip bri_iv bri_ig bri_ap"
                                    + " bri_av bri_ag bra.interval acoa.acoa mnid.subtype mnid.identifier vsm.vendorId"
                                    + " vsm.subtype ss.identifier nemo.mnp.pfl nemo.mnp.mnp hi att mnlli.lli lila_lla"
                                    + " timestamp_tmp rc ipv4ha.preflen ipv4ha.p_flag ipv4ha.ha ipv4aa.sts natd.f_flag"
                                    + " natd.refresh_t ipv4coa.addr gre_key bi.bid bi.status bi.h_flag bi.coa_ipv4"
                                    + " bi.coa_ipv6 ipv4dra.dra ipv4dsm.s_flag lmaa.opt_code lmaa.ipv4 lmaa.ipv6 redir.k"
                                    + " redir.n redir.addr_r2lma_ipv6 redir.addr_r2lma_ipv4 load_inf.priority"
                                    + " load_inf.sessions_in_use load_inf.maximum_sessions load_inf.used_capacity"
                                    + " load_inf.maximum_capacity alt_ip4 cr.req_type cr.req_length mng.sub_type mng.mng_id"
                                    + " mag_ipv6.address_length mag_ipv6.address dmnp.v_flag dmnp.prefix_len"
                                    + " dmnp.dmnp_ipv4 dmnp.dmnp_ipv6 mobility_opt")
                            .split(" "))
            .stream()
            .map(name -> "mip6." + name)
            .toList();

    private final Map<String, List<String>> values = new HashMap<>();

    private TsharkFields() {}

    /** Whether no field of it would hold octets that are no text, which its output cannot hold. */
    static boolean isPrintable(MobilityMessage message) {
        return message.options().list().stream().noneMatch(option -> switch (option) {
            case MobileNodeIdentifierOption o ->
                o.subtype() != MobileNodeIdentifierOption.NAI && !o.identifier().isEmpty();
            case ServiceSelectionOption o -> text(o.identifier()).equals(ANY);
            // It wants sub-options with content, and one address.
            case AccessNetworkIdentifierOption o ->
                o.subOptions().stream()
                        .allMatch(AccessNetworkSubOption.UnknownAccessNetworkSubOption.class::isInstance);
            // It knows which code has which family.
            case LmaAddressOption o -> o.address() instanceof Ipv4Address ? o.code() == 1 : o.code() == 2;
            case RedirectOption o ->
                o.ipv6Address().isEmpty() && o.ipv4Address().isEmpty();
            default -> false;
        });
    }

    /**
     * Whether it can judge it: it takes the words of 32 bits of options 60 and 61 for octets, and expects 16 octets in option 51, which
     * belongs to localized routing, and a name in a context request.
     */
    static boolean isJudged(MobilityMessage message) {
        MobilityOptions options = message.options();
        return !options.contains(MulticastMobilityOption.class)
                && !options.contains(MulticastAcknowledgementOption.class)
                && (isLocalizedRouting(message) || !options.contains(MagIpv6AddressOption.class))
                && options.all(ContextRequestOption.class).stream()
                        .noneMatch(option -> option.requests().isEmpty());
    }

    static boolean isLocalizedRouting(MobilityMessage message) {
        return message instanceof LocalizedRoutingInitiation || message instanceof LocalizedRoutingAcknowledgement;
    }

    /** A row of its output. */
    static Map<String, String> named(List<String> row) {
        Map<String, String> named = new TreeMap<>();
        for (int i = 0; i < NAMES.size(); i++) {
            if (!row.get(i).isEmpty()) {
                named.put(NAMES.get(i).substring("mip6.".length()), row.get(i));
            }
        }
        return named;
    }

    /**
     * What it should say.
     *
     * @param retyped judged as a Binding Update
     */
    static Map<String, String> of(MobilityMessage message, boolean retyped) {
        TsharkFields fields = new TsharkFields();
        fields.add("mhtype", retyped ? Tshark.retyped(message.type()) : message.type());
        fields.message(message, retyped);
        // It does not walk the options of messages it does not know, and walks those of localized routing wrongly.
        if (retyped || message.type() < FIRST_UNKNOWN_TYPE) {
            message.options().list().forEach(fields::option);
        }
        Map<String, String> joined = new TreeMap<>();
        fields.values.forEach((name, list) -> joined.put(name, String.join(",", list)));
        return joined;
    }

    private void add(String name, Object value) {
        values.computeIfAbsent(name, any -> new ArrayList<>()).add(value.toString());
    }

    private void flags(int bits, int first, String... names) {
        for (int i = 0; i < names.length; i++) {
            add(names[i], (bits & first >> i) != 0 ? 1 : 0);
        }
    }

    /** Only printable text is printed as it is. */
    private static String text(Octets octets) {
        String text = new String(octets.toByteArray(), StandardCharsets.UTF_8);
        return text.codePoints().allMatch(c -> c >= ' ' && c < 127 && c != '|' || c == 'é') ? text : ANY;
    }

    private static int bit(boolean flag) {
        return flag ? 1 : 0;
    }

    private void update(int sequence, int flags, int lifetime) {
        add("bu.seqnr", sequence);
        flags(
                flags,
                0x8000,
                "bu.a_flag",
                "bu.h_flag",
                "bu.l_flag",
                "bu.k_flag",
                "bu.m_flag",
                "nemo.bu.r_flag",
                "bu.p_flag",
                "bu.f_flag",
                "bu.t_flag",
                "bu.b_flag");
        add("bu.lifetime", lifetime);
    }

    private void acknowledgement(int status, int flags, int sequence, int lifetime) {
        add("ba.status", status);
        flags(flags, 0x80, "ba.k_flag", "nemo.ba.r_flag", "ba.p_flag", "ba.t_flag", "ba.b_flag");
        add("ba.seqnr", sequence);
        add("ba.lifetime", lifetime);
    }

    private void message(MobilityMessage message, boolean retyped) {
        switch (message) {
            case BindingRefreshRequest m -> {}
            case BindingUpdate m -> update(m.sequenceNumber(), m.flags().bits(), m.lifetime());
            case ProxyBindingUpdate m -> update(m.sequenceNumber(), m.flags().bits(), m.lifetime());
            case BindingAcknowledgement m ->
                acknowledgement(m.status().value(), m.flags().bits(), m.sequenceNumber(), m.lifetime());
            case ProxyBindingAcknowledgement m ->
                acknowledgement(m.status().value(), m.flags().bits(), m.sequenceNumber(), m.lifetime());
            case BindingError m -> {
                add("be.status", m.status().value());
                add("be.haddr", m.homeAddress());
            }
            case Heartbeat m -> {
                add("hb.u_flag", bit(m.unsolicited()));
                add("hb.r_flag", bit(m.response()));
                add("hb.seqnr", m.sequenceNumber());
            }
            case BindingRevocationIndication m -> {
                add("bri_br.type", 1);
                add("bri_r.trigger", m.trigger().value());
                add("bri_seqnr", m.sequenceNumber());
                add("bri_ip", bit(m.proxyBinding()));
                add("bri_iv", bit(m.ipv4BindingOnly()));
                add("bri_ig", bit(m.global()));
            }
            case BindingRevocationAcknowledgement m -> {
                add("bri_br.type", 2);
                add("bri_status", m.status().value());
                add("bri_seqnr", m.sequenceNumber());
                add("bri_ap", bit(m.proxyBinding()));
                add("bri_av", bit(m.ipv4BindingOnly()));
                add("bri_ag", bit(m.global()));
            }
            case LocalizedRoutingInitiation m -> asUpdate(retyped, m.sequenceNumber(), 0, m.lifetime());
            case LocalizedRoutingAcknowledgement m ->
                asUpdate(
                        retyped,
                        m.sequenceNumber(),
                        bit(m.unsolicited()) << 15 | m.status().value(),
                        m.lifetime());
            case UpdateNotification m ->
                asUpdate(
                        retyped,
                        m.sequenceNumber(),
                        m.reason().value(),
                        bit(m.acknowledge()) << 15 | bit(m.retransmission()) << 14);
            case UpdateNotificationAcknowledgement m ->
                asUpdate(retyped, m.sequenceNumber(), m.status().value() << 8, 0);
            case FlowBindingIndication m ->
                asUpdate(retyped, 1, m.sequenceNumber(), m.trigger().value() << 8 | bit(m.acknowledge()) << 7);
            case FlowBindingAcknowledgement m ->
                asUpdate(retyped, 2, m.sequenceNumber(), m.status().value() << 8);
            // As Binding Refresh Requests: their two octets are reserved there.
            case SubscriptionQuery m -> {}
            case SubscriptionResponse m -> {}
        }
    }

    private void asUpdate(boolean retyped, int first, int second, int third) {
        if (retyped) {
            update(first, second, third);
        }
    }

    private void address(IpAddress address, String ipv4, String ipv6) {
        add(address instanceof Ipv4Address ? ipv4 : ipv6, address);
    }

    private void option(MobilityOption option) {
        switch (option) {
            case BindingRefreshAdviceOption o -> add("bra.interval", o.refreshInterval());
            case AlternateCareOfAddressOption o -> add("acoa.acoa", o.careOfAddress());
            case MobileNodeIdentifierOption o -> {
                add("mnid.subtype", o.subtype());
                if (!o.identifier().isEmpty()) {
                    add("mnid.identifier", o.subtype() == MobileNodeIdentifierOption.NAI ? text(o.identifier()) : ANY);
                }
            }
            case VendorSpecificOption o -> {
                add("vsm.vendorId", o.vendorId());
                add("vsm.subtype", o.subtype());
            }
            case ServiceSelectionOption o -> add("ss.identifier", text(o.identifier()));
            case HomeNetworkPrefixOption o -> {
                add("nemo.mnp.pfl", o.prefixLength());
                add("nemo.mnp.mnp", o.prefix());
            }
            case HandoffIndicatorOption o -> add("hi", o.handoffIndicator().value());
            case AccessTechnologyTypeOption o ->
                add("att", o.accessTechnologyType().value());
            case LinkLayerIdentifierOption o ->
                add(
                        "mnlli.lli",
                        HexFormat.of().formatHex(o.linkLayerIdentifier().octets()));
            case LinkLocalAddressOption o -> add("lila_lla", o.linkLocalAddress());
            case TimestampOption o ->
                add(
                        "timestamp_tmp",
                        o.seconds() <= LAST_SECOND_OF_ITS_CALENDAR && o.fraction() % 0x8000 == 0
                                ? TIME.format(o.instant().atOffset(ZoneOffset.UTC))
                                : ANY);
            case RestartCounterOption o -> add("rc", o.counter());
            case Ipv4HomeAddressOption o -> {
                add("ipv4ha.preflen", o.prefixLength());
                add("ipv4ha.p_flag", bit(o.prefixRequested()));
                add("ipv4ha.ha", o.homeAddress());
            }
            case Ipv4AddressAcknowledgementOption o -> {
                add("ipv4aa.sts", o.status());
                add("ipv4ha.preflen", o.prefixLength());
                add("ipv4ha.ha", o.homeAddress());
            }
            case NatDetectionOption o -> {
                add("natd.f_flag", bit(o.forceUdpEncapsulation()));
                add("natd.refresh_t", o.refreshTime());
            }
            case Ipv4CareOfAddressOption o -> add("ipv4coa.addr", o.careOfAddress());
            case GreKeyOption o -> o.key().ifPresent(key -> add("gre_key", key));
            case BindingIdentifierOption o -> {
                add("bi.bid", o.bindingIdentifier());
                add("bi.status", o.status());
                add("bi.h_flag", bit(o.simultaneousHome()));
                o.careOfAddress().ifPresent(address -> address(address, "bi.coa_ipv4", "bi.coa_ipv6"));
            }
            case Ipv4HomeAddressRequestOption o -> {
                add("ipv4ha.preflen", o.prefixLength());
                add("ipv4ha.ha", o.homeAddress());
            }
            case Ipv4HomeAddressReplyOption o -> {
                add("ipv4aa.sts", o.status());
                add("ipv4ha.preflen", o.prefixLength());
                add("ipv4ha.ha", o.homeAddress());
            }
            case Ipv4DefaultRouterOption o -> add("ipv4dra.dra", o.defaultRouter());
            case Ipv4DhcpSupportModeOption o -> add("ipv4dsm.s_flag", bit(o.server()));
            case LmaAddressOption o -> {
                add("lmaa.opt_code", o.code());
                // It knows the codes of RFC 5949, and the address only with one of them.
                boolean known = o.code() == (o.address() instanceof Ipv4Address ? 2 : 1);
                if (known) {
                    address(o.address(), "lmaa.ipv4", "lmaa.ipv6");
                }
            }
            case RedirectCapabilityOption o -> {}
            case RedirectOption o -> {
                add("redir.k", bit(o.ipv6Address().isPresent()));
                add("redir.n", bit(o.ipv4Address().isPresent()));
                o.ipv6Address().ifPresent(address -> add("redir.addr_r2lma_ipv6", address));
                o.ipv4Address().ifPresent(address -> add("redir.addr_r2lma_ipv4", address));
            }
            case LoadInformationOption o -> {
                add("load_inf.priority", o.priority());
                add("load_inf.sessions_in_use", o.sessionsInUse());
                add("load_inf.maximum_sessions", o.maximumSessions());
                add("load_inf.used_capacity", o.usedCapacity());
                add("load_inf.maximum_capacity", o.maximumCapacity());
            }
            case AlternateIpv4CareOfAddressOption o -> add("alt_ip4", o.careOfAddress());
            case MobileNodeGroupIdentifierOption o -> {
                add("mng.sub_type", o.subtype());
                add("mng.mng_id", o.group());
            }
            case MagIpv6AddressOption o -> {
                add("mag_ipv6.address_length", o.addressLength());
                add("mag_ipv6.address", o.address());
            }
            case DelegatedMobileNetworkPrefixOption o -> {
                add("dmnp.v_flag", bit(o.prefix() instanceof Ipv4Address));
                add("dmnp.prefix_len", o.prefixLength());
                address(o.prefix(), "dmnp.dmnp_ipv4", "dmnp.dmnp_ipv6");
            }
            case AccessNetworkIdentifierOption o -> {}
            case ContextRequestOption o ->
                o.requests().forEach(request -> {
                    add("cr.req_type", request.type());
                    add("cr.req_length", request.identification().length());
                    if (request.type() == VendorSpecificOption.TYPE
                            && !request.identification().isEmpty()) {
                        ByteBuffer vendor =
                                ByteBuffer.wrap(request.identification().toByteArray());
                        add("vsm.vendorId", Integer.toUnsignedLong(vendor.getInt()));
                        add("vsm.subtype", vendor.get() & 0xff);
                    }
                });
            // The others it recognises by type and length only.
            default -> add("mobility_opt", option.type());
        }
    }
}
