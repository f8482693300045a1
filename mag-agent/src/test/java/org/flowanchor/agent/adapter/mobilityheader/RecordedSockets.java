package org.flowanchor.agent.adapter.mobilityheader;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.flowanchor.agent.application.HeaderSockets;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.application.RelayedHeader;
import org.flowanchor.mobility.IpAddress;
import org.flowanchor.mobility.Octets;
import org.jspecify.annotations.Nullable;

/** Sockets without a network; they refuse to send when told so. */
final class RecordedSockets implements HeaderSockets {
    final List<RelayedHeader> sent = new ArrayList<>();
    final List<Integer> problems = new ArrayList<>();
    boolean refuses;
    private @Nullable Consumer<RelayedHeader> consumer;

    void arrives(IpAddress source, IpAddress destination, String hex) {
        Consumer<RelayedHeader> receiver = consumer;
        if (receiver == null) {
            throw new AssertionError("nobody listens");
        }
        receiver.accept(new RelayedHeader(source, destination, 0, 0, Octets.parse(hex)));
    }

    String lastSent() {
        return HexFormat.of().formatHex(sent.getLast().octets().toByteArray());
    }

    @Override
    public void start(Consumer<RelayedHeader> receiver) {
        consumer = receiver;
    }

    @Override
    public void send(RelayedHeader header) throws KernelException {
        if (refuses) {
            throw new KernelException("ENETUNREACH, send");
        }
        sent.add(header);
    }

    @Override
    public void parameterProblem(RelayedHeader invoking, int offset) {
        problems.add(offset);
    }

    @Override
    public void close() {}
}
