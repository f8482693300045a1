package org.flowanchor.agent.application;

import org.flowanchor.agent.application.AnchorKernel.SizedMap;
import org.flowanchor.agent.domain.AnchorMessage;
import org.flowanchor.agent.domain.BindingErrorReceived;
import org.flowanchor.agent.domain.BindingRevocationAcknowledgement;
import org.flowanchor.agent.domain.BindingRevocationIndication;
import org.flowanchor.agent.domain.ConnectionTracking;
import org.flowanchor.agent.domain.Departure;
import org.flowanchor.agent.domain.GatewayMessage;
import org.flowanchor.agent.domain.Heartbeat;
import org.flowanchor.agent.domain.Procedure;
import org.flowanchor.agent.domain.UpdateNotification;
import org.flowanchor.agent.domain.UpdateNotificationAcknowledgement;

/** Port to the meters; safe from any thread. Its enums are the closed label sets. */
public interface AgentMetrics {
    /** Streams to the services. */
    enum ServiceStream {
        BINDING,
        STEERING,
        REGISTRATION,
        LINKS,
        RELAY
    }

    /** Why a response or command was refused. */
    enum Refusal {
        INVALID,
        STALE,
        KERNEL
    }

    /** What the kernel was asked for. */
    enum KernelWork {
        STATE,
        FLOW
    }

    /** What telemetry sends. */
    enum Sample {
        FLOW,
        LINK
    }

    /** Why what an access link tells is not looked at. */
    enum Inadmissible {
        /** It names an address of the gateway itself. */
        OWN_ADDRESS,
        /** Very many solicitations wait already. */
        TOO_MANY_WAIT
    }

    /** What an anchor says by itself. */
    enum AnchorSaying {
        UPDATE_NOTIFICATION,
        BINDING_REVOCATION_INDICATION,
        HEARTBEAT,
        BINDING_ERROR;

        static AnchorSaying of(AnchorMessage message) {
            return switch (message) {
                case UpdateNotification notification -> UPDATE_NOTIFICATION;
                case BindingRevocationIndication indication -> BINDING_REVOCATION_INDICATION;
                case Heartbeat heartbeat -> HEARTBEAT;
                case BindingErrorReceived error -> BINDING_ERROR;
            };
        }

        static AnchorSaying answeredBy(GatewayMessage message) {
            return switch (message) {
                case UpdateNotificationAcknowledgement acknowledgement -> UPDATE_NOTIFICATION;
                case BindingRevocationAcknowledgement acknowledgement -> BINDING_REVOCATION_INDICATION;
                case Heartbeat heartbeat -> HEARTBEAT;
            };
        }
    }

    void streamUp(ServiceStream stream, boolean up);

    void reconnected(ServiceStream stream);

    /** @param version last one that the kernel enforces */
    void applied(ServiceStream stream, long version);

    /** @param nanos from the call to the kernel's last acknowledgement */
    void kernelWorked(KernelWork work, long nanos);

    void kernelRefused();

    void refused(ServiceStream stream, Refusal refusal);

    void sampleDropped(Sample sample);

    void heldFlowExceptions(int count);

    void foreignPrefixes(int count);

    /** @param count of what was asked for and has no place in the kernel */
    void withoutRoom(SizedMap map, int count);

    /**
     * @param silent gateways that do not answer probes
     * @param withoutTunnel gateways for which there was no number
     */
    void gatewaysUnfit(int silent, int withoutTunnel);

    void trackedFlows(int count);

    void tracking(ConnectionTracking tracking);

    /** @param nanos that one reading of all flows, and its report, had a processor */
    void metered(long nanos);

    void unmappedLinkLayerIdentifier();

    void notAdmitted(Inadmissible reason);

    /** @param interfaces for which the anchor was asked whose they are */
    void askedWhose(int interfaces);

    void boundTerminals(int count);

    /** @param count neighbours that the kernel keeps */
    void neighbourLimit(int count);

    /** @param count prefixes forwarded for terminals that have them at another gateway */
    void carriedPrefixes(int count);

    void heard(AnchorSaying saying);

    /** It had said so before. */
    void heardAgain(AnchorSaying saying);

    /** @param accepted with a status below 128 */
    void answered(AnchorSaying saying, boolean accepted);

    /** Whether the anchor answers heartbeats, once it has answered one. */
    void anchorAnswers(boolean answers);

    void anchorRestarted();

    /** Somebody else changed our kernel objects; they are put right. */
    void drifted();

    /** A step of the agent failed for a reason of its own. */
    void fault();

    /** A terminal left its access link. */
    void departed(Departure departure);

    /** An update for a new procedure. */
    void attempted(Procedure procedure);

    void succeeded(Procedure procedure);

    void failed(Procedure procedure);

    void retransmitted();
}
