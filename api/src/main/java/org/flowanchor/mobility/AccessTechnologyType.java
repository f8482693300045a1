package org.flowanchor.mobility;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Access Technology Type, ATT (RFC 5213 section 8.5, IANA registry). An open registry: unknown values survive and are written as
 * {@code ATT_n}.
 *
 * @param value 0..255
 */
public record AccessTechnologyType(int value) implements Comparable<AccessTechnologyType> {
    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(1, "VIRTUAL"),
            Map.entry(2, "PPP"),
            Map.entry(3, "IEEE_802_3"),
            Map.entry(4, "IEEE_802_11"),
            Map.entry(5, "IEEE_802_16E"),
            Map.entry(6, "GERAN"),
            Map.entry(7, "UTRAN"),
            Map.entry(8, "E_UTRAN"),
            Map.entry(9, "EHRPD"),
            Map.entry(10, "HRPD"),
            Map.entry(11, "1XRTT"),
            Map.entry(12, "UMB"),
            Map.entry(13, "NB_IOT"));
    private static final int LONGEST = 32;
    private static final Map<String, Integer> VALUES = new TreeMap<>();

    static {
        NAMES.forEach((value, name) -> VALUES.put(name, value));
    }

    /** Fixed access. */
    public static final AccessTechnologyType IEEE_802_3 = new AccessTechnologyType(3);

    /** WLAN. */
    public static final AccessTechnologyType IEEE_802_11 = new AccessTechnologyType(4);

    /** LTE. */
    public static final AccessTechnologyType E_UTRAN = new AccessTechnologyType(8);

    public AccessTechnologyType {
        if (value < 0 || value > 255) {
            throw new IllegalArgumentException("access technology type " + value + " is not in 0..255");
        }
    }

    /**
     * Parses what {@link #toString()} writes.
     *
     * @throws IllegalArgumentException naming the known values
     */
    public static AccessTechnologyType parse(String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        Integer value = VALUES.get(upper);
        if (value != null) {
            return new AccessTechnologyType(value);
        }
        if (upper.matches("ATT_\\d{1,3}")) {
            return new AccessTechnologyType(Integer.parseInt(upper.substring(4)));
        }
        String given = text.length() <= LONGEST ? text : text.length() + " characters";
        throw new IllegalArgumentException("not an access technology type: " + given + " (one of "
                + String.join(", ", VALUES.keySet()) + ", ATT_n)");
    }

    @Override
    public int compareTo(AccessTechnologyType other) {
        return Integer.compare(value, other.value);
    }

    /** The registry's name as one word. */
    @Override
    public String toString() {
        return NAMES.getOrDefault(value, "ATT_" + value);
    }
}
