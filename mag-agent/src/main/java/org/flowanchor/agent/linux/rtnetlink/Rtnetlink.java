package org.flowanchor.agent.linux.rtnetlink;

/** Numbers of linux/rtnetlink.h, if_link.h, if_addr.h, fib_rules.h, lwtunnel.h, seg6*.h and pkt_sched.h under their kernel names. */
public final class Rtnetlink {
    public static final int RTM_NEWLINK = 16;
    public static final int RTM_DELLINK = 17;
    public static final int RTM_NEWROUTE = 24;
    public static final int RTM_DELROUTE = 25;
    public static final int RTM_NEWNEIGH = 28;
    public static final int RTM_DELNEIGH = 29;
    public static final int RTM_NEWRULE = 32;
    public static final int RTM_DELRULE = 33;
    public static final int RTNLGRP_LINK = 1;
    public static final int RTNLGRP_NEIGH = 3;
    public static final int RTNLGRP_IPV6_IFADDR = 9;
    public static final int RTNLGRP_IPV6_ROUTE = 11;
    public static final int RTNLGRP_IPV6_RULE = 19;

    public static final int RT_TABLE_LOCAL = 255;
    public static final int RTPROT_KERNEL = 2;

    public static final int IFF_UP = 0x1;
    public static final int IFF_NOARP = 0x80;
    public static final int IFF_LOWER_UP = 0x10000;

    static final int RTM_GETLINK = 18;
    static final int RTM_SETLINK = 19;
    public static final int RTM_NEWADDR = 20;
    public static final int RTM_DELADDR = 21;
    static final int RTM_GETADDR = 22;
    static final int RTM_GETROUTE = 26;
    static final int RTM_GETNEIGH = 30;
    static final int RTM_GETRULE = 34;
    static final int RTM_GETQDISC = 38;

    static final int RTM_GETNEIGHTBL = 66;

    static final int AF_UNSPEC = 0;
    static final int AF_INET6 = 10;

    static final int NDTMSG_SIZE = 4;
    static final int NDTA_THRESH2 = 3;

    static final int IFINFOMSG_SIZE = 16;
    static final int IFLA_ADDRESS = 1;
    static final int IFLA_IFNAME = 3;
    static final int IFLA_MTU = 4;
    static final int IFLA_LINK = 5;
    static final int IFLA_LINKINFO = 18;
    static final int IFLA_STATS64 = 23;
    static final int IFLA_AF_SPEC = 26;
    static final int IFLA_GROUP = 27;
    static final int IFLA_INFO_KIND = 1;
    static final int IFLA_INFO_DATA = 2;
    static final int VETH_INFO_PEER = 1;
    static final int IFLA_IPTUN_LINK = 1;
    static final int IFLA_IPTUN_LOCAL = 2;
    static final int IFLA_IPTUN_REMOTE = 3;
    static final int IFLA_IPTUN_TTL = 4;
    static final int IFLA_IPTUN_ENCAP_LIMIT = 6;
    static final int IFLA_IPTUN_FLOWINFO = 7;
    static final int IFLA_IPTUN_FLAGS = 8;
    static final int IFLA_IPTUN_PROTO = 9;
    static final int IP6_TNL_F_IGN_ENCAP_LIMIT = 0x1;
    static final int IP6_TNL_F_USE_ORIG_TCLASS = 0x2;
    static final int IP6_TNL_F_USE_ORIG_FLOWLABEL = 0x4;
    static final int IP6_TNL_F_RCV_DSCP_COPY = 0x10;
    static final int IP6_TNL_F_USE_ORIG_FWMARK = 0x20;
    static final int IFLA_INET6_ADDR_GEN_MODE = 8;
    static final int IN6_ADDR_GEN_MODE_NONE = 1;

    static final int IFADDRMSG_SIZE = 8;
    static final int IFA_ADDRESS = 1;
    static final int IFA_LOCAL = 2;
    static final int IFA_FLAGS = 8;
    static final int IFA_F_NODAD = 0x02;

    static final int RTMSG_SIZE = 12;
    static final int RTA_DST = 1;
    static final int RTA_SRC = 2;
    static final int RTA_OIF = 4;
    static final int RTA_GATEWAY = 5;
    static final int RTA_PRIORITY = 6;
    static final int RTA_TABLE = 15;
    static final int RTA_ENCAP_TYPE = 21;
    static final int RTA_ENCAP = 22;
    static final int RTN_UNICAST = 1;
    static final int RTN_BLACKHOLE = 6;
    static final int RTN_UNREACHABLE = 7;
    static final int RTN_THROW = 9;
    static final int RT_TABLE_COMPAT = 252;
    static final int RTM_F_CLONED = 0x200;

    static final int LWTUNNEL_ENCAP_SEG6 = 5;
    static final int LWTUNNEL_ENCAP_SEG6_LOCAL = 7;
    static final int SEG6_IPTUNNEL_SRH = 1;
    static final int SEG6_IPTUN_MODE_ENCAP_RED = 3;
    static final int SEG6_LOCAL_ACTION = 1;
    static final int SEG6_LOCAL_TABLE = 3;
    static final int SEG6_LOCAL_ACTION_END_DT6 = 7;

    static final int FIB_RULE_HDR_SIZE = 12;
    static final int FRA_DST = 1;
    static final int FRA_IIFNAME = 3;
    static final int FRA_GOTO = 4;
    static final int FRA_PRIORITY = 6;
    static final int FRA_FWMARK = 10;
    static final int FRA_TABLE = 15;
    static final int FRA_FWMASK = 16;
    static final int FRA_PROTOCOL = 21;
    static final int FRA_IP_PROTO = 22;
    static final int FR_ACT_TO_TBL = 1;
    static final int FR_ACT_GOTO = 2;
    static final int FR_ACT_BLACKHOLE = 6;

    static final int NDMSG_SIZE = 12;
    static final int NDA_DST = 1;
    static final int NDA_LLADDR = 2;
    static final int NUD_NONE = 0;
    static final int NUD_REACHABLE = 0x02;
    static final int NUD_STALE = 0x04;
    static final int NUD_PROBE = 0x10;
    static final int NUD_FAILED = 0x20;
    static final int NTF_USE = 0x01;

    static final int TCMSG_SIZE = 20;
    static final int TC_H_ROOT = 0xffffffff;
    static final int TCA_KIND = 1;
    static final int TCA_STATS2 = 7;
    static final int TCA_STATS_QUEUE = 3;

    private Rtnetlink() {}
}
