package org.flowanchor.testbed.signalling;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.flowanchor.authority.DevelopmentAuthority;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.testbed.signalling.Operation.Kind;

/**
 * Mobile nodes that attach, refresh, hand over and leave at gateways that are connected to several replicas. Most live alone: their
 * updates follow each other. The contended ones are claimed by two gateways at once, always by handover, while both refresh.
 *
 * <p>{@link #pause} ends when every update that was begun is settled, so that what must be registered is known.
 */
public final class RegistrationLoad implements AutoCloseable {
    private static final int THINK_MILLIS = 300;

    private final Tally tally = new Tally();
    private final List<SignallingGateway> gateways = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Phaser settled = new Phaser(1);
    private volatile boolean running = true;
    private volatile boolean paused;

    /**
     * How much.
     *
     * @param run in the names of all mobile nodes
     * @param replicas gRPC addresses; gateways are spread over them
     * @param alone mobile nodes whose updates follow each other
     * @param contended mobile nodes that two gateways claim
     */
    public record Settings(
            String run,
            LmaAddress lmaAddress,
            List<InetSocketAddress> replicas,
            int gateways,
            int alone,
            int contended,
            long seed) {}

    private RegistrationLoad(Settings settings, DevelopmentAuthority authority) {
        Identities identities = new Identities(authority);
        int replicas = settings.replicas().size();
        for (int i = 0; i < settings.gateways(); i++) {
            gateways.add(new SignallingGateway(
                    i, settings.lmaAddress(), address(i), identities, settings.replicas(), i % replicas));
        }
        Random random = new Random(settings.seed());
        for (int i = 0; i < settings.alone(); i++) {
            Node node = node(settings.run() + "-alone-" + i);
            Random own = new Random(random.nextLong());
            start(() -> liveAlone(node, own));
        }
        for (int i = 0; i < settings.contended(); i++) {
            Node node = node(settings.run() + "-contended-" + i);
            int first = i % gateways.size();
            Random one = new Random(random.nextLong());
            Random other = new Random(random.nextLong());
            start(() -> contend(node, first, one, other));
        }
    }

    /** Starts at once. */
    public static RegistrationLoad start(Settings settings, DevelopmentAuthority authority) {
        return new RegistrationLoad(settings, authority);
    }

    private static ProxyCareOfAddress address(int gateway) {
        return new ProxyCareOfAddress(new Ipv6Address(0x20010db8fa170000L | gateway, 1));
    }

    private Node node(String identifier) {
        int number = nodes.size();
        Node node = new Node(
                identifier,
                new byte[] {2, 0, (byte) (number >> 16), (byte) (number >> 8), (byte) number, 1},
                gateways,
                tally);
        nodes.add(node);
        return node;
    }

    private interface Life {
        void live() throws InterruptedException;
    }

    private void start(Life life) {
        settled.register();
        threads.add(Thread.ofVirtual().name("mobile node").start(() -> {
            try {
                life.live();
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            } finally {
                settled.arriveAndDeregister();
            }
        }));
    }

    private void liveAlone(Node node, Random random) throws InterruptedException {
        Optional<HomeNetworkPrefix> prefix = Optional.empty();
        int gateway = random.nextInt(gateways.size());
        while (running) {
            think(random);
            int choice = random.nextInt(20);
            if (prefix.isEmpty()) {
                gateway = random.nextInt(gateways.size());
                prefix = node.settle(Kind.ATTACHMENT, gateway, Optional.empty());
            } else if (choice < 12) {
                node.settle(Kind.REFRESH, gateway, prefix);
            } else if (choice < 17) {
                gateway = random.nextInt(gateways.size());
                node.settle(Kind.HANDOVER, gateway, prefix);
            } else {
                node.settle(Kind.DEREGISTRATION, gateway, prefix);
                prefix = Optional.empty();
            }
        }
    }

    private void contend(Node node, int first, Random one, Random other) throws InterruptedException {
        Optional<HomeNetworkPrefix> prefix = node.settle(Kind.ATTACHMENT, first, Optional.empty());
        int second = (first + 1) % gateways.size();
        settled.register();
        threadsAdd(Thread.ofVirtual().name("second gateway").unstarted(() -> {
            try {
                claim(node, second, prefix, other);
            } catch (InterruptedException closed) {
                Thread.currentThread().interrupt();
            } finally {
                settled.arriveAndDeregister();
            }
        }));
        claim(node, first, prefix, one);
    }

