package org.flowanchor.agent.application;

import java.util.function.Consumer;
import org.flowanchor.mobility.ProxyCareOfAddress;

/** Asks gateways whether they are there, over the way that their tunnels take. */
public interface EchoSocket extends AutoCloseable {
    /**
     * @return false: there is no way to it, so no answer will come
     * @throws KernelException when this machine cannot ask, which says nothing of the gateway
     */
    boolean ask(ProxyCareOfAddress gateway, int round) throws KernelException;

    /** Hands over the answers that are there, without waiting; those of earlier rounds count as well. */
    void answers(Consumer<ProxyCareOfAddress> answered) throws KernelException;

    @Override
    void close();
}
