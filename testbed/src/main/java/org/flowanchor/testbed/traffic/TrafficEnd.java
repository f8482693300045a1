package org.flowanchor.testbed.traffic;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Process that plays one node's sides of all flows. Reads {@link EndRequest} lines, answers each with one {@link EndAnswer} line, and
 * ends when its input ends: it never outlives who started it.
 */
public final class TrafficEnd {
    private static final JsonMapper JSON = new JsonMapper();

    /** One line of input. */
    record EndRequest(long id, EndCommand command) {}

    /**
     * One line of output.
     *
     * @param error empty when the command was carried out
     */
    record EndAnswer(
            long id,
            String error,
            @Nullable FlowAccount account,
            @Nullable ProbeAnswer probe) {}

    private final long epochNanos;
    private final Map<String, Flow> flows = new HashMap<>();

    private TrafficEnd(long epochNanos) {
        this.epochNanos = epochNanos;
    }

    /** @param arguments the {@link System#nanoTime()} at which the first bin begins */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        TrafficEnd end = new TrafficEnd(Long.parseLong(arguments[0]));
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line;
        while ((line = lines.readLine()) != null) {
            out.println(JSON.writeValueAsString(end.answer(JSON.readValue(line, EndRequest.class))));
        }
        Runtime.getRuntime().halt(0);
    }

    private EndAnswer answer(EndRequest request) {
        try {
            return switch (request.command()) {
                case EndCommand.Probe probe -> new EndAnswer(request.id(), "", null, UdpEcho.probe(probe));
                case EndCommand.Phase phase -> {
                    flow(phase.flow()).phase(phase.phase());
                    yield new EndAnswer(request.id(), "", null, null);
                }
                case EndCommand.Account account ->
                    new EndAnswer(request.id(), "", flow(account.flow()).account(), null);
                case EndCommand.Stop stop -> {
                    flow(stop.flow()).close();
                    yield new EndAnswer(request.id(), "", flow(stop.flow()).account(), null);
                }
                case EndCommand.UdpSend send -> begun(request, new UdpSender(send));
                case EndCommand.UdpReceive receive -> begun(request, new UdpReceiver(receive, epochNanos));
                case EndCommand.Echo echo -> begun(request, new UdpEcho(echo));
                case EndCommand.ServeDownloads serve -> begun(request, new DownloadServer(serve));
                case EndCommand.Download download -> begun(request, new DownloadClient(download, epochNanos));
                case EndCommand.ServeRequests serve -> begun(request, new RequestServer(serve));
                case EndCommand.Request loop -> begun(request, new RequestLoop(loop, epochNanos));
            };
        } catch (IOException | RuntimeException e) {
            return new EndAnswer(request.id(), e.toString(), null, null);
        }
    }

    private EndAnswer begun(EndRequest request, Flow flow) throws IOException {
        Flow former = flows.put(request.command().flow(), flow);
        if (former != null) {
            former.close();
        }
        return new EndAnswer(request.id(), "", null, null);
    }

    private Flow flow(String name) {
        Flow flow = flows.get(name);
        if (flow == null) {
            throw new IllegalArgumentException("no flow " + name + " at this end");
        }
        return flow;
    }
}
