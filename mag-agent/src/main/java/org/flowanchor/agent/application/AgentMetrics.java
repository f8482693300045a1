package org.flowanchor.agent.application;

import org.flowanchor.agent.domain.Departure;
import org.flowanchor.agent.domain.Procedure;

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

    /**
     * @param silent gateways that do not answer probes
     * @param withoutTunnel gateways for which there was no number
     */
    void gatewaysUnfit(int silent, int withoutTunnel);

    void trackedFlows(int count);

    /** @param nanos that one reading of all flows took */
    void metered(long nanos);

    void unmappedLinkLayerIdentifier();

    void boundTerminals(int count);

    /** Somebody else changed our kernel objects; they are put right. */
    void drifted();

    /** A terminal left its access link. */
    void departed(Departure departure);

    /** An update for a new procedure. */
    void attempted(Procedure procedure);

    void succeeded(Procedure procedure);

    void failed(Procedure procedure);

    void retransmitted();
}
