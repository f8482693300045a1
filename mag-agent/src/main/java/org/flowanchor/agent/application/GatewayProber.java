package org.flowanchor.agent.application;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.flowanchor.agent.domain.GatewayAnswers;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks each gateway of a binding in turn, on a thread of its own. With very many gateways the rounds take longer, so that asking costs
 * a bounded share of the machine. A round that a busy machine began late is not held against the gateways: their answers wait in the
 * socket and are taken before anybody is judged. Nor is a question that this machine could not send, or a round whose answers it could
 * not read.
 */
public final class GatewayProber implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(GatewayProber.class);
    private static final int MOST_QUESTIONS_PER_SECOND = 2_000;

    private final EchoSocket socket;
    private final Duration interval;
    private final GatewayAnswers answers;
    private final Supplier<Set<ProxyCareOfAddress>> gateways;
    private final Consumer<Set<ProxyCareOfAddress>> silent;
    private final Thread thread;
    private volatile boolean closed;
    private Set<ProxyCareOfAddress> told = Set.of();
    private boolean cannotAsk;
    private boolean cannotRead;
    private int round;

    /**
     * @param interval from round to round
     * @param rounds without an answer until a gateway is silent
     * @param gateways to ask, now
     * @param silent told when the set of silent gateways has changed
     */
    public GatewayProber(
            EchoSocket socket,
            Duration interval,
            int rounds,
            Supplier<Set<ProxyCareOfAddress>> gateways,
            Consumer<Set<ProxyCareOfAddress>> silent) {
        this.socket = socket;
        this.interval = interval;
        this.answers = new GatewayAnswers(rounds);
        this.gateways = gateways;
        this.silent = silent;
        this.thread = Thread.ofPlatform().name("gateway-probes").daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        while (!closed) {
            try {
                int asked = roundWhatever();
                long millis = Math.max(interval.toMillis(), 1_000L * asked / MOST_QUESTIONS_PER_SECOND);
                TimeUnit.MILLISECONDS.sleep(millis);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** A fault of ours costs the round: without rounds whoever is silent would stay so. */
    private int roundWhatever() {
        try {
            return round();
        } catch (RuntimeException e) {
            log.error("gateways are not judged in this round", e);
            return 0;
        }
    }

    /** @return how many were to be asked */
    int round() {
        Set<ProxyCareOfAddress> asked = gateways.get();
        if (!read()) {
            return asked.size();
        }
        Set<ProxyCareOfAddress> now = answers.next(asked);
        if (!now.equals(told)) {
            told = now;
            silent.accept(now);
        }
        round++;
        KernelException refusal = null;
        ProxyCareOfAddress noWay = null;
        for (ProxyCareOfAddress gateway : asked) {
            try {
                if (!socket.ask(gateway, round)) {
                    noWay = gateway;
                }
            } catch (KernelException e) {
                answers.unasked(gateway);
                refusal = e;
            }
        }
        boolean cannot = refusal != null || noWay != null;
        if (cannot && !cannotAsk) {
            log.warn("cannot ask gateways: {}", refusal == null ? "no way to " + noWay : refusal.getMessage());
        }
        cannotAsk = cannot;
        return asked.size();
    }

    private boolean read() {
        try {
            socket.answers(answers::answered);
            cannotRead = false;
            return true;
        } catch (KernelException e) {
            if (!cannotRead) {
                log.warn("answers of gateways cannot be read: {}", e.getMessage());
            }
            cannotRead = true;
            return false;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        socket.close();
    }
}
