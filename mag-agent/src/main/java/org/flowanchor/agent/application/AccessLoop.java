package org.flowanchor.agent.application;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.flowanchor.agent.application.AgentMetrics.AnchorSaying;
import org.flowanchor.agent.application.AttachmentSource.AttachmentEvent;
import org.flowanchor.agent.application.AttachmentSource.LinkCameUp;
import org.flowanchor.agent.application.AttachmentSource.LinkWentDown;
import org.flowanchor.agent.application.AttachmentSource.NeighbourAnswered;
import org.flowanchor.agent.application.AttachmentSource.NeighbourSeen;
import org.flowanchor.agent.application.AttachmentSource.NeighbourSilent;
import org.flowanchor.agent.application.AttachmentSource.RouterSolicited;
import org.flowanchor.agent.domain.AnchorMessage;
import org.flowanchor.agent.domain.AnchorRequests;
import org.flowanchor.agent.domain.AttachedTerminal;
import org.flowanchor.agent.domain.AttachmentDecision;
import org.flowanchor.agent.domain.AttachmentDecision.Abandoned;
import org.flowanchor.agent.domain.AttachmentDecision.Advertise;
import org.flowanchor.agent.domain.AttachmentDecision.AnchorBecame;
import org.flowanchor.agent.domain.AttachmentDecision.AnchorRestarted;
import org.flowanchor.agent.domain.AttachmentDecision.Answer;
import org.flowanchor.agent.domain.AttachmentDecision.AskWhose;
import org.flowanchor.agent.domain.AttachmentDecision.Concluded;
import org.flowanchor.agent.domain.AttachmentDecision.GivenUp;
import org.flowanchor.agent.domain.AttachmentDecision.Ignored;
import org.flowanchor.agent.domain.AttachmentDecision.Left;
import org.flowanchor.agent.domain.AttachmentDecision.Probe;
import org.flowanchor.agent.domain.AttachmentDecision.Repeated;
import org.flowanchor.agent.domain.AttachmentDecision.Resolve;
import org.flowanchor.agent.domain.AttachmentDecision.Say;
import org.flowanchor.agent.domain.AttachmentDecision.SendUpdate;
import org.flowanchor.agent.domain.AttachmentDecision.Unmapped;
import org.flowanchor.agent.domain.AttachmentDecision.Withdraw;
import org.flowanchor.agent.domain.AttachmentSummary;
import org.flowanchor.agent.domain.AttachmentTable;
import org.flowanchor.agent.domain.AttachmentTrigger;
import org.flowanchor.agent.domain.Departure;
import org.flowanchor.agent.domain.GatewayMessage;
import org.flowanchor.agent.domain.LinkCounters;
import org.flowanchor.agent.domain.MobileNodeMapping;
import org.flowanchor.agent.domain.ProxyBindingAcknowledgement;
import org.flowanchor.mobility.Ipv6Address;
import org.flowanchor.mobility.LinkLayerIdentifier;
import org.flowanchor.mobility.TraceContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns a gateway's attachments and its kernel. Inputs are events; {@link AttachmentTable} decides, this does: send
 * updates first, then bring the kernel to the desired state, then advertise, so that no terminal hears of a prefix that is not yet
 * forwarded. What the kernel refused is tried again at each reconcile tick; advertisements of those concerned wait until it accepts.
 */
