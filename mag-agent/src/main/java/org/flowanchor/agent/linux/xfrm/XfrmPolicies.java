package org.flowanchor.agent.linux.xfrm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.Attributes;
import org.flowanchor.agent.linux.netlink.MessageBuilder;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkMessage;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.agent.linux.xfrm.XfrmPolicy.Direction;
import org.flowanchor.agent.linux.xfrm.XfrmPolicy.Template;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Ipv4Address;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.Octets;

/**
 * The IPsec policies of this network namespace in the order in which the kernel looks at them. Those for one far end alone are found by it,
 * so that asking about every gateway of an anchor costs no more than reading them.
 */
public final class XfrmPolicies {
    private static final int XFRM_MSG_GETPOLICY = 0x15;
    private static final int XFRM_MSG_NEWPOLICY = 0x13;
    private static final int XFRMA_TMPL = 5;
    private static final int XFRMA_MARK = 21;
    private static final int XFRMA_IF_ID = 31;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;

    /** {@code struct xfrm_userpolicy_info} and {@code struct xfrm_user_tmpl}. */
    private static final int INFO_SIZE = 168;

    private static final int SOURCE = 16;
    private static final int DESTINATION_PORT = 32;
    private static final int DESTINATION_PORT_MASK = 34;
    private static final int SOURCE_PORT = 36;
    private static final int SOURCE_PORT_MASK = 38;
    private static final int FAMILY = 40;
    private static final int DESTINATION_LENGTH = 42;
    private static final int SOURCE_LENGTH = 43;
    private static final int PROTOCOL = 44;
    private static final int INTERFACE = 48;
    private static final int PRIORITY = 152;
    private static final int INDEX = 156;
    private static final int DIRECTION = 160;
    private static final int ACTION = 161;
    private static final int TEMPLATE_SIZE = 64;
    private static final int TEMPLATE_PROTOCOL = 20;
    private static final int TEMPLATE_OPTIONAL = 50;

    /** A policy and its places in two orders. */
    private record Ranked(int byAge, int byNumber, XfrmPolicy policy) {}

    private final Map<Octets, List<Ranked>> ofOneFarEnd = new HashMap<>();
    private final List<Ranked> ofMany = new ArrayList<>();

    /**
     * Of several with one priority the kernel looks at the oldest first, and lists the newest first. One that was updated is listed as the
     * newest and keeps its number; which place it has is different from kernel to kernel. So both orders are looked at.
     *
     * @param policies as the kernel lists them
     */
    public XfrmPolicies(List<XfrmPolicy> policies) {
        Map<XfrmPolicy, Integer> byAge = ranks(policies.reversed(), Comparator.comparingLong(XfrmPolicy::priority));
        Map<XfrmPolicy, Integer> byNumber = ranks(
                policies.reversed(),
                Comparator.comparingLong(XfrmPolicy::priority).thenComparingLong(XfrmPolicy::number));
        for (XfrmPolicy policy : policies) {
            XfrmSelector.Block end = policy.farEnd();
            List<Ranked> place =
                    end.isHost() ? ofOneFarEnd.computeIfAbsent(end.address(), any -> new ArrayList<>()) : ofMany;
            place.add(new Ranked(byAge.getOrDefault(policy, 0), byNumber.getOrDefault(policy, 0), policy));
        }
    }

