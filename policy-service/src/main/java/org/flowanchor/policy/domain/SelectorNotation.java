package org.flowanchor.policy.domain;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.flowanchor.mobility.FiveTuple;
import org.flowanchor.mobility.TrafficSelector;
import org.flowanchor.mobility.TrafficSelector.Range;

/**
 * How operators write the ranges of a selector. Writing gives the canonical form: a name where there is one, otherwise numbers.
 *
 * <p>Methods that read throw {@link IllegalArgumentException} with a sentence for the operator.
 */
final class SelectorNotation {
    private static final Map<String, Integer> PROTOCOLS =
            Map.of("tcp", 6, "udp", 17, "dccp", 33, "esp", 50, "icmpv6", 58, "sctp", 132);
    private static final Set<Integer> PROTOCOLS_WITH_PORTS = Set.of(6, 17, 33, 132);

    private static final Map<String, Integer> CODE_POINTS = new TreeMap<>();

    static {
        CODE_POINTS.put("EF", 46);
        for (int selectorClass = 0; selectorClass < 8; selectorClass++) {
            // RFC 2474 section 4.2.2.
            CODE_POINTS.put("CS" + selectorClass, selectorClass << 3);
        }
        for (int forwardingClass = 1; forwardingClass <= 4; forwardingClass++) {
            for (int drop = 1; drop <= 3; drop++) {
                // RFC 2597 section 6.
                CODE_POINTS.put("AF" + forwardingClass + drop, forwardingClass << 3 | drop << 1);
            }
        }
    }

    private static final Map<Integer, String> PROTOCOL_NAMES = inverse(PROTOCOLS);
    private static final Map<Integer, String> CODE_POINT_NAMES = inverse(CODE_POINTS);
    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");
    private static final Range ESP = new Range(FiveTuple.ESP, FiveTuple.ESP);
    private static final Pattern FLOW_LABELS = Pattern.compile("0x([0-9a-f]{1,5})(?:-0x([0-9a-f]{1,5}))?");

    private static final Pattern SECURITY_PARAMETERS_INDEXES =
            Pattern.compile("0x([0-9a-f]{1,8})(?:-0x([0-9a-f]{1,8}))?");

    private SelectorNotation() {}

    static Range protocol(String name) {
        Integer number = PROTOCOLS.get(name);
        if (number == null) {
            throw new IllegalArgumentException(
                    "must be " + String.join(", ", new TreeMap<>(PROTOCOLS).keySet()) + " or a number from 0 to 255");
        }
        return new Range(number, number);
    }

    static boolean hasPorts(Range protocols) {
        return protocols.start() == protocols.end() && PROTOCOLS_WITH_PORTS.contains((int) protocols.start());
    }

    static boolean hasSecurityParametersIndexes(Range protocols) {
        return protocols.equals(ESP);
    }

    /** A name or a number. */
    static Object writeProtocol(Range protocols) {
        int number = (int) protocols.start();
        Object name = PROTOCOL_NAMES.get(number);
        return name == null ? number : name;
    }

    static Range ports(String text) {
        return numbers(text, TrafficSelector.ALL_PORTS, "must be a port or a range of ports such as 443 or 5004-5005");
    }

    static String writePorts(Range ports) {
        return ports.toString();
    }

    static Range dscp(String text) {
        Integer value = CODE_POINTS.get(text);
        return value != null
                ? new Range(value, value)
                : numbers(
                        text,
                        TrafficSelector.ALL_DSCP,
                        "must be EF, AF11 to AF43, CS0 to CS7, or numbers such as 46 or 8-15");
    }

    static String writeDscp(Range dscp) {
        String name = dscp.start() == dscp.end() ? CODE_POINT_NAMES.get((int) dscp.start()) : null;
        return name == null ? dscp.toString() : name;
    }

    /** Twenty bits, in the notation of packet listings and routing commands. */
    static Range flowLabels(String text) {
        return numbers(
                FLOW_LABELS,
                16,
                text,
                TrafficSelector.ALL_FLOW_LABELS,
                "must be a flow label or a range of them from 0x0 to 0xfffff, such as 0x12345 or 0x10000-0x1ffff");
    }

    static String writeFlowLabels(Range labels) {
        return hexadecimal(labels);
    }

    /** Thirty-two bits, in the notation of ip xfrm. */
    static Range securityParametersIndexes(String text) {
        return numbers(
                SECURITY_PARAMETERS_INDEXES,
                16,
                text,
                TrafficSelector.ALL_SECURITY_PARAMETERS_INDEXES,
                "must be a Security Parameters Index or a range of them from 0x0 to 0xffffffff, such as 0xc0ffee01 or"
                        + " 0x1000-0x1fff");
    }

    static String writeSecurityParametersIndexes(Range indexes) {
        return hexadecimal(indexes);
    }

    private static String hexadecimal(Range range) {
        String start = "0x" + Long.toHexString(range.start());
        return range.start() == range.end() ? start : start + "-0x" + Long.toHexString(range.end());
    }

    private static Range numbers(String text, Range domain, String expected) {
        return numbers(NUMBERS, 10, text, domain, expected);
    }

    private static Range numbers(Pattern pattern, int radix, String text, Range domain, String expected) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(expected);
        }
        long start = Long.parseLong(matcher.group(1), radix);
        long end = matcher.group(2) == null ? start : Long.parseLong(matcher.group(2), radix);
        if (start > end) {
            throw new IllegalArgumentException("begins after its end");
        }
        if (end > domain.end()) {
            throw new IllegalArgumentException("must be within " + domain);
        }
        return new Range(start, end);
    }

    private static Map<Integer, String> inverse(Map<String, Integer> values) {
        return values.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));
    }
}
