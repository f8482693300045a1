package org.flowanchor.testbed.benchmark.registrations;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.flowanchor.mobility.HomeNetworkPrefix;
import org.flowanchor.testbed.benchmark.registrations.Errand.Procedure;
import org.jspecify.annotations.Nullable;

/**
 * The mobile nodes behind one place of the closed loop, of which one at a time has something to do. Of ten updates one attaches a new
 * node, six refresh, two hand over, one de-registers: a node's life with six refreshes and two handovers. Nodes that left never come back,
 * so each attachment is a new session with a new prefix, and each de-registration is followed by the deletion of its entry.
 */
final class Crowd {
    private final int number;
    private final int gateways;
    private final Random random;
    private final List<Node> attached = new ArrayList<>();
    private final Deque<Node> absent = new ArrayDeque<>();
    private int born;
    private @Nullable Node current;
    private Procedure procedure = Procedure.INITIAL;

    private static final class Node {
        private final String identifier;
        private final byte[] link = new byte[6];
        private int gateway;
        private List<HomeNetworkPrefix> prefixes = List.of();

        Node(String identifier) {
            this.identifier = identifier;
        }
    }

    /** @param run tells the nodes of several runs on one database apart */
    Crowd(String run, int number, int nodes, int gateways) {
        this.number = number;
        this.gateways = gateways;
        this.random = new Random(31L * run.hashCode() + number);
        for (int i = 0; i < nodes; i++) {
            absent.add(born(run));
        }
    }

    private Node born(String run) {
        Node node = new Node(run + "-" + number + "-" + born++ + "@bench.example.org");
        random.nextBytes(node.link);
        return node;
    }

    /** The next attachment of a crowd that is not complete yet; empty when it is. */
    Optional<Errand> nextAttachment() {
        return absent.isEmpty() ? Optional.empty() : Optional.of(attach());
    }

    Errand next() {
        int roll = random.nextInt(10);
        if (attached.isEmpty() || roll == 0 && !absent.isEmpty()) {
            return attach();
        }
        Node node = attached.get(random.nextInt(attached.size()));
        current = node;
        procedure = roll < 7 ? Procedure.REFRESH : roll < 9 ? Procedure.HANDOVER : Procedure.DEREGISTRATION;
        int gateway = procedure == Procedure.HANDOVER
                ? (node.gateway + 1 + random.nextInt(gateways - 1)) % gateways
                : node.gateway;
        return errand(node, gateway);
    }

    private Errand attach() {
        Node node = absent.remove();
        current = node;
        procedure = Procedure.INITIAL;
        return errand(node, random.nextInt(gateways));
    }

    private Errand errand(Node node, int gateway) {
        node.gateway = gateway;
        return new Errand(procedure, node.identifier, node.link, gateway, node.prefixes);
    }

    /** The errand given last was accepted. */
    void accepted(List<HomeNetworkPrefix> prefixes) {
        Node node = current();
        switch (procedure) {
            case INITIAL -> {
                node.prefixes = prefixes;
                attached.add(node);
            }
            case REFRESH, HANDOVER -> {}
            case DEREGISTRATION -> {
                attached.remove(node);
                absent.add(born(node.identifier.substring(0, node.identifier.indexOf('-'))));
            }
        }
    }

    /** It was refused, or not answered. */
    void refused() {
        if (procedure == Procedure.INITIAL) {
            absent.add(current());
        }
    }

    private Node current() {
        Node node = current;
        if (node == null) {
            throw new IllegalStateException("no errand was given");
        }
        return node;
    }
}
