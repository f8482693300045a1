package org.flowanchor.testbed.lab;

/** The nodes of the lab; each is a network namespace. */
public enum LabNode {
    CORRESPONDENT_NODE("cn"),
    /** User plane of the local mobility anchor. */
    ANCHOR("anchor"),
    /** Bridge between anchor and gateways. */
    BACKHAUL("bh"),
    WLAN_GATEWAY("wlan"),
    LTE_GATEWAY("lte"),
    MOBILE_NODE("mn");

    private final String suffix;

    LabNode(String suffix) {
        this.suffix = suffix;
    }

    String suffix() {
        return suffix;
    }
}
