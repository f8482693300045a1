package org.flowanchor.agent.linux.xfrm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.Attributes;
import org.flowanchor.agent.linux.netlink.MessageBuilder;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkMessage;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.agent.linux.xfrm.XfrmPolicy.Direction;
import org.flowanchor.agent.linux.xfrm.XfrmPolicy.Template;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;

/** The IPsec policies of this network namespace in the order in which the kernel looks at them. */
public record XfrmPolicies(List<XfrmPolicy> policies) {
    private static final int XFRM_MSG_GETPOLICY = 0x15;
    private static final int XFRM_MSG_NEWPOLICY = 0x13;
    private static final int XFRMA_TMPL = 5;
    private static final int AF_INET6 = 10;

    /** {@code struct xfrm_userpolicy_info} and {@code struct xfrm_user_tmpl}. */
    private static final int INFO_SIZE = 168;

    private static final int SOURCE = 16;
    private static final int SOURCE_PORT = 36;
    private static final int SOURCE_PORT_MASK = 38;
    private static final int FAMILY = 40;
    private static final int DESTINATION_LENGTH = 42;
    private static final int SOURCE_LENGTH = 43;
    private static final int PROTOCOL = 44;
    private static final int INTERFACE = 48;
    private static final int PRIORITY = 152;
    private static final int DIRECTION = 160;
    private static final int ACTION = 161;
    private static final int TEMPLATE_SIZE = 64;
    private static final int TEMPLATE_PROTOCOL = 20;
    private static final int TEMPLATE_OPTIONAL = 50;

    public XfrmPolicies {
        policies = policies.stream()
                .sorted(Comparator.comparingLong(XfrmPolicy::priority))
                .toList();
    }

    /** Reads them all. */
    public static XfrmPolicies read() throws SystemCallException {
        List<XfrmPolicy> policies = new ArrayList<>();
        try (NetlinkSocket socket = NetlinkSocket.open(Netlink.NETLINK_XFRM)) {
            // struct xfrm_userpolicy_id: selector, index, direction.
            MessageBuilder request =
                    new MessageBuilder().begin(XFRM_MSG_GETPOLICY, 0).zeros(64);
            socket.dump(request, "dump of IPsec policies", policies::clear, message -> {
                if (message.type() == XFRM_MSG_NEWPOLICY) {
                    policy(message).ifPresent(policies::add);
                }
            });
        }
        return new XfrmPolicies(policies);
    }

    /** Empty for IPv4 and for policies of single sockets. */
    static Optional<XfrmPolicy> policy(NetlinkMessage message) {
        ByteBuffer info = message.payload().duplicate().order(ByteOrder.nativeOrder());
        int start = info.position();
        if (info.remaining() < INFO_SIZE || (info.getShort(start + FAMILY) & 0xffff) != AF_INET6) {
            return Optional.empty();
        }
        int direction = info.get(start + DIRECTION);
        if (direction < 0 || direction >= Direction.values().length) {
            return Optional.empty();
        }
        ByteBuffer network = info.duplicate().order(ByteOrder.BIG_ENDIAN);
        List<Template> templates = new ArrayList<>();
        for (Attributes attributes = message.attributes(INFO_SIZE); attributes.next(); ) {
            if (attributes.type() == XFRMA_TMPL) {
                byte[] octets = attributes.octets();
                for (int at = 0; at + TEMPLATE_SIZE <= octets.length; at += TEMPLATE_SIZE) {
                    templates.add(
                            new Template(octets[at + TEMPLATE_PROTOCOL] & 0xff, octets[at + TEMPLATE_OPTIONAL] != 0));
                }
            }
        }
        return Optional.of(new XfrmPolicy(
                Direction.values()[direction],
                prefix(network, start + SOURCE, info.get(start + SOURCE_LENGTH)),
                prefix(network, start, info.get(start + DESTINATION_LENGTH)),
                info.get(start + PROTOCOL) & 0xff,
                network.getShort(start + SOURCE_PORT) & 0xffff,
                network.getShort(start + SOURCE_PORT_MASK) & 0xffff,
                info.getInt(start + INTERFACE),
                Integer.toUnsignedLong(info.getInt(start + PRIORITY)),
                info.get(start + ACTION) == 0,
                templates));
    }

    private static HomeNetworkPrefix prefix(ByteBuffer network, int at, int length) {
        return HomeNetworkPrefix.containing(
                new Ipv6Address(network.getLong(at), network.getLong(at + 8)), Math.clamp(length & 0xff, 0, 128));
    }

    /** Whether a Mobility Header of this type cannot pass between these ends without ESP: the first policy that covers it decides. */
    public boolean requireEsp(Direction direction, Ipv6Address from, Ipv6Address to, int messageType) {
        for (XfrmPolicy policy : policies) {
            if (policy.covers(direction, from, to, messageType)) {
                return policy.requiresEsp();
            }
        }
        return false;
    }
}
