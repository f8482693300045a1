package org.flowanchor.agent.application;

import java.util.function.Consumer;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** Asks gateways whether they are there, over the way that their tunnels take. */
public interface EchoSocket extends AutoCloseable {
    /** @throws KernelException when it cannot be sent: there is no way, for example */
    void ask(ProxyCareOfAddress gateway, int round) throws KernelException;

    /** Hands over the answers that are there, without waiting; those of earlier rounds count as well. */
    void answers(Consumer<ProxyCareOfAddress> answered) throws KernelException;

    @Override
    void close();
}
