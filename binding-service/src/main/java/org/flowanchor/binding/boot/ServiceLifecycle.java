package org.flowanchor.binding.boot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.flowanchor.binding.adapter.grpc.GrpcServer;
import org.flowanchor.binding.adapter.persistence.Persistence;
import org.flowanchor.binding.application.AnchorLoops;
import org.flowanchor.binding.application.ExpiryLoop;
import org.flowanchor.binding.application.MessageSender;
import org.flowanchor.binding.application.OutboxRelay;
import org.flowanchor.binding.application.PeerLoop;
import org.flowanchor.binding.application.ProfileChanges;
import org.flowanchor.binding.application.Registrations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Starts from the database outwards and stops the other way round: no update is accepted that cannot be committed. */
final class ServiceLifecycle implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceLifecycle.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Persistence persistence;
    private final AnchorLoops loops;
    private final Registrations registrations;
    private final ExpiryLoop expiry;
    private final PeerLoop peers;
    private final ProfileChanges profiles;
    private final List<MessageSender> senders;
    private final List<OutboxRelay> relays;
    private final GrpcServer server;
    private final List<Thread> threads = new ArrayList<>();
    private final List<Thread> relayThreads = new ArrayList<>();
    private volatile boolean running;

    ServiceLifecycle(
            Persistence persistence,
            AnchorLoops loops,
            Registrations registrations,
            ExpiryLoop expiry,
            PeerLoop peers,
            ProfileChanges profiles,
            List<MessageSender> senders,
            List<OutboxRelay> relays,
            GrpcServer server) {
        this.persistence = persistence;
        this.loops = loops;
        this.registrations = registrations;
        this.expiry = expiry;
        this.peers = peers;
        this.profiles = profiles;
        this.senders = List.copyOf(senders);
        this.relays = List.copyOf(relays);
        this.server = server;
    }

    @Override
    public void start() {
        loops.start();
        registrations.start();
        threads.add(Thread.ofPlatform().name("expiry").daemon().start(expiry));
        threads.add(Thread.ofPlatform().name("peers").daemon().start(peers));
        threads.add(Thread.ofPlatform().name("profiles").daemon().start(profiles));
        for (int i = 0; i < senders.size(); i++) {
            threads.add(Thread.ofPlatform().name("messages-" + i).daemon().start(senders.get(i)));
        }
        for (int i = 0; i < relays.size(); i++) {
            relayThreads.add(Thread.ofPlatform().name("relay-" + i).daemon().start(relays.get(i)));
        }
        server.start();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        server.close();
        expiry.close();
        peers.close();
        profiles.close();
        registrations.close();
        loops.close();
        senders.forEach(MessageSender::close);
        relays.forEach(OutboxRelay::close);
        // Kafka may not answer; what was not confirmed is sent again after the next start.
        relayThreads.forEach(Thread::interrupt);
        threads.addAll(relayThreads);
        try {
            for (Thread thread : threads) {
                if (!thread.join(PATIENCE)) {
                    LOG.warn("thread {} does not stop", thread.getName());
                }
            }
            persistence.background().close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.warn("notices and connections do not stop: {}", e.getMessage());
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
