package org.flowanchor.agent.adapter.kernel;

import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.linux.ffm.SystemCallException;

/** Tells the application what the kernel refused. */
final class Refusal {
    /** Something that talks to the kernel. */
    interface Call<T> {
        T make() throws KernelException, SystemCallException;
    }

    /** Something that talks to the kernel and returns nothing. */
    interface Action {
        void make() throws KernelException, SystemCallException;
    }

    private Refusal() {}

    static KernelException of(SystemCallException e) {
        return new KernelException(String.valueOf(e.getMessage()), e);
    }

    static <T> T translated(Call<T> call) throws KernelException {
        try {
            return call.make();
        } catch (SystemCallException e) {
            throw of(e);
        }
    }

    static void translated(Action action) throws KernelException {
        try {
            action.make();
        } catch (SystemCallException e) {
            throw of(e);
        }
    }
}
