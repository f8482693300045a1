package org.flowanchor.agent.adapter.kernel;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.linux.ffm.AncillaryMessage;
import org.flowanchor.agent.linux.ffm.Icmpv6Socket;
import org.flowanchor.agent.linux.ffm.NativeSocket;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.mobility.Ipv6Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MTU of tunnels made by segment routing, as routers on their way say it (RFC 2473 section 7.1, RFC 8201). The kernel relays nothing here:
 * a Packet Too Big about an outer packet comes to the tunnel's entry, and no more becomes of it. So the tunnel takes smaller packets from
 * then on, and the next one that is too big is answered by the kernel, to whoever sent it.
 *
 * <pre>
 * state of a tunnel   left by
 * full                Packet Too Big about a packet of its own: reduced to that MTU less the outer header, and never below 1280
 * reduced             a smaller one: reduced further; 10 minutes without another: full, as the path may be another by now
 *                     (RFC 8201 section 4)
 * </pre>
 *
 * <p>A reduced tunnel that an earlier process left is full after 10 minutes, too. Where a path takes less than 1320 octets, packets of 1280
 * are lost: segment routing does not fragment what it made.
 *
 * <p>Trap: it is the device's MTU for IPv6 that is reduced (/proc/sys). By its own MTU a device of a pair refuses what comes from the other
 * end, too, which is another direction and another path. The kernel takes back what is reduced when the device's own MTU changes.
 */
final class PathMtus implements AutoCloseable {
    /** Largest of a tunnel's packets for the time being cannot be less (RFC 8200 section 5). */
    static final int MINIMUM = 1280;

    static final int OUTER_HEADER = 40;
    static final long REDUCED_FOR_NANOS = 600_000_000_000L;

    private static final Logger LOG = LoggerFactory.getLogger(PathMtus.class);

    /** As many as one look takes; whoever sends more loses them. */
    private static final int AT_ONCE = 64;

    /**
     * The tunnels.
     *
     * @param local outer source of them all
     * @param numbers by outer destination
     * @param mtu of their devices
     */
    record Tunnels(Ipv6Address local, Map<Ipv6Address, Integer> numbers, int mtu) {
        static final Tunnels NONE = new Tunnels(Ipv6Address.UNSPECIFIED, Map.of(), 0);
    }

    private record Reduced(Ipv6Address remote, long until) {}

    private final KernelNumbering numbering;
    private final LongSupplier nanoTime;
    private final NativeSocket socket;
    private final AncillaryMessage message = new AncillaryMessage(MINIMUM);
    private final Map<Integer, Reduced> reduced = new HashMap<>();
    private volatile Tunnels tunnels = Tunnels.NONE;
    private Tunnels looked = Tunnels.NONE;

    /** @throws SystemCallException EPERM without CAP_NET_RAW */
    PathMtus(KernelNumbering numbering, LongSupplier nanoTime) throws SystemCallException {
        this.numbering = numbering;
        this.nanoTime = nanoTime;
        socket = Icmpv6Socket.open(NativeSocket.SOCK_NONBLOCK, PacketTooBig.TYPE);
    }

    NativeSocket socket() {
        return socket;
    }

    /** From any thread. */
    void tunnels(Tunnels present) {
        tunnels = present;
    }

    /** Takes what came, and gives back what was taken long ago. On one thread, in the namespace of the tunnels. */
    void look() throws SystemCallException {
        Tunnels present = tunnels;
        if (present != looked) {
            adopt(present);
            looked = present;
        }
        long now = nanoTime.getAsLong();
        reduced.entrySet().removeIf(entry -> {
            if (now - entry.getValue().until < 0) {
                return false;
            }
            restore(entry.getKey(), entry.getValue().remote, present);
            return true;
        });
        for (int taken = 0; taken < AT_ONCE; taken++) {
            AncillaryMessage.Received received = message.receiveNext(socket);
            if (received == null) {
                return;
            }
            PacketTooBig told = PacketTooBig.decode(received.payload());
            if (told != null) {
                take(told, present);
            }
        }
    }

    private void adopt(Tunnels present) {
        reduced.keySet().retainAll(present.numbers.values());
        present.numbers.forEach((remote, number) -> {
            if (!looked.numbers.containsKey(remote) && mtu(number) < present.mtu) {
                reduced.put(number, new Reduced(remote, nanoTime.getAsLong() + REDUCED_FOR_NANOS));
            }
        });
    }

    private void take(PacketTooBig told, Tunnels present) {
        Integer number = present.numbers.get(told.destination());
        if (number == null || !told.source().equals(present.local)) {
            return;
        }
        int before = mtu(number);
        long mtu = Math.max(MINIMUM, told.mtu() - OUTER_HEADER);
        if (mtu > before || mtu >= present.mtu) {
            return;
        }
        if (mtu < before && write(number, (int) mtu)) {
            LOG.warn(
                    "the path to {} takes {} octets: packets of up to {} from now on, {} before",
                    told.destination(),
                    told.mtu(),
                    mtu,
                    before);
        }
        reduced.put(number, new Reduced(told.destination(), nanoTime.getAsLong() + REDUCED_FOR_NANOS));
    }

    private void restore(int number, Ipv6Address remote, Tunnels present) {
        if (Integer.valueOf(number).equals(present.numbers.get(remote)) && write(number, present.mtu)) {
            LOG.info("packets of up to {} to {} again", present.mtu, remote);
        }
    }

    private int mtu(int number) {
        return KernelSettings.number(name(number), Integer.MAX_VALUE);
    }

    private boolean write(int number, int mtu) {
        try {
            KernelSettings.require(name(number), Integer.toString(mtu));
            return true;
        } catch (KernelException e) {
            LOG.warn("{}", e.getMessage());
            return false;
        }
    }

    private String name(int number) {
        return mtuOf(numbering.device(number));
    }

    static String mtuOf(String device) {
        return "net/ipv6/conf/" + device + "/mtu";
    }

    @Override
    public void close() {
        socket.close();
        message.close();
    }
}
