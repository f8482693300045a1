package org.flowanchor.testbed.traffic;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What a traffic end can be told, one JSON object per line with the member {@code do}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "do")
@JsonSubTypes({
    @JsonSubTypes.Type(value = EndCommand.UdpSend.class, name = "udp-send"),
    @JsonSubTypes.Type(value = EndCommand.UdpReceive.class, name = "udp-receive"),
    @JsonSubTypes.Type(value = EndCommand.Echo.class, name = "echo"),
    @JsonSubTypes.Type(value = EndCommand.Probe.class, name = "probe"),
    @JsonSubTypes.Type(value = EndCommand.ServeDownloads.class, name = "serve-downloads"),
    @JsonSubTypes.Type(value = EndCommand.Download.class, name = "download"),
    @JsonSubTypes.Type(value = EndCommand.ServeRequests.class, name = "serve-requests"),
    @JsonSubTypes.Type(value = EndCommand.Request.class, name = "request"),
    @JsonSubTypes.Type(value = EndCommand.Phase.class, name = "phase"),
    @JsonSubTypes.Type(value = EndCommand.Account.class, name = "account"),
    @JsonSubTypes.Type(value = EndCommand.Stop.class, name = "stop")
})
public sealed interface EndCommand {
    /** Name of the flow at this end. */
    String flow();

    /**
     * Send a UDP stream.
     *
     * @param to literal address, may carry a zone
     * @param trafficClass octet of the IPv6 header; EF is 0xb8
     * @param payloadOctets of UDP payload, 20..1452
     * @param phase of the first packets
     */
    record UdpSend(
            String flow,
            String to,
            int port,
            int sourcePort,
            int trafficClass,
            int payloadOctets,
            int packetsPerSecond,
            int phase)
            implements EndCommand {
        public UdpSend {
            if (payloadOctets < UdpPacket.HEAD || payloadOctets > 1452) {
                throw new IllegalArgumentException("payload of " + payloadOctets + " octets is not in 20..1452");
            }
            if (trafficClass < 0 || trafficClass > 255) {
                throw new IllegalArgumentException("traffic class " + trafficClass + " is not in 0..255");
            }
        }
    }

    /** Receive and account for a UDP stream. */
    record UdpReceive(String flow, int port) implements EndCommand {}

    /** Send every UDP packet back to where it came from. */
    record Echo(String flow, int port) implements EndCommand {}

    /** Send one UDP packet and wait for its echo; answers with a {@link ProbeAnswer}. */
    record Probe(String flow, String from, int sourcePort, String to, int port, int trafficClass, int timeoutMillis)
            implements EndCommand {}

    /** Accept downloads: an endless stream of numbered blocks each. */
    record ServeDownloads(String flow, int port) implements EndCommand {}

    /**
     * Download until stopped.
     *
     * @param receiveBufferOctets bounds the window, so that the download alone never overflows a queue
     */
    record Download(String flow, String from, int sourcePort, String to, int port, int receiveBufferOctets, int phase)
            implements EndCommand {}

    /** Answer small requests, one per connection. */
    record ServeRequests(String flow, int port) implements EndCommand {}

    /** Make small requests at a fixed rate, each on a connection of its own, whether or not earlier ones were answered. */
    record Request(String flow, String from, String to, int port, int perSecond, int phase) implements EndCommand {}

    /** What follows belongs to this phase. */
    record Phase(String flow, int phase) implements EndCommand {}

    /** Answers with the {@link FlowAccount}. */
    record Account(String flow) implements EndCommand {}

    /** Stops the flow and answers with its {@link FlowAccount}, which stays readable. */
    record Stop(String flow) implements EndCommand {}
}
