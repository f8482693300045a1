package org.flowanchor.agent.adapter.kernel;

/**
 * Every number and name by which a fresh process with no memory knows the kernel objects of this agent. Nothing else in the network
 * namespace may use them; another value here orphans what was installed under the old one.
 *
 * @param protocol route protocol number and rule protocol number, 5..255
 * @param decapsulationTable routes that remove outer headers
 * @param bindingTable prefix to tunnel at the anchor, prefix to terminal at an access gateway
 * @param encapsulationTables first of a table per gateway that adds its outer header
 * @param arrivalTables first of a table per gateway that makes its packets arrive on its device
 * @param markTables first of a table per gateway that a mark selects
 * @param uplinkTables first of a table per access link (by interface index): source prefix to tunnel, at an access gateway
 * @param decapsulationPriority rule for packets with an outer header, before the local table
 * @param localPriority new place of the local table
 * @param encapsulationPriority rules by encapsulation device
 * @param markPriority first of {@link MarkTree#SPAN} priorities of rules by mark
 * @param bindingPriority rules for prefixes and access links, after those by mark and before the main table's 32766
 * @param markBase mark of gateway number 0 (numbers begin with 1)
 * @param markMask bits of a packet's mark that name a gateway
 * @param congestionMark bit of the mark that carries a congestion mark from the outer to the inner header
 * @param groupBase mark of group number 0, inside the steering chain only
 * @param classBase mark of class number 0, inside the steering chain only
 * @param devicePrefix name of tunnel devices, followed by the gateway number
 * @param deviceSuffix follows the name of a tunnel device in the name of its encapsulation end
 * @param tunnelGroup device group of tunnel devices
 * @param encapsulationGroup device group of encapsulation ends
 * @param table nftables table
 */
public record KernelNumbering(
        int protocol,
        int decapsulationTable,
        int bindingTable,
        int encapsulationTables,
        int arrivalTables,
        int markTables,
        int uplinkTables,
        int decapsulationPriority,
        int localPriority,
        int encapsulationPriority,
        int markPriority,
        int bindingPriority,
        int markBase,
        int markMask,
        int congestionMark,
        int groupBase,
        int classBase,
        String devicePrefix,
        String deviceSuffix,
        int tunnelGroup,
        int encapsulationGroup,
        String table) {
    public static final KernelNumbering DEFAULT = new KernelNumbering(
            213,
            41,
            100,
            1_000_000,
            2_000_000,
            3_000_000,
            4_000_000,
            5,
            100,
            900,
            1000,
            10_000,
            0x10000,
            0x1ffff,
            0x40000,
            0x100000,
            0x200000,
            "fa",
            "x",
            5213,
            5214,
            "flowanchor");

    /** Most gateways, groups and classes that the numbers leave room for. */
    static final int MOST_GATEWAYS = 0xffff;

    static final int MOST_CLASSES = 0xfffff;

    /**
     * Bits that numbers of groups and classes take; the others tell packets of a group apart by flow label and Security Parameters Index
     * ({@link RulesByRange}), inside the steering chain only.
     */
    static final int CLASS_BITS = 0x3fffff;

    /** Where those others begin. */
    static final int TOLD_APART_SHIFT = 22;

    /** Most that can be told apart in a group. */
    static final int MOST_TOLD_APART = 0x3ff;

    /** Metric of ordinary routes. */
    static final int METRIC = 128;

    /** Metric of routes that answer for what no ordinary route matches. */
    static final int LAST_METRIC = 0x7fffffff;

    /** @param others terminals of the same prefix that are preferred: the kernel takes the lowest metric */
    static int metric(int others) {
        return METRIC + 2 * others;
    }

    /** Of what another gateway anchors: a restarted agent knows it by that, and it loses where both are. */
    static int carriedMetric(int others) {
        return metric(others) + 1;
    }

    static boolean isCarried(int metric) {
        return (metric - METRIC) % 2 != 0;
    }

    /** All bits of a packet's mark that are ours. */
    int ownMarks() {
        return markMask | congestionMark;
    }

    int mark(int gateway) {
        return markBase + gateway;
    }

    /** Whether a table is one of those that add and remove outer headers. */
    boolean isBehindTunnels(int table) {
        return table == decapsulationTable
                || table > encapsulationTables && table <= encapsulationTables + MOST_GATEWAYS
                || table > arrivalTables && table <= arrivalTables + MOST_GATEWAYS;
    }

    /** @param part of the packets of the group, 0 to {@link #MOST_TOLD_APART}; 0: what is not told apart has the group's own number */
    static int part(int group, int part) {
        return part << TOLD_APART_SHIFT | group;
    }

    /** @return 0 when the mark is none of a gateway */
    int gateway(int mark) {
        int number = mark - markBase;
        return number > 0 && number <= MOST_GATEWAYS ? number : 0;
    }

    String device(int gateway) {
        return devicePrefix + gateway;
    }

    /** @return 0 when it is not the name of a tunnel device */
    int gatewayOfDevice(String name) {
        if (!name.startsWith(devicePrefix)) {
            return 0;
        }
        String number = name.substring(devicePrefix.length());
        return number.matches("[1-9][0-9]{0,4}") ? Integer.parseInt(number) : 0;
    }

    /** Of either end. */
    boolean isTunnelDevice(String name) {
        return gatewayOfDevice(
                        name.endsWith(deviceSuffix) ? name.substring(0, name.length() - deviceSuffix.length()) : name)
                != 0;
    }

    String encapsulationDevice(int gateway) {
        return device(gateway) + deviceSuffix;
    }
}
