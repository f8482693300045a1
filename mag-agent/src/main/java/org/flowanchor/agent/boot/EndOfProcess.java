package org.flowanchor.agent.boot;

import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An error that nothing catches (a class that is not there any more, no stack, a broken call into the kernel) ends the thread that meets
 * it, and an agent without one of its threads serves nobody while it looks alive. So it ends the process, at once: forwarding stays, and
 * whoever supervises it starts another. An exception of a thread that has others beside it is only told.
 */
final class EndOfProcess implements Thread.UncaughtExceptionHandler {
    private static final Logger log = LoggerFactory.getLogger(EndOfProcess.class);
    static final int STATUS = 70;

    private final IntConsumer halt;

    /** @param halt ends the process with a status, without anything that could wait for a dead thread */
    EndOfProcess(IntConsumer halt) {
        this.halt = halt;
    }

    static void onErrors() {
        Thread.setDefaultUncaughtExceptionHandler(new EndOfProcess(Runtime.getRuntime()::halt));
    }

    @Override
    public void uncaughtException(Thread thread, Throwable fault) {
        try {
            log.error("thread {} ends", thread.getName(), fault);
        } finally {
            if (fault instanceof Error) {
                halt.accept(STATUS);
            }
        }
    }
}
