package org.flowanchor.agent.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.flowanchor.agent.lab.Namespace;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.junit.jupiter.api.Test;

/** A dump of many parts that nobody reads to its end. */
class BrokenDumpKernelIT {
    private static final int RTM_GETROUTE = 26;
    private static final int AF_INET6 = 10;
    private static final int ROUTES = 20_000;

    private static void routes(NetlinkSocket socket, Runnable each) throws SystemCallException {
        socket.dump(
                new MessageBuilder().begin(RTM_GETROUTE, 0).int8(AF_INET6).zeros(11),
                "routes",
                () -> {},
                message -> each.run());
    }

    @Test
    void aDumpThatWasBrokenOffLeavesTheSocketUsable() throws Exception {
        Namespace.requireRoot();
        try (Namespace namespace = new Namespace("dump")) {
            namespace.ip(IntStream.range(0, ROUTES)
                    .mapToObj(number ->
                            "route add unreachable 2001:db8:" + Integer.toHexString(number) + "::/64 table 77")
                    .toArray(String[]::new));
            NetlinkSocket socket = namespace.call(() -> NetlinkSocket.open(Netlink.NETLINK_ROUTE));
            try {
                assertThatThrownBy(() -> routes(socket, () -> {
                            throw new IllegalArgumentException("cannot be read");
                        }))
                        .hasMessageContaining("EPROTO");
                AtomicInteger count = new AtomicInteger();
                routes(socket, count::incrementAndGet);
                assertThat(count.get()).isGreaterThanOrEqualTo(ROUTES);
            } finally {
                socket.close();
            }
        }
    }
}