    private static Map<XfrmPolicy, Integer> ranks(List<XfrmPolicy> policies, Comparator<XfrmPolicy> order) {
        Map<XfrmPolicy, Integer> ranks = new IdentityHashMap<>();
        policies.stream().sorted(order).forEach(policy -> ranks.put(policy, ranks.size()));
        return ranks;
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

    /** Empty for policies of single sockets, and of families that are neither IPv4 nor IPv6. */
    static Optional<XfrmPolicy> policy(NetlinkMessage message) {
        ByteBuffer info = message.payload().duplicate().order(ByteOrder.nativeOrder());
        int start = info.position();
        if (info.remaining() < INFO_SIZE) {
            return Optional.empty();
        }
        int family = info.getShort(start + FAMILY) & 0xffff;
        int direction = info.get(start + DIRECTION);
        if (family != AF_INET && family != AF_INET6 || direction < 0 || direction >= Direction.values().length) {
            return Optional.empty();
        }
        boolean conditional = info.getInt(start + INTERFACE) != 0;
        List<Template> templates = new ArrayList<>();
        for (Attributes attributes = message.attributes(INFO_SIZE); attributes.next(); ) {
            switch (attributes.type()) {
                case XFRMA_TMPL -> templates(attributes.octets(), templates);
                case XFRMA_MARK, XFRMA_IF_ID -> conditional = true;
                default -> {}
            }
        }
        return Optional.of(new XfrmPolicy(
                Direction.values()[direction],
                selector(info, start, family == AF_INET ? Ipv4Address.LENGTH : Ipv6Address.LENGTH),
                conditional,
                Integer.toUnsignedLong(info.getInt(start + PRIORITY)),
                Integer.toUnsignedLong(info.getInt(start + INDEX)),
                info.get(start + ACTION) == 0,
                templates));
    }

    private static void templates(byte[] octets, List<Template> templates) {
        for (int at = 0; at + TEMPLATE_SIZE <= octets.length; at += TEMPLATE_SIZE) {
            templates.add(new Template(octets[at + TEMPLATE_PROTOCOL] & 0xff, octets[at + TEMPLATE_OPTIONAL] != 0));
        }
    }

    private static XfrmSelector selector(ByteBuffer info, int start, int addressLength) {
        ByteBuffer network = info.duplicate().order(ByteOrder.BIG_ENDIAN);
        return new XfrmSelector(
                block(network, start + SOURCE, addressLength, info.get(start + SOURCE_LENGTH)),
                block(network, start, addressLength, info.get(start + DESTINATION_LENGTH)),
                info.get(start + PROTOCOL) & 0xff,
                port(network, start + SOURCE_PORT, start + SOURCE_PORT_MASK),
                port(network, start + DESTINATION_PORT, start + DESTINATION_PORT_MASK));
    }

    private static XfrmSelector.Block block(ByteBuffer network, int at, int addressLength, int length) {
        byte[] address = new byte[addressLength];
        network.get(at, address);
        return new XfrmSelector.Block(Octets.of(address), Math.clamp(length & 0xff, 0, 8 * addressLength));
    }

    private static XfrmSelector.Port port(ByteBuffer network, int value, int mask) {
        return new XfrmSelector.Port(network.getShort(value) & 0xffff, network.getShort(mask) & 0xffff);
    }

    /**
     * Whether none of this traffic can pass between these ends without ESP: the first policy that covers a packet decides about it, so one
     * that covers a part only must require ESP for its part, too.
     */
    public boolean requireEsp(Direction direction, IpAddress from, IpAddress to, XfrmTraffic traffic) {
        List<Ranked> meant = of(direction == Direction.IN ? from : to);
        return requireEsp(inOrder(meant, Ranked::byAge), direction, from, to, traffic)
                && requireEsp(inOrder(meant, Ranked::byNumber), direction, from, to, traffic);
    }

    private static boolean requireEsp(
            List<XfrmPolicy> policies, Direction direction, IpAddress from, IpAddress to, XfrmTraffic traffic) {
        for (XfrmPolicy policy : policies) {
            switch (policy.covers(direction, from, to, traffic)) {
                case NONE -> {}
                case PART -> {
                    if (!policy.requiresEsp()) {
                        return false;
                    }
                }
                case WHOLE -> {
                    return policy.requiresEsp();
                }
            }
        }
        return false;
    }

    private List<Ranked> of(IpAddress farEnd) {
        return Stream.concat(ofOneFarEnd.getOrDefault(XfrmSelector.octets(farEnd), List.of()).stream(), ofMany.stream())
                .toList();
    }

    private static List<XfrmPolicy> inOrder(List<Ranked> policies, ToIntFunction<Ranked> order) {
        return policies.stream()
                .sorted(Comparator.comparingInt(order))
                .map(Ranked::policy)
                .toList();
    }
}
