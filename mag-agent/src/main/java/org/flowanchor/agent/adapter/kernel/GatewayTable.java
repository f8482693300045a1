package org.flowanchor.agent.adapter.kernel;

import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.linux.ffm.SystemCallException;
import org.flowanchor.agent.linux.netlink.Netlink;
import org.flowanchor.agent.linux.netlink.NetlinkSocket;
import org.flowanchor.agent.linux.nftables.TableReader;
import org.flowanchor.agent.linux.nftables.TableShape;
import org.flowanchor.agent.linux.nftables.Transaction;
import org.jspecify.annotations.Nullable;

/**
 * An access gateway's nftables table: what is said of tunnels there, and nothing else. Where the kernel makes the tunnels by itself there
 * is nothing to say, no table, and no need for nf_tables.
 */
final class GatewayTable implements AutoCloseable {
    private static final int REVISION = 3;

    private final KernelConfiguration configuration;
    private final NetlinkSocket socket;
    private final TableReader reader;
    private final Transaction transaction;
    private final OwnTable own;
    private @Nullable String wanted;
    private @Nullable TableShape wantedShape;
    private int generation;
    private boolean valid;

    GatewayTable(KernelConfiguration configuration) throws SystemCallException {
        this.configuration = configuration;
        socket = NetlinkSocket.open(Netlink.NETLINK_NETFILTER);
        reader = new TableReader(socket, configuration.numbering().table());
        transaction = new Transaction(configuration.numbering().table());
        own = new OwnTable(configuration.numbering().table(), reader);
    }

    void apply(TunnelKind kind) throws KernelException {
        if (kind == TunnelKind.IP6TNL) {
            return;
        }
        TunnelRuleset tunnels = new TunnelRuleset(configuration, kind);
        String expected = "gateway " + REVISION + ", " + tunnels.comment();
        wanted = expected;
        try {
            int present = reader.generation();
            if (valid && present == generation) {
                return;
            }
            valid = false;
            own.read();
            generation = present;
            TableShape shape = shape(tunnels);
            wantedShape = shape;
            if (own.isThere(expected) && own.differences(shape).isEmpty()) {
                own.found(shape);
            } else {
                String former = own.former(socket);
                if (own.present() != null) {
                    transaction.deleteTable();
                } else if (former != null) {
                    transaction.deleteTable(former);
                }
                transaction.addTable(expected);
                tunnels.create(transaction, null);
                transaction.commit(socket);
                generation++;
                own.made(expected, shape, generation);
            }
            valid = true;
        } catch (SystemCallException e) {
            throw new KernelException(
                    "cannot make the nftables table "
                            + configuration.numbering().table() + " (the kernel needs nf_tables): " + e.getMessage(),
                    e);
        }
    }

    private static TableShape shape(TunnelRuleset tunnels) {
        Transaction made = new Transaction("");
        tunnels.create(made, null);
        return TableShape.of(made);
    }

    /** @throws KernelException when a rule in somebody else's table writes a bit of {@code mask}, naming the rule */
    void refuseForeignMarks(int mask) throws KernelException, SystemCallException {
        ForeignMarks.refuse(socket, configuration.numbering(), mask);
    }

    /** Whether nobody made a transaction since {@link #apply}, or there is no table to have. */
    boolean intact() throws SystemCallException {
        return wanted == null || valid && reader.generation() == generation;
    }

    /** Whether the table is as {@link #apply} left it. */
    void compare(KernelComparison comparison) throws SystemCallException {
        String expected = wanted;
        TableShape shape = wantedShape;
        if (expected != null && shape != null) {
            own.compare(expected, shape, comparison);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
