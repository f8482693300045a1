package org.flowanchor.agent.adapter.mobilityheader;

import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.flowanchor.agent.application.AccessInput;
import org.flowanchor.agent.application.AnswerSender;
import org.flowanchor.agent.application.HeaderSockets;
import org.flowanchor.agent.application.KernelException;
import org.flowanchor.agent.application.ProtectionCheck;
import org.flowanchor.agent.application.RelayedHeader;
import org.flowanchor.agent.application.SignallingProtection;
import org.flowanchor.agent.application.UpdateSender;
import org.flowanchor.agent.application.WireMetrics;
import org.flowanchor.agent.application.WireMetrics.Drop;
import org.flowanchor.agent.domain.GatewayMessage;
import org.flowanchor.agent.domain.PacketBudget;
import org.flowanchor.agent.domain.ProxyBindingUpdate;
import org.flowanchor.mobility.LmaAddress;
import org.flowanchor.mobility.Octets;
import org.flowanchor.mobility.ProxyCareOfAddress;
import org.flowanchor.mobility.TraceContext;
import org.flowanchor.mobility.header.Answer;
import org.flowanchor.mobility.header.DecodeResult;
import org.flowanchor.mobility.header.MobilityHeaderEncoder;
import org.flowanchor.mobility.header.PeerProfile;
import org.flowanchor.mobility.header.Transport;
import org.flowanchor.mobility.message.MobilityMessage;
import org.flowanchor.mobility.message.ProxyBindingAcknowledgement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gateway's signalling with one anchor on the wire, in place of its stream to binding-service: updates out, acknowledgements in. Takes
 * packets of that anchor only, and so many a second. Retransmission, refreshing and matching are the domain's, the same as over the stream.
 *
 * <p>Traps: there is no connection, so the "stream" is the protection: it comes up with it, once or again; an answer may come on the
 * socket's thread before {@link #send} returned.
 */