public final class AccessLoop implements AccessInput, AttachmentControl, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AccessLoop.class);

    sealed interface Event {}

    /** Somebody waits for the answer. */
    private sealed interface Asked extends Event {
        CompletableFuture<?> answer();
    }

    private record Attached(AttachmentEvent event) implements Event {}

    private record Acknowledged(ProxyBindingAcknowledgement acknowledgement) implements Event {}

    private record Heard(AnchorMessage message) implements Event {}

    private record Mapped(List<MobileNodeMapping> mappings) implements Event {}

    private record StreamUp(long stream) implements Event {}

    private record Triggered(AttachmentTrigger trigger, CompletableFuture<TriggerOutcome> answer) implements Asked {}

    private record Detached(
            String accessLink, LinkLayerIdentifier linkLayerIdentifier, CompletableFuture<TriggerOutcome> answer)
            implements Asked {}

    private record Summarised(CompletableFuture<List<AttachmentSummary>> answer) implements Asked {}

    private record Compared(CompletableFuture<List<KernelObject>> answer) implements Asked {}

    private record KernelChanged() implements Event {}

    private record Stop() implements Event {}

    private final AccessSettings settings;
    private final AttachmentTable table;
    private final AnchorRequests requests;
    private final AccessKernel kernel;
    private final AttachmentSource source;
    private final AgentMetrics metrics;
    private final LongSupplier nanoTime;
    private final EventQueue<Event> queue = new EventQueue<>();
    private final Thread thread = new Thread(this::run, "access-loop");
    private final AccessEnforcement enforcement;
    private final NeighbourRoom neighbourRoom;
    private final Advertisements advertisements;
    private final AnchorAnswers anchorAnswers;
    private final FaultBarrier barrier;
    private final AttachmentAdmission admission;
    private final LineBudget strangers;
    private UpdateSender sender = (update, trace) -> 0;
    private AnswerSender answers = message -> {};
    private MobileNodeAsker asker = identifiers -> {};
    private boolean foundInstalled;
    private long nextReconcile;
    private boolean stopped;
    private volatile int bound;

    public AccessLoop(
            AccessSettings settings,
            AttachmentTable table,
            AnchorRequests requests,
            AccessKernel kernel,
            AttachmentSource source,
            AgentMetrics metrics,
            LongSupplier nanoTime) {
        this.settings = settings;
        this.table = table;
        this.requests = requests;
        this.kernel = kernel;
        this.source = source;
        this.metrics = metrics;
        this.nanoTime = nanoTime;
        this.enforcement = new AccessEnforcement(settings, table, kernel, metrics, nanoTime);
        this.neighbourRoom = new NeighbourRoom(kernel, metrics);
        this.advertisements = new Advertisements(kernel, source, metrics);
        this.anchorAnswers = new AnchorAnswers(requests, metrics);
        this.barrier = new FaultBarrier(metrics);
        this.admission = new AttachmentAdmission(source, metrics);
        this.strangers = new LineBudget(nanoTime);
    }

    /**
     * Starts the events of the access links, takes over what an earlier process left installed, programs the kernel and starts the loop.
     *
     * @param updateSender where updates go
     * @param answerSender where answers to the anchor's own messages go
     * @param mobileNodeAsker where it is asked whose interfaces are
     * @throws KernelException when the kernel cannot be read or programmed: the agent has no business here
     */
    public void start(UpdateSender updateSender, AnswerSender answerSender, MobileNodeAsker mobileNodeAsker)
            throws KernelException {
        // First, so that the answers of terminals that are asked for below are heard; they wait in the queue.
        source.start(this::seen);
        takeOver(updateSender, answerSender, mobileNodeAsker);
        thread.start();
    }

    void takeOver(UpdateSender updateSender, AnswerSender answerSender, MobileNodeAsker mobileNodeAsker)
            throws KernelException {
        asker = mobileNodeAsker;
        sender = updateSender;
        answers = answerSender;
        List<AttachmentDecision> decisions = new ArrayList<>();
        List<AttachedTerminal> installed = FoundTerminals.of(kernel.installed());
        foundInstalled = !installed.isEmpty();
        for (AttachedTerminal terminal : installed) {
            log.info(
                    "found {} on {} installed with {}",
                    terminal.isIdentified() ? terminal.linkLayerIdentifier() : terminal.linkLocalAddress(),
                    terminal.accessLink(),
                    terminal.prefixes());
            decisions.addAll(table.recover(terminal));
        }
        enforcement.apply();
        for (LinkCounters link : kernel.accessLinks()) {
            if (!link.up()) {
                decisions.addAll(table.linkWentDown(link.link()));
            }
        }
        carryOut(decisions);
        nextReconcile = nanoTime.getAsLong() + settings.reconcileInterval().toNanos();
        kernel.watch(() -> queue.add(new KernelChanged()));
    }

    void seen(AttachmentEvent event) {
        if (admission.admits(event)) {
            queue.add(new Attached(event));
        }
    }

    @Override
    public void registrationStreamUp(long stream) {
        queue.add(new StreamUp(stream));
    }

    @Override
    public void acknowledged(ProxyBindingAcknowledgement acknowledgement) {
        queue.add(new Acknowledged(acknowledgement));
    }

    @Override
    public void mobileNodesAre(List<MobileNodeMapping> mappings) {
        queue.add(new Mapped(mappings));
    }

    @Override
    public void heard(AnchorMessage message) {
        queue.add(new Heard(message));
    }

    @Override
    public CompletableFuture<TriggerOutcome> attach(AttachmentTrigger trigger) {
        CompletableFuture<TriggerOutcome> outcome = new CompletableFuture<>();
        queue.add(new Triggered(trigger, outcome));
        return outcome;
    }

    @Override
    public CompletableFuture<TriggerOutcome> detach(String accessLink, LinkLayerIdentifier linkLayerIdentifier) {
        CompletableFuture<TriggerOutcome> outcome = new CompletableFuture<>();
        queue.add(new Detached(accessLink, linkLayerIdentifier, outcome));
        return outcome;
    }

    /** Every attachment, as of the loop's next turn. */
    public CompletableFuture<List<AttachmentSummary>> attachments() {
        CompletableFuture<List<AttachmentSummary>> answer = new CompletableFuture<>();
        queue.add(new Summarised(answer));
        return answer;
    }

    /** Every object of ours in the kernel, read in the loop's next turn. */
    public CompletableFuture<List<KernelObject>> objects() {
        CompletableFuture<List<KernelObject>> answer = new CompletableFuture<>();
        queue.add(new Compared(answer));
        return answer;
    }

    /** Ready once the kernel is programmed and the registration stream is up, while the access links are watched. */
    public Readiness readiness(boolean registrationStreamUp) {
        boolean programmed = enforcement.isProgrammed();
        boolean watched = source.isWatching();
        Map<String, Object> details = new HashMap<>();
        details.put("kernelProgrammed", programmed);
        details.put("accessLinksWatched", watched);
        details.put("registrationStreamUp", registrationStreamUp);
        details.put("boundTerminals", bound);
        List<String> refusals = enforcement.refusals();
        if (!refusals.isEmpty()) {
            details.put("refusedByKernel", refusals);
        }
        neighbourRoom.addTo(details);
        return new Readiness(programmed && registrationStreamUp && watched, details);
    }

    /** Stops the loop; the kernel keeps what it has. */
    @Override
    public void close() {
        queue.add(new Stop());
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!stopped) {
            try {
                turn(queue.take(untilNextWork()));
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                // It outlives a fault of its own: the terminals of this gateway depend on it.
                log.error("access loop", e);
            }
        }
    }

    private long untilNextWork() {
        long now = nanoTime.getAsLong();
        long nearest = nextReconcile - now;
        for (OptionalLong due : List.of(table.nextDue(), requests.nextDue())) {
            nearest = due.isPresent() ? Math.min(due.getAsLong() - now, nearest) : nearest;
        }
        return nearest;
    }

    /** One turn with what is queued now; for tests that own the thread. */
    void turn() throws InterruptedException {
        turn(queue.take(0));
    }

    private void turn(List<Event> events) {
        for (Event event : events) {
            // At once: what the table decides next may depend on which stream took the update.
            barrier.take(event.getClass().getSimpleName(), () -> take(event)).ifPresent(fault -> {
                if (event instanceof Asked asked) {
                    asked.answer().completeExceptionally(fault);
                }
            });
        }
        if (stopped) {
            return;
        }
        barrier.take("what is due of terminals", () -> carryOut(table.due()));
        barrier.take("what is due to the anchor", () -> carryOut(requests.due()));
        boolean reconcile = nanoTime.getAsLong() - nextReconcile >= 0;
        if (reconcile) {
            nextReconcile = nanoTime.getAsLong() + settings.reconcileInterval().toNanos();
        }
        boolean enforced = enforcement.settle(reconcile);
        advertisements.withdraw();
        if (enforced) {
            advertisements.send(enforcement.applied(), enforcement.without());
        }
        anchorAnswers.send(
                answer -> enforced && Collections.disjoint(requests.concerned(answer), enforcement.without()), answers);
        bound = table.bound();
        metrics.boundTerminals(bound);
        if (reconcile) {
            neighbourRoom.look(bound);
        }
    }

    private void take(Event event) {
        switch (event) {
            case Attached(RouterSolicited solicited) -> {
                admission.taken(solicited);
                carryOut(table.solicited(solicited.accessLink(), solicited.source(), solicited.linkLayerIdentifier()));
            }
            case Attached(LinkWentDown down) -> {
                log.info("access link {} is down", down.accessLink());
                carryOut(table.linkWentDown(down.accessLink()));
            }
            case Attached(LinkCameUp up) -> log.info("access link {} is up", up.accessLink());
            case Attached(NeighbourSeen seen) ->
                carryOut(table.neighbourSeen(seen.accessLink(), seen.address(), seen.linkLayerIdentifier()));
            case Attached(NeighbourAnswered(String accessLink, Ipv6Address address)) ->
                carryOut(table.answered(accessLink, address));
            case Attached(NeighbourSilent(String accessLink, Ipv6Address address)) ->
                carryOut(table.silent(accessLink, address));
            case Triggered(AttachmentTrigger trigger, CompletableFuture<TriggerOutcome> answer) ->
                answer.complete(triggered(trigger));
            case Detached(
                    String accessLink,
                    LinkLayerIdentifier linkLayerIdentifier,
                    CompletableFuture<TriggerOutcome> answer) ->
                answer.complete(conclude(table.detached(accessLink, linkLayerIdentifier), "leaving"));
            case Acknowledged(ProxyBindingAcknowledgement acknowledgement) ->
                carryOut(table.acknowledged(acknowledgement));
            case Mapped(List<MobileNodeMapping> mappings) -> carryOut(table.mobileNodesAre(mappings));
            case Heard(AnchorMessage message) -> {
                metrics.heard(AnchorSaying.of(message));
                carryOut(requests.received(message));
            }
            case StreamUp(long stream) -> {
                carryOut(requests.streamCameUp(foundInstalled));
                carryOut(table.streamCameUp(stream));
            }
            case Summarised(CompletableFuture<List<AttachmentSummary>> answer) -> answer.complete(table.attachments());
            case Compared(CompletableFuture<List<KernelObject>> answer) -> {
                try {
                    answer.complete(kernel.objects());
                } catch (KernelException e) {
                    answer.completeExceptionally(e);
                }
            }
            case KernelChanged() -> lookForDrift();
            case Stop() -> stopped = true;
        }
    }

    /** The next settling is a reconciliation when somebody else was at work. */
    private void lookForDrift() {
        try {
            if (kernel.drifted()) {
                metrics.drifted();
                log.warn("somebody else changed this gateway's kernel objects: put right now");
                nextReconcile = nanoTime.getAsLong();
            }
        } catch (KernelException | RuntimeException e) {
            log.warn("the kernel cannot be looked at: {}", text(e));
        }
    }

    private TriggerOutcome triggered(AttachmentTrigger trigger) {
        if (!settings.accessLinks().contains(trigger.accessLink())) {
            return new TriggerOutcome(false, trigger.accessLink() + " is no access link of this gateway");
        }
        Optional<Ipv6Address> own = trigger.linkLocalAddress().filter(source::isOurs);
        return own.isPresent()
                ? new TriggerOutcome(false, own.get() + " is an address of this gateway")
                : conclude(table.triggered(trigger), "registered or being registered");
    }

    private TriggerOutcome conclude(List<AttachmentDecision> decisions, String otherwise) {
        carryOut(decisions);
        for (AttachmentDecision decision : decisions) {
            if (decision instanceof Unmapped(String _, LinkLayerIdentifier linkLayerIdentifier)) {
                return new TriggerOutcome(false, "no mobile node has link-layer identifier " + linkLayerIdentifier);
            }
            if (decision instanceof Ignored(String reason)) {
                return new TriggerOutcome(false, reason);
            }
        }
        return new TriggerOutcome(true, otherwise);
    }

    /** The table counts on each of them, whatever becomes of the others. */
    private void carryOut(List<AttachmentDecision> decisions) {
        for (AttachmentDecision decision : decisions) {
            barrier.take(decision.getClass().getSimpleName(), () -> carryOut(decision));
        }
    }

    private void carryOut(AttachmentDecision decision) {
        switch (decision) {
            case SendUpdate send -> send(send);
            case Advertise advertise -> advertisements.add(advertise);
            case Withdraw withdraw -> advertisements.add(withdraw);
            case Probe probe -> probe(probe);
            case Resolve(String accessLink, Ipv6Address address) -> resolve(accessLink, address);
            case GivenUp(String accessLink, Ipv6Address address, Departure departure) -> {
                metrics.departed(departure);
                log.warn("gives up {} on {}, found installed: {}", address, accessLink, departure);
            }
            case AskWhose(List<LinkLayerIdentifier> identifiers) -> {
                metrics.askedWhose(identifiers.size());
                asker.ask(identifiers);
            }
            case Left(
                    LinkLayerIdentifier linkLayerIdentifier,
                    String accessLink,
                    Departure departure,
                    Optional<TraceContext> trace) -> {
                metrics.departed(departure);
                log.info(
                        "{} left {}: {}{}",
                        linkLayerIdentifier,
                        accessLink,
                        departure,
                        trace.map(begun -> ", trace " + begun.traceId()).orElse(""));
            }
            case Concluded concluded -> report(concluded);
            case Abandoned abandoned -> {
                metrics.failed(abandoned.procedure());
                log.info(
                        "{} of {} on {} abandoned: {}, trace {}",
                        abandoned.procedure(),
                        abandoned.mobileNodeIdentifier(),
                        abandoned.accessLink(),
                        abandoned.reason(),
                        abandoned.trace().traceId());
            }
            case Unmapped(String accessLink, LinkLayerIdentifier linkLayerIdentifier) -> {
                metrics.unmappedLinkLayerIdentifier();
                tellOfStrangers(
                        () -> log.info("refused {} on {}: no mobile node has it", linkLayerIdentifier, accessLink));
            }
            case Answer answer -> anchorAnswers.add(answer);
            case Say(GatewayMessage message) -> answers.send(message);
            case AnchorBecame(boolean reachable) -> {
                metrics.anchorAnswers(reachable);
                if (reachable) {
                    log.info("the anchor answers heartbeats");
                } else {
                    log.warn("the anchor does not answer heartbeats any more, forwarding goes on");
                }
            }
            case AnchorRestarted(int sessions) -> {
                metrics.anchorRestarted();
                log.warn("the anchor restarted and lost its sessions: {} are registered again", sessions);
            }
            case Repeated(AnchorMessage request) -> metrics.heardAgain(AnchorSaying.of(request));
            case Ignored(String reason) -> tellOfStrangers(() -> log.info("ignored: {}", reason));
        }
    }

    /** Anybody on an access link may cause such lines. */
    private void tellOfStrangers(Runnable line) {
        strangers.write(line, leftOut -> log.info("{} further lines about whom is not served left out", leftOut));
    }

    private void probe(Probe probe) {
        try {
            source.probe(probe.accessLink(), probe.linkLocalAddress(), probe.linkLayerIdentifier());
        } catch (KernelException | RuntimeException e) {
            // No verdict comes, and the table knows what that means.
            metrics.kernelRefused();
            log.warn("{} on {} cannot be asked: {}", probe.linkLayerIdentifier(), probe.accessLink(), text(e));
        }
    }

    private void resolve(String accessLink, Ipv6Address address) {
        try {
            source.resolve(accessLink, address);
        } catch (KernelException | RuntimeException e) {
            // As of a probe.
            metrics.kernelRefused();
            log.warn("who has {} on {} cannot be asked: {}", address, accessLink, text(e));
        }
    }

    private void send(SendUpdate send) {
        if (send.retransmission()) {
            metrics.retransmitted();
        } else {
            metrics.attempted(send.procedure());
        }
        long stream = sender.send(send.update(), send.trace());
        table.transmitted(send.update(), stream);
        if (log.isDebugEnabled()) {
            log.debug(
                    "{} {} {}, trace {}",
                    send.procedure(),
                    stream == 0 ? "waits for a stream" : "sent",
                    send.update(),
                    send.trace().traceId());
        }
    }

    private void report(Concluded concluded) {
        if (concluded.status().accepted()) {
            metrics.succeeded(concluded.procedure());
        } else {
            metrics.failed(concluded.procedure());
        }
        log.info(
                "{} of {} on {}: status {}, trace {}",
                concluded.procedure(),
                concluded.mobileNodeIdentifier(),
                concluded.accessLink(),
                concluded.status(),
                concluded.trace().traceId());
    }

    static String text(Exception e) {
        return e instanceof KernelException && e.getMessage() != null ? e.getMessage() : e.toString();
    }
}