    private synchronized void threadsAdd(Thread thread) {
        threads.add(thread);
        thread.start();
    }

    private void claim(Node node, int gateway, Optional<HomeNetworkPrefix> prefix, Random random)
            throws InterruptedException {
        while (running) {
            think(random);
            node.settle(Kind.HANDOVER, gateway, prefix);
        }
    }

    /** Between two updates; where a pause is waited for. */
    private void think(Random random) throws InterruptedException {
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(THINK_MILLIS)).toNanos());
        if (paused) {
            settled.awaitAdvanceInterruptibly(settled.arrive());
            settled.awaitAdvanceInterruptibly(settled.arrive());
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /**
     * Lets everything that was begun come to its end, then holds still.
     *
     * @return false: something was not settled within the limit
     */
    public boolean pause(Duration limit) throws InterruptedException {
        paused = true;
        try {
            settled.awaitAdvanceInterruptibly(settled.arrive(), limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException unsettled) {
            return false;
        }
    }

    /** Goes on after {@link #pause} returned true. */
    public void resume() {
        paused = false;
        settled.arriveAndAwaitAdvance();
    }

    /** Gateways are spread over the replicas again. */
    public void spread(int replicas) {
        gateways.forEach(gateway -> gateway.moveTo(gateway.number() % replicas));
    }

    /** How many gateways are at a replica. */
    public long gatewaysAt(int replica) {
        return gateways.stream().filter(gateway -> gateway.replica() == replica).count();
    }

    /** How often gateways dialled, together. */
    public int dials() {
        return gateways.stream().mapToInt(SignallingGateway::dials).sum();
    }

    /** Updates that were accepted so far. */
    public long accepted() {
        return tally.accepted();
    }

    /** Transmissions that were not answered in time so far. */
    public long unanswered() {
        return tally.withoutAnswer();
    }

    /** Answers so far, by status. */
    public Map<Integer, Long> byStatus() {
        return tally.byStatus();
    }

    /** See {@link #longestGapMillis}. */
    public void beginGaps() {
        tally.beginGaps();
    }

    /** The longest time without any acceptance since {@link #beginGaps}. */
    public long longestGapMillis() {
        return tally.longestGapMillis();
    }

    /**
     * Compares what is registered with all that was answered; while it is paused.
     *
     * @param registered active bindings by mobile node
     */
    public Verdict judge(Map<String, Registered> registered) {
        Map<ProxyCareOfAddress, Integer> numbers = new HashMap<>();
        gateways.forEach(gateway -> numbers.put(gateway.proxyCareOfAddress(), gateway.number()));
        List<String> faults = new ArrayList<>();
        long operations = 0;
        for (Node node : nodes) {
            Registered seen = registered.get(node.identifier());
            operations += node.history().operations().size();
            node.history()
                    .fault(Optional.ofNullable(seen)
                            .map(at -> new History.Seen(
                                    numbers.getOrDefault(at.proxyCareOfAddress(), -1), at.homeNetworkPrefix())))
                    .ifPresent(fault -> faults.add(node.identifier() + ": " + fault));
        }
        Map<String, List<Operation>> histories = new HashMap<>();
        nodes.forEach(node -> histories.put(node.identifier(), node.history().operations()));
        PrefixHolding holding = PrefixHolding.of(histories);
        faults.addAll(holding.faults());
        return new Verdict(nodes.size(), operations, registered.size(), holding.reused(), List.copyOf(faults));
    }

    /** An active binding. */
    public record Registered(ProxyCareOfAddress proxyCareOfAddress, HomeNetworkPrefix homeNetworkPrefix) {}

    /**
     * What {@link #judge} found.
     *
     * @param operations transmissions of all mobile nodes
     * @param reused prefixes that were, one after the other, those of several mobile nodes
     */
    public record Verdict(int mobileNodes, long operations, int registered, long reused, List<String> faults) {
        /** The same with faults that somebody else found. */
        public Verdict with(List<String> others) {
            List<String> all = new ArrayList<>(others);
            all.addAll(faults);
            return new Verdict(mobileNodes, operations, registered, reused, List.copyOf(all));
        }
    }

    @Override
    public void close() {
        running = false;
        threads.forEach(Thread::interrupt);
        gateways.forEach(SignallingGateway::close);
    }
}