public final class WireRegistration implements UpdateSender, AnswerSender, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WireRegistration.class);

    /** Packets a second of the anchor that are taken, and how many at once: twice what it has to answer when all is sent again. */
    static final int PACKETS_PER_SECOND = 2000;

    static final int BURST = 4000;

    private final LmaAddress lmaAddress;
    private final ProxyCareOfAddress proxyCareOfAddress;
    private final PeerProfile profile;
    private final SignallingProtection protection;
    private final ProtectionCheck check;
    private final HeaderSockets sockets;
    private final AccessInput input;
    private final WireMetrics metrics;
    private final AtomicBoolean unsent = new AtomicBoolean();

    private final LongSupplier nanoTime;
    private final SentAttachments sent = new SentAttachments();

    // Guarded by itself.
    private final PacketBudget budget = new PacketBudget();

    // Guarded by this: how often signalling came up, and whether it is.
    private long stream;
    private boolean up;

    public WireRegistration(
            LmaAddress lmaAddress,
            ProxyCareOfAddress proxyCareOfAddress,
            PeerProfile profile,
            SignallingProtection protection,
            ProtectionCheck check,
            HeaderSockets sockets,
            AccessInput input,
            WireMetrics metrics,
            LongSupplier nanoTime) {
        this.lmaAddress = lmaAddress;
        this.proxyCareOfAddress = proxyCareOfAddress;
        this.profile = profile;
        this.protection = protection;
        this.check = check;
        this.sockets = sockets;
        this.input = input;
        this.metrics = metrics;
        this.nanoTime = nanoTime;
        budget.peers(Set.of(lmaAddress.address()), PACKETS_PER_SECOND, BURST, nanoTime.getAsLong());
    }

    public void start() {
        sockets.start(this::received);
        verify();
    }

    /** Looks at the protection again; to be called regularly. */
    public void verify() {
        boolean isProtected;
        try {
            isProtected = !check.protectedAmong(Set.of(lmaAddress.address())).isEmpty();
        } catch (KernelException e) {
            log.warn("no signalling with anchor {}: {}", lmaAddress, e.getMessage());
            isProtected = false;
        }
        long opened = 0;
        synchronized (this) {
            if (isProtected == up) {
                return;
            }
            up = isProtected;
            if (up) {
                opened = ++stream;
            }
        }
        if (opened == 0) {
            log.warn("no signalling with anchor {}: no IPsec policy requires ESP for it", lmaAddress);
        } else {
            log.info("signals with anchor {} on the wire, protected by {}", lmaAddress, protection.text());
            input.registrationStreamUp(opened);
        }
    }

    public synchronized boolean isUp() {
        return up;
    }

    @Override
    public long send(ProxyBindingUpdate update, TraceContext trace) {
        long number;
        synchronized (this) {
            if (!up) {
                return 0;
            }
            number = stream;
        }
        sent.remember(update);
        return transmit(UpdateWriting.message(update, profile)) ? number : 0;
    }

    @Override
    public void send(GatewayMessage message) {
        if (isUp()) {
            transmit(GatewayMessageWriting.message(message, profile));
        }
    }

    private boolean transmit(MobilityMessage message) {
        try {
            sockets.send(new RelayedHeader(
                    proxyCareOfAddress.address(),
                    lmaAddress.address(),
                    0,
                    0,
                    Octets.of(MobilityHeaderEncoder.encode(
                            message, new Transport.KernelChecksum(proxyCareOfAddress.address())))));
            metrics.sent();
            unsent.set(false);
            return true;
        } catch (KernelException e) {
            metrics.dropped(Drop.UNSENT);
            if (unsent.compareAndSet(false, true)) {
                log.warn("signalling not sent: {}", e.getMessage());
            }
            return false;
        }
    }

    private void received(RelayedHeader header) {
        metrics.received();
        if (!isUp()) {
            metrics.dropped(Drop.UNLISTED);
            return;
        }
        switch (judge(header)) {
            case ADMITTED -> admitted(header);
            case UNLISTED -> metrics.dropped(Drop.UNLISTED);
            case EXCESSIVE -> metrics.dropped(Drop.EXCESSIVE);
        }
    }

    private PacketBudget.Verdict judge(RelayedHeader header) {
        synchronized (budget) {
            return budget.judge(header.source(), nanoTime.getAsLong());
        }
    }

    private void admitted(RelayedHeader header) {
        switch (profile.decode(header.octets().toByteArray(), new Transport.KernelChecksum(lmaAddress.address()))) {
            case DecodeResult.Decoded decoded -> {
                try {
                    received(decoded.message());
                } catch (IllegalArgumentException e) {
                    metrics.dropped(Drop.REFUSED);
                    log.debug("message of anchor {}: {}", lmaAddress, e.getMessage());
                }
            }
            case DecodeResult.Refused refused -> {
                metrics.dropped(Drop.REFUSED);
                log.debug("{} of anchor {} ({})", refused.reason(), lmaAddress, refused.clause());
                answer(header, refused.answer());
            }
        }
    }

    private void received(MobilityMessage message) {
        switch (message) {
            case ProxyBindingAcknowledgement acknowledgement ->
                input.acknowledged(AcknowledgementReading.value(acknowledgement, profile, sent));
            default ->
                AnchorMessageReading.value(message, profile)
                        .ifPresentOrElse(input::heard, () -> metrics.dropped(Drop.REFUSED));
        }
    }

    private void answer(RelayedHeader header, Answer answer) {
        switch (answer) {
            case Answer.SendBindingError error -> transmit(error.message());
            case Answer.ParameterProblem problem -> {
                try {
                    sockets.parameterProblem(header, problem.offset());
                } catch (KernelException e) {
                    log.debug("no Parameter Problem to anchor {}: {}", lmaAddress, e.getMessage());
                }
            }
            // Of requests a gateway receives from its anchor; those that can be answered are decoded.
            case Answer.Status status -> log.debug("{} not answered", status.request());
            case Answer.Silence silence -> {}
        }
    }

    @Override
    public void close() {
        sockets.close();
    }
}
