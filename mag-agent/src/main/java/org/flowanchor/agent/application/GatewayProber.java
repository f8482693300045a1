package org.flowanchor.agent.application;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
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
 *
 * <p>Gateways of others have rounds of their own, further apart: nobody promised that they answer each question.
 */
public final class GatewayProber implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(GatewayProber.class);
    private static final int MOST_QUESTIONS_PER_SECOND = 2_000;

    /**
     * How often is asked.
     *
     * @param interval from round to round
     * @param othersInterval the same, of gateways of others; not shorter
     * @param rounds without an answer until a gateway is silent
     */
    public record Pace(Duration interval, Duration othersInterval, int rounds) {}

    private final EchoSocket socket;
    private final Pace pace;
    private final GatewayAnswers answers;
    private final GatewayAnswers othersAnswers;
    private final Supplier<Set<ProxyCareOfAddress>> gateways;
    private final Supplier<Set<ProxyCareOfAddress>> others;
    private final Consumer<Set<ProxyCareOfAddress>> silent;
    private final LongSupplier nanoTime;
    private final Thread thread;
    private volatile boolean closed;
    private Set<ProxyCareOfAddress> silentOthers = Set.of();
    private Set<ProxyCareOfAddress> told = Set.of();
    private boolean cannotAsk;
    private boolean cannotRead;
    private int round;
    private long nextOthers;

    /**
     * @param gateways to ask, now
     * @param others those that are not ours, and may be more than are to be asked
     * @param silent told when the set of silent gateways has changed
     */
    public GatewayProber(
            EchoSocket socket,
            Pace pace,
            Supplier<Set<ProxyCareOfAddress>> gateways,
            Supplier<Set<ProxyCareOfAddress>> others,
            Consumer<Set<ProxyCareOfAddress>> silent,
            LongSupplier nanoTime) {
        this.socket = socket;
        this.pace = pace;
        this.answers = new GatewayAnswers(pace.rounds());
        this.othersAnswers = new GatewayAnswers(pace.rounds());
        this.gateways = gateways;
        this.others = others;
        this.silent = silent;
        this.nanoTime = nanoTime;
        this.nextOthers = nanoTime.getAsLong();
        this.thread = Thread.ofPlatform().name("gateway-probes").daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        while (!closed) {
            try {
                int asked = roundWhatever();
                long millis = Math.max(pace.interval().toMillis(), 1_000L * asked / MOST_QUESTIONS_PER_SECOND);
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
        Set<ProxyCareOfAddress> asked = new HashSet<>(gateways.get());
        if (!read()) {
            return asked.size();
        }
        Set<ProxyCareOfAddress> ofOthers = new HashSet<>(others.get());
        ofOthers.retainAll(asked);
        asked.removeAll(ofOthers);
        Set<ProxyCareOfAddress> now = new HashSet<>(answers.next(asked));
        if (nanoTime.getAsLong() - nextOthers >= 0) {
            nextOthers = nanoTime.getAsLong() + pace.othersInterval().toNanos();
            silentOthers = othersAnswers.next(ofOthers);
            asked.addAll(ofOthers);
        }
        silentOthers.stream().filter(ofOthers::contains).forEach(now::add);
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
                othersAnswers.unasked(gateway);
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
            socket.answers(gateway -> {
                answers.answered(gateway);
                othersAnswers.answered(gateway);
            });
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
