package org.flowanchor.testbed.lab;

import org.flowanchor.mobility.AccessTechnologyType;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** The two accesses of the mobile node. */
public enum Access {
    WLAN("wlan", LabNode.WLAN_GATEWAY, AccessTechnologyType.IEEE_802_11, 0x11, 1),
    LTE("lte", LabNode.LTE_GATEWAY, AccessTechnologyType.E_UTRAN, 0x12, 2);

    /** Interface of every gateway towards the mobile node. */
    public static final String ACCESS_LINK = "a0";

    private final String mobileNodeInterface;
    private final LabNode gateway;
    private final AccessTechnologyType accessTechnologyType;
    private final ProxyCareOfAddress proxyCareOfAddress;
    private final int index;

    Access(
            String mobileNodeInterface,
            LabNode gateway,
            AccessTechnologyType accessTechnologyType,
            int proxyCareOfAddress,
            int index) {
        this.mobileNodeInterface = mobileNodeInterface;
        this.gateway = gateway;
        this.accessTechnologyType = accessTechnologyType;
        this.proxyCareOfAddress = new ProxyCareOfAddress(new Ipv6Address(0x20010db8000b0000L, proxyCareOfAddress));
        this.index = index;
    }

    /** Interface of the mobile node on this access. */
    public String mobileNodeInterface() {
        return mobileNodeInterface;
    }

    public LabNode gateway() {
        return gateway;
    }

    public AccessTechnologyType accessTechnologyType() {
        return accessTechnologyType;
    }

    public ProxyCareOfAddress proxyCareOfAddress() {
        return proxyCareOfAddress;
    }

    /** 1 or 2: the mobile node's mark for this access. */
    public int index() {
        return index;
    }

    /** Of the mobile node's interface. */
    public LinkLayerIdentifier linkLayerIdentifier() {
        return LinkLayerIdentifier.parse(mobileNodeMac());
    }

    String mobileNodeMac() {
        return "02:00:00:00:0a:0" + index;
    }

    String gatewayMac() {
        return "02:00:00:00:0f:0" + index;
    }

    /** Link-local address of the mobile node's interface, formed by its kernel from the fixed MAC. */
    public Ipv6Address mobileNodeLinkLocalAddress() {
        return new Ipv6Address(0xfe80L << 48, 0x000000fffe000a00L + index);
    }

    public Access other() {
        return this == WLAN ? LTE : WLAN;
    }
}
